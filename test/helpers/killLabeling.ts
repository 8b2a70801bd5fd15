import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ownerDoor } from '../../electron/db/client.ts';
import { clientOf } from '../../electron/node/hostServer.ts';
import { knockAt } from '../../electron/node/localDoor.ts';
import type { Applied, Change, HistoryEntry } from '../../shared/contract/annotations.ts';
import type { HardcaseClient } from '../../shared/contract/index.ts';
import type { DatasetId, FrameId } from '../../shared/domain/ids.ts';
import { decodeFrame } from '../../shared/rpc/framing.ts';
import type { ClientMessage, ServerMessage } from '../../shared/rpc/messages.ts';
import { findChromium } from '../e2e/chromium.ts';
import { serve } from '../e2e/serve.ts';
import type { CliOptions } from './runCli.ts';
import { makeSampleDataset, sampleFrames } from './sampleDataset.ts';

export interface KillReport {
  readonly kills: { readonly host: number; readonly browser: number; readonly both: number };
  /** Transactions that the page was told are saved, and the operations in them. */
  readonly acknowledged: number;
  readonly operations: number;
  readonly missing: readonly string[];
  /** Times that the view was looked at after a kill, and where it was not what it had been. */
  readonly views: number;
  readonly lostViews: readonly string[];
  /** What `verify` finds in the end. */
  readonly problems: readonly string[];
  readonly seconds: number;
}

type Victim = 'host' | 'browser' | 'both';

interface Ack {
  readonly change: Change | null;
  readonly seq: number;
  readonly box: number | undefined;
}

interface View {
  readonly frame: string;
  /** Percent. */
  readonly zoom: number;
  /** What fits the whole image into the canvas, percent: less while a banner takes room from it. */
  readonly fit: number;
}

/**
 * A scripted labeler in a real browser against a real host; one of the two or both get SIGKILL at any moment of a gesture and
 * are started again. Afterwards every change that the page was told is saved must be in the history of its frame as it was
 * made, and the view must be where it was.
 */
export async function killLabeling(
  folder: string,
  kills: number,
  seed: number,
  tell: (line: string) => void = () => undefined,
  /** Ends after the round that this time falls into, ms. */
  limitMs = Infinity,
): Promise<KillReport> {
  const began = performance.now();
  const random = randomOf(seed);
  const options: CliOptions = { env: { HARDCASE_USER_DATA: join(folder, 'user'), HARDCASE_DOCUMENTS: join(folder, 'documents') } };
  const { id, path } = await makeSampleDataset(folder, options);
  const dataset = id as DatasetId;
  const counts = { host: 0, browser: 0, both: 0 };
  const all: Ack[] = [];
  const missing: string[] = [];
  const lostViews: string[] = [];
  let views = 0;
  const lose = (line: string): void => {
    lostViews.push(line);
    tell(line);
  };
  let acknowledged = 0;

  let host = await serve([path, '--port', '0'], options);
  const port = new URL(host.address).port;
  let browser = await startBrowser(join(folder, 'profile'));
  const heard: Ack[] = [];
  const listen = (page: Page): void =>
    listenTo(page, (acks) => {
      acknowledged += 1;
      heard.push(...acks);
    });
  let page = await browser.newPage(listen);
  await enter(page, host.address, id);
  try {
    for (let round = 0; round < kills && performance.now() - began < limitMs; round++) {
      const victim = (['host', 'browser', 'both'] as const)[Math.floor(random() * 3)] as Victim;
      const seen: View[] = [await viewOf(page)];
      let stop = false;
      const work = label(page, random, seen, () => stop).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 60 + random() * 1_500));
      if (victim !== 'browser') await host.stop('SIGKILL');
      if (victim !== 'host') await browser.kill();
      stop = true;
      await work;
      counts[victim] += 1;
      if (victim !== 'browser') host = await serve([path, '--port', port], options);
      const back = victim === 'host' && random() < 0.5 ? 'same page' : 'new page';
      if (victim !== 'host') {
        browser = await startBrowser(join(folder, 'profile'));
        page = await browser.newPage(listen);
      }
      if (back === 'same page') {
        // The page goes on by itself as soon as its browser is signed in to the new host.
        const door = await browser.newPage(() => undefined);
        await enter(door, host.address, id);
        await door.close();
        await page
          .getByRole('button', { name: 'Try now' })
          .click({ timeout: 500 })
          .catch(() => undefined);
      } else await enter(page, host.address, id);
      await settled(page, `round ${round} (${victim}, ${back})`);
      // A banner takes room from the canvas, and with it from what is fitted into it.
      await page.locator('.banner').waitFor({ state: 'detached' });
      const [now, before] = [await viewOf(page), seen];
      views += 1;
      if (!couldBe(now, before))
        lose(`round ${round} (${victim}, ${back}): ${show(now)}, was ${before.slice(-3).map(show).join(' then ')}`);
      const fresh = heard.splice(0);
      all.push(...fresh);
      await withHost(path, async (api) => {
        missing.push(...(await lookFor(api, dataset, fresh)).map((text) => `round ${round} (${victim}): ${text}`));
      });
      if ((round + 1) % 50 === 0)
        tell(
          `${round + 1} kills, ${acknowledged} transactions acknowledged, ${missing.length} missing, ${lostViews.length} views lost, ${Math.round((performance.now() - began) / 1000)} s`,
        );
    }
    const problems = await withHost(path, async (api) => {
      missing.push(...(await lookFor(api, dataset, all)));
      const { problems: found } = await api.datasets.verify({ dataset });
      return found.map(({ code, item }) => `${code} ${item}`);
    });
    return {
      kills: counts,
      acknowledged,
      operations: all.length,
      missing: [...new Set(missing)],
      views,
      lostViews,
      problems,
      seconds: Math.round((performance.now() - began) / 1000),
    };
  } finally {
    await browser.kill();
    await host.stop('SIGKILL');
  }
}

