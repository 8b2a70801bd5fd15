import type { ReportEntry } from '../contract/common.ts';
import { ReportCollector } from '../formats/reportCollector.ts';
import type { SplitShares } from './split.ts';

export interface LeakFrame {
  readonly name: string;
  readonly sha256: string;
  readonly sequence: string | null;
  readonly split: string | null;
}

/**
 * The cheap part of a leakage audit, frame by frame: the same image in two splits, and one sequence in two splits. About
 * 50 bytes a frame are kept (the first 52 bits of the image's hash and a number for its split).
 */
export class LeakAudit {
  readonly #splits: string[] = [];
  readonly #images = new Map<number, number>();
  readonly #sequences = new Map<string, number>();
  readonly #leaking = new Set<string>();
  readonly #report = new ReportCollector();
  readonly #frames = new Map<string, number>();

  add(frame: LeakFrame): void {
    if (frame.split === null) return;
    this.#frames.set(frame.split, (this.#frames.get(frame.split) ?? 0) + 1);
    const split = this.#number(frame.split);
    const image = Number.parseInt(frame.sha256.slice(0, 13), 16);
    const imageSplit = this.#images.get(image);
    if (imageSplit === undefined) this.#images.set(image, split);
    else if (imageSplit !== split) {
      this.#report.add({
        code: 'image_in_two_splits',
        severity: 'warning',
        message: `The same image is in “${this.#splits[imageSplit]!}” and “${frame.split}”, so the measured quality flatters.`,
        item: frame.name,
      });
    }
    if (frame.sequence === null) return;
    const sequenceSplit = this.#sequences.get(frame.sequence);
    if (sequenceSplit === undefined) this.#sequences.set(frame.sequence, split);
    else if (sequenceSplit !== split && !this.#leaking.has(frame.sequence)) {
      this.#leaking.add(frame.sequence);
      this.#report.add({
        code: 'sequence_in_two_splits',
        severity: 'warning',
        message: `Frames of one sequence are in “${this.#splits[sequenceSplit]!}” and “${frame.split}”, so the measured quality flatters.`,
        item: frame.sequence,
      });
    }
  }

  /** Leaks, and splits that came out empty or far from their shares because there are few groups. */
  entries(shares?: SplitShares): readonly ReportEntry[] {
    let total = 0;
    for (const count of this.#frames.values()) total += count;
    for (const [split, share] of Object.entries(shares ?? {})) {
      const actual = total === 0 ? 0 : (this.#frames.get(split) ?? 0) / total;
      if (total === 0 || share === 0 || (actual > 0 && Math.abs(actual - share) <= 0.1)) continue;
      this.#report.add({
        code: actual === 0 ? 'split_empty' : 'split_off_share',
        severity: 'warning',
        message:
          actual === 0
            ? 'A split is empty: whole groups go to one split, and there are few of them.'
            : 'A split is more than 0.1 off its share: whole groups go to one split, and there are few of them.',
        item: split,
      });
    }
    return this.#report.entries();
  }

  #number(split: string): number {
    const known = this.#splits.indexOf(split);
    return known >= 0 ? known : this.#splits.push(split) - 1;
  }
}
