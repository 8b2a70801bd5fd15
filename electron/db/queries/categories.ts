import type { Category, Guideline } from '../../../shared/domain/category.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import type { BoxId, CategoryId } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import { fromHex } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { freeCategoryId } from '../log/categoryIds.ts';
import { categoryEntity } from '../log/entities.ts';
import type { NewWrite } from '../log/opLog.ts';

export type CategoryRow = Category & { readonly boxes: number };

interface Row {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string | null;
  readonly ord: number;
  readonly place: number | null;
  readonly source_id: number | null;
  readonly color: string | null;
  readonly hotkey: string | null;
  readonly guideline: string | null;
  readonly examples: string | null;
  readonly archived: number;
  readonly merged_into: number | null;
  readonly boxes: number;
  readonly groups: string | null;
}

const columns = /* sql */ `
  c.*, (select json_group_array(name) from (select g.name from category_group g where g.category = c.id order by g.name)) groups
  from category c`;

function toCategory(row: Row): CategoryRow {
  return {
    id: row.id as CategoryId,
    name: row.name,
    supercategory: row.supercategory,
    order: row.ord,
    place: row.place ?? row.ord,
    sourceId: row.source_id,
    color: row.color,
    hotkey: row.hotkey,
    groups: JSON.parse(row.groups ?? '[]') as string[],
    guided: row.guideline !== null || row.examples !== null,
    archived: row.archived === 1,
    mergedInto: row.merged_into as CategoryId | null,
    boxes: row.boxes,
  };
}

/** In their pinned order, which exports keep; archived ones, too, because boxes are in them. */
function list(c: ReadConnection, _input: object): readonly CategoryRow[] {
  return c.prepare<Row>(`select ${columns} where c.live = 1 and c.s > 0 order by c.ord, c.id`).all().map(toCategory);
}

/**
 * The classes of a version, in their pinned order: those that are there, and those that were taken away after an earlier
 * version counted them, so that no number is ever given to another class.
 */
function pinned(c: ReadConnection, _input: object): readonly CategoryRow[] {
  const last = c.prepare<{ at: number | null }>('select max(created_at) at from version').get()?.at ?? -1;
  return c
    .prepare<Row & { readonly live: number; readonly born: number | null }>(
      `select (select o.h >> 16 from op o where o.r = c.r and o.s = c.s) born, ${columns} where c.s > 0 order by c.ord, c.id`,
    )
    .all()
    .filter((row) => row.live === 1 || (row.born ?? 0) <= last)
    .map(toCategory);
}

/** Errors: already_exists, too_large. */
function add(c: WriteConnection, input: { readonly author: string; readonly name: string }): CategoryRow {
  refuseTaken(c, input.name, -1);
  const last = c.prepare<{ ord: number | null; place: number | null }>('select max(ord) ord, max(place) place from category').get();
  const count = c.prepare<{ n: number }>('select count(*) n from category').get()?.n ?? 0;
  if (count > 65_535) throw new AppError('too_large', 'A dataset has at most 65,536 categories.');
  const id = c.log.state.categoryFor(freeCategoryId(c, input.name));
  const ord = (last?.ord ?? -1) + 1;
  const writes: NewWrite[] = [
    { field: 'name', value: input.name, birth: true },
    { field: 'ord', value: ord, birth: true },
  ];
  c.log.step({ author: input.author, actor: 0 }, (step) => {
    step.op({ kind: 'add', entity: { kind: 'category', key: categoryEntity(id) }, writes });
    // Behind those that were moved to the end.
    if ((last?.place ?? -1) >= ord)
      step.op({
        kind: 'put',
        entity: { kind: 'category', key: categoryEntity(id) },
        writes: [{ field: 'place', value: Math.floor(last?.place ?? 0) + 1 }],
      });
  });
  return one(c, id);
}

