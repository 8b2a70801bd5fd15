import { decodeOp, toHex } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';

export interface PlacedBox {
  readonly id: number;
  readonly frame: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/**
 * Whether a box whose geometry was written since its birth is where it was born: moved and moved back. The area and mask that
 * a file gave it are those of that place, and of no other.
 */
export function isWhereItWasBorn({ prepare }: ReadConnection, box: PlacedBox): boolean {
  const bodies = prepare<{ body: Buffer; replica: Buffer }>(
    'select o.body, r.id replica from op o join replica r on r.no = o.r where o.f = ? and o.e = ? order by o.h, o.r, o.s',
  ).all(box.frame, box.id);
  for (const { body, replica } of bodies) {
    const write = decodeOp(body, toHex(replica)).writes.find(({ field, before }) => field === 'g' && before !== undefined);
    if (write === undefined || !Array.isArray(write.before)) continue;
    const [x, y, w, h] = write.before as readonly unknown[];
    return x === box.x && y === box.y && w === box.w && h === box.h;
  }
  return false;
}
