import { FormatError } from '../../../../shared/formats/formatError.ts';
import { isAppError } from '../../../../shared/errors.ts';
import { gateImage, type GatedImage } from '../gates/imageGate.ts';
import { openReal } from '../gates/paths.ts';
import type { FoundImage } from './imageFinder.ts';
import { forEachParallel } from './forEachParallel.ts';
import type { LabelPart } from './labelSource.ts';

/** One frame of a label source. */
export interface FrameRef {
  readonly part: LabelPart;
  readonly index: number;
}

export type GatheredImage =
  | { readonly kind: 'image'; readonly image: GatedImage; readonly path: string; readonly how: 'as_said' | 'similar' | 'by_name' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

export interface GatherOptions {
  readonly signal: AbortSignal;
  readonly onDone: () => void;
  /** Called for an image that passed, before the next one of the same worker is read. */
  readonly onImage?: (image: GatedImage, path: string) => Promise<void>;
}

/** Each holds at most 8 MB; hashing runs in the calling thread, reading does not. */
const workers = 8;

/** Finds, opens, checks and hashes images. One that cannot be had is its reason, and no error. */
export async function gatherImages(refs: readonly FrameRef[], options: GatherOptions): Promise<readonly GatheredImage[]> {
  const gathered = new Array<GatheredImage>(refs.length);
  await forEachParallel(refs.length, { workers, signal: options.signal }, async (i) => {
    const { part, index } = refs[i] as FrameRef;
    gathered[i] = await gatherImage(await part.find(index), options);
    options.onDone();
  });
  return gathered;
}

async function gatherImage(found: FoundImage, options: GatherOptions): Promise<GatheredImage> {
  if (found.kind === 'refused') return found;
  try {
    const file = await openReal(found.path);
    try {
      const image = await gateImage(file, options.signal);
      await options.onImage?.(image, found.path);
      return { kind: 'image', image, path: found.path, how: found.how };
    } finally {
      await file.handle.close();
    }
  } catch (error) {
    // The reason of a cancelled call is a coded error as well, and no fault of the image.
    if (options.signal.aborted) throw error;
    if (error instanceof FormatError) return { kind: 'refused', code: error.code, message: error.message };
    if (isAppError(error) && error.code !== 'disk_full')
      return { kind: 'refused', code: error.code === 'not_found' ? 'image_missing' : 'image_unreadable', message: error.message };
    if (isReadFailure(error)) return { kind: 'refused', code: 'image_unreadable', message: 'The image cannot be read.' };
    throw error;
  }
}

/** The system could not read the file (a broken disk, a share that went away): the fault of this file alone. */
function isReadFailure(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === 'EIO' || code === 'EACCES' || code === 'EPERM' || code === 'ESTALE' || code === 'ENOENT';
}
