import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { BoxTable } from '../../shared/triggers/boxTable.ts';
import { boxTableSteps } from '../../shared/triggers/boxTable.ts';
import type { CheckedTrigger } from '../../shared/triggers/checkedTrigger.ts';
import { unsupportedError } from '../../shared/triggers/evaluator.ts';
import type { FrameColumns } from '../../shared/triggers/frameColumns.ts';
import { frameTable } from '../../shared/triggers/frameColumns.ts';
import { defaultStepBudget } from '../../shared/triggers/machine.ts';
import { readsNames } from '../../shared/triggers/readsNames.ts';
import type { RunTask, Work } from './protocol.ts';
import { control } from './protocol.ts';
import { assemble } from './results.ts';
import { createControl, taskData, workOnTask } from './runTask.ts';
import type { SharedFrames } from './sharedFrames.ts';
import { sharedMemory, shareFrames, shareNames } from './sharedFrames.ts';
import { createThreads } from './threads.ts';
import type { QueryRequest, RunOptions, SourceRef, TriggerEngine, TriggerEngineOptions } from './types.ts';

interface LoadedFrames {
  readonly columns: FrameColumns;
  shared: SharedFrames;
}

interface LoadedTable {
  readonly framesKey: string;
  readonly table: BoxTable;
}

/** Between two reports of progress, ms. */
const progressInterval = 100;

