import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { BoxColumns } from '../../shared/domain/columns.ts';
import { AppError } from '../../shared/errors.ts';
import type { AttributeColumns, BoxTable } from '../../shared/triggers/boxTable.ts';
import { boxTableSteps } from '../../shared/triggers/boxTable.ts';
import type { Cause } from '../../shared/triggers/causes.ts';
import type { CheckedTrigger } from '../../shared/triggers/checkedTrigger.ts';
import { compileTrigger, unsupportedError, UnknownTally } from '../../shared/triggers/evaluator.ts';
import type { FrameColumns } from '../../shared/triggers/frameColumns.ts';
import { frameTable } from '../../shared/triggers/frameColumns.ts';
import { defaultStepBudget } from '../../shared/triggers/machine.ts';
import type { HitColumns } from '../../shared/triggers/ranking.ts';
import { rankHits } from '../../shared/triggers/ranking.ts';
import { readsNames } from '../../shared/triggers/readsNames.ts';
import type { FromWorker, RunTask, ToWorker, TriggerPart, Work } from './protocol.ts';
import { control } from './protocol.ts';
import { createControl, taskData, workOnTask } from './runTask.ts';
import type { SharedFrames } from './sharedFrames.ts';
import { sharedMemory, shareFrames, shareNames } from './sharedFrames.ts';

/** A source: the key it was loaded under and the name that results give it (`gt` or the run's name). */
export interface SourceRef {
  readonly key: string;
  readonly name: string;
}

/** Rule 8: what sources mean in a run. */
export interface SourceMap {
  /** For sets without `@`: the active run, or gt, or what `--source` says. */
  readonly byDefault: SourceRef;
  /** `gt`, the roles that are given, and runs by name. */
  readonly named: ReadonlyMap<string, SourceRef>;
}

export interface QueryRequest {
  /** Key of the frames. */
  readonly frames: string;
  readonly sources: SourceMap;
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  /** Steps one frame may take (rule 9). */
  readonly stepBudget?: number;
}

export interface RunRequest extends QueryRequest {
  readonly triggers: readonly CheckedTrigger[];
  /** Frames for which it is not true are left out. */
  readonly where?: CheckedTrigger | null;
  /** Hits in `top`; 100 unless told. */
  readonly limit?: number;
  /** Also order all hits (`ranked`). */
  readonly ranked?: boolean;
}

export interface FilterRequest extends QueryRequest {
  readonly where: CheckedTrigger;
}

