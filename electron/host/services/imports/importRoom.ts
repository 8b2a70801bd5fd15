import { stat } from 'node:fs/promises';
import { requireRoom } from '../files/diskRoom.ts';
import type { PlannedFrame } from './importPlan.ts';

/** So many images tell how large the rest are. */
const sampled = 200;
/** A box and its frame in the database, its import and its second copy; generous. */
const bytesPerRow = 400;

/**
 * Room for everything an import will write, before it writes anything: labels, and the images where they are copied (as large as a
 * sample of them says). Error: disk_full.
 */
export async function requireImportRoom(folder: string, frames: readonly PlannedFrame[], copies: boolean): Promise<void> {
  const step = Math.max(1, Math.floor(frames.length / sampled));
  const some = frames.filter((_, i) => i % step === 0);
  const sizes = copies ? await Promise.all(some.map(sizeOf)) : [];
  const images = sizes.length === 0 ? 0 : (sizes.reduce((sum, size) => sum + size, 0) / sizes.length) * frames.length;
  await requireRoom(folder, images + frames.length * 10 * bytesPerRow);
}

async function sizeOf({ part, index }: PlannedFrame): Promise<number> {
  const found = await part.find(index).catch(() => null);
  if (found?.kind !== 'found') return 0;
  return stat(found.path).then(
    ({ size }) => size,
    () => 0,
  );
}
