import type { BoxColumns } from '../../shared/domain/columns.ts';
import type { AttributeColumns } from '../../shared/triggers/boxTable.ts';
import type { Cause } from '../../shared/triggers/causes.ts';
import type { CheckedTrigger } from '../../shared/triggers/checkedTrigger.ts';
import type { FrameColumns } from '../../shared/triggers/frameColumns.ts';
import type { WitnessObject } from '../../shared/triggers/evaluator.ts';

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
  /** The rows of its witness alone: what a query over a million frames can afford for each. */
  witness(rank: number): readonly WitnessObject[];
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
