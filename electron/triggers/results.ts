import type { BoxTable } from '../../shared/triggers/boxTable.ts';
import type { CheckedTrigger } from '../../shared/triggers/checkedTrigger.ts';
import { compileTrigger, UnknownTally, type WitnessObject } from '../../shared/triggers/evaluator.ts';
import type { FrameColumns } from '../../shared/triggers/frameColumns.ts';
import { frameTable } from '../../shared/triggers/frameColumns.ts';
import type { HitColumns } from '../../shared/triggers/ranking.ts';
import { rankHits } from '../../shared/triggers/ranking.ts';
import type { RunTask, TriggerPart } from './protocol.ts';
import type { RankedHits, RunRequest, TriggerHit, TriggerResult, WitnessBox } from './types.ts';

/** Where a run's results come from. `ms`: how long the trigger took. */
export interface Assembly {
  readonly request: RunRequest;
  readonly columns: FrameColumns;
  readonly table: (written: string | null) => BoxTable;
  readonly sourceName: (written: string | null) => string;
  readonly task: RunTask;
  readonly ms: number;
}

/** The result of one trigger from what each thread found of it. */
export function assemble(trigger: CheckedTrigger, parts: readonly TriggerPart[], from: Assembly): TriggerResult {
  const { request, columns } = from;
  const variables = trigger.outermost?.variables ?? [];
  const hits = joinParts(parts, variables.length);
  const unknown = new UnknownTally();
  for (const part of parts) unknown.merge({ frames: part.unknownFrames, causes: part.unknownCauses });
  const tables = variables.map((v) => from.table(v.set.source));
  const categories = new Map(request.categories.map(({ id, name }) => [id, name]));
  const compiled = compileTrigger(trigger, { frames: frameTable(columns), table: from.table, categories: from.task.categories });

  const witnessAt = (place: number): readonly WitnessObject[] =>
    compiled.witness(hits.frames[place]!, hits.rows.subarray(place * hits.stride, (place + 1) * hits.stride));
  const hitAt = (place: number): TriggerHit => {
    const frame = hits.frames[place]!;
    const severity = hits.severities[place]!;
    const witness = witnessAt(place).map(({ variable, source, table, row }): WitnessBox => {
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
          witness: (rank) => witnessAt(order[rank]!),
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