/** Zero failures in n tries: with 95 % confidence fewer than 3 in n. */
export function ruleOfThree(n: number): string {
  return `0 of ${n}: with 95 % confidence fewer than 1 in ${Math.floor(n / 3)}`;
}

// ------------------------------------------------------------------ browser

interface RunningBrowser {
  newPage(listen: (page: Page) => void): Promise<Page>;
  kill(): Promise<void>;
}

/** A browser with a profile of its own on the disk, in a process group that can be killed whole. */
async function startBrowser(profile: string): Promise<RunningBrowser> {
  const { executablePath, env } = await findChromium();
  const child: ChildProcess = spawn(
    executablePath,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--remote-debugging-port=0',
      '--window-size=1280,800',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } },
  );
  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const found = /ws:\/\/\S+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    child.once('exit', () => reject(new Error(`the browser ended: ${text}`)));
  });
  const browser: Browser = await chromium.connectOverCDP(endpoint);
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('no context');
  return {
    async newPage(listen) {
      const page = await context.newPage();
      await page.setViewportSize({ width: 1280, height: 800 });
      page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
      listen(page);
      return page;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      process.kill(-(child.pid as number), 'SIGKILL');
      await ended;
      await browser.close().catch(() => undefined);
      // What the dead browser held; a person's next start takes it away, too.
      await Promise.all(['SingletonLock', 'SingletonCookie', 'SingletonSocket'].map((name) => rm(join(profile, name), { force: true })));
    },
  };
}

/** Opens the printed address and the Label view, where the app itself decides what to show. */
async function enter(page: Page, address: string, dataset: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(address.replace(/&to=.*$/, `&to=${encodeURIComponent(`/d/${dataset}/label`)}`));
  await viewOf(page);
}

/** Everything that waited is saved by now. */
async function settled(page: Page, when: string): Promise<void> {
  const state = page.getByRole('status', { name: 'Save state' });
  try {
    await state.filter({ hasText: /^Saved/ }).waitFor();
  } catch (error) {
    const alerts = await page.getByRole('alert').allTextContents();
    throw new Error(`${when}: the page says "${await state.textContent()}" ${alerts.join(' | ')}`, { cause: error });
  }
}

/** What the page asks to change and is told is saved, from its own line to the host. */
function listenTo(page: Page, onAcknowledged: (acks: readonly Ack[]) => void): void {
  page.on('websocket', (line) => {
    const asked = new Map<number, readonly Change[]>();
    line.on('framesent', ({ payload }) => {
      const message = read(payload) as ClientMessage | null;
      if (message?.t !== 'call' || message.group !== 'annotations') return;
      if (message.name === 'apply') asked.set(message.id, (message.input as { readonly changes: readonly Change[] }).changes);
      if (message.name === 'undo') asked.set(message.id, []);
    });
    line.on('framereceived', ({ payload }) => {
      const message = read(payload) as ServerMessage | null;
      if (message?.t !== 'ok') return;
      const changes = asked.get(message.id);
      if (changes === undefined) return;
      onAcknowledged((message.value as Applied).results.map(({ seq, box }, i) => ({ seq, box, change: changes[i] ?? null })));
    });
  });
}

function read(payload: string | Buffer): unknown {
  try {
    return typeof payload === 'string' ? null : decodeFrame(new Uint8Array(payload));
  } catch {
    return null;
  }
}

