import sharp from 'sharp';
import { AppError } from '../../shared/errors.ts';
import { imageLimits } from './limits.ts';
import { decodeFailure } from './openImage.ts';
import type { Pixels } from './writeFrame.ts';

/** An animated GIF or WebP. */
export interface Animation {
  /** Seconds at which each picture begins, from 0. */
  readonly times: Float64Array;
  readonly width: number;
  readonly height: number;
  picture(index: number): Promise<Pixels>;
}

/** Browsers show what claims to take less than 20 ms for 100 ms, and so do the times here. */
const shortestMs = 20;
const usualMs = 100;

/** Errors: unreadable, refused_image. */
export async function openAnimation(path: string): Promise<Animation> {
  try {
    const {
      pages = 1,
      delay = [],
      width,
      height,
      pageHeight = height,
    } = await sharp(path, { pages: -1, limitInputPixels: false }).metadata();
    if (width > imageLimits.side || pageHeight > imageLimits.side)
      throw new AppError('refused_image', `The pictures are ${width} × ${pageHeight} px; at most ${imageLimits.side} px a side are read.`);
    const times = new Float64Array(pages);
    for (let i = 1; i < pages; i++) {
      const ms = delay[i - 1] ?? usualMs;
      times[i] = Math.round(1_000 * (times[i - 1] as number) + (ms < shortestMs ? usualMs : ms)) / 1_000;
    }
    return {
      times,
      width,
      height: pageHeight,
      async picture(page) {
        const { data, info } = await sharp(path, { page, limitInputPixels: false })
          .timeout({ seconds: imageLimits.seconds })
          .flatten({ background: '#000000' })
          .toColourspace('srgb')
          .raw()
          .toBuffer({ resolveWithObject: true });
        return { data, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 };
      },
    };
  } catch (error) {
    throw decodeFailure(error);
  }
}
