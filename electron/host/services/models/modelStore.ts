import { randomUUID } from 'node:crypto';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CardInput, ModelInspection, ModelSummary } from '../../../../shared/contract/models.ts';
import { isDiskFull } from '../../../../shared/diskFull.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { ModelRow } from '../../../db/queries/models.ts';
import type { ModelFile } from '../../../inference/client.ts';
import type { ModelCard } from '../../../inference/types.ts';
import { hashFile } from '../files/hashFile.ts';
import { makeFolderIn } from '../files/makeFolderIn.ts';
import type { OpenDataset } from '../openDataset.ts';
import { categoriesToAdd, mapCategories } from './categoryMap.ts';
import type { InferenceService } from './inferenceService.ts';

/** A model of a dataset, ready to run. */
export interface StoredModel extends ModelFile {
  readonly name: string;
  /** What a person mapped: model category → dataset category, '' for "leave out". */
  readonly map: { readonly [model: string]: string };
}

/** `models/<sha256>.onnx` inside the dataset folder. */
export const modelFile = (dataset: OpenDataset, sha256: string): string => path.join(dataset.folder, 'models', `${sha256}.onnx`);

export async function inspectModel(inference: InferenceService, file: string, card: CardInput | undefined): Promise<ModelInspection> {
  return (await inference.client.inspect(file, card)).inspection;
}

export interface AddModel {
  readonly path: string;
  readonly name?: string | undefined;
  readonly card?: CardInput | undefined;
  readonly map?: { readonly [model: string]: string } | undefined;
}

/**
 * Looks at a model, copies it into the dataset and remembers how to read it. A dataset without categories gets the model's.
 * Errors: those of inspect, already_exists, read_only, disk_full.
 */
export async function addModel(
  inference: InferenceService,
  dataset: OpenDataset,
  request: AddModel,
  author: string,
): Promise<ModelSummary> {
  if (dataset.readOnly) throw new AppError('read_only', 'This dataset is open for reading only.');
  const { inspection, card } = await inference.client.inspect(request.path, request.card);
  const rows = await dataset.db.read('models.list', {});
  const name = request.name ?? freeName(path.basename(request.path).replace(/\.onnx$/i, ''), inspection.sha256, rows);
  await copyModel(dataset, request.path, inspection.sha256);
  await addCategories(dataset, card, request.map ?? {}, author);
  await dataset.db.write('models.add', {
    name,
    sha256: inspection.sha256,
    bytes: inspection.bytes,
    family: inspection.family,
    card: JSON.stringify(card),
    map: JSON.stringify(request.map ?? {}),
    addedAt: Date.now(),
  });
  const row = await dataset.db.read('models.byName', { name });
  if (row === null) throw new AppError('internal', 'The model was not kept.');
  return await summarise(dataset, row);
}

/** The file's name, with a number behind it where another model has it. */
function freeName(base: string, sha256: string, rows: readonly ModelRow[]): string {
  const stem = base.slice(0, 100) || 'model';
  for (let n = 1; ; n++) {
    const name = n === 1 ? stem : `${stem} ${n}`;
    const taken = rows.find((row) => row.name === name);
    if (taken === undefined || taken.sha256 === sha256) return name;
  }
}

/** Copied under a temporary name, checked, made durable, then renamed: the final name never holds half a model. */
async function copyModel(dataset: OpenDataset, from: string, sha256: string): Promise<void> {
  const target = modelFile(dataset, sha256);
  await makeFolderIn(dataset.folder, path.dirname(target));
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await copyFile(from, temporary);
    const handle = await open(temporary, 'r+');
    try {
      if ((await hashFile(handle)).sha256 !== sha256)
        throw new AppError('conflict', 'The model file changed while it was added. Add it again.');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    if (isDiskFull(error)) throw new AppError('disk_full', 'The disk is full: the model was not added.', undefined, { cause: error });
    throw error;
  }
}

async function addCategories(
  dataset: OpenDataset,
  card: ModelCard,
  map: { readonly [model: string]: string },
  author: string,
): Promise<void> {
  const known = await dataset.db.read('categories.list', {});
  for (const name of categoriesToAdd(card.categories, known, map)) await dataset.db.write('categories.add', { author, name });
}

export async function listModels(dataset: OpenDataset): Promise<readonly ModelSummary[]> {
  const rows = await dataset.db.read('models.list', {});
  return await Promise.all(rows.map((row) => summarise(dataset, row)));
}

async function summarise(dataset: OpenDataset, row: ModelRow): Promise<ModelSummary> {
  const card = JSON.parse(row.card) as ModelCard;
  const map = JSON.parse(row.map) as StoredModel['map'];
  const { mapped, unmapped } = mapCategories(card.categories, await dataset.db.read('categories.list', {}), map);
  return {
    name: row.name,
    sha256: row.sha256,
    bytes: row.bytes,
    family: row.family,
    input: `${card.input.width} × ${card.input.height} ${card.input.dtype}`,
    categories: card.categories,
    mapped,
    unmapped,
    addedAt: new Date(row.addedAt).toISOString(),
    imagesPerSecond: row.imagesPerSecond,
    provider: row.provider,
  };
}

/** Error: not_found. */
export async function storedModel(dataset: OpenDataset, name: string): Promise<StoredModel> {
  const row = await dataset.db.read('models.byName', { name });
  if (row === null) {
    const names = (await dataset.db.read('models.list', {})).map((model) => model.name);
    throw new AppError(
      'not_found',
      `This dataset has no model “${name}”.${names.length > 0 ? ` It has: ${names.join(', ')}.` : ' Add one first.'}`,
      { model: name, models: names },
    );
  }
  return {
    name: row.name,
    path: modelFile(dataset, row.sha256),
    sha256: row.sha256,
    bytes: row.bytes,
    card: JSON.parse(row.card) as ModelCard,
    map: JSON.parse(row.map) as StoredModel['map'],
  };
}

export async function removeModel(dataset: OpenDataset, name: string): Promise<void> {
  const { sha256, last } = await dataset.db.write('models.remove', { name });
  if (last) await rm(modelFile(dataset, sha256), { force: true });
}
