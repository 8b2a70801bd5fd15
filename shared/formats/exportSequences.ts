import type { ManifestFrame } from '../versions/manifest.ts';
import { safePart } from './exportLayout.ts';
import type { ExportSource } from './exportSource.ts';

/** A recording of a version, as formats of tracks name its frames. */
export interface ExportSequence {
  /** Null for the frames that belong to none. */
  readonly name: string | null;
  /** Folder in the export; no two sequences have the same. */
  readonly folder: string;
  /** Frames in their order. */
  readonly frames: readonly SequenceFrame[];
  /** Place in `frames` by name. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** Of each frame, ascending: its own place where every frame has one, so that every n-th of a video keeps its number; else from 0. */
  readonly numbers: readonly number[];
  readonly hasTracks: boolean;
}

export interface SequenceFrame {
  readonly name: string;
  readonly index: number | null;
  readonly time: number | null;
  readonly width: number;
  readonly height: number;
}

/**
 * Reads a version once and gives its recordings in the order of their names, frames without one last: an order of frames by
 * their place in the recording and then by name, as the dataset has it.
 */
export async function exportSequences(source: ExportSource): Promise<readonly ExportSequence[]> {
  const byName = new Map<string | null, { frames: SequenceFrame[]; hasTracks: boolean }>();
  for await (const frame of source.frames()) {
    let known = byName.get(frame.sequence);
    if (known === undefined) byName.set(frame.sequence, (known = { frames: [], hasTracks: false }));
    known.hasTracks ||= frame.boxes.some((box) => box.track !== null);
    const { name, index, time, width, height } = frame;
    known.frames.push({ name, index, time, width, height });
  }
  const names = [...byName.keys()].sort((a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1));
  const taken = new Set<string>();
  return names.map((name) => {
    const { frames, hasTracks } = byName.get(name) as { frames: SequenceFrame[]; hasTracks: boolean };
    // The manifest's order is that of names, and the sort is stable.
    frames.sort((a, b) => (a.index ?? Infinity) - (b.index ?? Infinity) || 0);
    const isNumbered = frames.every(({ index }, i) => index !== null && (i === 0 || index > (frames[i - 1]?.index ?? Infinity)));
    return {
      name,
      folder: freeFolder(name, taken),
      frames,
      placeOf: new Map(frames.map((frame, at) => [frame.name, at])),
      numbers: frames.map(({ index }, at) => (isNumbered ? (index ?? at) : at)),
      hasTracks,
    };
  });
}

function freeFolder(name: string | null, taken: Set<string>): string {
  const wanted = name === null ? 'frames' : safePart(name.replaceAll('/', '_'));
  let folder = wanted;
  for (let n = 2; taken.has(folder.toLowerCase()); n++) folder = `${wanted}-${n}`;
  taken.add(folder.toLowerCase());
  return folder;
}

/** `.jpg` of a frame's name, where it has an ending that image readers know. */
export function imageEnding(frame: Pick<ManifestFrame, 'name'>): string {
  return /\.(jpe?g|png|bmp|webp|tiff?)$/i.exec(frame.name)?.[0].toLowerCase() ?? '.jpg';
}
