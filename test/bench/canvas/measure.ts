import type { CDPSession, Page } from 'playwright-core';
import { traceFrames } from './frameWork.ts';

export interface Measured {
  /** Time from one frame of the display to the next, ms. */
  readonly p50: number;
  readonly p95: number;
  /** Script a frame, on average, ms: listeners, animation frames, React. */
  readonly script: number;
  /** Processor time of the main thread a frame, ms: script, style, layout, recording and rasterising canvases. */
  readonly main50: number;
  readonly main95: number;
  /** From the time stamp of an input to the end of the script that draws it, 95th percentile, ms. */
  readonly latency: number;
}

interface Recorder {
  start(): void;
  stop(): { readonly frames: readonly number[]; readonly latencies: readonly number[] };
}

declare global {
  interface Window {
    benchRecorder: Recorder;
  }
}

/** Put into the page before its own scripts: notes every frame of the display, and for each the oldest input that it answers. */
export function installRecorder(): void {
  let frames: number[] = [];
  let latencies: number[] = [];
  let recording = false;
  let oldest: number | null = null;
  for (const type of ['pointermove', 'wheel', 'keydown']) {
    window.addEventListener(type, (event) => (oldest ??= event.timeStamp), { capture: true, passive: true });
  }
  const afterDrawing = new MessageChannel();
  afterDrawing.port1.onmessage = ({ data }) => {
    if (recording) latencies.push(performance.now() - (data as number));
  };
  const tick = (time: number): void => {
    if (!recording) return;
    frames.push(time);
    // The frame's own drawing may come after this callback: the message comes after all of them.
    if (oldest !== null) afterDrawing.port2.postMessage(oldest);
    oldest = null;
    requestAnimationFrame(tick);
  };
  window.benchRecorder = {
    start() {
      frames = [];
      latencies = [];
      oldest = null;
      recording = true;
      requestAnimationFrame(tick);
    },
    stop() {
      recording = false;
      return { frames, latencies };
    },
  };
}

/** Measures the page while `act` works on it. */
export async function measure(page: Page, session: CDPSession, act: () => Promise<void>): Promise<Measured> {
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser');
  const stopTracing = await traceFrames(browser, page);
  await page.evaluate(() => window.benchRecorder.start());
  const before = await times(session);
  await act();
  const after = await times(session);
  const { frames, latencies } = await page.evaluate(() => window.benchRecorder.stop());
  const work = await stopTracing();
  const deltas = frames.slice(1).map((time, index) => time - (frames[index] ?? time));
  const each = (name: string): number => (((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1_000) / Math.max(deltas.length, 1);
  return {
    p50: percentile(deltas, 0.5),
    p95: percentile(deltas, 0.95),
    script: each('ScriptDuration'),
    main50: percentile(work, 0.5),
    main95: percentile(work, 0.95),
    latency: percentile(latencies, 0.95),
  };
}

async function times(session: CDPSession): Promise<ReadonlyMap<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
