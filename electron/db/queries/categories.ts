import type { Category } from '../../../shared/domain/category.ts';
import type { CategoryId } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ReadConnection, WriteConnection } from '../connection.ts';
import { freeCategoryId } from '../log/categoryIds.ts';
import { categoryEntity } from '../log/entities.ts';
import type { NewWrite } from '../log/opLog.ts';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string | null;
  readonly ord: number;
  readonly source_id: number | null;
  readonly color: string | null;
  readonly boxes: number;
}

function toCategory(row: Row): Category & { readonly boxes: number } {
  return {
    id: row.id as CategoryId,
    name: row.name,
    supercategory: row.supercategory,
    order: row.ord,
    sourceId: row.source_id,
    color: row.color,
    boxes: row.boxes,
  };
}

/** In their pinned order. */
function list(c: ReadConnection, _input: object): readonly (Category & { readonly boxes: number })[] {
  return c.prepare<Row>('select * from category where archived = 0 and s > 0 order by ord, id').all().map(toCategory);
}

/** Errors: already_exists, too_large. */
function add(c: WriteConnection, input: { readonly author: string; readonly name: string }): Category {
  refuseTaken(c, input.name, -1);
  const last = c.prepare<{ ord: number | null }>('select max(ord) ord from category').get()?.ord ?? -1;
  const count = c.prepare<{ n: number }>('select count(*) n from category').get()?.n ?? 0;
  if (count > 65_535) throw new AppError('too_large', 'A dataset has at most 65,536 categories.');
  const id = c.log.state.categoryFor(freeCategoryId(c, input.name));
  c.log.step({ author: input.author, actor: 0 }, (step) =>
    step.op({
      kind: 'add',
      entity: { kind: 'category', key: categoryEntity(id) },
      writes: [
        { field: 'name', value: input.name, birth: true },
        { field: 'ord', value: last + 1, birth: true },
      ],
    }),
  );
  return one(c, id);
}

/** Errors: not_found, already_exists. */
function update(
  c: WriteConnection,
  input: {
    readonly author: string;
    readonly category: number;
    readonly name?: string | undefined;
    readonly color?: string | null | undefined;
  },
): Category {
  one(c, input.category);
  const writes: NewWrite[] = [];
  if (input.name !== undefined) {
    refuseTaken(c, input.name, input.category);
    writes.push({ field: 'name', value: input.name });
  }
  if (input.color !== undefined) writes.push({ field: 'color', value: input.color });
  if (writes.length > 0)
    c.log.step({ author: input.author, actor: 0 }, (step) =>
      step.op({ kind: 'put', entity: { kind: 'category', key: categoryEntity(input.category) }, writes }),
    );
  return one(c, input.category);
}

function refuseTaken(c: ReadConnection, name: string, but: number): void {
  if (c.prepare('select 1 from category where name = ? and archived = 0 and s > 0 and id <> ?').get(name, but) !== undefined)
    throw new AppError('already_exists', `There is a category called ${name} already.`, { name });
}

function one(c: ReadConnection, id: number): Category {
  const row = c.prepare<Row>('select * from category where id = ? and archived = 0 and s > 0').get(id);
  if (row === undefined) throw new AppError('not_found', 'This category does not exist.', { category: id });
  const { boxes: _, ...category } = toCategory(row);
  return category;
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
  'categories.list': list,
} as const;

export const writes = {
  'categories.add': add,
  'categories.update': update,
} as const;
