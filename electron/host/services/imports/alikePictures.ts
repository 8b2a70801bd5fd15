import type { KnownFrame } from '../../../db/queries/imports.ts';
import { numberOfName } from './sequenceImages.ts';
import type { PlannedFrame } from './importPlan.ts';

/**
 * Where a picture stands among others of its kind: its number in its recording, where the source numbers them, else in the
 * series of files that it is named in (`cam7/f_0001.png`). A camera that stands still gives pictures that are alike to the
 * byte; those with different numbers are different frames all the same. Elsewhere the same bytes are the same frame.
 */
export interface PicturePlace {
  readonly series: string;
  readonly number: number;
  /** The source says so; a name is only a hint. */
  readonly isStated: boolean;
}

export function placeOf(frame: PlannedFrame, isNumbered: boolean): PicturePlace | null {
  const { sequence, index } = frame.label;
  if (sequence === null) return null;
  if (isNumbered && index !== null) return { series: sequence, number: index, isStated: true };
  return placeByName(frame.name);
}

function placeByName(name: string): PicturePlace | null {
  const number = numberOfName(name);
  // The digits that numberOfName read, whatever they are.
  return number === null ? null : { series: name.replace(/\d{1,9}(?=\D*(\.[^./]*)?$)/, '#'), number, isStated: false };
}

/** Whether a frame of the dataset with the same content is another picture: of the same series, with another number. */
export function isAnother(known: KnownFrame, place: PicturePlace | null): boolean {
  if (place === null) return false;
  if (place.isStated) return known.sequence === place.series && known.index !== null && known.index !== place.number;
  const other = placeByName(known.name);
  return other !== null && other.series === place.series && other.number !== place.number;
}

/** Pictures of one content in one import. */
class Alike {
  readonly #first: string;
  readonly #places = new Map<string, Map<number, string>>();

  constructor(first: string) {
    this.#first = first;
  }

  add(name: string, { series, number }: PicturePlace): void {
    const numbers = this.#places.get(series) ?? new Map<number, string>();
    this.#places.set(series, numbers.set(number, name));
  }

  /** The name of the one that a picture is the same as; null where it is one of its own. */
  twinOf(place: PicturePlace | null): string | null {
    if (place === null) return this.#first;
    const series = this.#places.get(place.series);
    if (series === undefined) return place.isStated ? null : this.#first;
    return series.get(place.number) ?? null;
  }
}

/** The pictures of an import so far, by content. */
export class SeenPictures {
  readonly #once = new Map<string, { readonly name: string; readonly place: PicturePlace | null }>();
  /** Only of contents that came more than once. */
  readonly #alike = new Map<string, Alike>();

  /** Remembers a picture, and gives the name of the one that it is the same as; null where it is one of its own. */
  twinOf(hash: string, name: string, place: PicturePlace | null): string | null {
    const first = this.#once.get(hash);
    if (first === undefined) {
      this.#once.set(hash, { name, place });
      return null;
    }
    let alike = this.#alike.get(hash);
    if (alike === undefined) {
      alike = new Alike(first.name);
      if (first.place !== null) alike.add(first.name, first.place);
      this.#alike.set(hash, alike);
    }
    const twin = alike.twinOf(place);
    if (twin === null && place !== null) alike.add(name, place);
    return twin;
  }
}
