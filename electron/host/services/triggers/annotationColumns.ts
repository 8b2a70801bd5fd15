import type { AttributeValue } from '../../../../shared/domain/annotation.ts';
import type { BoxColumns } from '../../../../shared/domain/columns.ts';
import type { AttributeColumns } from '../../../../shared/triggers/boxTable.ts';
import type { DbClient } from '../../../db/client.ts';
import type { OpenDataset } from '../openDataset.ts';
import { shareFresh } from '../frames/shareFresh.ts';
import { spliceColumns } from './spliceColumns.ts';

/** All annotations of a dataset as columns, kept fresh: after an edit only the frames that changed are read. */
export interface AnnotationColumns {
  readonly revision: number;
  readonly columns: BoxColumns;
}

export interface AnnotationColumnsCache {
  current(): Promise<AnnotationColumns>;
  /** Attributes in the order of the columns' rows; read for each call, because few triggers ask. */
  attributes(columns: BoxColumns): Promise<AttributeColumns>;
}

/** The annotations of every open dataset: triggers and facets read the same columns. They go when the dataset is closed. */
export interface AnnotationColumnsCaches {
  of(dataset: OpenDataset): AnnotationColumnsCache;
}

export function createAnnotationColumnsCaches(): AnnotationColumnsCaches {
  const caches = new WeakMap<DbClient, AnnotationColumnsCache>();
  return {
    of({ db }) {
      let cache = caches.get(db);
      if (!cache) {
        cache = createAnnotationColumnsCache(db);
        caches.set(db, cache);
      }
      return cache;
    },
  };
}

/** Beyond this share of changed frames reading everything in one pass is faster. */
const patchShare = 0.1;

function createAnnotationColumnsCache(db: DbClient): AnnotationColumnsCache {
  let known: AnnotationColumns | null = null;

  async function load(): Promise<AnnotationColumns> {
    if (known === null) return readAll();
    const { revision, frames, total } = await db.read('annotations.changedSince', { revision: known.revision });
    if (frames.length === 0 && total === known.columns.frameIds.length) return known;
    const isSmall = total === known.columns.frameIds.length && frames.length <= Math.max(total * patchShare, 64);
    if (!isSmall) return readAll();
    return { revision, columns: await spliceColumns(known.columns, await db.read('annotations.columns', { frames })) };
  }

  async function readAll(): Promise<AnnotationColumns> {
    const { revision, ...columns } = await db.read('annotations.columns', {});
    return { revision, columns };
  }

  return {
    current: shareFresh(async () => {
      known = await load();
      return known;
    }),
    async attributes(columns) {
      const { ids, attributes } = await db.read('boxAttributes.all', {});
      return attributeColumns(columns, ids, attributes);
    },
  };
}

function attributeColumns(columns: BoxColumns, ids: Float64Array, texts: readonly string[]): AttributeColumns {
  const rowOf = new Map<number, number>();
  columns.ids.forEach((id, row) => rowOf.set(id, row));
  const byName = new Map<
    string,
    { readonly codes: Int32Array; readonly values: AttributeValue[]; readonly codeOf: Map<AttributeValue, number> }
  >();
  texts.forEach((text, i) => {
    const row = rowOf.get(ids[i] as number);
    if (row === undefined) return;
    for (const [name, value] of Object.entries(JSON.parse(text) as { readonly [name: string]: AttributeValue })) {
      let column = byName.get(name);
      if (!column) {
        column = { codes: new Int32Array(columns.ids.length).fill(-1), values: [], codeOf: new Map() };
        byName.set(name, column);
      }
      let code = column.codeOf.get(value);
      if (code === undefined) {
        code = column.values.push(value) - 1;
        column.codeOf.set(value, code);
      }
      column.codes[row] = code;
    }
  });
  return new Map([...byName].map(([name, { codes, values }]) => [name, { codes, values }]));
}
