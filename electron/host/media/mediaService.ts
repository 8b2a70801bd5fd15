import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DatasetId, type FrameId } from '../../../shared/domain/ids.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { type ImageFormat, imageFormats, imageTypes } from '../../image/format.ts';
import { readDeepSamples } from '../../image/deepImage.ts';
import { openImage } from '../../image/openImage.ts';
import { bitsOf, probeImage } from '../../image/probe.ts';
import { makeThumbnail } from '../../image/thumbnail.ts';
import type { MediaLocation } from '../../db/types.ts';
import type { LinkRoots } from '../services/media/linkRoots.ts';
import { makeFolderIn } from '../services/files/makeFolderIn.ts';
import type { OpenDataset } from '../services/openDataset.ts';
import { openRoot, resolveInside } from '../services/gates/paths.ts';
import { type MediaFile, refuse, respondWithFile, securityHeaders } from './respond.ts';

/**
 * Pixels, by frame and never by path: `/media/<dataset>/<frame>/original | deep | thumb-<px> | cover`. An image with 16 bits a
 * channel is shown by its own window; `deep` are its samples (little endian), with their size in `X-Image-Size`. A cover is a thumbnail that
 * is also kept outside the dataset: Home shows it without opening (and locking) what it belongs to.
 */
export interface MediaService {
  respond(request: Request): Promise<Response>;
  /** Absolute path of a frame's image on this computer. Errors: not_found, refused_path. */
  pathOf(dataset: OpenDataset, location: MediaLocation): Promise<string>;
}

/** Thumbnail sizes that are made; anything else would let a page fill the cache. */
const thumbnailSizes = [128, 256, 512] as const;
/** Decoding more at once than this only makes each of them wait longer. */
const maxDecoding = 4;

/** What every browser shows itself; other formats travel as a full-size JPEG made here. */
const shownByBrowsers: readonly ImageFormat[] = ['jpeg', 'png', 'webp', 'bmp'];

export interface MediaDeps {
  /** Where thumbnails of datasets go that cannot be written to. */
  readonly userData: string;
  readonly linkRoots: LinkRoots;
  readonly openDataset: (id: DatasetId) => Promise<OpenDataset>;
  /** The dataset where it is open already. */
  readonly peekDataset: (id: DatasetId) => OpenDataset | undefined;
}

