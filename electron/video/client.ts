import { AppError, fromWireError } from '../../shared/errors.ts';
import type { VideoReply, VideoRequest } from './types.ts';

/** A process as a shell makes it; `electron/host/ports.ts` has the same shape. */
export interface VideoProcess {
  send(message: VideoRequest): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (exit: { readonly code: number | null; readonly signal: string | null }) => void): void;
  kill(): void;
}

/** A video open in a process of its own. */
export interface OpenVideo {
  /** Seconds of each frame from the first on. */
  readonly times: Float64Array;
  readonly width: number;
  readonly height: number;
  readonly decoder: string;
  /** Begins to decode some frames, in ascending order, into files of a folder. Once. */
  start(places: Uint32Array, folder: string): void;
  /** The file of a frame, or null where the video gave none. Error: disk_full and what else stopped it before any frame. */
  frame(place: number): Promise<string | null>;
  /** A frame's file is done with. */
  taken(): void;
  /** Why not all frames came, once that is known. */
  readonly failure: AppError | null;
  close(): void;
}

const openSeconds = 300;
/** Longest wait for the next frame: decoding 8K on a slow machine takes a second. */
const frameSeconds = 120;

/** Errors: unavailable (no decoder), unreadable, refused_image, too_large. */
export async function openVideoIn(child: VideoProcess, path: string): Promise<OpenVideo> {
  const waiting = new Map<number, (file: string | null) => void>();
  const files = new Map<number, string>();
  let failure: AppError | null = null;
  let isDone = false;
  let heard = performance.now();
  let watchdog: NodeJS.Timeout | undefined;
  const finish = (error: AppError | null): void => {
    if (isDone) return;
    isDone = true;
    failure = error;
    clearTimeout(watchdog);
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  };
  const opened = await new Promise<Extract<VideoReply, { opened: unknown }>['opened']>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(new AppError('unreadable', 'The video took too long to open.', { seconds: openSeconds }));
    }, openSeconds * 1_000);
    child.onExit(() => {
      clearTimeout(timer);
      const gone = new AppError('unreadable', 'The decoder stopped at this video: it is damaged, or of a kind that is not read.');
      finish(gone);
      reject(gone);
    });
    child.onMessage((message) => {
      const reply = message as VideoReply;
      heard = performance.now();
      if ('opened' in reply) {
        clearTimeout(timer);
        resolve(reply.opened);
      } else if ('frame' in reply) {
        const known = waiting.get(reply.frame);
        if (known === undefined) files.set(reply.frame, reply.file);
        else known(reply.file);
        // Frames come in their order: one that was passed over does not come any more.
        for (const [place, resolve] of waiting) {
          if (place > reply.frame) continue;
          if (place < reply.frame) resolve(null);
          waiting.delete(place);
        }
      } else if ('done' in reply) finish(reply.failed === null ? null : fromWireError(reply.failed));
      else {
        clearTimeout(timer);
        reject(fromWireError(reply.failed));
      }
    });
    child.send({ open: path });
  }).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const watch = (): void => {
    if (isDone || waiting.size === 0) return;
    const idle = performance.now() - heard;
    if (idle < frameSeconds * 1_000) {
      watchdog = setTimeout(watch, frameSeconds * 1_000 - idle + 1);
      return;
    }
    finish(new AppError('unreadable', 'The decoder stands still at a frame of this video.', { seconds: frameSeconds }));
    child.kill();
  };
  return {
    ...opened,
    start: (places, folder) => child.send({ decode: places, folder }),
    frame(place) {
      const there = files.get(place);
      files.delete(place);
      if (there !== undefined) return Promise.resolve(there);
      if (isDone) return Promise.resolve(null);
      return new Promise((resolve) => {
        waiting.set(place, resolve);
        heard = performance.now();
        clearTimeout(watchdog);
        watchdog = setTimeout(watch, frameSeconds * 1_000);
      });
    },
    taken: () => child.send({ taken: 1 }),
    get failure() {
      return failure;
    },
    close: () => {
      clearTimeout(watchdog);
      child.kill();
    },
  };
}
