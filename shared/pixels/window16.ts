/** A 16 bit image as 8 bit RGBA: what lies between `low` and `high` spread over black to white. `samples`: 1 or 3 a pixel. */
export function windowed(samples: Uint16Array, perPixel: 1 | 3, [low, high]: readonly [number, number]): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray((samples.length / perPixel) * 4);
  const factor = 255 / Math.max(high - low, 1);
  for (let pixel = 0, at = 0; at < samples.length; pixel += 4, at += perPixel) {
    for (let channel = 0; channel < 3; channel++) pixels[pixel + channel] = (samples[at + (perPixel === 3 ? channel : 0)]! - low) * factor;
    pixels[pixel + 3] = 255;
  }
  return pixels;
}

/** The window in which all but the darkest and lightest half per cent of the samples lie. */
export function suggestedWindow(samples: Uint16Array): readonly [number, number] {
  const counts = new Uint32Array(65_536);
  const step = Math.max(Math.floor(samples.length / 1_000_000), 1);
  let seen = 0;
  for (let at = 0; at < samples.length; at += step, seen++) counts[samples[at]!]!++;
  return percentiles(counts, seen * 0.005);
}

/** The first and last value of a histogram with more than `aside` counts beyond it; its whole range where that would be one value. */
export function percentiles(counts: Uint32Array, aside: number): readonly [number, number] {
  let low = 0;
  for (let sum = counts[0]!; sum <= aside && low < counts.length - 1; sum += counts[low]!) low++;
  let high = counts.length - 1;
  for (let sum = counts[high]!; sum <= aside && high > 0; sum += counts[high]!) high--;
  return high > low ? [low, high] : [0, counts.length - 1];
}