// ------------------------------------------------------------------ labeling

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function label(page: Page, random: () => number, seen: View[], stopped: () => boolean): Promise<void> {
  const area = await page.getByRole('application', { name: 'Canvas' }).boundingBox();
  if (area === null) return;
  const at = (): [number, number] => [area.x + area.width * (0.2 + 0.6 * random()), area.y + area.height * (0.2 + 0.6 * random())];
  const press = (...keys: readonly string[]): Promise<void> =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  await page.getByRole('application', { name: 'Canvas' }).focus();
  while (!stopped()) {
    const kind = random();
    if (kind < 0.35) {
      await press(String(1 + Math.floor(random() * 3)), 'r');
      await page.mouse.move(...at());
      await page.mouse.down();
      for (let i = 0; i < 3; i++) await page.mouse.move(...at());
      await page.mouse.up();
    } else if (kind < 0.6) {
      await press('Escape', 'Tab', 'ArrowLeft', 'Shift+ArrowDown');
    } else if (kind < 0.7) await press('Tab', String(1 + Math.floor(random() * 3)));
    else if (kind < 0.75) await press('Tab', 'Delete');
    else if (kind < 0.8) await press('Control+z');
    else {
      await press('Escape', 'Escape', random() < 0.5 ? 'd' : 'a');
      if (random() < 0.6) {
        await page.mouse.move(...at());
        await page.mouse.wheel(0, random() < 0.5 ? -240 : 240);
      }
      // Where one is stands after a moment; until then it may be on either side of the step.
      await pause(250);
    }
    seen.push(await viewOf(page));
  }
}

async function viewOf(page: Page): Promise<View> {
  await page
    .getByRole('status', { name: 'Frame' })
    .filter({ hasText: `of ${sampleFrames}` })
    .waitFor({ state: 'attached' });
  return page.evaluate(() => {
    const area = document.querySelector('[role=application]')?.getBoundingClientRect();
    return {
      frame: document.querySelector('[role=status][aria-label="Frame"]')?.textContent ?? '',
      zoom: Number.parseFloat(document.querySelector('.zoom-value')?.textContent ?? ''),
      // The sample's images are 640 × 480; beside them lie 84 and 48 px that are never covered (viewportStore.ts).
      fit: area === undefined ? Number.NaN : 100 * Math.min((area.width - 84) / 640, (area.height - 48) / 480),
    };
  });
}

const show = (view: View): string => `${view.frame} at ${String(view.zoom)} % where ${view.fit.toFixed(0)} % fit`;

/**
 * One of the last views that were noted, or one step from the last: a frame on or back, or a turn of the wheel, that was on its way
 * when the kill came.
 */
function couldBe(now: View, seen: readonly View[]): boolean {
  const last = seen.at(-1);
  if (last === undefined || seen.slice(-3).some((view) => view.frame === now.frame && apart(now, view, 1))) return true;
  const place = (view: View): number => Number(/^\d+/.exec(view.frame)?.[0]);
  return Math.abs(place(now) - place(last)) === 1 || (now.frame === last.frame && apart(now, last, Math.exp(240 * 0.0018)));
}

/** Whether two zooms lie that factor apart: as they are or, where the image is fitted and the banner came or went, in what fits. */
function apart(now: View, last: View, factor: number): boolean {
  const ratios = [now.zoom / last.zoom, now.zoom / now.fit / (last.zoom / last.fit)];
  return ratios.flatMap((ratio) => [ratio, 1 / ratio]).some((ratio) => Math.abs(ratio - factor) < 0.03 * factor);
}

// ------------------------------------------------------------------ looking

async function withHost<T>(folder: string, work: (api: HardcaseClient) => Promise<T>): Promise<T> {
  const door = ownerDoor(folder);
  if (door === null) throw new Error('nobody has the dataset open');
  const client = clientOf(await knockAt(door, null));
  try {
    return await work(client.api);
  } finally {
    client.close();
  }
}

/** Each acknowledged change is in the history of its frame with its number, and says what was asked. */
async function lookFor(api: HardcaseClient, dataset: DatasetId, acks: readonly Ack[]): Promise<string[]> {
  if (acks.length === 0) return [];
  const { ids } = await api.frames.query({ dataset, selection: {}, order: 'name' });
  const entries = new Map<number, HistoryEntry>();
  for (const frame of ids)
    for (const entry of (await api.annotations.history({ dataset, frame: frame as FrameId })).operations) entries.set(entry.seq, entry);
  return acks.flatMap(({ seq, change }) => {
    const entry = entries.get(seq);
    if (entry === undefined) return [`operation ${seq} (${change?.op ?? 'undo'})`];
    if (change === null || !('bbox' in change) || change.bbox === undefined) return [];
    const there = JSON.stringify(entry.after?.['bbox']);
    return there === JSON.stringify(change.bbox) ? [] : [`operation ${seq}: ${there} instead of ${JSON.stringify(change.bbox)}`];
  });
}

/** mulberry32: the same seed, the same labeler. */
function randomOf(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
