import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';

/** `media` columns of the numbers, in the order in which they travel. */
export const statisticsPerImage = 4;

const isUnmeasured = /* sql */ `m.brightness is null and m.problem is null and m.place <> 'none'`;

/** Images that are here and were never measured, by their key after `after`; each with one of its frames. */
function unmeasured(
  { prepare }: ReadConnection,
  input: { readonly after: number; readonly limit: number },
): { readonly media: Float64Array; readonly frames: Float64Array } {
  const rows = prepare(
    `select m.id, (select min(f.id) from frame f where f.media = m.id) frame from media m
     where m.id > ? and ${isUnmeasured} and exists (select 1 from frame f where f.media = m.id) order by m.id limit ?`,
  )
    .raw()
    .all(input.after, input.limit) as (readonly [number, number])[];
  return { media: Float64Array.from(rows, ([media]) => media), frames: Float64Array.from(rows, ([, frame]) => frame) };
}

function countUnmeasured({ prepare }: ReadConnection, _input: object): number {
  const row = prepare<{ n: number }>(
    `select count(*) n from media m where ${isUnmeasured} and exists (select 1 from frame f where f.media = m.id)`,
  );
  return row.get()?.n ?? 0;
}

/** The frames of some images: frame i shows image `places[i]` of the request. */
function framesOfMedia(
  { prepare }: ReadConnection,
  input: { readonly media: Float64Array },
): { readonly frames: Float64Array; readonly places: Uint32Array } {
  const select = prepare<{ id: number }>('select id from frame where media = ?');
  const found = [...input.media].flatMap((media, place) => select.all(media).map(({ id }) => [id, place] as const));
  return { frames: Float64Array.from(found, ([id]) => id), places: Uint32Array.from(found, ([, place]) => place) };
}

/** Derived from the image alone, so no operation: any computer measures the same. */
export interface MeasuredImages {
  readonly media: Float64Array;
  /** brightness, luma_p95, contrast, sharpness of each. */
  readonly values: Float64Array;
  /** Images that cannot be decoded, with the reason in words: nobody tries them again. */
  readonly undecodable: readonly { readonly media: number; readonly problem: string }[];
}

function note({ prepare }: WriteConnection, { media, values, undecodable }: MeasuredImages): null {
  const update = prepare('update media set brightness = ?, luma_p95 = ?, contrast = ?, sharpness = ? where id = ?');
  media.forEach((id, i) => update.run(...values.subarray(statisticsPerImage * i, statisticsPerImage * (i + 1)), id));
  const spoil = prepare('update media set problem = ? where id = ?');
  for (const { media: id, problem } of undecodable) spoil.run(problem, id);
  return null;
}

export const reads = {
  'statistics.frames': framesOfMedia,
  'statistics.left': countUnmeasured,
  'statistics.unmeasured': unmeasured,
} as const;

export const writes = {
  'statistics.note': note,
} as const;
