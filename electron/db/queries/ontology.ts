import type { AttributeDeclaration, AttributeSpec } from '../../../shared/domain/attribute.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { decodeOp, fromHex, toHex } from '../../../shared/sync/operation.ts';
import type { Op } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { declaredAttributes } from '../log/attributes.ts';
import { categoryEntity, categoryOf, datasetEntity } from '../log/entities.ts';
import { mergedTargets } from '../log/merged.ts';
import { mergeNote } from '../log/opLog.ts';
import { undo, undoNext, undoStep } from '../log/undo.ts';
import type { UndoGoing } from '../log/undo.ts';
import type { Person } from '../person.ts';

/** What all people say about one dataset's categories beyond their names: attributes, merges, history. */

function attributes(c: ReadConnection, _input: object): readonly AttributeDeclaration[] {
  return declaredAttributes(c);
}

/** Categories that were merged, and what each is now: pairs of ids. */
function merged(c: ReadConnection, _input: object): readonly (readonly [number, number])[] {
  return [...mergedTargets(c)];
}

/** Declares an attribute, changes it, or takes it away (null): boxes keep the values they have. Error: not_found. */
function declare(
  c: WriteConnection,
  input: { readonly author: string; readonly category: number | null; readonly key: string; readonly spec: AttributeSpec | null },
): readonly AttributeDeclaration[] {
  const { category, key, spec } = input;
  if (category !== null && c.prepare('select 1 from category where id = ? and live = 1 and s > 0').get(category) === undefined)
    throw new AppError('not_found', 'This category does not exist.', { category });
  if (spec === null && !declaredAttributes(c).some((known) => known.category === category && known.key === key))
    throw new AppError('not_found', `There is no attribute “${key}”.`, { attribute: key });
  const entity =
    category === null ? ({ kind: 'dataset', key: datasetEntity } as const) : ({ kind: 'category', key: categoryEntity(category) } as const);
  c.log.step({ author: input.author, actor: 0 }, (step) =>
    step.op({ kind: 'put', entity, writes: [{ field: `at:${key}`, value: spec as unknown as CborValue }] }),
  );
  return declaredAttributes(c);
}

/**
 * Moves the next boxes of a category into another; the last call closes the old one and says that it stands for the other from
 * now on. All calls of one merge are one step (`step` of the answer before). A box stays as touched or untouched as it was: a
 * merge is no look at a box. Errors: not_found, invalid_request.
 */
function mergeNext(
  c: WriteConnection,
  input: {
    readonly author: string;
    readonly from: number;
    readonly into: number;
    readonly after: number;
    readonly limit: number;
    readonly step: number;
  },
): { readonly moved: number; readonly frames: readonly number[]; readonly after: number; readonly step: number; readonly done: boolean } {
  const { from, into, limit } = input;
  if (from === into) throw new AppError('invalid_request', 'A category cannot be merged into itself.');
  for (const category of [from, into])
    if (c.prepare('select 1 from category where id = ? and live = 1 and archived = 0 and s > 0').get(category) === undefined)
      throw new AppError('not_found', 'This category does not exist.', { category });
  const boxes = c
    .prepare<{ id: number; frame: number }>('select id, frame from box where id > ? and category = ? and live = 1 order by id limit ?')
    .all(input.after, from, limit);
  const target = fromHex(c.log.entities.categoryId(into));
  let done = false;
  const step = c.log.step(
    { author: input.author, actor: 0, note: mergeNote },
    (writer) => {
      for (const { id, frame } of boxes) {
        const actor = c.log.state.effective(id, 'box', 'c')?.actor ?? 0;
        writer.op({ kind: 'put', entity: { kind: 'box', key: id }, frame, writes: [{ field: 'c', value: target, actor }] });
      }
      // Boxes that somebody drew meanwhile are still to come.
      done = boxes.length < limit && c.prepare<{ n: number }>('select boxes n from category where id = ?').get(from)?.n === 0;
      if (done)
        writer.op({
          kind: 'put',
          entity: { kind: 'category', key: categoryEntity(from) },
          writes: [
            { field: 'archived', value: 1 },
            { field: 'alias', value: target },
          ],
        });
      return writer.t;
    },
    input.step,
  );
  return {
    moved: boxes.length,
    frames: [...new Set(boxes.map(({ frame }) => frame))],
    after: boxes.length < limit ? -1 : (boxes.at(-1)?.id ?? -1),
    step,
    done,
  };
}

