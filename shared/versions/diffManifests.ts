import type { Box } from '../geometry/box.ts';
import { compareText } from './manifest.ts';
import type { ManifestBox, ManifestCategory, ManifestFrame } from './manifest.ts';

export interface DiffLine {
  readonly frame: string;
  readonly box: string;
  readonly kind: 'added' | 'removed' | 'moved' | 'relabelled';
  readonly before?: { readonly category: string; readonly bbox: Box };
  readonly after?: { readonly category: string; readonly bbox: Box };
}

export interface ManifestDiff {
  readonly frames: { readonly added: number; readonly removed: number };
  readonly boxes: { readonly added: number; readonly removed: number; readonly moved: number; readonly relabelled: number };
  /** Frames in both that changed their split. */
  readonly splitMoves: number;
  readonly list: readonly DiffLine[];
}

/** One side of a diff: frames in the order of their names, as a manifest has them. */
export interface DiffSide {
  readonly categories: readonly ManifestCategory[];
  readonly frames: AsyncIterable<ManifestFrame> | Iterable<ManifestFrame>;
}

export interface DiffOptions {
  /** How many lines of `list` to keep, in the order of frames; 0 where absent. Numbers are always whole. */
  readonly limit?: number;
  /** Called for each frame read of either side. Throw to stop. */
  readonly onFrame?: () => void;
}

/**
 * What changed from version `a` to version `b`, box by box, with one frame of each in memory.
 *
 * A frame is the same where name and image hash are; a name with another image is a frame removed and one added, with their
 * boxes. A box is the same where its id is; boxes left over on both sides with equal category and bbox are the same too (they
 * were drawn anew), so that versions of the same hash never differ. `moved`: bbox or angle differ. `relabelled`: the
 * category's name differs, unless the category itself was renamed. A box both moved and relabelled counts in both.
 */
export async function diffManifests(a: DiffSide, b: DiffSide, options: DiffOptions = {}): Promise<ManifestDiff> {
  const counter = new DiffCounter(a.categories, b.categories, options.limit ?? 0);
  const left = iterate(a.frames);
  const right = iterate(b.frames);
  const next = async (side: FrameIterator): Promise<ManifestFrame | null> => {
    const step = await side.next();
    if (step.done === true) return null;
    options.onFrame?.();
    return step.value;
  };
  try {
    let before = await next(left);
    let after = await next(right);
    while (before !== null || after !== null) {
      const order = before === null ? 1 : after === null ? -1 : compareText(before.name, after.name);
      const isSame = order === 0 && before?.sha256 === after?.sha256;
      if (isSame && before !== null && after !== null) counter.same(before, after);
      else {
        if (order <= 0 && before !== null) counter.removed(before);
        if (order >= 0 && after !== null) counter.added(after);
      }
      if (order <= 0) before = await next(left);
      if (order >= 0) after = await next(right);
    }
  } finally {
    await left.return?.();
    await right.return?.();
  }
  return counter.result();
}

type FrameIterator = AsyncIterator<ManifestFrame> | Iterator<ManifestFrame>;

function iterate(frames: AsyncIterable<ManifestFrame> | Iterable<ManifestFrame>): FrameIterator {
  return Symbol.asyncIterator in frames ? frames[Symbol.asyncIterator]() : frames[Symbol.iterator]();
}

class DiffCounter {
  readonly #a: readonly ManifestCategory[];
  readonly #b: readonly ManifestCategory[];
  /** Per category of a: the place of the same category in b, -1 for none. */
  readonly #inB: readonly number[];
  readonly #limit: number;
  readonly #list: DiffLine[] = [];
  readonly #frames = { added: 0, removed: 0 };
  readonly #boxes = { added: 0, removed: 0, moved: 0, relabelled: 0 };
  #splitMoves = 0;

  constructor(a: readonly ManifestCategory[], b: readonly ManifestCategory[], limit: number) {
    this.#a = a;
    this.#b = b;
    this.#inB = sameCategories(a, b);
    this.#limit = limit;
  }