export interface CategoryPatch {
  readonly name?: string | undefined;
  readonly color?: string | null | undefined;
  readonly hotkey?: string | null | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly archived?: boolean | undefined;
  readonly guideline?: string | undefined;
  readonly examples?: readonly number[] | undefined;
}

/** One step of undo, whatever is changed. Errors: not_found, already_exists, conflict. */
function update(c: WriteConnection, input: CategoryPatch & { readonly author: string; readonly category: number }): CategoryRow {
  const now = one(c, input.category);
  const writes = patchWrites(c, now, input);
  if (writes.length > 0)
    c.log.step({ author: input.author, actor: 0 }, (step) =>
      step.op({ kind: 'put', entity: { kind: 'category', key: categoryEntity(input.category) }, writes }),
    );
  return one(c, input.category);
}

function patchWrites(c: WriteConnection, now: CategoryRow, patch: CategoryPatch): NewWrite[] {
  const writes: NewWrite[] = [];
  if (patch.name !== undefined && patch.name !== now.name) {
    refuseTaken(c, patch.name, now.id);
    writes.push({ field: 'name', value: patch.name });
  }
  if (patch.color !== undefined && patch.color !== now.color) writes.push({ field: 'color', value: patch.color });
  if (patch.hotkey !== undefined && patch.hotkey !== now.hotkey) {
    refuseHotkey(c, patch.hotkey, now.id);
    writes.push({ field: 'hotkey', value: patch.hotkey });
  }
  if (patch.archived !== undefined && patch.archived !== now.archived) {
    writes.push({ field: 'archived', value: patch.archived ? 1 : 0 });
    // Back in the lists, it is a category of its own again.
    if (!patch.archived && now.mergedInto !== null) writes.push({ field: 'alias', value: null });
  }
  if (patch.groups !== undefined) {
    for (const group of patch.groups) {
      refuseGroup(c, group);
      if (!now.groups.includes(group)) writes.push({ field: `grp:${group}`, value: 1 });
    }
    for (const group of now.groups) if (!patch.groups.includes(group)) writes.push({ field: `grp:${group}`, value: 0 });
  }
  if (patch.guideline !== undefined) writes.push({ field: 'guide', value: patch.guideline === '' ? null : patch.guideline });
  if (patch.examples !== undefined) {
    const known = c.prepare('select 1 from box where id = ?');
    const missing = patch.examples.find((box) => known.get(box) === undefined);
    if (missing !== undefined) throw new AppError('not_found', 'This box does not exist (any more).', { box: missing });
    const refs = patch.examples.map((box) => c.log.entities.frameRef(box));
    writes.push({ field: 'examples', value: refs.length === 0 ? null : refs.map(({ n, origin }) => [n, fromHex(origin)]) });
  }
  return writes;
}

/** One step over all categories of the group. Errors: not_found, already_exists. */
function renameGroup(
  c: WriteConnection,
  input: { readonly author: string; readonly from: string; readonly to: string },
): readonly CategoryRow[] {
  const { author, from, to } = input;
  const members = c
    .prepare<{ category: number }>(
      'select g.category from category_group g join category k on k.id = g.category where g.name = ? and k.live = 1 order by g.category',
    )
    .all(from);
  if (members.length === 0) throw new AppError('not_found', `There is no group called ${from}.`, { group: from });
  if (from === to) return list(c, {});
  refuseGroup(c, to);
  if (c.prepare('select 1 from category_group where name = ?').get(to) !== undefined)
    throw new AppError('already_exists', `There is a group called ${to} already.`, { group: to });
  const writes: NewWrite[] = [
    { field: `grp:${from}`, value: 0 },
    { field: `grp:${to}`, value: 1 },
  ];
  c.log.step({ author, actor: 0 }, (step) => {
    for (const { category } of members) step.op({ kind: 'put', entity: { kind: 'category', key: categoryEntity(category) }, writes });
  });
  return list(c, {});
}

