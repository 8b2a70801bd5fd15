import { createHash, randomBytes, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isDiskFull } from '../../../../shared/diskFull.ts';
import { AppError } from '../../../../shared/errors.ts';
import { fileError } from '../files/fileError.ts';
import { hashFile } from '../files/hashFile.ts';
import { makeFolders } from '../files/makeFolders.ts';
import { syncFolder } from '../versions/syncFolder.ts';
import type { ExportedFile } from './exportList.ts';

interface OpenText {
  readonly handle: FileHandle;
  readonly hash: Hash;
  bytes: number;
}

/**
 * The folder an export is written to: a hidden one beside its target, which gets the target's name when everything is in it.
 * What exists is never overwritten, and a failed or cancelled export leaves nothing. Paths are made by the writers, not by
 * the data; they are looked at all the same. Errors: already_exists, disk_full.
 */
export class ExportFolder {
  readonly target: string;
  readonly #temporary: string;
  readonly #texts = new Map<string, OpenText>();
  readonly #folders = new Set<string>();
  readonly files: ExportedFile[] = [];
  /** Images that were to be linked and had to be copied. */
  copied = 0;

  constructor(target: string, temporary: string) {
    this.target = target;
    this.#temporary = temporary;
  }

  static async create(out: string): Promise<ExportFolder> {
    const target = path.resolve(out);
    const there = await readdir(target).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new AppError(
        'already_exists',
        'There is already something at this path. Choose a new folder.',
        { path: target },
        { cause: error },
      );
    });
    if (there !== null && there.length > 0)
      throw new AppError('already_exists', 'This folder is not empty. Choose a new one: an export never overwrites anything.', {
        path: target,
      });
    await makeFolders(path.dirname(target)).catch((error: unknown) => {
      throw (
        fileError(error) ??
        new AppError('read_only', 'The folder for the export could not be made.', { path: target, reason: String(error) })
      );
    });
    const temporary = path.join(path.dirname(target), `.${path.basename(target).slice(0, 200)}.${randomBytes(4).toString('hex')}.partial`);
    await mkdir(temporary);
    return new ExportFolder(target, temporary);
  }

  async text(relative: string, text: string, isLast: boolean): Promise<void> {
    await this.#guarded(async () => {
      let file = this.#texts.get(relative);
      if (file === undefined) {
        file = { handle: await open(await this.#place(relative), 'wx'), hash: createHash('sha256'), bytes: 0 };
        this.#texts.set(relative, file);
      }
      const bytes = Buffer.from(text);
      file.hash.update(bytes);
      file.bytes += bytes.length;
      await file.handle.writeFile(bytes);
      if (!isLast) return;
      this.#texts.delete(relative);
      await file.handle.sync();
      await file.handle.close();
      this.files.push({ path: relative, bytes: file.bytes, sha256: file.hash.digest('hex') });
    });
  }

  /** The file `source`, whose content is known. Error: corrupt where it is another by now. */
  async image(
    relative: string,
    source: string,
    options: { readonly sha256: string; readonly frame: string; readonly link: boolean },
  ): Promise<void> {
    await this.#guarded(async () => {
      const target = await this.#place(relative);
      const isLinked = options.link && (await linked(source, target));
      if (options.link && !isLinked) this.copied++;
      if (!isLinked) await copied(source, target);
      const handle = await open(target, constants.O_RDONLY);
      try {
        const { sha256, bytes } = await hashFile(handle);
        if (sha256 !== options.sha256)
          throw new AppError('corrupt', `The image of “${options.frame}” is no longer the one that was imported.`, {
            frame: options.frame,
          });
        this.files.push({ path: relative, bytes, sha256 });
      } finally {
        await handle.close();
      }
    });
  }

  /** A file whose bytes are not listed: the list itself. */
  async unlisted(relative: string, lines: Iterable<string>): Promise<number> {
    let bytes = 0;
    await this.#guarded(async () => {
      const handle = await open(await this.#place(relative), 'wx');
      try {
        let parts: string[] = [];
        const flush = async (): Promise<void> => {
          const piece = Buffer.from(parts.join(''));
          parts = [];
          bytes += piece.length;
          await handle.writeFile(piece);
        };
        for (const line of lines) if (parts.push(line) >= 4_096) await flush();
        await flush();
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
    return bytes;
  }

  /** Gives the folder its name. */
  async finish(): Promise<void> {
    if (this.#texts.size > 0) throw new Error('A text of the export was not ended.');
    await syncFolder(this.#temporary);
    // An empty folder that is there already is what the user made for this.
    await rmdir(this.target).catch(() => undefined);
    try {
      await rename(this.#temporary, this.target);
    } catch (error) {
      throw new AppError('already_exists', 'Something was put at this path meanwhile.', { path: this.target }, { cause: error });
    }
    await syncFolder(path.dirname(this.target));
  }

  async abandon(): Promise<void> {
    for (const { handle } of this.#texts.values()) await handle.close();
    this.#texts.clear();
    await rm(this.#temporary, { recursive: true, force: true });
  }

  async #place(relative: string): Promise<string> {
    const full = path.join(this.#temporary, ...relative.split('/'));
    if (!full.startsWith(this.#temporary + path.sep) || relative.split('/').includes('..'))
      throw new AppError('internal', 'An export wanted to write outside its folder.', { path: relative });
    const parent = path.dirname(full);
    if (!this.#folders.has(parent)) {
      await mkdir(parent, { recursive: true });
      this.#folders.add(parent);
    }
    return full;
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isDiskFull(error)) throw new AppError('disk_full', 'The disk is full: the export was not finished.', {}, { cause: error });
      throw error;
    }
  }
}

/** Another name for the same file. False where the two are on different disks or the disk knows no links. */
async function linked(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return (await stat(target)).isFile();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EXDEV' || code === 'EPERM' || code === 'ENOTSUP' || code === 'EMLINK' || code === 'ENOSYS') return false;
    throw error;
  }
}

async function copied(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}
