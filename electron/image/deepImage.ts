import { suggestedWindow, windowed } from '../../shared/pixels/window16.ts';
import { decodeFailure, type OpenImage } from './openImage.ts';

/** Samples of an upright 16 bit image: `perPixel` of them a pixel (grey or RGB), rows from the top. */
export interface DeepSamples {
  readonly width: number;
  readonly height: number;
  readonly perPixel: 1 | 3;
  readonly samples: Uint16Array<ArrayBuffer>;
}

/** Errors: unreadable, refused_image. */
export async function readDeepSamples(image: OpenImage): Promise<DeepSamples> {
  try {
    const { data, info } = await image.samples().toBuffer({ resolveWithObject: true });
    const perPixel = info.channels >= 3 ? 3 : 1;
    const all = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
    const samples = new Uint16Array(info.width * info.height * perPixel);
    // Grey with alpha or colour with alpha: what is beside the colour is left out.
    for (let pixel = 0; pixel < info.width * info.height; pixel++) {
      for (let channel = 0; channel < perPixel; channel++) samples[pixel * perPixel + channel] = all[pixel * info.channels + channel] ?? 0;
    }
    return { width: info.width, height: info.height, perPixel, samples };
  } catch (error) {
    throw decodeFailure(error);
  }
}

/** What a person can see of a 16 bit image: 8 bit RGBA, by the window the image suggests for itself. */
export function showDeep({ samples, perPixel }: DeepSamples): Uint8ClampedArray {
  return windowed(samples, perPixel, suggestedWindow(samples));
}