export function createTriggerEngine(options: TriggerEngineOptions = {}): TriggerEngine {
  const threadCount = options.threads ?? Math.min(8, availableParallelism());
  const frames = new Map<string, LoadedFrames>();
  const tables = new Map<string, LoadedTable>();
  const threads = createThreads(threadCount);
  let closed = false;

  const framesOf = (key: string): LoadedFrames => {
    const loaded = frames.get(key);
    if (loaded === undefined) throw new AppError('not_found', 'The frames of this query are not loaded.', { key });
    return loaded;
  };

  /** The table behind every source that the triggers name, by what is written; checks that all are there. */
  const resolveSources = (request: QueryRequest, triggers: readonly CheckedTrigger[]): ReadonlyMap<string, SourceRef> => {
    const resolved = new Map<string, SourceRef>([['', request.sources.byDefault]]);
    for (const trigger of triggers) {
      for (const written of trigger.writtenSources) {
        if (resolved.has(written)) continue;
        const ref = request.sources.named.get(written);
        if (ref === undefined)
          throw new AppError('not_found', `The dataset has no source "${written}".`, { source: written, trigger: trigger.name });
        resolved.set(written, ref);
      }
    }
    for (const ref of resolved.values()) {
      const loaded = tables.get(ref.key);
      if (loaded === undefined) throw new AppError('not_found', `The boxes of "${ref.name}" are not loaded.`, { source: ref.name });
      if (loaded.framesKey !== request.frames) {
        throw new AppError('internal', `The boxes of "${ref.name}" belong to other frames.`, { source: ref.name });
      }
    }
    return resolved;
  };

  const prepare = (
    request: QueryRequest,
    triggers: readonly CheckedTrigger[],
    where: CheckedTrigger | null,
  ): { readonly task: RunTask; readonly sources: ReadonlyMap<string, SourceRef> } => {
    if (closed) throw new AppError('unavailable', 'The trigger engine was closed.');
    const all = where === null ? triggers : [...triggers, where];
    for (const trigger of all) {
      const refused = unsupportedError(trigger);
      if (refused !== null) throw refused;
    }
    const loaded = framesOf(request.frames);
    if (loaded.shared.nameUnits === null && all.some((trigger) => readsNames(trigger))) {
      loaded.shared = shareNames(loaded.shared, loaded.columns.names);
      threads.renewed(request.frames);
    }
    const sources = resolveSources(request, all);
    return {
      sources,
      task: {
        triggers,
        where,
        frames: request.frames,
        sources: new Map([...sources].map(([written, ref]) => [written, ref.key])),
        categories: new Map(request.categories.map(({ id, name }) => [name, id])),
        stepBudget: request.stepBudget ?? defaultStepBudget,
        chunkFrames: options.chunkFrames ?? 4_096,
      },
    };
  };

  const execute = async (task: RunTask, selection: Uint8Array | null, { signal, onProgress }: RunOptions): Promise<readonly Work[]> => {
    const cancelled = (): AppError => new AppError('cancelled', 'The query was cancelled.');
    if (signal?.aborted === true) throw cancelled();
    const loaded = framesOf(task.frames);
    const state = createControl();
    if (threadCount === 0) {
      const data = taskData(task, frameTable(loaded.columns), (key) => tables.get(key)?.table);
      return [workOnTask(task, data, state, selection)];
    }
    const report = (): void => {
      onProgress?.({
        framesDone: Atomics.load(state, control.framesDone),
        framesTotal: loaded.shared.count,
        hits: Atomics.load(state, control.hits),
      });
    };
    const timer = onProgress === undefined ? null : setInterval(report, progressInterval);
    let stop: (() => void) | null = null;
    try {
      const table = (key: string): BoxTable => tables.get(key)!.table;
      const answers = threads.run({ task, frames: loaded.shared, table, control: state, selection });
      // Whoever cancels is answered at once; the threads stop at their next look at the flag.
      const stopped = new Promise<never>((_, reject) => {
        stop = () => {
          Atomics.store(state, control.cancelled, 1);
          reject(cancelled());
        };
        signal?.addEventListener('abort', stop, { once: true });
      });
      const work = await Promise.race([answers, stopped]);
      report();
      return work;
    } finally {
      if (timer !== null) clearInterval(timer);
      if (stop !== null) signal?.removeEventListener('abort', stop);
    }
  };

  const throwFailure = (outcome: readonly Work[], columns: FrameColumns): void => {
    const failures = outcome.map((work) => work.failure).filter((failure) => failure !== null);
    const first = failures.sort((p, q) => p.frame - q.frame)[0];
    if (first === undefined) return;
    const frame = columns.names[first.frame] ?? '';
    const name = first.trigger === '' ? 'The query' : `The trigger ${first.trigger}`;
    throw new AppError('trigger_limit', `${name} takes too many steps on the frame ${frame}. Ask for less, or for rarer boxes first.`, {
      frame,
      trigger: first.trigger,
    });
  };

  return {
    loadFrames(key, columns) {
      // Other states or statistics of the same frames leave the tables as they are; other frames make them worthless.
      const before = frames.get(key);
      if (before !== undefined && !sameKeys(before.columns.ids, columns.ids)) {
        for (const [name, { framesKey }] of tables) if (framesKey === key) tables.delete(name);
      }
      frames.set(key, { columns, shared: shareFrames(columns) });
      threads.renewed(key);
    },
    async load(key, framesKey, columns, attributes = new Map()) {
      const { ids } = framesOf(framesKey).columns;
      const steps = boxTableSteps(columns, ids, attributes, sharedMemory);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) await setImmediate();
      const now = frames.get(framesKey);
      if (now === undefined || !sameKeys(now.columns.ids, ids)) return;
      tables.set(key, { framesKey, table: step.value });
      threads.renewed(key);
    },
    has: (key) => frames.has(key) || tables.has(key),
    drop(key) {
      frames.delete(key);
      tables.delete(key);
      threads.drop(key);
    },
    async run(request, runOptions = {}) {
      const began = performance.now();
      const { task, sources } = prepare(request, request.triggers, request.where ?? null);
      const { columns } = framesOf(request.frames);
      // What a result says of a table is read from the table the run was answered from, also when the key is loaded anew.
      const held = new Map([...sources].map(([written, ref]) => [written, tables.get(ref.key)!.table]));
      const outcome = await execute(task, null, runOptions);
      throwFailure(outcome, columns);
      const wall = performance.now() - began;
      return request.triggers.map((trigger, t) => {
        const parts = outcome.map((work) => work.parts[t]!);
        const busy = parts.reduce((sum, p) => sum + p.busy, 0) / parts.length;
        const names = new Map([...sources].map(([written, ref]) => [written, ref.name]));
        return assemble(trigger, parts, {
          request,
          columns,
          table: (written) => held.get(written ?? '')!,
          sourceName: (written) => names.get(written ?? '') ?? '',
          task,
          ms: request.triggers.length === 1 ? wall : busy,
        });
      });
    },
    async filter(request, runOptions = {}) {
      const { task } = prepare(request, [], request.where);
      const { columns } = framesOf(request.frames);
      const selection = new Uint8Array(sharedMemory(columns.ids.length));
      const outcome = await execute(task, selection, runOptions);
      throwFailure(outcome, columns);
      let count = 0;
      for (const byte of selection) count += byte;
      const indices = new Uint32Array(count);
      let at = 0;
      for (let frame = 0; at < count; frame++) if (selection[frame] === 1) indices[at++] = frame;
      return indices;
    },
    async close() {
      closed = true;
      await threads.close();
      frames.clear();
      tables.clear();
    },
  };
}

function sameKeys(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}
