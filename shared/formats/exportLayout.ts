import { compareText } from '../versions/manifest.ts';

/** Splits of an export and their folders. A version without splits has one, whose folder is `''`. */
export class SplitFolders {
  /** In the order of their names. */
  readonly folders: readonly string[];
  readonly #folderOf = new Map<string | null, string>();

  /** `splits` as the frames have them; null for a frame without one. Where only some have one, the others are "unassigned". */
  constructor(splits: ReadonlySet<string | null>) {
    const named = [...splits].filter((split) => split !== null).sort(compareText);
    if (named.length === 0) {
      this.#folderOf.set(null, '');
      this.folders = [''];
      return;
    }
    const taken = new Set<string>();
    for (const split of named) {
      const safe = safePart(split);
      // Ultralytics turns the last `/images/` of a path into `/labels/`.
      const wanted = safe.toLowerCase() === 'images' ? `${safe}_` : safe;
      let folder = wanted;
      for (let n = 2; taken.has(folder.toLowerCase()); n++) folder = `${wanted}-${n}`;
      taken.add(folder.toLowerCase());
      this.#folderOf.set(split, folder);
    }
    if (splits.has(null)) {
      let folder = 'unassigned';
      for (let n = 2; taken.has(folder); n++) folder = `unassigned-${n}`;
      this.#folderOf.set(null, folder);
    }
    this.folders = [...this.#folderOf.values()];
  }

  of(split: string | null): string {
    return this.#folderOf.get(split) ?? '';
  }
}

export interface LayoutOptions {
  /** No two files of a folder may differ in their ending alone: YOLO names a label file after its image. */
  readonly uniqueStems: boolean;
  /** Folders left out of the names, in lower case: Ultralytics turns the last `/images/` of a path into `/labels/`. */
  readonly reservedParts: readonly string[];
}

const maxPartBytes = 200;
const maxParts = 32;
const maxPathBytes = 1_000;

/**
 * File names of the images of one split: the frame's own relative name, in the form that is safe on every system; where that
 * is taken, with the first 8 digits of the image's hash. The same frames in the same order get the same names.
 * Names that differ only in case count as one (Windows, macOS). About 100 bytes a frame are kept.
 */
export class ExportLayout {
  readonly #options: LayoutOptions;
  /** Hashes of lower-case paths: a collision of hashes costs a longer name, nothing else. */
  readonly #files = new Set<number>();
  readonly #folders = new Set<number>();

  constructor(options: LayoutOptions) {
    this.#options = options;
  }

  place(name: string, sha256: string): string {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    const safe = parts
      .map(safePart)
      .filter((part, i) => i === parts.length - 1 || !this.#options.reservedParts.includes(part.toLowerCase()));
    let path = safe.length > 0 ? safe.join('/') : 'image';
    let mark = sha256.slice(0, 8);
    if (parts.length > maxParts || utf8Length(path) > maxPathBytes) path = `${sha256.slice(0, 32)}${extension(path)}`;
    if (this.#isFree(path)) return this.#take(path);
    // A folder of that name may be in the way of every name below it.
    const base = this.#hasFileAbove(path) ? path.replaceAll('/', '_') : path;
    for (let n = 2; ; n++) {
      const candidate = withMark(base, mark);
      if (this.#isFree(candidate)) return this.#take(candidate);
      mark = `${sha256.slice(0, 8)}-${n}`;
    }
  }

  #isFree(path: string): boolean {
    return !this.#files.has(this.#key(path)) && !this.#folders.has(keyOf(path)) && !this.#hasFileAbove(path);
  }

  #hasFileAbove(path: string): boolean {
    return foldersOf(path).some((folder) => this.#files.has(keyOf(folder)));
  }

  #take(path: string): string {
    this.#files.add(this.#key(path));
    // Both keys, because a folder is compared with whole names of files.
    this.#files.add(keyOf(path));
    for (const folder of foldersOf(path)) this.#folders.add(keyOf(folder));
    return path;
  }

  #key(path: string): number {
    return keyOf(this.#options.uniqueStems ? `${withoutExtension(path)}.` : path);
  }
}

export function withoutExtension(path: string): string {
  const ending = extension(path);
  return ending === '' ? path : path.slice(0, -ending.length);
}

function extension(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : '';
}

function withMark(path: string, mark: string): string {
  return `${withoutExtension(path)}-${mark}${extension(path)}`;
}

function foldersOf(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}

/** One part of a path that every file system takes as it is (SYNC.md 7.2, P1); never empty, `.` or `..`. */
export function safePart(part: string): string {
  const clean = part
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]/g, '_')
    .replace(/^ +/, '');
  const ending = extension(clean);
  const cut = utf8Length(clean) > maxPartBytes ? `${cutTo(clean, maxPartBytes - 20)}${utf8Length(ending) <= 20 ? ending : ''}` : clean;
  const trimmed = cut.replace(/[. ]+$/, '');
  if (trimmed === '') return '_';
  return /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i.test(trimmed) ? `_${trimmed}` : trimmed;
}

function cutTo(text: string, bytes: number): string {
  let length = 0;
  let cut = '';
  for (const character of text) {
    length += utf8Length(character);
    if (length > bytes) break;
    cut += character;
  }
  return cut;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A 53-bit hash of the path as case-blind file systems see it. */
function keyOf(path: string): number {
  const text = path.normalize('NFC').toLowerCase();
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}
