import { boxFlags } from '../domain/annotation.ts';
import type { Annotation } from '../domain/annotation.ts';
import { createSha256 } from '../hash/sha256.ts';
import { encodeCbor } from '../sync/cbor.ts';
import type { CborValue } from '../sync/cbor.ts';

export type JudgedBox = Pick<Annotation, 'id' | 'category' | 'bbox' | 'angle' | 'flags' | 'track' | 'attributes'>;

/**
 * Names the boxes that somebody had on show when they gave a verdict, by the dataset's own numbers: 64 hexadecimal digits. What
 * lies above what, and who made a box, is not judged.
 */
export function judgedBoxes(boxes: readonly JudgedBox[]): string {
  const sorted = [...boxes].sort((a, b) => a.id - b.id);
  const values = sorted.map((box): CborValue => [
    box.id,
    box.category,
    [...box.bbox, box.angle].map(plain),
    boxFlags.map((flag) => box.flags.includes(flag)),
    box.track,
    Object.fromEntries(Object.entries(box.attributes).map(([key, value]) => [key, plain(value)])),
  ]);
  return createSha256().update(encodeCbor(values)).hex();
}

/** −0 is 0, as it is stored. */
function plain<T>(value: T): T {
  return value === 0 ? (0 as T) : value;
}
