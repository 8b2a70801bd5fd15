import { FormatError } from '../../../../shared/formats/formatError.ts';
import { isAppError } from '../../../../shared/errors.ts';
import { gateImage, type GatedImage } from '../gates/imageGate.ts';
import { openReal } from '../gates/paths.ts';
import { forEachParallel } from './forEachParallel.ts';
import type { LabelPart } from './labelSource.ts';

export type GatheredImage =
  | { readonly kind: 'image'; readonly image: GatedImage; readonly path: string; readonly how: 'as_said' | 'similar' | 'by_name' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Each holds at most 8 MB; hashing runs in the calling thread, reading does not. */
const workers = 8;

/** Finds, opens, checks and hashes the images of frames `from … to - 1`. One that cannot be had is its reason, and no error. */
export async function gatherImages(
  part: LabelPart,
  range: { readonly from: number; readonly to: number },
  options: { readonly signal: AbortSignal; readonly onDone: () => void },
): Promise<readonly GatheredImage[]> {
  const gathered = new Array<GatheredImage>(range.to - range.from);
  await forEachParallel(range.to - range.from, { workers, signal: options.signal }, async (i) => {
    gathered[i] = await gatherImage(part, range.from + i, options.signal);
    options.onDone();
  });
  return gathered;
}

async function gatherImage(part: LabelPart, index: number, signal: AbortSignal): Promise<GatheredImage> {
  const found = await part.find(index);
  if (found.kind === 'refused') return found;
  try {
    const file = await openReal(found.path);
    try {
      return { kind: 'image', image: await gateImage(file, signal), path: found.path, how: found.how };
    } finally {
      await file.handle.close();
    }
  } catch (error) {
    if (error instanceof FormatError) return { kind: 'refused', code: error.code, message: error.message };
    if (isAppError(error))
      return { kind: 'refused', code: error.code === 'not_found' ? 'image_missing' : 'image_unreadable', message: error.message };
    if (error instanceof Error && 'errno' in error)
      return { kind: 'refused', code: 'image_unreadable', message: 'The image cannot be read.' };
    throw error;
  }
}
