import { decodeFailure, openImage } from './openImage.ts';

/** What `frame.brightness` and its siblings read. All on luma Y = 0.299 R + 0.587 G + 0.114 B, 0 … 255. */
export interface ImageStatistics {
  /** Mean of the luma. */
  readonly brightness: number;
  /** 95th percentile of the luma (nearest rank). */
  readonly lumaP95: number;
  /** Standard deviation of the luma (population). */
  readonly contrast: number;
  /** Variance of the 4-neighbour Laplacian of the luma, inner pixels only: low where the picture is blurred. */
  readonly sharpness: number;
}

/** Side of the square that the image is reduced to fit before measuring, so that numbers of different cameras compare. */
export const statisticsSide = 512;

/** Errors: not_found, unreadable, refused_image. */
export async function measureImage(source: string | Uint8Array): Promise<ImageStatistics> {
  const image = await openImage(source);
  try {
    const { data, info } = await image
      .pipeline('numbers')
      .resize({ width: statisticsSide, height: statisticsSide, fit: 'inside', withoutEnlargement: true })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return statisticsOf(data, info.width, info.height);
  } catch (error) {
    throw decodeFailure(error);
  }
}

/** Statistics of RGB pixels. `data` holds 3 · width · height bytes. */
export function statisticsOf(data: Uint8Array, width: number, height: number): ImageStatistics {
  const n = width * height;
  const luma = new Float32Array(n);
  const histogram = new Uint32Array(256);
  let sum = 0;
  let squares = 0;
  for (let i = 0, at = 0; i < n; i++, at += 3) {
    const y = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
    luma[i] = y;
    const bin = Math.round(y);
    histogram[bin] = (histogram[bin] ?? 0) + 1;
    sum += y;
    squares += y * y;
  }
  const mean = sum / n;
  let p95 = 255;
  for (let bin = 0, seen = 0; bin < 256; bin++) {
    seen += histogram[bin] ?? 0;
    if (seen >= 0.95 * n) {
      p95 = bin;
      break;
    }
  }
  let laplaceSum = 0;
  let laplaceSquares = 0;
  const inner = Math.max(0, width - 2) * Math.max(0, height - 2);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const value = (luma[i - 1] ?? 0) + (luma[i + 1] ?? 0) + (luma[i - width] ?? 0) + (luma[i + width] ?? 0) - 4 * (luma[i] ?? 0);
      laplaceSum += value;
      laplaceSquares += value * value;
    }
  }
  const variance = (total: number, totalSquares: number, count: number): number =>
    count === 0 ? 0 : Math.max(0, totalSquares / count - (total / count) ** 2);
  return {
    brightness: mean,
    lumaP95: p95,
    contrast: Math.sqrt(variance(sum, squares, n)),
    sharpness: variance(laplaceSum, laplaceSquares, inner),
  };
}
