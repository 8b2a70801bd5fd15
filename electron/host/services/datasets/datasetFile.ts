import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { writeFileAtomically } from '../files/writeFileAtomically.ts';
import { openReal } from '../gates/paths.ts';

/** The format this program writes. A file that asks for more is opened for reading, or not at all. */
export const datasetFormat = 1;

/** `hardcase.json`: what makes a folder a dataset. */
export interface DatasetFile {
  readonly format: number;
  readonly id: DatasetId;
  readonly name: string;
  readonly min_reader: number;
  readonly min_writer: number;
}

export function datasetFilePath(folder: string): string {
  return path.join(folder, 'hardcase.json');
}

const maxBytes = 65_536;

/** Errors: not_found (no dataset folder), corrupt, newer_version. */
export async function readDatasetFile(folder: string): Promise<DatasetFile> {
  const { handle, bytes } = await openReal(datasetFilePath(folder)).catch(() => {
    throw new AppError('not_found', 'There is no dataset in this folder.', { path: folder });
  });
  let file: DatasetFile | null;
  try {
    file = bytes > maxBytes ? null : parse(await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
  if (file === null) throw new AppError('corrupt', 'The file hardcase.json of this dataset is damaged.', { path: folder });
  if (file.min_reader > datasetFormat)
    throw new AppError('newer_version', 'This dataset was made by a newer version of Hardcase. Update Hardcase to open it.', {
      found: file.min_reader,
      known: datasetFormat,
    });
  return file;
}

export async function writeDatasetFile(folder: string, file: DatasetFile): Promise<void> {
  await writeFileAtomically(datasetFilePath(folder), `${JSON.stringify(file, null, 2)}\n`);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function parse(text: string): DatasetFile | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { format, id, name, min_reader, min_writer } = value as { readonly [key: string]: unknown };
    if (typeof format !== 'number' || typeof id !== 'string' || !uuid.test(id)) return null;
    if (typeof name !== 'string' || name.length > 128 || typeof min_reader !== 'number' || typeof min_writer !== 'number') return null;
    return { format, id: id as DatasetId, name, min_reader, min_writer };
  } catch {
    return null;
  }
}
