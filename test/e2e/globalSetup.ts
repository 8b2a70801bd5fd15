import type { TestProject } from 'vitest/node';
import { launchChromium } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly browserEndpoint: string;
  }
}

/** The browser is started once; each spec file connects to it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['HARDCASE_E2E_TARGET'] === 'electron') return () => Promise.resolve();
  const { server, from } = await launchChromium();
  process.stderr.write(`e2e browser: ${from}\n`);
  project.provide('browserEndpoint', server.wsEndpoint());
  return () => server.close();
}
