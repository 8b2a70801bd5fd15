import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeSampleDataset } from '../helpers/sampleDataset.ts';
import { launchChromium } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly browserEndpoint: string;
    /** Holds the sample dataset as the command line made it, for specs to copy. */
    readonly sample: { readonly folder: string; readonly id: string; readonly name: string };
  }
}

/** The browser is started and the sample dataset made once; each spec file connects to the one and copies the other. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'hardcase-sample-'));
  const { id, path } = await makeSampleDataset(join(folder, 'made'), { env: { HARDCASE_USER_DATA: join(folder, 'user') } });
  project.provide('sample', { folder: join(folder, 'made'), id, name: basename(path) });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (process.env['HARDCASE_E2E_TARGET'] === 'electron') return () => Promise.resolve(remove());
  const { server, from } = await launchChromium();
  process.stderr.write(`e2e browser: ${from}\n`);
  project.provide('browserEndpoint', server.wsEndpoint());
  return async () => {
    await server.close();
    remove();
  };
}
