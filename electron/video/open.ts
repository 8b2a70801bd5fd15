import { open } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { openAnimation } from '../image/animation.ts';
import { imageLimits } from '../image/limits.ts';
import { demux } from './demux.ts';
import { hasFfmpeg, openWithFfmpeg } from './ffmpeg.ts';
import type { VideoSource } from './types.ts';
import { openWithWebCodecs } from './webcodecs.ts';

/**
 * Opens a video: animated GIF and WebP by the image library; else mediabunny with a decoder in this process, where there is one
 * for the codec; else ffmpeg, where it is installed. Errors: unreadable, refused_image (size), unavailable (no decoder).
 */
export async function openVideo(path: string): Promise<VideoSource> {
  if (await isAnimation(path)) {
    const { picture, ...animation } = await openAnimation(path);
    return {
      ...animation,
      turn: 0,
      decoder: 'libvips',
      async decode(wanted, onFrame) {
        for (const place of [...wanted].sort((a, b) => a - b)) await onFrame(place, await picture(place));
      },
    };
  }
  const demuxed = await demux(path);
  const source = demuxed === null ? null : await openWithWebCodecs(demuxed);
  if (source !== null) return checked(source);
  if (await hasFfmpeg()) return checked(await openWithFfmpeg(path, demuxed));
  throw new AppError(
    'unavailable',
    'Nothing here can decode this video. Install ffmpeg (Debian and Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg) and import it again.',
    { missing: ['@napi-rs/webcodecs', 'ffmpeg'], codec: demuxed?.config?.codec ?? null },
  );
}

function checked(source: VideoSource): VideoSource {
  const { width, height } = source;
  if (width > imageLimits.side || height > imageLimits.side || width * height > imageLimits.pixels)
    throw new AppError('refused_image', `The video is ${width} × ${height} px; at most ${imageLimits.side} px a side are read.`, {
      width,
      height,
    });
  return source;
}

async function isAnimation(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(12), 0, 12, 0);
    const head = buffer.toString('latin1');
    return head.startsWith('GIF8') || (head.startsWith('RIFF') && head.endsWith('WEBP'));
  } finally {
    await file.close();
  }
}