export interface Progress {
  readonly framesDone: number;
  readonly framesTotal: number;
  readonly hits: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** At most ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface WitnessBox {
  readonly variable: string;
  readonly source: string;
  readonly id: number;
  readonly category: string;
  readonly bbox: readonly [number, number, number, number];
  readonly score?: number;
}

export interface TriggerHit {
  /** Name of the frame. */
  readonly frame: string;
  readonly frameIndex: number;
  /** null where the severity is unknown. */
  readonly severity: number | null;
  readonly witness: readonly WitnessBox[];
}

/** All hits in the order of rule 4, as columns; `hit(rank)` brings one with its witness. */
export interface RankedHits {
  readonly frames: Uint32Array;
  /** NaN where unknown. */
  readonly severities: Float64Array;
  hit(rank: number): TriggerHit;
}

/** What `trigger run` prints for one trigger, and more. */
export interface TriggerResult {
  readonly name: string;
  readonly hash: string;
  readonly hits: number;
  readonly frames: number;
  readonly unknown: { readonly frames: number; readonly causes: Partial<Record<Cause, number>> };
  readonly ms: number;
  readonly top: readonly TriggerHit[];
  readonly ranked: RankedHits | null;
}

export interface TriggerEngine {
  /**
   * Copies the frames to shared memory. Frame indices of results count in this order. Loading other fields of the same frames
   * keeps the tables of sources; loading other frames (or another order) drops them.
   */
  loadFrames(key: string, frames: FrameColumns): void;
  /**
   * Copies the boxes of a source to a table on shared memory, aligned with the frames of `framesKey`; in small steps, between
   * which the thread does what else it has to do. Until the end the table before it answers. Nothing is loaded where the frames
   * became others meanwhile: ask `has`.
   */
  load(key: string, framesKey: string, columns: BoxColumns, attributes?: AttributeColumns): Promise<void>;
  has(key: string): boolean;
  drop(key: string): void;
  /**
   * Throws `unsupported`, `not_found` (a source), `trigger_limit` (naming the frame), `cancelled`, `unavailable` (closed).
   * The answer is the same for any number of threads.
   */
  run(request: RunRequest, options?: RunOptions): Promise<readonly TriggerResult[]>;
  /** Indices of the frames for which the expression is true, rising. */
  filter(request: FilterRequest, options?: RunOptions): Promise<Uint32Array>;
  close(): Promise<void>;
}

export interface TriggerEngineOptions {
  /** Worker threads; the number of cores, at most 8, unless told. 0 works in the calling thread. */
  readonly threads?: number;
  /** Frames that a thread takes at a time; 4,096 unless told. */
  readonly chunkFrames?: number;
}

interface LoadedFrames {
  readonly columns: FrameColumns;
  shared: SharedFrames;
}

interface LoadedTable {
  readonly framesKey: string;
  readonly table: BoxTable;
}

interface Waiting {
  readonly resolve: (message: FromWorker) => void;
  readonly reject: (error: Error) => void;
}

/** A worker thread, and what it has been given. */
interface Thread {
  readonly worker: Worker;
  readonly known: Set<string>;
  readonly waiting: Map<number, Waiting>;
}

const progressInterval = 100;
const workerFile = new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

export function createTriggerEngine(options: TriggerEngineOptions = {}): TriggerEngine {
  const threadCount = options.threads ?? Math.min(8, availableParallelism());
  const frames = new Map<string, LoadedFrames>();
  const tables = new Map<string, LoadedTable>();
  let threads: Thread[] = [];
  let runs = 0;
  let closed = false;

  const startThread = (): Thread => {
    const worker = new Worker(workerFile);
    worker.unref();
    const thread: Thread = { worker, known: new Set(), waiting: new Map() };
    const fail = (error: Error): void => {
      threads = threads.filter((t) => t !== thread);
      for (const { reject } of thread.waiting.values()) reject(error);
      thread.waiting.clear();
    };
    worker.on('message', (message: FromWorker) => {
      const waiting = thread.waiting.get(message.run);
      thread.waiting.delete(message.run);
      if (thread.waiting.size === 0) worker.unref();
      waiting?.resolve(message);
    });
    worker.on('error', (error) => {
      fail(new AppError('internal', 'A thread of the trigger engine stopped.', { reason: String(error) }));
    });
    worker.on('exit', () => {
      fail(new AppError('unavailable', 'The trigger engine was closed.'));
    });
    return thread;
  };

  const post = (thread: Thread, message: ToWorker): void => {
    thread.worker.postMessage(message);
  };

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
      for (const thread of threads) thread.known.delete(request.frames);
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

  const askThread = (thread: Thread, run: number, task: RunTask, state: Int32Array, selection: Uint8Array | null): Promise<FromWorker> => {
    if (!thread.known.has(task.frames)) {
      thread.known.add(task.frames);
      post(thread, { type: 'frames', key: task.frames, frames: framesOf(task.frames).shared });
    }
    for (const key of new Set(task.sources.values())) {
      if (thread.known.has(key)) continue;
      thread.known.add(key);
      post(thread, { type: 'table', key, table: tables.get(key)!.table });
    }
    return new Promise((resolve, reject) => {
      thread.waiting.set(run, { resolve, reject });
      thread.worker.ref();
      post(thread, { type: 'run', run, task, control: state, selection });
    });
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
    while (threads.length < threadCount) threads.push(startThread());
    const run = ++runs;
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
      const chunks = Math.ceil(loaded.shared.count / task.chunkFrames);
      const answers = allWork(
        threads.map((thread) => askThread(thread, run, task, state, selection)),
        chunks,
      );
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
      for (const thread of threads) thread.known.delete(key);
    },
    async load(key, framesKey, columns, attributes = new Map()) {
      const { ids } = framesOf(framesKey).columns;
      const steps = boxTableSteps(columns, ids, attributes, sharedMemory);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) await setImmediate();
      const now = frames.get(framesKey);
      if (now === undefined || !sameKeys(now.columns.ids, ids)) return;
      tables.set(key, { framesKey, table: step.value });
      for (const thread of threads) thread.known.delete(key);
    },
    has: (key) => frames.has(key) || tables.has(key),
    drop(key) {
      frames.delete(key);
      tables.delete(key);
      for (const thread of threads) {
        if (thread.known.delete(key)) post(thread, { type: 'drop', key });
      }
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
      const stopping = threads;
      threads = [];
      await Promise.all(stopping.map(({ worker }) => worker.terminate()));
      frames.clear();
      tables.clear();
    },
  };
}

