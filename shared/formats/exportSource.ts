import type { ManifestCategory, ManifestFrame } from '../versions/manifest.ts';

/** A frozen version as an export reads it: as often as it needs, one frame in memory at a time. */
export interface ExportSource {
  /** The version's hash; it goes into the export, so that the export says what it is. */
  readonly sha256: string;
  readonly categories: readonly ManifestCategory[];
  /** All frames in the order of the manifest, from the beginning on every call. Throw in it to stop an export. */
  readonly frames: () => AsyncIterable<ManifestFrame> | Iterable<ManifestFrame>;
}

/**
 * What an export writes, in order. Paths are relative to the export's folder, use `/`, and are made here: never the data's
 * own words where those are unsafe (SYNC.md 7.2, P2).
 */
export type ExportEvent =
  /** Text to append to a file; `isLast` closes it. Several files may be open at once, one a split. */
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly isLast: boolean }
  /** The image of a frame belongs here. */
  | { readonly kind: 'image'; readonly path: string; readonly frame: string; readonly sha256: string };

/** Joins small texts, so that a file is written in pieces of this many characters. */
export class TextBuffer {
  readonly #path: string;
  #parts: string[] = [];
  #length = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The event to pass on once enough has come together. */
  add(text: string): ExportEvent | null {
    this.#parts.push(text);
    this.#length += text.length;
    return this.#length >= 65_536 ? this.#flush(false) : null;
  }

  end(text: string): ExportEvent {
    this.#parts.push(text);
    return this.#flush(true);
  }

  #flush(isLast: boolean): ExportEvent {
    const text = this.#parts.join('');
    this.#parts = [];
    this.#length = 0;
    return { kind: 'text', path: this.#path, text, isLast };
  }
}
