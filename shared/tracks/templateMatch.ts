import type { Box } from '../geometry/box.ts';

/** A grey image: `data[y * width + x]`, 0 … 255. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What an object looks like, as `size × size` values of mean 0 and length 1. */
export type Template = Float32Array;

/** Values a side of a template: enough to tell objects apart, and few enough that a search takes milliseconds. */
const size = 20;
/** How far an object may move between two frames, as a share of its size. */
const reach = 0.75;
const scales = [0.94, 1, 1.06] as const;
/** Steps of the first search, in values of the template. */
const coarse = 2;
/** A second place this near in likeness makes the first one doubtful. */
const rivalMargin = 0.04;

export interface Match {
  readonly box: Box;
  /** Normalised cross-correlation, -1 … 1. */
  readonly score: number;
  /** Another place, apart from this one, looks almost as much like it. */
  readonly isAmbiguous: boolean;
}

/** What is in the box, or null where it has no structure (a plain wall looks like every other plain wall). */
export function templateOf(image: Luma, box: Box): Template | null {
  const values = new Float32Array(size * size);
  return sample(image, box, values) ? values : null;
}

/** Correlation of two templates, -1 … 1. */
export function likeness(a: Template, b: Template): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/**
 * Where the object of a template is in the next image: normalised cross-correlation at three sizes around the box where it
 * was, on a coarse grid first and then in half steps around the best place. Null where nothing around has any structure.
 */
export function findTemplate(image: Luma, template: Template, around: Box): Match | null {
  const values = new Float32Array(size * size);
  const score = (box: Box): number => (sample(image, box, values) ? likeness(template, values) : -1);
  const [, , w, h] = around;
  const stepX = Math.max(w / size, 0.5);
  const stepY = Math.max(h / size, 0.5);
  const at = (box: Box): Place => ({ box, score: score(box) });
  const refined = (rough: Place): Place => {
    let best = rough;
    for (const step of [1, 0.5, 0.25]) {
      const from = best.box;
      for (const scale of step === 0.25 ? [1] : scales)
        for (let j = -1; j <= 1; j++)
          for (let i = -1; i <= 1; i++) {
            const found = at(scaled(from, scale, i * step * stepX, j * step * stepY));
            if (found.score > best.score + 1e-6) best = found;
          }
    }
    return best;
  };
  const places: Place[] = [];
  const countX = Math.ceil((reach * w) / (coarse * stepX));
  const countY = Math.ceil((reach * h) / (coarse * stepY));
  for (let j = -countY; j <= countY; j++)
    for (let i = -countX; i <= countX; i++) places.push(at(scaled(around, 1, i * coarse * stepX, j * coarse * stepY)));
  const rough = highest(places);
  if (rough === null || rough.score <= -1) return null;
  const best = refined(rough);
  const isApart = ({ box }: Place): boolean => Math.abs(box[0] - best.box[0]) > w / 2 || Math.abs(box[1] - best.box[1]) > h / 2;
  const rival = highest(places.filter(isApart));
  const isAmbiguous = rival !== null && rival.score > rough.score / 2 && refined(rival).score > best.score - rivalMargin;
  return { ...best, isAmbiguous };
}

interface Place {
  readonly box: Box;
  readonly score: number;
}

function highest(places: readonly Place[]): Place | null {
  return places.reduce<Place | null>((best, place) => (best === null || place.score > best.score ? place : best), null);
}

function scaled([x, y, w, h]: Box, scale: number, dx: number, dy: number): Box {
  return [x + dx + (w - w * scale) / 2, y + dy + (h - h * scale) / 2, w * scale, h * scale];
}

/**
 * Fills `out` with the box's content on a grid, mean 0 and length 1. False where it is flat or its centre lies outside the
 * image; what reaches beyond the border repeats the border.
 */
function sample(image: Luma, [x, y, w, h]: Box, out: Float32Array): boolean {
  const { width, height, data } = image;
  if (x + w / 2 < 0 || y + h / 2 < 0 || x + w / 2 >= width || y + h / 2 >= height) return false;
  let sum = 0;
  let n = 0;
  for (let j = 0; j < size; j++) {
    const v = Math.min(Math.max(y + ((j + 0.5) * h) / size - 0.5, 0), height - 1);
    const y0 = Math.floor(v);
    const fy = v - y0;
    const row = y0 * width;
    const below = Math.min(y0 + 1, height - 1) * width;
    for (let i = 0; i < size; i++) {
      const u = Math.min(Math.max(x + ((i + 0.5) * w) / size - 0.5, 0), width - 1);
      const x0 = Math.floor(u);
      const fx = u - x0;
      const x1 = Math.min(x0 + 1, width - 1);
      const top = (data[row + x0] as number) * (1 - fx) + (data[row + x1] as number) * fx;
      const bottom = (data[below + x0] as number) * (1 - fx) + (data[below + x1] as number) * fx;
      const value = top * (1 - fy) + bottom * fy;
      out[n++] = value;
      sum += value;
    }
  }
  const mean = sum / out.length;
  let squares = 0;
  for (let i = 0; i < out.length; i++) {
    const value = (out[i] as number) - mean;
    out[i] = value;
    squares += value * value;
  }
  // Less than two grey values of deviation is noise.
  if (squares < 4 * out.length) return false;
  const length = Math.sqrt(squares);
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) / length;
  return true;
}