/** A trigger reads a group and a category by the same kind of name. */
function refuseGroup(c: ReadConnection, group: string): void {
  if (c.prepare('select 1 from category where name = ? and live = 1 and s > 0').get(group) !== undefined)
    throw new AppError('already_exists', `“${group}” is the name of a category. Choose another name for the group.`, { group });
}

function refuseHotkey(c: ReadConnection, hotkey: string | null, but: number): void {
  if (hotkey === null) return;
  const other = c
    .prepare<{ name: string }>('select name from category where hotkey = ? and live = 1 and archived = 0 and id <> ?')
    .get(hotkey, but);
  if (other !== undefined)
    throw new AppError('already_exists', `The key ${hotkey} belongs to ${other.name}.`, { hotkey, category: other.name });
}

function refuseTaken(c: ReadConnection, name: string, but: number): void {
  const other = c
    .prepare<{ archived: number }>('select archived from category where name = ? and live = 1 and s > 0 and id <> ? order by archived')
    .get(name, but);
  if (other?.archived === 1)
    throw new AppError('already_exists', `There is an archived category called ${name}. Bring it back instead.`, { name, archived: true });
  if (other !== undefined) throw new AppError('already_exists', `There is a category called ${name} already.`, { name });
  if (c.prepare('select 1 from category_group where name = ?').get(name) !== undefined)
    throw new AppError('already_exists', `There is a group called ${name} already.`, { name });
}

/**
 * Puts a category before another in the lists, or at their end. The pinned order of exports does not change. Where two places
 * have no number between them any more, all are numbered anew, in the same step.
 */
function move(
  c: WriteConnection,
  input: { readonly author: string; readonly category: number; readonly before: number | null },
): readonly CategoryRow[] {
  const listed = list(c, {}).toSorted((a, b) => a.place - b.place || a.order - b.order || a.id - b.id);
  const moved = listed.find(({ id }) => id === input.category);
  const rest = listed.filter(({ id }) => id !== input.category);
  const at = input.before === null ? rest.length : rest.findIndex(({ id }) => id === input.before);
  if (moved === undefined || at < 0) throw new AppError('not_found', 'This category does not exist.', { category: input.category });
  if (listed.indexOf(moved) === at) return list(c, {});
  const low = rest[at - 1]?.place ?? (rest[at]?.place ?? 0) - 2;
  const high = rest[at]?.place ?? low + 2;
  const between = (low + high) / 2;
  const places: readonly (readonly [number, number])[] =
    between > low && between < high
      ? [[moved.id, between]]
      : [...rest.slice(0, at), moved, ...rest.slice(at)].map(({ id }, place) => [id, place] as const);
  c.log.step({ author: input.author, actor: 0 }, (step) => {
    for (const [id, place] of places)
      step.op({ kind: 'put', entity: { kind: 'category', key: categoryEntity(id) }, writes: [{ field: 'place', value: place }] });
  });
  return list(c, {});
}

/**
 * Takes away a category that nothing names: no box (deleted ones count, because they can come back), no version, no merge.
 * Errors: not_found, conflict.
 */
function remove(c: WriteConnection, input: { readonly author: string; readonly category: number }): null {
  const now = one(c, input.category);
  const use = usage(c, input);
  if (use.boxes > 0 || use.deletedBoxes > 0 || use.versions > 0 || use.merged > 0)
    throw new AppError('conflict', `“${now.name}” is in use and can be archived, not deleted.`, { ...use, category: now.name });
  c.log.step({ author: input.author, actor: 0 }, (step) =>
    step.op({
      kind: 'del',
      entity: { kind: 'category', key: categoryEntity(input.category) },
      writes: [{ field: 'life', value: 0 }],
    }),
  );
  return null;
}

export interface CategoryUsage {
  readonly boxes: number;
  readonly deletedBoxes: number;
  /** Frames with such a box, and those of them that are approved or locked. */
  readonly frames: number;
  readonly approvedFrames: number;
  /** Versions made since it exists: each counts its classes with it. */
  readonly versions: number;
  /** Unix ms. */
  readonly born: number;
  /** Categories that were merged into it. */
  readonly merged: number;
}