/**
 * The work of all threads, or of those that did all of it: a thread that the system has not let run yet, and that would find nothing
 * left to do, is not waited for.
 */
function allWork(answers: readonly Promise<FromWorker>[], chunks: number): Promise<readonly Work[]> {
  return new Promise((resolve, reject) => {
    const done: Work[] = [];
    let finished = 0;
    for (const answer of answers) {
      answer.then((message) => {
        if (message.type === 'broken') {
          reject(new AppError('internal', 'A query failed in the trigger engine.', { reason: message.message }));
          return;
        }
        done.push(message.work);
        finished += message.work.chunks;
        if (finished === chunks || done.length === answers.length) resolve(done.slice());
      }, reject);
    }
  });
}

function sameKeys(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

interface Assembly {
  readonly request: RunRequest;
  readonly columns: FrameColumns;
  readonly table: (written: string | null) => BoxTable;
  readonly sourceName: (written: string | null) => string;
  readonly task: RunTask;
  readonly ms: number;
}

/** Puts the parts of all threads together in the order of chunks: the same columns for any number of threads. */
function joinParts(parts: readonly TriggerPart[], stride: number): HitColumns {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return { count: only.frames.length, stride, ...only };
  const count = parts.reduce((sum, p) => sum + p.frames.length, 0);
  const joined = {
    count,
    stride,
    frames: new Uint32Array(count),
    severities: new Float64Array(count),
    rows: new Uint32Array(count * stride),
  };
  const segments = parts.flatMap((part) => part.segments.map((segment) => ({ part, segment })));
  segments.sort((p, q) => p.segment.chunk - q.segment.chunk);
  let at = 0;
  for (const { part, segment } of segments) {
    joined.frames.set(part.frames.subarray(segment.from, segment.to), at);
    joined.severities.set(part.severities.subarray(segment.from, segment.to), at);
    joined.rows.set(part.rows.subarray(segment.from * stride, segment.to * stride), at * stride);
    at += segment.to - segment.from;
  }
  return joined;
}

function assemble(trigger: CheckedTrigger, parts: readonly TriggerPart[], from: Assembly): TriggerResult {
  const { request, columns } = from;
  const variables = trigger.outermost?.variables ?? [];
  const hits = joinParts(parts, variables.length);
  const unknown = new UnknownTally();
  for (const part of parts) unknown.merge({ frames: part.unknownFrames, causes: part.unknownCauses });
  const tables = variables.map((v) => from.table(v.set.source));
  const categories = new Map(request.categories.map(({ id, name }) => [id, name]));
  const compiled = compileTrigger(trigger, { frames: frameTable(columns), table: from.table, categories: from.task.categories });

  const hitAt = (place: number): TriggerHit => {
    const frame = hits.frames[place]!;
    const severity = hits.severities[place]!;
    const rows = hits.rows.subarray(place * hits.stride, (place + 1) * hits.stride);
    const witness = compiled.witness(frame, rows).map(({ variable, source, table, row }): WitnessBox => {
      const score = table.scores[row]!;
      const box = {
        variable,
        source: from.sourceName(source),
        id: table.ids[row]!,
        category: categories.get(table.categories[row]!) ?? '',
        bbox: [table.boxes[4 * row]!, table.boxes[4 * row + 1]!, table.boxes[4 * row + 2]!, table.boxes[4 * row + 3]!] as const,
      };
      return score === score ? { ...box, score } : box;
    });
    return { frame: columns.names[frame]!, frameIndex: frame, severity: severity === severity ? severity : null, witness };
  };

  const rankContext = { name: (frame: number) => columns.names[frame]!, id: (row: number, v: number) => tables[v]!.ids[row]! };
  const limit = request.limit ?? 100;
  const order = rankHits(hits, rankContext, request.ranked === true ? hits.count : limit);
  const ranked: RankedHits | null =
    request.ranked === true
      ? {
          frames: Uint32Array.from(order, (place) => hits.frames[place]!),
          severities: Float64Array.from(order, (place) => hits.severities[place]!),
          hit: (rank) => hitAt(order[rank]!),
        }
      : null;
  return {
    name: trigger.name,
    hash: trigger.hash,
    hits: hits.count,
    frames: parts.reduce((sum, p) => sum + p.frameCount, 0),
    unknown: { frames: unknown.frames, causes: unknown.byCause() },
    ms: from.ms,
    top: [...order.subarray(0, limit)].map(hitAt),
    ranked,
  };
}
