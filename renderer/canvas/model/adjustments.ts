import { percentiles } from '../../../shared/pixels/window16.ts';

/** What is seen of an image, never what is stored: neutral values leave every pixel as it is. */
export interface Adjustments {
  /** -100 … 100 */
  readonly brightness: number;
  /** -100 … 100 */
  readonly contrast: number;
  /** 0.2 … 5; above 1 the dark parts open. */
  readonly gamma: number;
  /** 0 … 200 %, 100 as it is. */
  readonly saturation: number;
  readonly channel: 'all' | 'red' | 'green' | 'blue' | 'luma';
  readonly invert: boolean;
  /** Contrast limited adaptive histogram equalisation. */
  readonly clahe: boolean;
  /** Stretches what lies between the darkest and the lightest half per cent. */
  readonly autoLevels: boolean;
  /** Of a 16 bit image: the values that are shown black and white; null for the window the image itself suggests. */
  readonly window: readonly [low: number, high: number] | null;
}

export const neutral: Adjustments = {
  brightness: 0,
  contrast: 0,
  gamma: 1,
  saturation: 100,
  channel: 'all',
  invert: false,
  clahe: false,
  autoLevels: false,
  window: null,
};

export const channels = ['all', 'red', 'green', 'blue', 'luma'] as const;

export function isNeutral(adjustments: Adjustments): boolean {
  return (Object.keys(neutral) as (keyof Adjustments)[]).every((key) => adjustments[key] === neutral[key]);
}

/** What was stored, with everything that is missing or out of range made neutral. */
export function readAdjustments(text: unknown): Adjustments {
  let stored: { readonly [key: string]: unknown };
  try {
    const parsed: unknown = JSON.parse(String(text));
    stored = typeof parsed === 'object' && parsed !== null ? (parsed as typeof stored) : {};
  } catch {
    return neutral;
  }
  const number = (key: 'brightness' | 'contrast' | 'gamma' | 'saturation', min: number, max: number): number => {
    const value = stored[key];
    return typeof value === 'number' && value >= min && value <= max ? value : neutral[key];
  };
  const { channel, window } = stored;
  return {
    brightness: number('brightness', -100, 100),
    contrast: number('contrast', -100, 100),
    gamma: number('gamma', 0.2, 5),
    saturation: number('saturation', 0, 200),
    channel: channels.find((known) => known === channel) ?? 'all',
    invert: stored['invert'] === true,
    clahe: stored['clahe'] === true,
    autoLevels: stored['autoLevels'] === true,
    window: isWindow(window) ? window : null,
  };
}

const isWindow = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === 'number' && end >= 0 && end <= 65_535);

/** RGBA, rows from the top; alpha is left alone. Changes the pixels in place. */
export function adjust(pixels: Uint8ClampedArray, width: number, height: number, adjustments: Adjustments): void {
  const table = toneTable(adjustments, adjustments.autoLevels ? levelsOf(pixels) : [0, 255]);
  for (let at = 0; at < pixels.length; at += 4) {
    pixels[at] = table[pixels[at]!]!;
    pixels[at + 1] = table[pixels[at + 1]!]!;
    pixels[at + 2] = table[pixels[at + 2]!]!;
  }
  if (adjustments.clahe) equalise(pixels, width, height);
  finish(pixels, adjustments);
}

/** Rec. 709 luma of 8 bit values. */
const luma = (r: number, g: number, b: number): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** Levels, contrast around middle grey, brightness, gamma: one table for all three channels. */
export function toneTable({ brightness, contrast, gamma }: Adjustments, [low, high]: readonly [number, number]): Uint8ClampedArray {
  const factor = contrast >= 0 ? 1 + (contrast / 100) * 3 : 1 + contrast / 100;
  return Uint8ClampedArray.from({ length: 256 }, (_, value) => {
    const stretched = ((value - low) / Math.max(high - low, 1)) * 255;
    const lit = (stretched - 127.5) * factor + 127.5 + brightness * 1.275;
    return 255 * Math.max(lit / 255, 0) ** (1 / gamma);
  });
}

