import { fromHex } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';

/** Where the image of a frame lies; of this computer, so no part of the pack. */
export interface PackMedia {
  readonly place: 'copy' | 'link' | 'none';
  /** `link`: id in `link_root` and the path below it, with forward slashes. */
  readonly root?: number;
  readonly path?: string;
  readonly format?: string;
  readonly bytes?: number;
  readonly problem?: string;
  readonly statistics?: { readonly brightness: number; readonly lumaP95: number; readonly contrast: number; readonly sharpness: number };
}

/** `pack_chunk.local`: the images of a chunk's frames beside the chunk, until the chunk is applied. */
export function localText(frames: readonly { readonly sha256: string; readonly media: PackMedia }[]): string {
  return JSON.stringify(frames.map(({ sha256, media }) => [sha256, media]));
}

/** Says where the images of a chunk lie. Content that is known keeps its place, unless it had none. */
export function placeMedia(c: ReadConnection, local: string): void {
  const insert = c.prepare(
    `insert into media (sha256, place, root, path, format, bytes, problem, brightness, luma_p95, contrast, sharpness)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (sha256) do update set place = excluded.place, root = excluded.root, path = excluded.path, format = excluded.format,
       bytes = excluded.bytes, problem = excluded.problem, brightness = coalesce(excluded.brightness, brightness),
       luma_p95 = coalesce(excluded.luma_p95, luma_p95), contrast = coalesce(excluded.contrast, contrast),
       sharpness = coalesce(excluded.sharpness, sharpness)
     where media.place = 'none' or (media.place = 'link' and excluded.place = 'copy')`,
  );
  for (const [sha256, media] of JSON.parse(local) as [string, PackMedia][]) {
    const s = media.statistics;
    insert.run(
      fromHex(sha256),
      media.place,
      media.root ?? null,
      media.path ?? null,
      media.format ?? null,
      media.bytes ?? null,
      media.problem ?? null,
      s?.brightness ?? null,
      s?.lumaP95 ?? null,
      s?.contrast ?? null,
      s?.sharpness ?? null,
    );
  }
}
