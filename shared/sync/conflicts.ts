import { iou } from '../geometry/box.ts';
import type { Box } from '../geometry/box.ts';
import { encodeCbor } from './cbor.ts';
import type { CborValue } from './cbor.ts';
import type { Hash } from './chain.ts';
import type { Dot, EntityRef } from './operation.ts';
import { fromHex } from './operation.ts';
import type { Head, LocalDot } from './register.ts';
import { sameValue } from './reverse.ts';

export type ConflictKind = 'field' | 'edit-vs-delete' | 'verdict' | 'ontology' | 'possible-double';

/** `soft`: listed, settled by the order of siblings, blocks nothing. `hard`: a person has to say. */
export type Severity = 'none' | 'soft' | 'hard';

/** Geometry siblings this alike are one opinion (M5). */
const sameGeometry = { iou: 0.95, cornerPx: 2 } as const;
/** Boxes added at once by two people, this much over each other, are likely one object (M11). */
const doubleIou = 0.7;

/** M3, M5, M12, M13: whether the siblings of a field are a conflict. Machines never conflict with people: the person's value holds. */
export function fieldConflict(field: string, heads: readonly Head[]): Severity {
  const human = heads.filter((head) => head.actor === 0);
  const values = distinct(human.map((head) => head.value));
  if (values.length < 2) return 'none';
  if (field === 'life') return 'none';
  if (field === 'state') return verdictsDiffer(values) ? 'hard' : 'none';
  // Work to do is nobody's opinion about the boxes, and texts of a comment are all shown.
  if (field === 'assignee' || field === 'text' || field === 'resolved') return 'soft';
  // Where a category stands in a list, in which groups, and which box lies above which is no matter that has to be settled before work goes on.
  if (field.startsWith('tag:') || field.startsWith('grp:') || field === 'place' || field === 'z') return 'soft';
  if (field === 'g') return values.every((value) => closeTo(values[0], value)) ? 'soft' : 'hard';
  return 'hard';
}

/** V3: only verdicts contradict each other; how far the work is (unlabeled, draft, labeled) contradicts nobody. */
function verdictsDiffer(values: readonly CborValue[]): boolean {
  const states = values.map((value) => (Array.isArray(value) ? (value[0] as CborValue) : value));
  return states.includes('needs_fix') && states.some((state) => state === 'approved' || state === 'locked');
}

export function conflictKind(field: string, isOntology: boolean): ConflictKind {
  return isOntology ? 'ontology' : field === 'state' ? 'verdict' : 'field';
}

/** M8: a person's write to a box that everybody who deleted it had not seen. `dead`: heads of its life, with what each deleter saw. */
export function editedWhileDeleted(
  dead: readonly { readonly head: Head; readonly seen: readonly LocalDot[] }[],
  others: readonly Head[],
): readonly Head[] {
  const gone = dead.filter(({ head }) => head.value === 0);
  if (gone.length === 0) return [];
  return others.filter((head) => head.actor === 0 && !gone.some(({ seen }) => seen.some((dot) => dot.r === head.r && dot.s === head.s)));
}

/** M11: two boxes of one frame and category, added by replicas that did not know of each other. */
export function possibleDouble(a: Box, b: Box): boolean {
  return iou(a, b) >= doubleIou;
}

/** The same on every replica: SHA-256 of kind, thing, field and sorted dots, first 16 bytes. */
export function conflictId(hash: Hash, kind: ConflictKind, entity: EntityRef, field: string, dots: readonly Dot[]): Uint8Array {
  const thing: CborValue =
    entity.kind === 'dataset' ? null : entity.kind === 'category' ? fromHex(entity.id) : [fromHex(entity.origin), entity.n];
  const sorted = [...dots].sort((x, y) => (x.replica === y.replica ? x.seq - y.seq : x.replica < y.replica ? -1 : 1));
  return hash(encodeCbor([kind, thing, field, sorted.map((dot): CborValue => [fromHex(dot.replica), dot.seq])])).slice(0, 16);
}

function distinct(values: readonly CborValue[]): CborValue[] {
  return values.filter((value, i) => values.findIndex((other) => sameValue(value, other)) === i);
}

/** x, y, w, h and angle of a field `g`; null where it has none. */
function geometryOf(value: CborValue | undefined): readonly [number, number, number, number, number] | null {
  const [x, y, w, h, angle = 0] = Array.isArray(value) ? (value as readonly CborValue[]) : [];
  const isWhole = typeof x === 'number' && typeof y === 'number' && typeof w === 'number' && typeof h === 'number';
  return isWhole && typeof angle === 'number' ? [x, y, w, h, angle] : null;
}

function closeTo(a: CborValue | undefined, b: CborValue): boolean {
  const [p, q] = [geometryOf(a), geometryOf(b)];
  if (p === null || q === null || p[4] !== q[4]) return false;
  const corners = [p[0] - q[0], p[1] - q[1], p[0] + p[2] - q[0] - q[2], p[1] + p[3] - q[1] - q[3]];
  return (
    iou([p[0], p[1], p[2], p[3]], [q[0], q[1], q[2], q[3]]) >= sameGeometry.iou &&
    corners.every((d) => Math.abs(d) <= sameGeometry.cornerPx)
  );
}
