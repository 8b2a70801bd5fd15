import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { isImageName } from '../../../../shared/formats/images/imageHeader.ts';
import { BoxTable, type LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { openVideoIn, type OpenVideo } from '../../../video/client.ts';
import { hashFile } from '../files/hashFile.ts';
import { openReal } from '../gates/paths.ts';
import { FolderTree } from './folderTree.ts';
import type { FoundImage } from './imageFinder.ts';
import type { LabelSource, OpenSourceOptions } from './labelSource.ts';
import { openPlace } from './openPlace.ts';
import { readSmallFile } from './readFile.ts';
import { imagesInFolder, type NumberedImage } from './sequenceImages.ts';

/** Digits of frame numbers in names: 999,999 frames are nine hours at 30 a second. */
const digits = 6;
const videoName = /\.(mp4|m4v|mov|mkv|webm|avi|ts|mts|m2ts|mpe?g|wmv|flv|3gp|ogv|gif)$/i;

export function isVideoName(name: string): boolean {
  return videoName.test(name);
}

/**
 * A video file, whose frames become images of a recording that is called as the video; or a folder with the numbered frames of
 * one. Frames that an earlier import of the same file brought are not decoded again. Errors: unavailable (no decoder),
 * unreadable, refused_image, unknown_format.
 */
export async function openVideo(options: OpenSourceOptions): Promise<LabelSource> {
  const place = await openPlace(options.from);
  if (place.file === null) return openFrameFolder(options);
  const { video } = options;
  if (video === undefined) throw new AppError('unavailable', 'Videos cannot be opened here.');
  const file = path.join(place.root.real, place.file);
  const sha256 = await fileHash(file, options.signal);
  const stem = place.file.replace(/\.[^.]+$/, '') || place.file;
  const known = await video.known(stem.slice(0, 200), sha256);
  const child = video.spawn();
  options.signal.addEventListener('abort', () => child.kill(), { once: true });
  options.signal.throwIfAborted();
  const opened = await openVideoIn(child, file);
  const wanted = selectFrames(opened.times, video.selection);
  const missing = wanted.filter((number) => !known.frames.has(number));
  const folder = await mkdtemp(path.join(tmpdir(), 'hardcase-video-'));
  options.report.add({
    code: 'video_decoded_by',
    severity: 'info',
    message: `The video was decoded by ${opened.decoder}.`,
    item: place.file,
  });
  if (missing.length > 0) opened.start(Uint32Array.from(missing), folder);
  const decoded = new DecodedFrames(opened, folder);
  const frames = missing.map((number): LabelFrame => {
    const name = `${known.sequence}/${String(number).padStart(digits, '0')}.jpg`;
    return {
      path: `${place.file} frame ${number}`,
      name,
      sourceId: null,
      declared: null,
      split: null,
      sequence: known.sequence,
      index: number,
      time: Math.round(1e6 * (opened.times[number] as number)) / 1e6,
      labeled: false,
      video: { sha256, frame: number },
    };
  });
  return {
    format: 'video',
    once: true,
    numbered: true,
    unchanged: wanted.length - missing.length,
    parts: [{ labels: { frames, categories: [], boxes: new BoxTable('px') }, find: (index) => decoded.find(missing[index] as number) }],
    async close() {
      opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Files of frames on their way into the dataset: each is removed when those behind it are asked for. */
class DecodedFrames {
  readonly #video: OpenVideo;
  readonly #folder: string;
  readonly #open: string[] = [];

  constructor(video: OpenVideo, folder: string) {
    this.#video = video;
    this.#folder = folder;
  }

  async find(number: number): Promise<FoundImage> {
    const file = await this.#video.frame(number);
    if (file === null) {
      const { failure } = this.#video;
      if (failure?.code === 'disk_full') throw failure;
      const message = failure === null ? 'The video ends before this frame: it was cut, or says it has more.' : failure.message;
      return { kind: 'refused', code: 'video_frame_missing', message };
    }
    if (path.dirname(file) !== this.#folder) throw new AppError('internal', 'The decoder named a file elsewhere.');
    this.#video.taken();
    this.#open.push(file);
    // More than are read at once: those before are in the dataset by now.
    if (this.#open.length > 32) await rm(this.#open.shift() as string, { force: true });
    return { kind: 'found', path: file, how: 'as_said' };
  }
}

/** Every n-th frame, or the first at or after each beat of so many a second; all without either. */
export function selectFrames(
  times: Float64Array,
  selection: { readonly every?: number | undefined; readonly perSecond?: number | undefined },
): readonly number[] {
  const { every = 1, perSecond } = selection;
  if (perSecond === undefined) return Array.from(times.keys()).filter((frame) => frame % every === 0);
  const frames: number[] = [];
  let beat = 0;
  times.forEach((time, frame) => {
    if (time + 1e-9 < beat / perSecond) return;
    frames.push(frame);
    beat = Math.floor((time + 1e-9) * perSecond) + 1;
  });
  return frames;
}

async function fileHash(file: string, signal: AbortSignal): Promise<string> {
  const opened = await openReal(file);
  try {
    return (await hashFile(opened.handle, signal)).sha256;
  } finally {
    await opened.handle.close();
  }
}

/** Frames of a video that somebody took out already: numbered images, and `timestamps.txt` with the seconds of each, if it is there. */
async function openFrameFolder(options: OpenSourceOptions): Promise<LabelSource> {
  const { root } = await openPlace(options.from);
  const tree = new FolderTree(root);
  const images = await imagesInFolder(tree, [], options.signal);
  if (images.length === 0) throw new AppError('unknown_format', 'No numbered images of a video were found here.', { path: options.from });
  const listing = await tree.listing([]);
  const unnumbered =
    [...(listing?.entries ?? [])].filter(([name, entry]) => entry.kind === 'file' && isImageName(name)).length - images.length;
  if (unnumbered > 0)
    options.report.add(
      {
        code: 'frame_without_number',
        severity: 'refused',
        message: 'Images without a number of their own are no frames.',
        item: options.from,
      },
      unnumbered,
    );
  const times = await timestamps(tree, images.length);
  const { every = 1 } = options.video?.selection ?? {};
  const sequence = path.basename(root.real).normalize('NFC').slice(0, 200);
  const taken = images.map((image, i) => ({ image, time: times?.[i] ?? null })).filter((_, i) => i % every === 0);
  const frames = taken.map(({ image, time }): LabelFrame => ({
    path: image.name,
    name: `${sequence}/${image.name}`,
    sourceId: null,
    declared: null,
    split: null,
    sequence,
    index: image.number,
    time,
    labeled: false,
  }));
  return {
    format: 'video',
    numbered: true,
    parts: [
      {
        labels: { frames, categories: [], boxes: new BoxTable('px') },
        find: (index) => (taken[index]?.image as NumberedImage).find(),
      },
    ],
  };
}

/** One number a line, in seconds, growing, one for each image; anything else is no list of times. */
async function timestamps(tree: FolderTree, count: number): Promise<readonly number[] | null> {
  for (const name of ['timestamps.txt', 'times.txt']) {
    const entry = await tree.entry([name]);
    if (entry?.kind !== 'file') continue;
    const lines = (await readSmallFile(entry.path, 16 * 1_048_576)).toString('utf8').trim().split(/\s+/).map(Number);
    const first = lines[0] ?? 0;
    if (lines.length === count && lines.every((time, i) => Number.isFinite(time) && (i === 0 || time > (lines[i - 1] as number))))
      return lines.map((time) => Math.round(1e6 * (time - first)) / 1e6);
  }
  return null;
}
