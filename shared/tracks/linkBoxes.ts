import { iou, type Box } from '../geometry/box.ts';
import { assign } from './assignment.ts';

/** A box that is in no track yet. */
export interface LooseBox {
  readonly id: number;
  /** Place of its frame in the sequence. */
  readonly at: number;
  readonly category: number;
  readonly bbox: Box;
}

export interface LinkOptions {
  /** Least overlap of a box with where its track would be by now. */
  readonly minIou: number;
  /** Frames an object may be unseen within a track. */
  readonly maxGap: number;
  /** Tracks with fewer boxes are left out. */
  readonly minLength: number;
}

interface Growing {
  readonly boxes: LooseBox[];
}

/**
 * Links boxes of neighbouring frames into tracks: on each frame the assignment of its boxes to the tracks so far, within a
 * category, that has the largest sum of overlaps (IoU), pairs under `minIou` apart. A track is expected where its last two
 * boxes would carry it at constant speed, and given up after `maxGap` frames without a box.
 *
 * `boxes` in any order; each track has at most one box a frame. Tracks come in the order of their first boxes.
 */
export function linkBoxes(boxes: readonly LooseBox[], options: LinkOptions): readonly (readonly LooseBox[])[] {
  const ordered = [...boxes].sort((a, b) => a.at - b.at || a.id - b.id);
  const done: Growing[] = [];
  let open: Growing[] = [];
  for (let i = 0; i < ordered.length;) {
    const { at } = ordered[i] as LooseBox;
    let end = i;
    while (ordered[end]?.at === at) end++;
    const here = ordered.slice(i, end);
    i = end;
    open = open.filter((track) => at - last(track).at <= options.maxGap + 1);
    const taken = new Set<LooseBox>();
    for (const category of new Set(here.map((box) => box.category))) {
      const tracks = open.filter((track) => last(track).category === category);
      const found = here.filter((box) => box.category === category);
      const overlaps = tracks.map((track) => {
        const expected = expectedAt(track, at);
        return found.map((box) => iou(expected, box.bbox));
      });
      // A pair below the least overlap costs as much as no pair, so that it never takes a box from a real one.
      const overlapOf = (t: number, b: number): number => {
        const overlap = overlaps[t]?.[b] ?? 0;
        return overlap >= options.minIou ? overlap : 0;
      };
      assign(tracks.length, found.length, (t, b) => -overlapOf(t, b)).forEach((b, t) => {
        const box = found[b];
        if (box === undefined || overlapOf(t, b) === 0) return;
        taken.add(box);
        (tracks[t] as Growing).boxes.push(box);
      });
    }
    for (const box of here) {
      if (taken.has(box)) continue;
      const track = { boxes: [box] };
      done.push(track);
      open.push(track);
    }
  }
  return done.filter((track) => track.boxes.length >= options.minLength).map((track) => track.boxes);
}

function last(track: Growing): LooseBox {
  return track.boxes[track.boxes.length - 1] as LooseBox;
}

/** The last box, moved on as it moved before; its size stays, because the size of detections jitters. */
function expectedAt(track: Growing, at: number): Box {
  const now = last(track);
  const before = track.boxes[track.boxes.length - 2];
  if (before === undefined) return now.bbox;
  const steps = (at - now.at) / (now.at - before.at);
  const centre = (box: Box, axis: 0 | 1): number => box[axis] + box[axis === 0 ? 2 : 3] / 2;
  const [x, y, w, h] = now.bbox;
  return [x + (centre(now.bbox, 0) - centre(before.bbox, 0)) * steps, y + (centre(now.bbox, 1) - centre(before.bbox, 1)) * steps, w, h];
}
