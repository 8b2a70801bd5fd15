import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { openRoot, type Root } from '../gates/paths.ts';

/** What the user pointed at: a folder, or a file in a folder. */
export interface Place {
  readonly root: Root;
  /** Name of the file inside the root, NFC; null where a folder was named. */
  readonly file: string | null;
}

/** Errors: not_found, refused_path. */
export async function openPlace(from: string): Promise<Place> {
  const real = await realpath(from).catch((error: unknown) => {
    throw new AppError('not_found', 'There is nothing at this path, or it cannot be read.', { path: from }, { cause: error });
  });
  const info = await stat(real);
  if (info.isDirectory()) return { root: await openRoot(real), file: null };
  if (!info.isFile()) throw new AppError('refused_path', 'This is neither a folder nor a regular file.', { path: from });
  return { root: await openRoot(path.dirname(real)), file: path.basename(real).normalize('NFC') };
}
