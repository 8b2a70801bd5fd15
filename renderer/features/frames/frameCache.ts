import { api } from '../../api/api.ts';
import type { FrameBoxes, FrameRow } from '../../../shared/contract/frames.ts';
import type { DatasetId, FrameId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';

/** The boxes of one frame as a thumbnail draws them. */
export interface ThumbBox {
  readonly id: number;
  readonly category: number;
  /** NaN where there is none. */
  readonly score: number;
  readonly box: Box;
  /** Index into `origins`. */
  readonly origin: number;
}

const chunk = 48;
const keep = 6_000;

/**
 * Rows and boxes of the frames in sight, asked for in chunks of the list and kept for a while. `stale` marks everything as outdated without
 * forgetting it: what is drawn stays until the new answer is there.
 */
export class FrameCache {
  readonly #dataset: DatasetId;
  readonly #source: string;
  readonly #rows = new Map<number, { row: FrameRow; round: number }>();
  readonly #boxes = new Map<number, { boxes: readonly ThumbBox[]; round: number }>();
  readonly #asked = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #round = 0;

  constructor(dataset: DatasetId, source: string) {
    this.#dataset = dataset;
    this.#source = source;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly version = (): number => this.#version;

  row(id: number): FrameRow | undefined {
    return this.#rows.get(id)?.row;
  }

  boxes(id: number): readonly ThumbBox[] | undefined {
    return this.#boxes.get(id)?.boxes;
  }

  stale(): void {
    this.#round += 1;
    this.#asked.clear();
    this.#changed();
  }

  /** Asks for what is missing or outdated of places `from … to` of the list. */
  need(ids: ArrayLike<number>, from: number, to: number): void {
    for (let start = Math.floor(from / chunk) * chunk; start <= to && start < ids.length; start += chunk) {
      const end = Math.min(ids.length, start + chunk);
      const missing: number[] = [];
      for (let i = start; i < end; i += 1) {
        const id = ids[i]!;
        if (this.#rows.get(id)?.round !== this.#round || this.#boxes.get(id)?.round !== this.#round) missing.push(id);
      }
      if (missing.length === 0) continue;
      const key = `${missing[0]} ${missing.length}`;
      if (this.#asked.get(key) === this.#round) continue;
      this.#asked.set(key, this.#round);
      void this.#fetch(missing, key);
    }
  }

  async #fetch(missing: readonly number[], key: string): Promise<void> {
    const round = this.#round;
    const ids = Float64Array.from(missing);
    try {
      const [rows, boxes] = await Promise.all([
        api.frames.rows({ dataset: this.#dataset, ids }),
        api.frames.boxes({ dataset: this.#dataset, ids, source: this.#source }),
      ]);
      for (const row of rows) this.#rows.set(row.id, { row, round });
      missing.forEach((id, i) => this.#boxes.set(id, { boxes: boxesOf(boxes, i), round }));
      this.#trim();
      this.#changed();
    } catch {
      // The line was lost or the dataset closed: the next look asks again.
      this.#asked.delete(key);
    }
  }

  #trim(): void {
    for (const map of [this.#rows, this.#boxes]) {
      for (const id of map.keys()) {
        if (map.size <= keep) break;
        map.delete(id);
      }
    }
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function boxesOf(all: FrameBoxes, frame: number): readonly ThumbBox[] {
  const list: ThumbBox[] = [];
  for (let i = all.offsets[frame] ?? 0; i < (all.offsets[frame + 1] ?? 0); i += 1) {
    list.push({
      id: all.ids[i]!,
      category: all.categories[i]!,
      score: all.scores[i] ?? Number.NaN,
      box: [all.boxes[4 * i]!, all.boxes[4 * i + 1]!, all.boxes[4 * i + 2]!, all.boxes[4 * i + 3]!],
      origin: all.origins[i] ?? 0,
    });
  }
  return list;
}

export type RowOf = (id: FrameId | number) => FrameRow | undefined;
