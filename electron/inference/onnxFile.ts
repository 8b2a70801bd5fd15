import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { type OnnxModel, readOnnx } from './onnxGate.ts';

/** Largest model file read: protobuf itself ends at 2 GB. */
const maxBytes = 2 ** 31 - 1;

export interface OnnxFile extends OnnxModel {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Reads a model file and passes it through the gate. The runtime is given these very bytes and never the path, so nothing can
 * be exchanged in between. Errors: not_found, unreadable, refused_model.
 */
export async function openOnnxFile(path: string): Promise<{ readonly file: OnnxFile; readonly bytes: Uint8Array }> {
  const bytes = await readModelBytes(path);
  const file = { ...readOnnx(bytes), sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength };
  return { file, bytes };
}

async function readModelBytes(path: string): Promise<Uint8Array> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new AppError('not_found', 'There is no model file at this place.', { path });
    throw new AppError('unreadable', 'The model file cannot be opened.', { path, reason: code ?? String(error) }, { cause: error });
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new AppError('refused_model', 'A model must be a regular file.', { path });
    if (stat.size === 0) throw new AppError('unreadable', 'The model file is empty.', { path });
    if (stat.size > maxBytes) throw new AppError('refused_model', 'The model file is larger than 2 GB.', { path, bytes: stat.size });
    return await file.readFile();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('unreadable', 'The model file could not be read.', { path, reason: String(error) }, { cause: error });
  } finally {
    await file.close();
  }
}