/** The luma below which, and above which, half a per cent of the pixels lie. */
export function levelsOf(pixels: Uint8ClampedArray): readonly [number, number] {
  const counts = new Uint32Array(256);
  // Every seventh pixel is enough to know, and no rows line up with it.
  let seen = 0;
  for (let at = 0; at < pixels.length; at += 28, seen++) counts[Math.round(luma(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!))]!++;
  return percentiles(counts, seen * 0.005);
}

function finish(pixels: Uint8ClampedArray, { saturation, channel, invert }: Adjustments): void {
  if (saturation === 100 && channel === 'all' && !invert) return;
  const share = saturation / 100;
  const only = channel === 'red' ? 0 : channel === 'green' ? 1 : channel === 'blue' ? 2 : -1;
  for (let at = 0; at < pixels.length; at += 4) {
    let [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    if (only >= 0) r = g = b = pixels[at + only]!;
    else {
      const grey = luma(r, g, b);
      const kept = channel === 'luma' ? 0 : share;
      r = grey + (r - grey) * kept;
      g = grey + (g - grey) * kept;
      b = grey + (b - grey) * kept;
    }
    pixels[at] = invert ? 255 - r : r;
    pixels[at + 1] = invert ? 255 - g : g;
    pixels[at + 2] = invert ? 255 - b : b;
  }
}

const tiles = 8;
const clipLimit = 2.5;

/**
 * CLAHE (Zuiderveld, Graphics Gems IV, 1994): a table for each of 8 × 8 tiles from its clipped histogram of luma, pixels by bilinear
 * interpolation between the four nearest tables; colours keep their ratios.
 */
function equalise(pixels: Uint8ClampedArray, width: number, height: number): void {
  const tileWidth = width / tiles;
  const tileHeight = height / tiles;
  const tables: Uint8Array[] = [];
  for (let row = 0; row < tiles; row++) {
    for (let column = 0; column < tiles; column++) {
      const counts = new Float64Array(256);
      let seen = 0;
      for (let y = Math.floor(row * tileHeight); y < Math.floor((row + 1) * tileHeight); y++) {
        for (let x = Math.floor(column * tileWidth); x < Math.floor((column + 1) * tileWidth); x++, seen++) {
          const at = (y * width + x) * 4;
          counts[Math.round(luma(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!))]!++;
        }
      }
      tables.push(clippedTable(counts, seen));
    }
  }
  for (let y = 0; y < height; y++) {
    const [row, below, v] = between(y, tileHeight);
    for (let x = 0; x < width; x++) {
      const [column, right, u] = between(x, tileWidth);
      const at = (y * width + x) * 4;
      const grey = luma(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!);
      const from = Math.round(grey);
      const upper = tables[row * tiles + column]![from]! * (1 - u) + tables[row * tiles + right]![from]! * u;
      const lower = tables[below * tiles + column]![from]! * (1 - u) + tables[below * tiles + right]![from]! * u;
      const ratio = grey > 0 ? (upper * (1 - v) + lower * v) / grey : 1;
      pixels[at] = pixels[at]! * ratio;
      pixels[at + 1] = pixels[at + 1]! * ratio;
      pixels[at + 2] = pixels[at + 2]! * ratio;
    }
  }
}

/** The tiles whose middles a coordinate lies between, and how far it is from the first to the second. */
function between(value: number, size: number): readonly [number, number, number] {
  const place = (value + 0.5) / size - 0.5;
  const first = Math.floor(place);
  const clamp = (tile: number): number => Math.min(Math.max(tile, 0), tiles - 1);
  return [clamp(first), clamp(first + 1), place - first];
}

function clippedTable(counts: Float64Array, seen: number): Uint8Array {
  const limit = Math.max((clipLimit * seen) / 256, 1);
  let excess = 0;
  for (let value = 0; value < 256; value++) {
    excess += Math.max(counts[value]! - limit, 0);
    counts[value] = Math.min(counts[value]!, limit);
  }
  const table = new Uint8Array(256);
  let sum = 0;
  for (let value = 0; value < 256; value++) {
    sum += counts[value]! + excess / 256;
    table[value] = Math.min(Math.round((sum / Math.max(seen, 1)) * 255), 255);
  }
  return table;
}
