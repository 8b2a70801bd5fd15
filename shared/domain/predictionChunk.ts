import { AppError } from '../errors.ts';

/**
 * Predictions of one run on some neighbouring frames of its frame list, as columns. Written once, never changed.
 * F frames, N boxes. Row order is by frame, inside a frame by falling score. Coordinates and scores are float64 so that
 * nothing a model or a results file says is rounded.
 */
export interface PredictionChunk {
  /** F frame keys, in the order of the run's frame list. Frames without boxes are in it, failed frames too. */
  readonly frameIds: Float64Array;
  /** F + 1 offsets: rows `offsets[f] … offsets[f + 1] - 1` belong to frame f. */
  readonly offsets: Uint32Array;
  /** Key of the first box; row i has the key `firstId + i`. */
  readonly firstId: number;
  /** N category ids of the dataset. */
  readonly categories: Uint16Array;
  /** N scores. */
  readonly scores: Float64Array;
  /** 4 N numbers: x, y, w, h in px of the upright image. */
  readonly boxes: Float64Array;
}

/** "HCP1" as a little-endian number. */
const magic = 0x31504348;
const headerBytes = 32;
/** Offset in bytes of the frame keys in an encoded chunk: F float64, little-endian. */
export const chunkFramesAt = headerBytes;

function layout(
  frames: number,
  boxes: number,
): { ids: number; boxes: number; scores: number; offsets: number; categories: number; end: number } {
  const ids = headerBytes;
  const boxesAt = ids + 8 * frames;
  const scores = boxesAt + 32 * boxes;
  const offsets = scores + 8 * boxes;
  const categories = offsets + 4 * (frames + 1);
  return { ids, boxes: boxesAt, scores, offsets, categories, end: categories + 2 * boxes };
}

/**
 * Bytes of a chunk, little-endian: magic u32, zero u32, F u32, N u32, firstId f64, 8 bytes zero; then frameIds, boxes, scores,
 * offsets, categories. The same chunk always gives the same bytes; the table beside keeps their SHA-256.
 */
export function encodePredictionChunk(chunk: PredictionChunk): Uint8Array<ArrayBuffer> {
  const frames = chunk.frameIds.length;
  const boxes = chunk.scores.length;
  check(chunk);
  const at = layout(frames, boxes);
  const bytes = new Uint8Array(at.end);
  const header = new DataView(bytes.buffer);
  header.setUint32(8, frames, true);
  header.setUint32(12, boxes, true);
  header.setFloat64(16, chunk.firstId, true);
  new Float64Array(bytes.buffer, at.ids, frames).set(chunk.frameIds);
  new Float64Array(bytes.buffer, at.boxes, 4 * boxes).set(chunk.boxes);
  new Float64Array(bytes.buffer, at.scores, boxes).set(chunk.scores);
  new Uint32Array(bytes.buffer, at.offsets, frames + 1).set(chunk.offsets);
  new Uint16Array(bytes.buffer, at.categories, boxes).set(chunk.categories);
  header.setUint32(0, magic, true);
  return bytes;
}

/** Views of the bytes where their alignment allows, copies where not. Error: corrupt. */
export function decodePredictionChunk(blob: Uint8Array): PredictionChunk {
  // Typed arrays want 8-byte alignment; a Buffer out of a pool may not have it.
  const bytes = blob.byteOffset % 8 === 0 ? blob : blob.slice();
  if (bytes.byteLength < headerBytes) throw corrupt('shorter than its header');
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.getUint32(0, true) !== magic) throw corrupt('wrong first bytes');
  const frames = header.getUint32(8, true);
  const boxes = header.getUint32(12, true);
  const at = layout(frames, boxes);
  if (at.end !== bytes.byteLength) throw corrupt('wrong length');
  const base = bytes.byteOffset;
  const chunk: PredictionChunk = {
    frameIds: new Float64Array(bytes.buffer, base + at.ids, frames),
    offsets: new Uint32Array(bytes.buffer, base + at.offsets, frames + 1),
    firstId: header.getFloat64(16, true),
    categories: new Uint16Array(bytes.buffer, base + at.categories, boxes),
    scores: new Float64Array(bytes.buffer, base + at.scores, boxes),
    boxes: new Float64Array(bytes.buffer, base + at.boxes, 4 * boxes),
  };
  check(chunk);
  return chunk;
}

function check(chunk: PredictionChunk): void {
  const frames = chunk.frameIds.length;
  const boxes = chunk.scores.length;
  if (chunk.offsets.length !== frames + 1 || chunk.offsets[0] !== 0 || chunk.offsets[frames] !== boxes) throw corrupt('offsets do not fit');
  for (let f = 0; f < frames; f++) if ((chunk.offsets[f + 1] ?? 0) < (chunk.offsets[f] ?? 0)) throw corrupt('offsets go back');
  if (chunk.categories.length !== boxes || chunk.boxes.length !== 4 * boxes) throw corrupt('columns of different lengths');
  if (!Number.isSafeInteger(chunk.firstId)) throw corrupt('no first key');
}

function corrupt(reason: string): AppError {
  return new AppError('corrupt', 'A block of predictions is damaged.', { reason });
}
