import { categoryGroups, choosable } from '../../../../shared/domain/category.ts';
import type { BoxColumns } from '../../../../shared/domain/columns.ts';
import type { AttributeColumns } from '../../../../shared/triggers/boxTable.ts';
import type { CheckContext, CheckedTrigger } from '../../../../shared/triggers/checkedTrigger.ts';
import { readsAttributes } from '../../../../shared/triggers/readsAttributes.ts';
import type { TriggerEngine, QueryRequest, SourceRef } from '../../../triggers/types.ts';
import type { FrameIndex } from '../frames/frameIndex.ts';
import type { FrameIndexes } from '../frames/frameIndexes.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { PredictionStore } from '../predictions/predictionStore.ts';
import type { AnnotationColumnsCaches } from './annotationColumns.ts';

/** What a dataset's names mean to a trigger right now. */
export interface QueryNames {
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  /** Names of merged categories, with the category that each stands for now. */
  readonly aliases: readonly { readonly id: number; readonly name: string }[];
  /** Names of runs, newest first. */
  readonly runs: readonly string[];
  readonly activeRun: string | null;
  readonly context: CheckContext;
}

export interface PreparedQuery {
  readonly request: QueryRequest;
  readonly index: FrameIndex;
}

/** Brings frames and boxes into the engine before a query, and only what is not there yet. */
export interface QuerySources {
  names(dataset: OpenDataset): Promise<QueryNames>;
  /** Whether the engine has something of a dataset. */
  holds(dataset: OpenDataset): boolean;
  /** Lets go of what a dataset has in the engine. */
  forget(dataset: OpenDataset): void;
  prepare(dataset: OpenDataset, names: QueryNames, triggers: readonly CheckedTrigger[], source: string | undefined): Promise<PreparedQuery>;
}

export interface QuerySourcesDeps {
  readonly engine: TriggerEngine;
  readonly frameIndexes: FrameIndexes;
  readonly predictions: PredictionStore;
  readonly annotations: AnnotationColumnsCaches;
}

const gt = 'gt';

export function createQuerySources({ engine, frameIndexes, predictions, annotations }: QuerySourcesDeps): QuerySources {
  /** What stands in the engine under a key; compared by identity. */
  const loaded = new Map<string, unknown>();
  /** Tables under way; never rejects. */
  const loading = new Map<string, Promise<void>>();

  async function loadFrames(dataset: OpenDataset): Promise<{ readonly key: string; readonly index: FrameIndex }> {
    const key = `${dataset.id}/frames`;
    const index = await frameIndexes.of(dataset);
    if (loaded.get(key) !== index.columns || !engine.has(key)) {
      engine.loadFrames(key, index.columns);
      loaded.set(key, index.columns);
    }
    return { key, index };
  }

  /** One at a time a key, so that queries that ask together wait for one table. */
  async function loadBoxes(
    key: string,
    framesKey: string,
    columns: BoxColumns,
    attributes?: () => Promise<AttributeColumns>,
  ): Promise<void> {
    for (let running = loading.get(key); running !== undefined; running = loading.get(key)) await running;
    if (loaded.get(key) === columns && engine.has(key)) return;
    const load = (async () => {
      await engine.load(key, framesKey, columns, await attributes?.());
      if (engine.has(key)) loaded.set(key, columns);
    })();
    loading.set(
      key,
      load.catch(() => undefined).finally(() => loading.delete(key)),
    );
    await load;
  }

  async function loadSource(dataset: OpenDataset, framesKey: string, name: string, withAttributes: boolean): Promise<SourceRef> {
    if (name !== gt) {
      // A run may be called anything: its key begins with a word of its own.
      const key = `${dataset.id}/run/${name}`;
      const columns = await predictions.columnsOf(dataset, name);
      await loadBoxes(key, framesKey, columns);
      return { key, name };
    }
    const key = `${dataset.id}/${withAttributes ? 'attributed' : 'labels'}`;
    const cache = annotations.of(dataset);
    const { columns } = await cache.current();
    await loadBoxes(key, framesKey, columns, withAttributes ? () => cache.attributes(columns) : undefined);
    return { key, name };
  }

  return {
    async names(dataset) {
      const [all, merged, attributes, { runs, activeRun }] = await Promise.all([
        dataset.db.read('categories.list', {}),
        dataset.db.read('ontology.merged', {}),
        dataset.db.read('ontology.attributes', {}),
        dataset.db.read('activeRun.names', {}),
      ]);
      const targets = new Map(merged);
      const categories = all.filter(({ id }) => !targets.has(id));
      return {
        categories,
        aliases: all.flatMap(({ id, name }) => (targets.has(id) ? [{ id: targets.get(id) as number, name }] : [])),
        runs,
        activeRun,
        context: {
          categories: choosable(all).map(({ name }) => name),
          archived: all.filter(({ archived }) => archived).map(({ name }) => name),
          groups: categoryGroups(all),
          attributes: [...new Set(attributes.map(({ key }) => key))],
          sources: [...runs, ...(activeRun === null ? [] : ['active'])],
        },
      };
    },
    holds: ({ id }) => [...loaded.keys()].some((key) => key.startsWith(`${id}/`) && engine.has(key)),
    forget({ id }) {
      for (const key of loaded.keys()) {
        if (!key.startsWith(`${id}/`)) continue;
        engine.drop(key);
        loaded.delete(key);
      }
    },
    async prepare(dataset, names, triggers, source) {
      const withAttributes = triggers.some(readsAttributes);
      const byDefaultName = source ?? names.activeRun ?? gt;
      const written = new Set(triggers.flatMap((trigger) => trigger.writtenSources));
      const meaning = new Map<string, string>([[gt, gt]]);
      for (const run of names.runs) meaning.set(run, run);
      if (names.activeRun !== null) meaning.set('active', names.activeRun);
      for (;;) {
        const { key: frames, index } = await loadFrames(dataset);
        const named = new Map<string, SourceRef>();
        for (const [word, name] of meaning) {
          if (written.has(word)) named.set(word, await loadSource(dataset, frames, name, withAttributes));
        }
        const byDefault = await loadSource(dataset, frames, byDefaultName, withAttributes);
        // Frames that came or went meanwhile took the tables with them.
        if (![byDefault, ...named.values()].every(({ key }) => engine.has(key))) continue;
        return {
          index,
          // A category's own name comes last: it is what its boxes are called.
          request: { frames, sources: { byDefault, named }, categories: [...names.aliases, ...names.categories] },
        };
      }
    },
  };
}
