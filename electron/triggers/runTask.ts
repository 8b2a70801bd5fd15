import { emptyBoxTable } from '../../shared/triggers/boxTable.ts';
import type { BoxTable } from '../../shared/triggers/boxTable.ts';
import type { TriggerData } from '../../shared/triggers/slotTables.ts';
import { compileTrigger, UnknownTally } from '../../shared/triggers/evaluator.ts';
import type { FrameTable } from '../../shared/triggers/frameColumns.ts';
import { StepLimit } from '../../shared/triggers/machine.ts';
import type { RunTask, Segment, StepFailure, Work } from './protocol.ts';
import { control } from './protocol.ts';

/** Frames evaluated between two looks at the cancel flag: halved where they take long, doubled where they do not. */
const firstSlice = 1_024;
const longSlice = 40;
const shortSlice = 5;

/** How a task's names lead to data. */
export function taskData(task: RunTask, frames: FrameTable, table: (key: string) => BoxTable | undefined): TriggerData {
  let nothing: BoxTable | null = null;
  return {
    frames,
    table: (source) => {
      const key = task.sources.get(source ?? '');
      return (key === undefined ? undefined : table(key)) ?? (nothing ??= emptyBoxTable(frames.count));
    },
    categories: task.categories,
  };
}

/**
 * Works on a task until its chunks are used up, it is cancelled, or a chunk before the next one has failed. Any number of threads
 * may do this at once: they share `state`, and what they return put together in the order of chunks is the same for any number.
 */
export function workOnTask(task: RunTask, data: TriggerData, state: Int32Array, selection: Uint8Array | null): Work {
  const options = { stepBudget: task.stepBudget };
  const where = task.where === null ? null : compileTrigger(task.where, data, options);
  const running = task.triggers.map((trigger) => {
    const compiled = compileTrigger(trigger, data, options);
    return { compiled, hits: compiled.createBuffer(), unknown: new UnknownTally(), segments: [] as Segment[], busy: 0 };
  });
  const { chunkFrames } = task;
  const frameCount = data.frames.count;
  const chunks = Math.ceil(frameCount / chunkFrames);
  const mask = where === null ? null : new Uint8Array(chunkFrames);
  let slice = firstSlice;
  let finished = 0;
  let failure = null as StepFailure | null;

  while (failure === null) {
    const chunk = Atomics.add(state, control.nextChunk, 1);
    // A chunk after one that failed no longer matters; one before it does, so that the first failure is the one that is told.
    if (chunk >= chunks || chunk > Atomics.load(state, control.failedChunk)) break;
    const end = Math.min(frameCount, (chunk + 1) * chunkFrames);
    const starts = running.map((r) => r.hits.count);
    let at = chunk * chunkFrames;
    while (at < end && failure === null) {
      if (Atomics.load(state, control.cancelled) !== 0) break;
      let to = Math.min(end, at + slice);
      const began = performance.now();
      if (where !== null && mask !== null) {
        const from = at;
        const stopped = untilLimit(() => {
          for (let frame = from; frame < to; frame++) {
            const holds = where.truth(frame) === 1 ? 1 : 0;
            mask[frame - from] = holds;
            if (selection !== null) selection[frame] = holds;
          }
        });
        if (stopped !== null) {
          failure = { chunk, frame: stopped, trigger: '' };
          to = stopped;
        }
      }
      let hits = 0;
      for (const part of running) {
        const before = part.hits.count;
        const started = performance.now();
        const [from, last] = [at, to];
        const stopped = untilLimit(() => {
          part.compiled.range(from, last, mask, part.hits, part.unknown);
        });
        part.busy += performance.now() - started;
        hits += part.hits.count - before;
        if (stopped === null) continue;
        // The first frame that fails is told, whatever the slices were: the other triggers look at the frames before it only.
        failure = { chunk, frame: stopped, trigger: part.compiled.checked.name };
        to = stopped;
      }
      Atomics.add(state, control.framesDone, to - at);
      if (hits > 0) Atomics.add(state, control.hits, hits);
      at = to;
      const took = performance.now() - began;
      if (took > longSlice) slice = Math.max(1, slice >> 1);
      else if (took < shortSlice) slice = Math.min(chunkFrames, slice * 2);
    }
    if (failure === null && at === end) finished++;
    if (failure !== null) {
      let lowest = Atomics.load(state, control.failedChunk);
      while (chunk < lowest) {
        const seen = Atomics.compareExchange(state, control.failedChunk, lowest, chunk);
        if (seen === lowest) break;
        lowest = seen;
      }
    }
    running.forEach((part, i) => {
      if (part.hits.count > starts[i]!) part.segments.push({ chunk, from: starts[i]!, to: part.hits.count });
    });
    if (Atomics.load(state, control.cancelled) !== 0) break;
  }
  return {
    failure,
    chunks: finished,
    parts: running.map(({ hits, unknown, segments, busy }) => ({
      frames: hits.frames.slice(0, hits.count),
      severities: hits.severities.slice(0, hits.count),
      rows: hits.rows.slice(0, hits.count * hits.stride),
      segments,
      frameCount: hits.frameCount,
      unknownFrames: unknown.frames,
      unknownCauses: unknown.causes,
      busy,
    })),
  };
}

/** The frame at which the step budget ran out, or null. */
function untilLimit(work: () => void): number | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof StepLimit) return error.frame;
    throw error;
  }
}

/** The control block of a new run. */
export function createControl(): Int32Array {
  const state = new Int32Array(new SharedArrayBuffer(4 * control.length));
  state[control.failedChunk] = 2 ** 31 - 1;
  return state;
}