  removed(frame: ManifestFrame): void {
    this.#frames.removed++;
    for (const box of frame.boxes) this.#removedBox(frame, box);
  }

  added(frame: ManifestFrame): void {
    this.#frames.added++;
    for (const box of frame.boxes) this.#addedBox(frame, box);
  }

  same(before: ManifestFrame, after: ManifestFrame): void {
    if (before.split !== after.split) this.#splitMoves++;
    const waiting = new Map(after.boxes.map((box) => [box.id, box]));
    const gone: ManifestBox[] = [];
    for (const box of before.boxes) {
      const other = waiting.get(box.id);
      if (other === undefined) gone.push(box);
      else {
        waiting.delete(box.id);
        this.#both(before, box, other);
      }
    }
    if (gone.length > 0 && waiting.size > 0) {
      const redrawn = new Map<string, ManifestBox[]>();
      for (const box of waiting.values()) {
        const key = contentKey(box.category, box);
        const same = redrawn.get(key);
        if (same === undefined) redrawn.set(key, [box]);
        else same.push(box);
      }
      for (const box of gone.splice(0)) {
        const other = redrawn.get(contentKey(this.#inB[box.category]!, box))?.shift();
        if (other === undefined) gone.push(box);
        else waiting.delete(other.id);
      }
    }
    for (const box of gone) this.#removedBox(before, box);
    for (const box of waiting.values()) this.#addedBox(after, box);
  }

  result(): ManifestDiff {
    return { frames: this.#frames, boxes: this.#boxes, splitMoves: this.#splitMoves, list: this.#list };
  }

  #both(frame: ManifestFrame, before: ManifestBox, after: ManifestBox): void {
    const isMoved = before.angle !== after.angle || before.bbox.some((value, i) => value !== after.bbox[i]);
    const isRelabelled = this.#inB[before.category] !== after.category;
    const sides = () => ({ before: shown(before, this.#a), after: shown(after, this.#b) });
    if (isMoved) {
      this.#boxes.moved++;
      this.#note(frame, after, 'moved', sides);
    }
    if (isRelabelled) {
      this.#boxes.relabelled++;
      this.#note(frame, after, 'relabelled', sides);
    }
  }

  #removedBox(frame: ManifestFrame, box: ManifestBox): void {
    this.#boxes.removed++;
    this.#note(frame, box, 'removed', () => ({ before: shown(box, this.#a) }));
  }

  #addedBox(frame: ManifestFrame, box: ManifestBox): void {
    this.#boxes.added++;
    this.#note(frame, box, 'added', () => ({ after: shown(box, this.#b) }));
  }

  #note(frame: ManifestFrame, box: ManifestBox, kind: DiffLine['kind'], sides: () => Pick<DiffLine, 'before' | 'after'>): void {
    if (this.#list.length < this.#limit) this.#list.push({ frame: frame.name, box: box.id, kind, ...sides() });
  }
}

/** By name; and a category in the same place whose name is new while the old one is gone was renamed. */
function sameCategories(a: readonly ManifestCategory[], b: readonly ManifestCategory[]): readonly number[] {
  const inB = new Map(b.map((category, i) => [category.name, i]));
  const inA = new Set(a.map((category) => category.name));
  return a.map((category, i) => {
    const byName = inB.get(category.name);
    if (byName !== undefined) return byName;
    const there = b[i];
    return there !== undefined && !inA.has(there.name) ? i : -1;
  });
}

function contentKey(categoryInB: number, box: ManifestBox): string {
  return `${categoryInB} ${box.angle} ${box.bbox.join(' ')}`;
}

function shown(box: ManifestBox, categories: readonly ManifestCategory[]): { readonly category: string; readonly bbox: Box } {
  return { category: categories[box.category]?.name ?? '', bbox: box.bbox };
}
