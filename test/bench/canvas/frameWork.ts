import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** µs */
  readonly ts: number;
  /** Processor time of the thread, µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Starts to trace the page; what comes back ends it and gives the processor time of its main thread in each frame, ms. */
export async function traceFrames(browser: Browser, page: Page): Promise<() => Promise<readonly number[]>> {
  await browser.startTracing(page, {
    categories: [
      'toplevel',
      'disabled-by-default-devtools.timeline',
      'disabled-by-default-devtools.timeline.frame',
      'devtools.timeline.frame',
    ],
  });
  return async () =>
    workPerFrame(
      (JSON.parse((await browser.stopTracing()).toString('utf8')) as { readonly traceEvents: readonly TraceEvent[] }).traceEvents,
    );
}

/** Processor time does not grow when others want the processor, too: it tells what frames cost on a machine that is not idle. */
function workPerFrame(events: readonly TraceEvent[]): readonly number[] {
  const frames = events.filter(({ name }) => name === 'BeginMainThreadFrame');
  const main = frames[0];
  if (!main) throw new Error('the trace has no frames');
  const starts = frames.filter(({ pid, tid }) => pid === main.pid && tid === main.tid).map(({ ts }) => ts);
  starts.sort((a, b) => a - b);
  const work = new Array<number>(starts.length).fill(0);
  const tasks = events.filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === main.pid && tid === main.tid);
  if (tasks.length === 0) throw new Error('the trace has no tasks');
  tasks.sort((a, b) => a.ts - b.ts);
  let frame = 0;
  for (const { ts, tdur = 0 } of tasks) {
    while (frame + 1 < starts.length && (starts[frame + 1] ?? Infinity) <= ts) frame++;
    work[frame] = (work[frame] ?? 0) + tdur / 1_000;
  }
  // The first one holds what came before it, the last one is not over.
  return work.slice(1, -1);
}
