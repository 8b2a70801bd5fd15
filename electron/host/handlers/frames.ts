import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import type { DatasetId, FrameId } from '../../../shared/domain/ids.ts';
import { AppError, isAppError, toWireError } from '../../../shared/errors.ts';
import type { CallContext, GroupHandlers } from '../../../shared/rpc/define.ts';
import { requireFrameFilter } from '../../../shared/triggers/check.ts';
import type { HostServices } from '../services/hostServices.ts';

type FrameChange =
  | { readonly field: 'state'; readonly value: FrameState }
  | { readonly field: 'split'; readonly value: string | null }
  | { readonly field: 'tag'; readonly value: string; readonly on: boolean };

/** More frames than this and clients ask again for what they show. */
const announcedFrames = 1_000;

export function framesHandlers(services: HostServices): GroupHandlers<HardcaseContract['frames']> {
  const { datasets, triggers, predictions, publisher, measurer } = services;

  async function setFrames(
    dataset: DatasetId,
    ids: Float64Array,
    set: FrameChange,
    { author, clientId }: CallContext,
  ): Promise<{ readonly changed: number; readonly seq: number }> {
    const { db } = await datasets.get(dataset);
    const result = await db.write('annotations.setFrames', { author, frames: ids, set });
    const frames = ids.length > announcedFrames ? null : ([...ids] as FrameId[]);
    publisher.publish('frames', 'changed', { dataset, frames, by: clientId });
    datasets.changed(dataset);
    return result;
  }

  return {
    async query({ dataset, selection, order, seed }, { signal }) {
      return triggers.query(await datasets.get(dataset), { selection, order, seed }, { signal });
    },
    async check({ dataset, where }) {
      try {
        if (where.trim() !== '') requireFrameFilter(where, (await triggers.names(await datasets.get(dataset))).context);
        return { error: null };
      } catch (error) {
        if (isAppError(error)) return { error: toWireError(error) };
        throw error;
      }
    },
    async measure({ dataset, texts }, { signal, progress }) {
      const open = await datasets.get(dataset);
      const isNeeded = texts === undefined || (await triggers.readsImages(open, texts));
      const { measured, failed } = isNeeded ? await measurer.measure(open, { signal, onProgress: progress }) : { measured: 0, failed: 0 };
      return { measured, failed, left: await measurer.left(open) };
    },
    rows: async ({ dataset, ids }) => (await datasets.get(dataset)).db.read('frames.rows', { ids }),
    async boxes({ dataset, ids, source }) {
      const open = await datasets.get(dataset);
      return source === 'gt' ? open.db.read('frames.boxes', { ids }) : predictions.boxesOf(open, source, ids);
    },
    facets: async ({ dataset, selection }, { signal }) => triggers.facets(await datasets.get(dataset), selection, { signal }),
    async byName({ dataset, name }) {
      const row = await (await datasets.get(dataset)).db.read('frames.byName', { name });
      if (!row) throw new AppError('not_found', `There is no frame named "${name}" in this dataset.`, { frame: name });
      return row;
    },
    find: async ({ dataset, text, limit }) => (await datasets.get(dataset)).db.read('frames.find', { text, limit }),
    setState: ({ dataset, ids, state }, context) => setFrames(dataset, ids, { field: 'state', value: state }, context),
    setSplit: ({ dataset, ids, split }, context) => setFrames(dataset, ids, { field: 'split', value: split }, context),
    setTag: ({ dataset, ids, tag, on }, context) => setFrames(dataset, ids, { field: 'tag', value: tag, on }, context),
  };
}
