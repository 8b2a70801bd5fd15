import { flagsOf } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId } from '../../../shared/domain/ids.ts';
import { splitKey } from '../../../shared/domain/ids.ts';
import { judgedBoxes } from '../../../shared/review/judgedBoxes.ts';
import { frameDigest } from '../../../shared/sync/frameDigest.ts';
import { decodeOp, toHex } from '../../../shared/sync/operation.ts';
import { sameValue } from '../../../shared/sync/reverse.ts';
import type { ReadConnection } from '../connection.ts';
import { sha256 } from './hash.ts';
import { boxesBefore, boxesNow, laterOps } from './past.ts';
import type { LaterOp, PastBox } from './past.ts';

/** So many operations are gone back in search of what somebody saw. */
const maxStepsBack = 200;

type Picture = ReadonlyMap<number, PastBox>;

/** The basis of a verdict that was given for `judged`: of the frame as it is, or as it was a while ago. */
export function basisOfJudged(c: ReadConnection, frame: number, judged: string): Uint8Array {
  const { picture } = lookBack(c, frame, 0, (boxes) => judgedDigest(boxes) === judged) ?? {};
  // Nothing like it was ever there: a basis that no frame has, so that the verdict counts for nothing but what was seen.
  return picture === undefined ? Buffer.from(judged, 'hex') : pictureDigest(c, picture);
}

/** What happened to a frame since it was as a verdict judged it, the latest first: more than came after the verdict, where somebody's edit came before it unseen. */
export function opsSinceJudged(c: ReadConnection, frame: number, verdict: { readonly r: number; readonly s: number }): readonly LaterOp[] {
  const later = laterOps(c, frame, '(select h, r, s from op where r = ? and s = ?)', [verdict.r, verdict.s]);
  const basis = basisOf(c, verdict);
  if (basis === null) return later;
  return lookBack(c, frame, later.length, (boxes) => sameValue(pictureDigest(c, boxes), basis))?.ops ?? later;
}

function lookBack(
  c: ReadConnection,
  frame: number,
  from: number,
  fits: (picture: Picture) => boolean,
): { readonly picture: Picture; readonly ops: readonly LaterOp[] } | undefined {
  const now = boxesNow(c, frame);
  if (from === 0 && fits(now)) return { picture: now, ops: [] };
  const ops = laterOps(c, frame, '(-1, 0, 0)', []);
  for (let count = Math.max(from, 1); count <= Math.min(ops.length, from + maxStepsBack); count++) {
    const since = ops.slice(0, count);
    const picture = boxesBefore(c, frame, since);
    if (fits(picture)) return { picture, ops: since };
  }
  return undefined;
}

function basisOf(c: ReadConnection, { r, s }: { readonly r: number; readonly s: number }): Uint8Array | null {
  const row = c
    .prepare<{ body: Buffer; id: Buffer }>('select o.body, g.id from op o join origin g on g.no = o.r where o.r = ? and o.s = ?')
    .get(r, s);
  const value = row && decodeOp(row.body, toHex(row.id)).writes.find(({ field }) => field === 'state')?.value;
  return Array.isArray(value) && value[1] instanceof Uint8Array ? value[1] : null;
}

function judgedDigest(picture: Picture): string {
  return judgedBoxes(
    [...picture.values()]
      .filter(({ live }) => live)
      .map(({ id, category, geometry: [x, y, w, h, angle], flags, track, attributes }) => ({
        id: id as BoxId,
        category: category as CategoryId,
        bbox: [x, y, w, h],
        angle,
        flags: flagsOf(flags),
        track,
        attributes,
      })),
  );
}

function pictureDigest(c: ReadConnection, picture: Picture): Uint8Array {
  const origins = new Map(
    c
      .prepare<{ no: number; id: Buffer }>('select no, id from origin')
      .all()
      .map(({ no, id }) => [no, toHex(id)]),
  );
  const categories = new Map(
    c
      .prepare<{ id: number; entity: Buffer }>('select id, entity from category')
      .all()
      .map(({ id, entity }) => [id, toHex(entity)]),
  );
  return frameDigest(
    sha256,
    [...picture.values()]
      .filter(({ live }) => live)
      .map(({ id, category, ...box }) => {
        const { originNo, n } = splitKey(id);
        return { ...box, origin: origins.get(originNo) ?? '', n, category: categories.get(category) ?? '' };
      }),
  );
}
