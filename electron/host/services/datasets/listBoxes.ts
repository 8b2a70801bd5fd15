import type { BoxId } from '../../../../shared/domain/ids.ts';
import type { Annotation } from '../../../../shared/domain/annotation.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { PredictionStore } from '../predictions/predictionStore.ts';

export type ListedBox = Omit<Annotation, 'frame' | 'category' | 'provenance'> & { frame: string; category: string; score?: number };

const pageSize = 20_000;

/** Boxes of `gt` or of a run with names instead of keys, for the command line. Errors: not_found. */
export async function listBoxes(dataset: OpenDataset, predictions: PredictionStore, source: string, frame?: string): Promise<ListedBox[]> {
  const { db } = dataset;
  const only = frame === undefined ? undefined : (await db.read('packs.known', { names: [frame] }))[0];
  if (only === null) throw new AppError('not_found', `There is no frame called ${frame}.`, { frame });
  const categories = new Map((await db.read('categories.list', {})).map((category) => [category.id as number, category.name]));
  const boxes: ListedBox[] = [];
  const names = new Map<number, string>();
  const nameAll = async (keys: readonly number[]): Promise<void> => {
    const missing = [...new Set(keys)].filter((key) => !names.has(key));
    for (let i = 0; i < missing.length; i += 10_000) {
      const part = Float64Array.from(missing.slice(i, i + 10_000));
      for (const row of await db.read('frames.rows', { ids: part })) names.set(row.id, row.name);
    }
  };
  if (source === 'gt') {
    for (let after: readonly [number, number] | undefined, last = false; !last;) {
      const page = await db.read('annotations.list', {
        limit: only === undefined ? pageSize : 1_000_000,
        ...(only ? { frame: only.id } : after ? { after } : {}),
      });
      await nameAll(page.map((box) => box.frame));
      for (const { frame: key, category, provenance, ...box } of page)
        boxes.push({
          ...box,
          frame: names.get(key) ?? '',
          category: categories.get(category) ?? '',
          ...(provenance === null ? {} : { score: provenance.score }),
        });
      const end = page.at(-1);
      last = only !== undefined || page.length < pageSize || end === undefined;
      if (end !== undefined) after = [end.frame, end.id];
    }
    return boxes;
  }
  const columns = await predictions.columnsOf(dataset, source);
  await nameAll(only === undefined ? [...columns.frameIds] : [only.id]);
  columns.frameIds.forEach((key, f) => {
    if (only !== undefined && only !== null && key !== only.id) return;
    for (let i = columns.offsets[f] ?? 0; i < (columns.offsets[f + 1] ?? 0); i++)
      boxes.push({
        id: columns.ids[i] as BoxId,
        frame: names.get(key) ?? '',
        category: categories.get(columns.categories[i] ?? -1) ?? '',
        bbox: [columns.boxes[4 * i] ?? 0, columns.boxes[4 * i + 1] ?? 0, columns.boxes[4 * i + 2] ?? 0, columns.boxes[4 * i + 3] ?? 0],
        angle: 0,
        flags: [],
        attributes: {},
        track: null,
        origin: 'model',
        score: columns.scores[i] ?? 0,
      });
  });
  return boxes;
}
