import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { buildElectron } from '../../electron/build.ts';
import { findElectron } from '../../electron/node/electronBinary.ts';
import { installation } from '../../electron/node/nodePorts.ts';
import { cliJson, runCli, type CliOptions } from '../helpers/runCli.ts';
import { serve } from './serve.ts';

export interface App {
  /** The sample dataset (test/helpers/sampleDataset.ts) that this host serves. */
  readonly dataset: { readonly id: string; readonly path: string };
  /** A temporary folder for what a spec needs; gone after `close`. */
  readonly folder: string;
  /** A signed-in page at an address of the app: `open('/d/…/frames')`. */
  open(to?: string, options?: PageOptions): Promise<AppPage>;
  /** A command of the command line with this app's settings, as JSON. It goes through the host that has the dataset open. */
  cli<T>(args: readonly string[]): Promise<T>;
  /** Lines for `edit` of the command line; rejects where one was not acknowledged. */
  edit(lines: string, author: string): Promise<void>;
  /** Stops the host, does something to its files, and starts it again at the same port. Served hosts only. */
  restart(between: () => void): Promise<void>;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly colorScheme?: 'dark' | 'light';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly locale?: string;
}

export interface AppPage {
  readonly page: Page;
  /** Errors of scripts and of the console so far. A spec ends with `expect(errors).toEqual([])`. */
  readonly errors: readonly string[];
  goto(to: string): Promise<void>;
  close(): Promise<void>;
}

/** Resolves once nothing on the page has changed for half a second, nothing says that it is loading, and its images are there. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const quietMs = 500;
        let timer = 0;
        const check = (): void => {
          const busy = document.querySelector('[aria-busy="true"], .skeleton') !== null;
          const images = [...document.images].every((image) => image.complete);
          if (busy || !images) return wait();
          observer.disconnect();
          resolve();
        };
        const wait = (): void => {
          clearTimeout(timer);
          timer = window.setTimeout(check, quietMs);
        };
        const observer = new MutationObserver(wait);
        observer.observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
        wait();
      }),
  );
}

export interface AppOptions {
  /** Makes other datasets than the sample; returns the one that `dataset` names. */
  readonly prepare?: (folder: string, options: CliOptions) => Promise<{ readonly id: string; readonly path: string }>;
}

/** `browser` (a served host) or `electron` (the window): the same specs run on both. */
const target = process.env['HARDCASE_E2E_TARGET'] ?? 'browser';

export function startApp(options: AppOptions = {}): Promise<App> {
  return target === 'electron' ? startDesktop(options) : startServed(options);
}

function copySample(folder: string): { readonly id: string; readonly path: string } {
  const { folder: made, id, name } = inject('sample');
  cpSync(made, folder, { recursive: true });
  return { id, path: join(folder, name) };
}

async function edit(dataset: string, lines: string, author: string, options: CliOptions): Promise<void> {
  const { stdout, code } = await runCli(['edit', dataset, '--ops', '-', '--author', author], { ...options, input: lines });
  if (code !== 0 || stdout.includes('"ok":false')) throw new Error(`edit exited ${code}: ${stdout}`);
}

/** Remembers what a page complains of. */
function watchErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}

/** Until the page itself is there; a hash alone would load nothing anew. */
const drawn = (page: Page): Promise<unknown> => page.waitForFunction(() => (document.getElementById('root')?.childElementCount ?? 0) > 0);

async function startDesktop(options: AppOptions): Promise<App> {
  const electron = findElectron();
  if (!electron.available) throw new Error(`There is no Electron binary: ${electron.reason}`);
  await buildElectron();
  const folder = mkdtempSync(join(tmpdir(), 'hardcase-e2e-'));
  const cliOptions: CliOptions = { env: { HARDCASE_USER_DATA: join(folder, 'user'), HARDCASE_DOCUMENTS: join(folder, 'documents') } };
  const dataset = await (options.prepare ?? copySample)(folder, cliOptions);
  const app = await _electron.launch({
    executablePath: electron.path,
    args: [installation, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...(process.env as { [name: string]: string }), ...cliOptions.env },
  });
  const page = await app.firstWindow();
  const errors = watchErrors(page);
  const goto = async (address: string): Promise<void> => {
    await page.evaluate((hash) => (location.hash = hash), address);
  };
  return {
    dataset,
    folder,
    cli: (args) => cliJson(args, cliOptions),
    edit: (lines, author) => edit(dataset.path, lines, author, cliOptions),
    async open(to = '/', { colorScheme = 'dark', viewport = { width: 1440, height: 900 } } = {}) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      await goto(to);
      await page.reload();
      await drawn(page);
      // The one window stays for the next caller.
      return { page, errors, goto, close: () => Promise.resolve() };
    },
    restart: () => Promise.reject(new Error('The window of the desktop app is not started anew by a spec.')),
    async close() {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startServed(options: AppOptions): Promise<App> {
  const folder = mkdtempSync(join(tmpdir(), 'hardcase-e2e-'));
  const cliOptions: CliOptions = { env: { HARDCASE_USER_DATA: join(folder, 'user'), HARDCASE_DOCUMENTS: join(folder, 'documents') } };
  const dataset = await (options.prepare ?? copySample)(folder, cliOptions);
  let host = await serve([dataset.path, '--port', '0', '--root', folder], cliOptions);
  const origin = new URL(host.address).origin;
  const browser: Browser = await chromium.connect(inject('browserEndpoint'));
  const contexts: BrowserContext[] = [];

  return {
    dataset,
    folder,
    cli: (args) => cliJson(args, cliOptions),
    edit: (lines, author) => edit(dataset.path, lines, author, cliOptions),
    async open(to = '/', { colorScheme = 'dark', viewport = { width: 1440, height: 900 }, locale = 'en-US' } = {}) {
      const context = await browser.newContext({ colorScheme, viewport, locale, reducedMotion: 'reduce' });
      contexts.push(context);
      const page = await context.newPage();
      const errors = watchErrors(page);
      const goto = async (address: string): Promise<void> => {
        await page.goto(`${origin}/#${address}`);
      };
      // The printed address signs in and leads on, as for a person who clicks it.
      await page.goto(host.address.replace(/&to=.*$/, ''));
      await page.waitForURL(`${origin}/#/**`);
      await drawn(page);
      if (to !== '/') await goto(to);
      return {
        page,
        errors,
        goto,
        close: () => context.close(),
      };
    },
    async restart(between) {
      const { port } = new URL(host.address);
      await host.stop();
      between();
      host = await serve([dataset.path, '--port', port, '--root', folder], cliOptions);
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close().catch(() => undefined)));
      await browser.close();
      await host.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
