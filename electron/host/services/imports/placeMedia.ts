import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isDiskFull } from '../../../../shared/diskFull.ts';
import { AppError } from '../../../../shared/errors.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import type { PackMedia } from '../../../db/log/packMedia.ts';
import { extensionOf } from '../../media/mediaService.ts';
import { hashFile } from '../files/hashFile.ts';
import { makeFolderIn } from '../files/makeFolderIn.ts';
import type { GatedImage } from '../gates/imageGate.ts';
import { nearPath, type LinkRoots } from '../media/linkRoots.ts';
import type { OpenDataset } from '../openDataset.ts';

/** Puts the images of one import where they belong, and says where that is. */
export interface MediaPlacer {
  place(image: GatedImage, source: string): Promise<PackMedia>;
}

/** Copies by content: `media/<aa>/<sha256>.<ext>`. Nothing half-written ever has that name. Error: disk_full. */
export function createCopyPlacer(folder: string): MediaPlacer {
  const made = new Set<string>();
  return {
    async place(image, source) {
      const { sha256, bytes, format } = image;
      const parent = path.join(folder, 'media', sha256.slice(0, 2));
      if (!made.has(parent)) {
        await makeFolderIn(folder, parent);
        made.add(parent);
      }
      const target = path.join(parent, `${sha256}.${extensionOf(format)}`);
      const there = await stat(target).catch(() => null);
      if (there?.size !== bytes) await copyWhole(source, target, image);
      return { place: 'copy', format, bytes };
    },
  };
}

async function copyWhole(source: string, target: string, image: GatedImage): Promise<void> {
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await copyFile(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    // The source was read twice; somebody may have changed it in between.
    if ((await hashOf(temporary)) !== image.sha256) throw new FormatError('image_changed', 'The image changed while it was imported.');
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    if (isDiskFull(error)) throw new AppError('disk_full', 'The disk is full: not all images could be copied.', {}, { cause: error });
    throw error;
  }
}

async function hashOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    return (await hashFile(handle)).sha256;
  } finally {
    await handle.close();
  }
}

/**
 * Leaves the images where they are. A root inside or near the dataset folder is stored relative to it, so that both can be
 * moved together; any other is known on this computer alone.
 */
export function createLinkPlacer(dataset: OpenDataset, linkRoots: LinkRoots, base: string): MediaPlacer {
  const roots = new Map<string, Promise<number>>();
  const rootOf = (folder: string): Promise<number> => {
    let root = roots.get(folder);
    if (root === undefined) {
      root = storeRoot(dataset, linkRoots, folder);
      roots.set(folder, root);
    }
    return root;
  };
  return {
    async place(image, source) {
      const relative = path.relative(base, source);
      const isBelow = !relative.startsWith('..') && !path.isAbsolute(relative);
      const folder = isBelow ? base : path.dirname(source);
      const below = isBelow ? relative : path.basename(source);
      return { place: 'link', root: await rootOf(folder), path: below.split(path.sep).join('/'), format: image.format, bytes: image.bytes };
    },
  };
}

async function storeRoot(dataset: OpenDataset, linkRoots: LinkRoots, folder: string): Promise<number> {
  const relative = nearPath(dataset.folder, folder);
  // The name alone may be shared by two folders; the number behind it is of the path, and tells nothing of it.
  const mark = createHash('sha256').update(folder).digest('hex').slice(0, 6);
  const label = `${path.basename(folder)} (${mark})`;
  const { root } = await dataset.db.write('imports.linkRoot', { relative, label });
  await linkRoots.remember(dataset.id, root, folder);
  return root;
}
