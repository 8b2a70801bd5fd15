import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Root } from '../gates/paths.ts';
import { isBelow } from '../gates/paths.ts';

export type EntryKind = 'file' | 'folder' | 'link' | 'other';

export interface FolderEntry {
  /** Name as the disk has it. */
  readonly name: string;
  readonly kind: EntryKind;
}

export interface FolderListing {
  /** Absolute path. */
  readonly folder: string;
  /** By NFC name. */
  readonly entries: ReadonlyMap<string, FolderEntry>;
}

/**
 * The folders below a root, each read once. Data paths are followed entry by entry: a folder that is a link is never
 * entered and a file that is a link is never a file, so nothing outside the root can be reached.
 */
export class FolderTree {
  readonly root: Root;
  readonly #listings = new Map<string, Promise<FolderListing | null>>();
  readonly #folded = new Map<string, ReadonlyMap<string, string>>();

  constructor(root: Root) {
    this.root = root;
  }

  /** The folder at these parts below the root, or null where it is missing, a link or no folder. */
  listing(parts: readonly string[]): Promise<FolderListing | null> {
    const key = parts.join('/');
    const known = this.#listings.get(key);
    if (known !== undefined) return known;
    const made = this.#read(parts);
    this.#listings.set(key, made);
    return made;
  }

  async #read(parts: readonly string[]): Promise<FolderListing | null> {
    let folder = this.root.real;
    if (parts.length > 0) {
      const parent = await this.listing(parts.slice(0, -1));
      const entry = parent?.entries.get(parts[parts.length - 1] as string);
      if (parent === null || entry?.kind !== 'folder') return null;
      folder = path.join(parent.folder, entry.name);
      // The entry said "folder", yet a bind mount or a race could lead elsewhere.
      const real = await realpath(folder).catch(() => null);
      if (real === null || !isBelow(this.root.real, real)) return null;
    }
    const found = await readdir(folder, { withFileTypes: true }).catch(() => null);
    if (found === null) return null;
    const entries = new Map<string, FolderEntry>();
    for (const item of found) {
      const kind = item.isFile() ? 'file' : item.isDirectory() ? 'folder' : item.isSymbolicLink() ? 'link' : 'other';
      entries.set(item.name.normalize('NFC'), { name: item.name, kind });
    }
    return { folder, entries };
  }

  /** The entry at these parts. */
  async entry(parts: readonly string[]): Promise<{ readonly path: string; readonly kind: EntryKind } | null> {
    const listing = await this.listing(parts.slice(0, -1));
    const entry = listing?.entries.get(parts[parts.length - 1] as string);
    return listing === null || entry === undefined ? null : { path: path.join(listing.folder, entry.name), kind: entry.kind };
  }

  /** The name in the folder at `parts` that differs from `name` only in letter case, or begins like it and has an ending. */
  async similarName(parts: readonly string[], name: string): Promise<string | null> {
    const listing = await this.listing(parts);
    if (listing === null) return null;
    const key = parts.join('/');
    let folded = this.#folded.get(key);
    if (folded === undefined) {
      const map = new Map<string, string>();
      for (const [nfc, entry] of listing.entries) {
        if (entry.kind !== 'file') continue;
        const lower = nfc.toLowerCase();
        if (!map.has(lower)) map.set(lower, nfc);
      }
      folded = map;
      this.#folded.set(key, folded);
    }
    const lower = name.toLowerCase();
    const sameLetters = folded.get(lower);
    if (sameLetters !== undefined) return sameLetters;
    for (const ending of ['.jpg', '.jpeg', '.png', '.bmp', '.webp', '.tif', '.tiff']) {
      const withEnding = folded.get(lower + ending);
      if (withEnding !== undefined) return withEnding;
    }
    return null;
  }
}

export interface WalkedFile {
  /** Parts below the root; the last is the file's name, NFC. */
  readonly parts: readonly string[];
  /** Absolute path as the disk has it. */
  readonly path: string;
}

export interface WalkOptions {
  readonly accept: (name: string) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called for what is passed over because it is a link or special file. */
  readonly onPassedOver?: (relative: string, kind: EntryKind) => void;
  readonly maxDepth?: number;
  /** Folder below the root where the walk begins. */
  readonly from?: readonly string[];
  readonly withHidden?: boolean;
}

const names = new Intl.Collator('en', { numeric: true });

/** Every accepted file below the root, folder by folder, in natural order of names. Hidden entries are left out. */
export async function* walkFolder(tree: FolderTree, options: WalkOptions): AsyncGenerator<WalkedFile> {
  yield* walk(tree, options.from ?? [], options);
}

async function* walk(tree: FolderTree, parts: readonly string[], options: WalkOptions): AsyncGenerator<WalkedFile> {
  options.signal?.throwIfAborted();
  const listing = await tree.listing(parts);
  if (listing === null || parts.length > (options.maxDepth ?? 32)) return;
  const sorted = [...listing.entries]
    .filter(([name]) => options.withHidden === true || !name.startsWith('.'))
    .sort(([a], [b]) => names.compare(a, b) || (a < b ? -1 : 1));
  const folders: string[] = [];
  for (const [name, entry] of sorted) {
    if (entry.kind === 'folder') folders.push(name);
    else if (entry.kind === 'file') {
      if (options.accept(name)) yield { parts: [...parts, name], path: path.join(listing.folder, entry.name) };
    } else options.onPassedOver?.([...parts, name].join('/'), entry.kind);
  }
  for (const name of folders) yield* walk(tree, [...parts, name], options);
}
