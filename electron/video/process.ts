import path from 'node:path';
import { isDiskFull } from '../../shared/diskFull.ts';
import { AppError, isAppError, toWireError, type WireError } from '../../shared/errors.ts';
import { writeFrame } from '../image/writeFrame.ts';
import { openVideo } from './open.ts';
import { parentChannel } from '../node/parentChannel.ts';
import type { VideoReply, VideoRequest, VideoSource } from './types.ts';

/**
 * Entry of the video process: decoders are large native programs that read hostile data, so they have a process of their own,
 * which is thrown away after each video. Frames go to files; no more of them than `maxUntaken` wait for the host.
 */
const channel = parentChannel();
const reply = (message: VideoReply): void => channel.send(message);
const maxUntaken = 64;

let source: VideoSource | null = null;
let untaken = 0;
let onTaken: (() => void) | null = null;

channel.onMessage((message) => {
  const request = message as VideoRequest;
  if ('taken' in request) {
    untaken -= request.taken;
    onTaken?.();
  } else if ('open' in request) void open(request.open);
  else void decode(new Set(request.decode), request.folder);
});

async function open(file: string): Promise<void> {
  try {
    source = await openVideo(file);
    const { times, width, height, decoder } = source;
    reply({ opened: { times, width, height, decoder } });
  } catch (error) {
    reply({ failed: inWords(error) });
  }
}

async function decode(wanted: ReadonlySet<number>, folder: string): Promise<void> {
  const from = source;
  if (from === null) return reply({ failed: { code: 'internal', message: 'No video is open.' } });
  try {
    await from.decode(wanted, async (place, pixels) => {
      while (untaken >= maxUntaken) await new Promise<void>((resolve) => (onTaken = resolve));
      const file = path.join(folder, `${place}.jpg`);
      await writeFrame(file, pixels, from.turn);
      untaken += 1;
      reply({ frame: place, file });
    });
    reply({ done: true, failed: null });
  } catch (error) {
    reply({ done: true, failed: inWords(error) });
  }
}

function inWords(error: unknown): WireError {
  if (isAppError(error)) return toWireError(error);
  if (isDiskFull(error)) return toWireError(new AppError('disk_full', 'The disk is full: not all frames could be written.'));
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'unreadable', message: 'The video cannot be read.', details: { reason: reason.slice(0, 300) } };
}