/** A merge was broken off: what it did is taken back, part by part. null: that was all. */
function mergeBack(
  c: WriteConnection,
  input: { readonly author: string; readonly step: number; readonly going?: UndoGoing },
): UndoGoing | null {
  const { author, step, going } = input;
  const part = going === undefined ? undoStep(c, author, step) : undoNext(c, author, 'undo', going);
  return part?.going ?? null;
}

export interface OntologyUndone {
  readonly kind: string;
  /** Frames whose boxes changed. */
  readonly frames: readonly number[];
  /** Of a long step: what the next call is to go on with. */
  readonly going: UndoGoing | null;
}

/** Errors: nothing_to_undo, nothing_to_redo. */
function undoOrRedo(
  c: WriteConnection,
  input: Person & { readonly direction: 'undo' | 'redo'; readonly going?: UndoGoing },
): OntologyUndone {
  const { direction, going: last } = input;
  const { kind, frames, going } = last === undefined ? undo(c, input, direction, 'categories') : undoNext(c, input.author, direction, last);
  return { kind, frames, going };
}

export interface OntologyEntry {
  readonly seq: number;
  readonly time: string;
  readonly author: string;
  /** 'add', 'set', 'delete', 'undelete', 'merge', 'undo', 'redo'. */
  readonly kind: string;
  /** Its name now; null: of every category. */
  readonly category: string | null;
  readonly before: { readonly [field: string]: unknown } | null;
  readonly after: { readonly [field: string]: unknown } | null;
}

interface LogRow {
  readonly r: number;
  readonly s: number;
  readonly ms: number;
  readonly e: number;
  readonly body: Buffer;
}

/** The changes of categories and attributes, the latest `limit` of them, oldest first. */
function history(c: ReadConnection, input: { readonly limit: number; readonly category?: number | undefined }): readonly OntologyEntry[] {
  const ids = new Map(
    c
      .prepare<{ no: number; id: Buffer }>('select no, id from replica')
      .all()
      .map((row) => [row.no, toHex(row.id)]),
  );
  const rows = c
    .prepare<LogRow>('select r, s, h >> 16 ms, e, body from op where e < 0 and (? is null or e = ?) order by h desc limit ?')
    .all(entityOf(input.category), entityOf(input.category), input.limit);
  return rows.reverse().map((row) => entry(c, row, decodeOp(row.body, ids.get(row.r) ?? '')));
}

function entityOf(category: number | undefined): number | null {
  return category === undefined ? null : categoryEntity(category);
}

function entry(c: ReadConnection, row: LogRow, op: Op): OntologyEntry {
  const name =
    row.e === datasetEntity
      ? null
      : (c.prepare<{ name: string }>('select name from category where id = ?').get(categoryOf(row.e))?.name ?? '');
  const isNew = op.kind === 'add' || op.kind === 'undel';
  return {
    seq: row.s,
    time: new Date(row.ms).toISOString(),
    author: op.author,
    kind: kindOf(op),
    category: name,
    before: isNew ? null : Object.fromEntries(op.writes.map((write) => shown(c, write.field, write.before ?? null))),
    after: op.kind === 'del' ? null : Object.fromEntries(op.writes.map((write) => shown(c, write.field, write.value))),
  };
}

function kindOf(op: Op): string {
  const verb = op.note?.split(':')[0];
  if (verb === 'undo' || verb === 'redo') return verb;
  if (op.note === mergeNote) return 'merge';
  return op.kind === 'put' ? 'set' : op.kind === 'del' ? 'delete' : op.kind === 'undel' ? 'undelete' : op.kind;
}

const fieldNames: { readonly [field: string]: string } = {
  super: 'supercategory',
  ord: 'order',
  guide: 'guideline',
  alias: 'mergedInto',
  life: 'exists',
};

function shown(c: ReadConnection, field: string, value: CborValue): readonly [string, unknown] {
  if (field.startsWith('grp:')) return [`group:${field.slice(4)}`, value === 1];
  if (field.startsWith('at:')) return [`attribute:${field.slice(3)}`, value];
  if (field === 'archived' || field === 'life') return [fieldNames[field] ?? field, value === 1];
  if (field === 'alias')
    return [
      'mergedInto',
      value === null ? null : (c.prepare<{ name: string }>('select name from category where entity = ?').get(value)?.name ?? ''),
    ];
  if (field === 'examples') return [field, value === null ? 0 : (value as readonly unknown[]).length];
  return [fieldNames[field] ?? field, value];
}

export const reads = {
  'ontology.attributes': attributes,
  'ontology.history': history,
  'ontology.merged': merged,
} as const;

export const writes = {
  'ontology.declare': declare,
  'ontology.mergeBack': mergeBack,
  'ontology.mergeNext': mergeNext,
  'ontology.undo': undoOrRedo,
} as const;
