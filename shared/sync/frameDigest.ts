import { encodeCbor } from './cbor.ts';
import type { CborValue } from './cbor.ts';
import type { Hash } from './chain.ts';
import type { Id } from './operation.ts';
import { fromHex } from './operation.ts';

/** A visible box as the digest sees it: effective values only. */
export interface DigestBox {
  readonly origin: Id;
  readonly n: number;
  readonly category: Id;
  /** x, y, w, h, angle */
  readonly geometry: readonly number[];
  readonly flags: number;
  readonly track: number | null;
  readonly attributes: { readonly [key: string]: string | number | boolean };
}

/** V1: SHA-256 over the visible boxes of a frame, sorted by id: what a verdict was about. */
export function frameDigest(hash: Hash, boxes: readonly DigestBox[]): Uint8Array {
  const sorted = [...boxes].sort((a, b) => (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.n - b.n));
  return hash(
    encodeCbor(
      sorted.map((box): CborValue => [
        fromHex(box.origin),
        box.n,
        fromHex(box.category),
        box.geometry,
        box.flags,
        box.track,
        box.attributes,
      ]),
    ),
  );
}
