import { constants } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { checkDataPath } from './dataPath.ts';

/** A folder that somebody chose: what data paths resolve inside of. */
export interface Root {
  /** Absolute, without links. */
  readonly real: string;
}

export interface OpenedFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface OpenRules {
  /** Refuse a file that has other names (hard links): for what may be executed or trusted. */
  readonly singleLink?: boolean;
}

/** The folder may itself be a link: the user chose it. Errors: not_found, refused_path. */
export async function openRoot(folder: string): Promise<Root> {
  const real = await realpath(folder).catch((error: unknown) => {
    throw new AppError('not_found', 'This folder does not exist or cannot be read.', { path: folder }, { cause: error });
  });
  if (!(await lstat(real)).isDirectory()) throw new AppError('refused_path', 'This is not a folder.', { path: folder });
  return { real };
}

/**
 * The one way from a path in data to an open file. The text is checked by the rules of P1, the file has to lie inside
 * the root with no link on the way, and what is opened is looked at through its descriptor, so that nothing can be put
 * in its place in between. Errors: refused_path, not_found, unreadable. The caller closes the handle.
 */
export async function openInside(root: Root, dataPath: unknown, rules: OpenRules = {}): Promise<OpenedFile> {
  return openReal(await resolveInside(root, dataPath), rules);
}

/** As `openInside`, without opening: the real path of a file that is there. Errors: refused_path, not_found. */
export async function resolveInside(root: Root, dataPath: unknown): Promise<string> {
  const checked = checkDataPath(dataPath);
  if (!checked.ok) throw refusedPath(checked.reason, String(dataPath));
  // macOS stores names decomposed; a label file written elsewhere names them composed.
  const spellings = new Set([checked.path, checked.path.normalize('NFD')]);
  for (const spelling of spellings) {
    const wanted = path.join(root.real, ...spelling.split('/'));
    const real = await realpath(wanted).catch((error: unknown) => {
      if (isErrno(error, 'ELOOP')) throw refusedPath('a link on the way leads in a circle', checked.path);
      return null;
    });
    if (real === null) continue;
    if (!isBelow(root.real, real)) throw refusedPath('the path leads out of its folder by a link', checked.path);
    if (!isSamePath(real, wanted)) throw refusedPath('there is a link on the way', checked.path);
    return real;
  }
  throw new AppError('not_found', 'The file is missing.', { item: checked.path });
}

/** Opens a regular file whose folder has been checked; never through a link, never a pipe or device. */
export async function openReal(real: string, rules: OpenRules = {}): Promise<OpenedFile> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(real, flags).catch((error: unknown) => {
    if (isErrno(error, 'ELOOP') || isErrno(error, 'EMLINK')) throw refusedPath('the file is a link', real);
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) throw new AppError('not_found', 'The file is missing.', { item: real });
    throw new AppError('unreadable', 'The file cannot be read.', { item: real }, { cause: error });
  });
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw refusedPath('this is not a regular file', real);
    if (rules.singleLink === true && info.nlink > 1) throw refusedPath('the file has more than one name (hard links)', real);
    return { handle, path: real, bytes: info.size, modifiedMs: info.mtimeMs };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export function isBelow(folder: string, real: string): boolean {
  return real.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

function isSamePath(a: string, b: string): boolean {
  if (a === b) return true;
  // These systems do not tell letter cases or Unicode forms apart in names.
  return (process.platform === 'darwin' || process.platform === 'win32') && folded(a) === folded(b);
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function refusedPath(reason: string, item: string): AppError {
  return new AppError('refused_path', `The path is not taken: ${reason}.`, { item, reason });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
