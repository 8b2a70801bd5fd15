import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { BoxId, DatasetId, FrameId } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CallContext, GroupHandlers } from '../../../shared/rpc/define.ts';
import { categoryUse } from '../services/categories/categoryUse.ts';
import { mergeCategories } from '../services/categories/mergeCategories.ts';
import type { HostServices } from '../services/hostServices.ts';
import { personOf } from '../services/settings/personOf.ts';
import type { OpenDataset } from '../services/openDataset.ts';
import { undoInParts } from '../services/undoInParts.ts';

const historyLimit = 1_000;

/** Names of groups are words of the trigger language; they need no escaping in an expression. */
function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}\\p{M}_])${word}(?![\\p{L}\\p{N}\\p{M}_])`, 'u').test(text);
}

export function categoriesHandlers(services: HostServices): GroupHandlers<HardcaseContract['categories']> {
  const { datasets, publisher, settings } = services;
  /** What a box is called changed, too: grids and canvases ask again, the one that asked as well. */
  const boxesChanged = (dataset: DatasetId): void => {
    publisher.publish('frames', 'changed', { dataset, frames: null, by: '' });
    datasets.changed(dataset);
  };
  /** One write, then the news of it. */
  async function edit<T>(id: DatasetId, work: (dataset: OpenDataset) => Promise<T>): Promise<T> {
    const result = await work(await datasets.get(id));
    datasets.changed(id);
    return result;
  }
  const use = async (dataset: DatasetId, category: Parameters<typeof categoryUse>[1]): ReturnType<typeof categoryUse> =>
    categoryUse({ dataset: await datasets.get(dataset), triggers: services.triggers, predictions: services.predictions }, category);
  const travel =
    (direction: 'undo' | 'redo') =>
    async ({ dataset }: { readonly dataset: DatasetId }, { author, signal }: CallContext): Promise<{ readonly kind: string }> => {
      const person = personOf(author, settings.get());
      const { db } = await datasets.get(dataset);
      const parts = await undoInParts(dataset, signal, (going) =>
        db.write('ontology.undo', { ...person, direction, ...(going === undefined ? {} : { going }) }),
      );
      if (parts.some(({ frames }) => frames.length > 0)) boxesChanged(dataset);
      else datasets.changed(dataset);
      return { kind: parts[0].kind };
    };
  return {
    list: async ({ dataset }) => (await datasets.get(dataset)).db.read('categories.list', {}),
    add: ({ dataset, name }, { author }) => edit(dataset, ({ db }) => db.write('categories.add', { author, name })),
    update: ({ dataset, ...patch }, { author }) => edit(dataset, ({ db }) => db.write('categories.update', { author, ...patch })),
    move: ({ dataset, ...where }, { author }) => edit(dataset, ({ db }) => db.write('categories.move', { author, ...where })),
    async renameGroup({ dataset, from, to }, { author }) {
      const { db } = await datasets.get(dataset);
      const categories = await db.write('categories.renameGroup', { author, from, to });
      const saved = from === to ? [] : await db.read('savedTriggers.list', {});
      boxesChanged(dataset);
      return { categories, triggers: saved.filter(({ text }) => hasWord(text, from)).map(({ name }) => name) };
    },
    async remove({ dataset, category }, { author }) {
      const { triggers, runs } = await use(dataset, category);
      if (triggers.length > 0 || runs.length > 0)
        throw new AppError('conflict', `This category is named by ${[...triggers, ...runs].join(', ')} and can be archived, not deleted.`, {
          triggers,
          runs,
        });
      return edit(dataset, ({ db }) => db.write('categories.remove', { author, category }));
    },
    use: ({ dataset, category }) => use(dataset, category),
    async merge({ dataset, from, into }, { author, signal, progress }) {
      try {
        await services.backups.before(await datasets.get(dataset), 'bulk');
        return await mergeCategories({ from, into }, { dataset: await datasets.get(dataset), author, signal, progress });
      } finally {
        boxesChanged(dataset);
      }
    },
    async guideline({ dataset, category }) {
      const found = await (await datasets.get(dataset)).db.read('categories.guideline', { category });
      return { ...found, boxes: found.boxes.map((box) => ({ ...box, id: box.id as BoxId, frame: box.frame as FrameId })) };
    },
    attributes: async ({ dataset }) => (await datasets.get(dataset)).db.read('ontology.attributes', {}),
    declare: ({ dataset, ...what }, { author }) => edit(dataset, ({ db }) => db.write('ontology.declare', { author, ...what })),
    undo: travel('undo'),
    redo: travel('redo'),
    async history({ dataset, category, limit = historyLimit }) {
      return { operations: await (await datasets.get(dataset)).db.read('ontology.history', { category, limit }) };
    },
  };
}
