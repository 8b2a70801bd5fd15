import { FormatError } from '../../../../shared/formats/formatError.ts';
import { isAppError } from '../../../../shared/errors.ts';
import { openReal, type OpenedFile } from '../gates/paths.ts';

const chunkBytes = 1_048_576;

/** An open file in pieces. The piece is used again for the next: keep nothing of it. */
export async function* chunksOf(file: OpenedFile, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, file.bytes)));
  for (let position = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** All of a small file. Throws FormatError `file_too_large`, `file_unreadable`, `path_refused`. */
export async function readSmallFile(real: string, maxBytes: number): Promise<Buffer> {
  try {
    const file = await openReal(real);
    try {
      if (file.bytes > maxBytes) throw new FormatError('file_too_large', `The file is larger than ${Math.round(maxBytes / 1_048_576)} MB.`);
      return await file.handle.readFile();
    } finally {
      await file.handle.close();
    }
  } catch (error) {
    if (isAppError(error, 'refused_path')) throw new FormatError('path_refused', error.message, { cause: error });
    if (isAppError(error)) throw new FormatError('file_unreadable', error.message, { cause: error });
    throw error;
  }
}