function usage(c: ReadConnection, input: { readonly category: number }): CategoryUsage {
  const boxes = c
    .prepare<{ live: number | null; dead: number | null; frames: number }>(
      'select sum(live) live, sum(1 - live) dead, count(distinct case when live = 1 then frame end) frames from box where category = ?',
    )
    .get(input.category);
  const approved = c
    .prepare<{ n: number }>(
      'select count(distinct f.id) n from box b join frame f on f.id = b.frame where b.category = ? and b.live = 1 and f.state >= ?',
    )
    .get(input.category, frameStates.indexOf('approved'));
  const born = c
    .prepare<{ ms: number | null }>('select (select o.h >> 16 from op o where o.r = c.r and o.s = c.s) ms from category c where c.id = ?')
    .get(input.category);
  return {
    boxes: boxes?.live ?? 0,
    deletedBoxes: boxes?.dead ?? 0,
    frames: boxes?.frames ?? 0,
    approvedFrames: approved?.n ?? 0,
    born: born?.ms ?? 0,
    versions: c.prepare<{ n: number }>('select count(*) n from version where created_at >= ?').get(born?.ms ?? 0)?.n ?? 0,
    merged: c.prepare<{ n: number }>('select count(*) n from category where merged_into = ? and live = 1').get(input.category)?.n ?? 0,
  };
}

function guideline(c: ReadConnection, input: { readonly category: number }): Guideline & { readonly boxes: readonly ExampleBox[] } {
  const row = c
    .prepare<{ guideline: string | null; examples: string | null }>('select guideline, examples from category where id = ? and live = 1')
    .get(input.category);
  if (row === undefined) throw new AppError('not_found', 'This category does not exist.', { category: input.category });
  const examples = JSON.parse(row.examples ?? '[]') as BoxId[];
  const select = c.prepare<ExampleRow>(
    `select b.id, b.frame, f.name, f.width, f.height, b.x, b.y, b.w, b.h from box b join frame f on f.id = b.frame
     where b.id = ? and b.live = 1`,
  );
  const boxes = examples.map((id) => select.get(id)).filter((box) => box !== undefined);
  return {
    text: row.guideline ?? '',
    examples,
    boxes: boxes.map(({ x, y, w, h, width, height, ...box }) => ({ ...box, size: { width, height }, bbox: [x, y, w, h] as const })),
  };
}

interface ExampleRow {
  readonly id: number;
  readonly frame: number;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** An example that still exists, with what a crop of it needs. */
export interface ExampleBox {
  readonly id: number;
  readonly frame: number;
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly bbox: readonly [number, number, number, number];
}

function one(c: ReadConnection, id: number): CategoryRow {
  const row = c.prepare<Row>(`select ${columns} where c.id = ? and c.live = 1 and c.s > 0`).get(id);
  if (row === undefined) throw new AppError('not_found', 'This category does not exist.', { category: id });
  return toCategory(row);
}

/** The wire ids (32 hex digits) of categories: what manifests and packs name them by. */
function entityIds(c: ReadConnection, _input: object): readonly { readonly id: CategoryId; readonly entity: string }[] {
  return c
    .prepare<{ id: number; entity: Buffer }>('select id, entity from category where s > 0 order by id')
    .all()
    .map((row) => ({ id: row.id as CategoryId, entity: row.entity.toString('hex') }));
}

export const reads = {
  'categories.entityIds': entityIds,
  'categories.guideline': guideline,
  'categories.list': list,
  'categories.pinned': pinned,
  'categories.usage': usage,
} as const;

export const writes = {
  'categories.add': add,
  'categories.move': move,
  'categories.remove': remove,
  'categories.renameGroup': renameGroup,
  'categories.update': update,
} as const;