export function createMediaService({ userData, linkRoots, openDataset, peekDataset }: MediaDeps): MediaService {
  const making = new Map<string, Promise<void>>();
  const gate = createGate(maxDecoding);

  async function pathOf(dataset: OpenDataset, location: MediaLocation): Promise<string> {
    if (location.place === 'copy') {
      const { sha256 } = location;
      // Through the gate as well: format and folder are what a dataset from elsewhere says and brings.
      return resolveInside(await openRoot(dataset.folder), `media/${sha256.slice(0, 2)}/${sha256}.${extensionOf(location.format)}`);
    }
    if (location.place === 'none' || location.path === null || location.root === null) {
      throw new AppError('not_found', 'This dataset holds the labels of this frame, but not its image.', { frame: location.name });
    }
    const folder = linkRoots.resolve(dataset, location.root, location.rootRelative);
    if (folder === null)
      throw new AppError('not_found', 'The folder with the images is not known on this computer.', { frame: location.name });
    return resolveInside(await openRoot(folder), location.path);
  }

  async function thumbnail(dataset: OpenDataset, location: MediaLocation, px: number): Promise<MediaFile> {
    const { sha256 } = location;
    // A folder that was moved away is not made again by its thumbnails: it could not come back to its place.
    const hasFolder = existsSync(path.join(dataset.folder, 'dataset.sqlite'));
    const isOwn = !dataset.readOnly && hasFolder;
    const cache = isOwn ? path.join(dataset.folder, 'cache') : path.join(userData, 'cache', dataset.id);
    const file = path.join(cache, 'thumbs', sha256.slice(0, 2), `${sha256}-${px}.jpg`);
    // It may be moved while the thumbnail waits for its turn.
    const makeFolder = (folder: string): Promise<unknown> =>
      isOwn ? makeFolderIn(dataset.folder, folder) : mkdir(folder, { recursive: true });
    const isThere = await stat(file).then(
      (info) => info.size > 0,
      () => false,
    );
    if (!isThere) {
      // The same thumbnail asked for twice (the grid and the strip) is made once.
      let made = making.get(file);
      if (!made) {
        made = gate(async () => writeThumbnail(await pathOf(dataset, location), file, px, makeFolder)).finally(() => making.delete(file));
        making.set(file, made);
      }
      await made;
    }
    return { path: file, type: 'image/jpeg', tag: `${sha256}-${px}` };
  }

  async function original(dataset: OpenDataset, location: MediaLocation): Promise<MediaFile> {
    const file = await pathOf(dataset, location);
    const format = imageFormats.find((known) => known === location.format) ?? (await probeImage(file)).format;
    // Browsers drop the lower eight bits; only these two formats have them.
    const deep = (format === 'png' || format === 'tiff') && (await bitsOf(file)) === 16;
    if (deep) return { ...(await thumbnail(dataset, location, fullSize)), headers: { 'X-Image-Depth': '16' } };
    if (!shownByBrowsers.includes(format)) return thumbnail(dataset, location, fullSize);
    return { path: file, type: imageTypes[format], tag: location.sha256 };
  }

  async function deepSamples(dataset: OpenDataset, location: MediaLocation): Promise<Response> {
    const image = await openImage(await pathOf(dataset, location));
    if (image.depth !== 16) return refuse(404, 'This image has 8 bits a channel.');
    const { width, height, perPixel, samples } = await gate(() => readDeepSamples(image));
    return new Response(samples, {
      headers: {
        ...securityHeaders,
        'Content-Type': 'application/octet-stream',
        'X-Image-Size': `${width} ${height} ${perPixel}`,
        'Cache-Control': 'private, max-age=31536000, immutable',
      },
    });
  }

  async function cover(id: DatasetId, frame: FrameId): Promise<MediaFile | null> {
    const kept = path.join(userData, 'covers', id, `${frame}.jpg`);
    const dataset = peekDataset(id);
    const [location] = dataset ? await dataset.db.read('frames.media', { ids: Float64Array.of(frame) }) : [];
    // A dataset that was moved away in this moment shows the cover it had.
    const made = dataset && location ? await thumbnail(dataset, location, coverPx).catch(() => null) : null;
    if (made !== null) {
      await mkdir(path.dirname(kept), { recursive: true });
      await copyFile(made.path, kept);
      return made;
    }
    const info = await stat(kept).catch(() => null);
    if (info === null) return null;
    const { size, mtimeMs } = info;
    return { path: kept, type: 'image/jpeg', tag: `cover-${size}-${Math.round(mtimeMs)}` };
  }

  return {
    pathOf,
    async respond(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only reading is possible here.');
      const wanted = parseMediaPath(new URL(request.url).pathname);
      if (!wanted) return refuse(404, 'There is no such image.');
      try {
        if (wanted.variant === 'cover') {
          const kept = await cover(wanted.dataset, wanted.frame);
          // No cover yet is no failure: nothing to show, and nothing for a browser to complain of.
          return kept === null
            ? new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } })
            : await respondWithFile(request, kept);
        }
        const dataset = await openDataset(wanted.dataset);
        const [location] = await dataset.db.read('frames.media', { ids: Float64Array.of(wanted.frame) });
        if (!location) return refuse(404, 'There is no such frame.');
        if (wanted.variant === 'deep') return await deepSamples(dataset, location);
        const file = wanted.variant === 'original' ? await original(dataset, location) : await thumbnail(dataset, location, wanted.variant);
        return await respondWithFile(request, file);
      } catch (error) {
        if (isAppError(error)) return refuse(error.code === 'not_found' ? 404 : 422, error.message);
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return refuse(404, 'The image file is missing.');
        throw error;
      }
    },
  };
}

const fullSize = 16_384;
const coverPx = 256;

export function parseMediaPath(
  pathname: string,
): { readonly dataset: DatasetId; readonly frame: FrameId; readonly variant: 'original' | 'cover' | 'deep' | number } | null {
  const match = /^\/media\/([0-9a-zA-Z-]{1,64})\/(\d{1,16})\/(original|cover|deep|thumb-(\d{1,4}))$/.exec(pathname);
  if (!match) return null;
  const [, dataset = '', frame = '', variant, px] = match;
  const named = variant === 'original' || variant === 'cover' || variant === 'deep' ? variant : undefined;
  const size = named ?? thumbnailSizes.find((candidate) => candidate === Number(px));
  return size === undefined ? null : { dataset: dataset as DatasetId, frame: Number(frame) as FrameId, variant: size };
}

export function extensionOf(format: string | null): string {
  return format === null || format === 'jpeg' ? 'jpg' : format;
}

async function writeThumbnail(image: string, file: string, px: number, makeFolder: (folder: string) => Promise<unknown>): Promise<void> {
  const { bytes } = await makeThumbnail(image, px);
  await makeFolder(path.dirname(file));
  // No fsync: a thumbnail lost in a power cut is made again. The rename keeps half a file from ever being served.
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, file);
}

/** Lets so many of the given functions run at once; the others wait in order. */
function createGate(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}
