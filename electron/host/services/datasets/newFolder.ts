import { constants, existsSync } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { fileError } from '../files/fileError.ts';
import { makeFolders, nearestThere } from '../files/makeFolders.ts';
import { checkChosenPath } from '../gates/chosenPath.ts';
import { datasetFilePath } from './datasetFile.ts';

/**
 * Whether a dataset can be made in this folder: it is empty, or not there and its place can be written. Writes nothing.
 * Errors: already_exists, refused_path, read_only, not_found.
 */
export async function requireNewFolder(folder: string, roots: readonly string[]): Promise<void> {
  await checkChosenPath(folder, roots);
  const wanted = path.resolve(folder);
  const existing = await nearestThere(wanted);
  if (existing === null) throw new AppError('not_found', 'This drive is not there. Choose a folder on one that is.', { path: wanted });
  if (!(await isFolder(existing)))
    throw new AppError('refused_path', 'There is a file of this name in the way of the folder. Choose another folder.', { path: existing });
  await access(existing, constants.W_OK).catch((error: unknown) => {
    throw new AppError('read_only', 'The dataset could not be made here: the folder cannot be written to.', {
      path: existing,
      reason: String(error),
    });
  });
  if (existing !== wanted) return;
  if (existsSync(datasetFilePath(wanted)))
    throw new AppError('already_exists', 'There is a dataset in this folder already.', { path: wanted });
  if ((await readdir(wanted)).length > 0)
    throw new AppError('already_exists', 'This folder is not empty. Choose an empty or a new folder for the dataset.', { path: wanted });
}

/** Makes the folder of a new dataset where it is missing, and gives its real path. Errors: as `requireNewFolder`, and disk_full. */
export async function makeNewFolder(folder: string, roots: readonly string[]): Promise<string> {
  await requireNewFolder(folder, roots);
  try {
    await makeFolders(folder);
    return await realpath(folder);
  } catch (error) {
    throw (
      fileError(error) ??
      new AppError('read_only', 'The folder for the dataset could not be made.', { path: folder, reason: String(error) })
    );
  }
}

const isFolder = (at: string): Promise<boolean> =>
  stat(at).then(
    (info) => info.isDirectory(),
    () => false,
  );
