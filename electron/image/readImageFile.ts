import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { imageLimits } from './limits.ts';

/**
 * Bytes of an image file. `O_NONBLOCK` and the check on the open file keep a pipe or device that stands in an image's
 * place from hanging the reader. Errors: not_found, unreadable, refused_image.
 */
export async function readImageFile(path: string): Promise<Buffer<ArrayBuffer>> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw openFailure(error, path);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new AppError('refused_image', 'This is not a regular file.', { path });
    if (stat.size === 0) throw new AppError('unreadable', 'The image file is empty.', { path });
    if (stat.size > imageLimits.bytes) {
      throw new AppError('refused_image', `The image file is larger than ${imageLimits.bytes / 1024 / 1024} MB.`, {
        path,
        bytes: stat.size,
      });
    }
    return await file.readFile();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('unreadable', 'The image file could not be read.', { path, reason: String(error) }, { cause: error });
  } finally {
    await file.close();
  }
}

function openFailure(error: unknown, path: string): AppError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new AppError('not_found', 'The image file is missing.', { path });
  if (code === 'EACCES' || code === 'EPERM') return new AppError('unreadable', 'The image file may not be read by this user.', { path });
  return new AppError('unreadable', 'The image file could not be opened.', { path, reason: code ?? String(error) }, { cause: error });
}
