import { boxFlags, origins } from '../../shared/domain/annotation.ts';
import type { AttributeValue, BoxFlag, Origin } from '../../shared/domain/annotation.ts';
import type { BoxColumns } from '../../shared/domain/columns.ts';
import { frameStates } from '../../shared/domain/frame.ts';
import type { FrameState } from '../../shared/domain/frame.ts';
import type { AttributeColumns, BoxTable } from '../../shared/triggers/boxTable.ts';
import { buildBoxTable } from '../../shared/triggers/boxTable.ts';
import { requireTriggers } from '../../shared/triggers/check.ts';
import { compileTrigger, UnknownTally } from '../../shared/triggers/evaluator.ts';
import type { CodedTexts, FrameColumns } from '../../shared/triggers/frameColumns.ts';
import { frameTable } from '../../shared/triggers/frameColumns.ts';
import { rankHits } from '../../shared/triggers/ranking.ts';

/** A box written short: category and `[x, y, w, h]`; ids count from 1 in each source of a frame unless given. */
export interface SmallBox {
  readonly is: string;
  readonly at: readonly [number, number, number, number];
  readonly score?: number;
  readonly id?: number;
  readonly flags?: readonly BoxFlag[];
  readonly reviewed?: boolean;
  readonly origin?: Origin;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface SmallFrame {
  readonly name?: string;
  readonly size?: readonly [number, number];
  readonly state?: FrameState;
  readonly split?: string;
  readonly sequence?: string;
  readonly index?: number;
  readonly time?: number;
  readonly luma?: number;
  readonly tags?: readonly string[];
  /** Boxes of the default source. */
  readonly boxes?: readonly SmallBox[];
  readonly others?: Readonly<Record<string, readonly SmallBox[]>>;
}

export interface Asked {
  /** `frame: variable=id variable=id, severity` in the order of the results. */
  readonly hits: readonly string[];
  readonly unknown: { readonly frames: number; readonly causes: Readonly<Record<string, number>> };
}

export const box = (is: string, x: number, y: number, w: number, h: number, score?: number, more: Partial<SmallBox> = {}): SmallBox =>
  score === undefined ? { is, at: [x, y, w, h], ...more } : { is, at: [x, y, w, h], score, ...more };

function coded(values: readonly (string | undefined)[]): CodedTexts {
  const known = [...new Set(values.filter((v) => v !== undefined))];
  return { codes: Int32Array.from(values, (v) => (v === undefined ? -1 : known.indexOf(v))), values: known };
}

export function smallFrames(frames: readonly SmallFrame[]): FrameColumns {
  return {
    ids: Float64Array.from(frames, (_, i) => i + 1),
    names: frames.map((f, i) => f.name ?? `${i}.jpg`),
    widths: Uint32Array.from(frames, (f) => f.size?.[0] ?? 1000),
    heights: Uint32Array.from(frames, (f) => f.size?.[1] ?? 500),
    states: Uint8Array.from(frames, (f) => frameStates.indexOf(f.state ?? 'unlabeled')),
    splits: coded(frames.map((f) => f.split)),
    sequences: coded(frames.map((f) => f.sequence)),
    indices: Int32Array.from(frames, (f) => f.index ?? -1),
    times: Float64Array.from(frames, (f) => f.time ?? NaN),
    lumaP95: Float64Array.from(frames, (f) => f.luma ?? NaN),
    tags: new Map(
      [...new Set(frames.flatMap((f) => f.tags ?? []))].map((tag) => [
        tag,
        Uint8Array.from(frames, (f) => (f.tags?.includes(tag) === true ? 1 : 0)),
      ]),
    ),
  };
}

export function smallColumns(
  perFrame: readonly (readonly SmallBox[])[],
  categories: ReadonlyMap<string, number>,
): { readonly columns: BoxColumns; readonly attributes: AttributeColumns } {
  const boxes = perFrame.flatMap((list) => list.map((b, i) => ({ ...b, id: b.id ?? i + 1 })));
  const offsets = new Uint32Array(perFrame.length + 1);
  perFrame.forEach((list, i) => (offsets[i + 1] = offsets[i]! + list.length));
  const names = new Set(boxes.flatMap((b) => Object.keys(b.attributes ?? {})));
  return {
    columns: {
      frameIds: Float64Array.from(perFrame, (_, i) => i + 1),
      offsets,
      ids: Float64Array.from(boxes, (b) => b.id),
      categories: Uint16Array.from(boxes, (b) => categories.get(b.is) ?? 0),
      scores: Float64Array.from(boxes, (b) => b.score ?? NaN),
      boxes: Float64Array.from(boxes.flatMap((b) => b.at)),
      tracks: new Int32Array(boxes.length).fill(-1),
      flags: Uint8Array.from(boxes, (b) =>
        (b.flags ?? []).reduce((bits, flag) => bits | (1 << boxFlags.indexOf(flag)), b.reviewed === true ? 128 : 0),
      ),
      origins: Uint8Array.from(boxes, (b) => origins.indexOf(b.origin ?? 'import')),
    },
    attributes: new Map(
      [...names].map((name) => {
        const values = [...new Set(boxes.map((b) => b.attributes?.[name]).filter((v) => v !== undefined))];
        const codes = Int32Array.from(boxes, (b) => {
          const value = b.attributes?.[name];
          return value === undefined ? -1 : values.indexOf(value);
        });
        return [name, { codes, values }];
      }),
    ),
  };
}

/** Runs one trigger (a file's text, an expression or the short form) over a few frames, in this thread. */
export function ask(text: string, frames: readonly SmallFrame[], options: { readonly stepBudget?: number } = {}): Asked {
  const [checked] = requireTriggers(text, {}, 'text');
  const sources = new Set(['', ...frames.flatMap((f) => Object.keys(f.others ?? {}))]);
  const boxesOf = (source: string): readonly (readonly SmallBox[])[] =>
    frames.map((f) => (source === '' ? f.boxes : f.others?.[source]) ?? []);
  const names = new Set([...checked!.categories, ...[...sources].flatMap((s) => boxesOf(s).flatMap((list) => list.map((b) => b.is)))]);
  const categories = new Map([...names].map((name, id) => [name, id]));
  const columns = smallFrames(frames);
  const tables = new Map<string, BoxTable>();
  for (const source of sources) {
    const small = smallColumns(boxesOf(source), categories);
    tables.set(source, buildBoxTable(small.columns, columns.ids, small.attributes));
  }
  const compiled = compileTrigger(
    checked!,
    { frames: frameTable(columns), table: (s) => tables.get(s ?? '') ?? tables.get('')!, categories },
    options,
  );
  const hits = compiled.createBuffer();
  const unknown = new UnknownTally();
  compiled.range(0, frames.length, null, hits, unknown);
  const order = rankHits(hits, { name: (f) => columns.names[f]!, id: (row, v) => compiled.id(row, v) });
  return {
    hits: [...order].map((place) => {
      const frame = hits.frames[place]!;
      const witness = compiled.witness(frame, hits.rows.subarray(place * hits.stride, (place + 1) * hits.stride));
      const bound = witness.map((w) => `${w.variable}=${w.table.ids[w.row]!}${w.source === null ? '' : `@${w.source}`}`).join(' ');
      return `${columns.names[frame]}: ${bound}, ${Number(hits.severities[place]!.toFixed(4))}`;
    }),
    unknown: { frames: unknown.frames, causes: unknown.byCause() },
  };
}
