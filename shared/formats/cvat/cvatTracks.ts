import { between as interpolate, type TrackKey } from '../../tracks/track.ts';
import type { CvatTrack, CvatTrackBox } from './readCvat.ts';

/** A box on a frame that is there. */
export interface PlacedCvatBox {
  readonly box: CvatTrackBox;
  /** Place in the list of frames. */
  readonly at: number;
  readonly interpolated: boolean;
}

/**
 * The boxes of a track on the frames that are there. CVAT writes a box for each frame; files made by hand may name key frames
 * alone, and what lies between two of them in sight is interpolated. A box `outside` ends the sight; it is on no frame.
 *
 * `numbers`: frame numbers that are there, ascending. `missing`: boxes on frames that are not.
 */
export function placeCvatTrack(
  track: CvatTrack,
  numbers: readonly number[],
): { readonly boxes: readonly PlacedCvatBox[]; readonly missing: number } {
  const placeOf = new Map(numbers.map((number, at) => [number, at]));
  const boxes: PlacedCvatBox[] = [];
  let missing = 0;
  let before: PlacedCvatBox | null = null;
  for (const box of track.boxes) {
    const at = placeOf.get(box.frame);
    if (box.outside) {
      if (at !== undefined) before = null;
      continue;
    }
    if (at === undefined) {
      missing++;
      continue;
    }
    // The same frame twice: the first counts.
    if (before?.at === at) continue;
    const placed: PlacedCvatBox = { box, at, interpolated: !box.keyframe };
    if (before !== null) for (const made of between(before, placed)) boxes.push(made);
    boxes.push(placed);
    before = placed;
  }
  return { boxes, missing };
}

function between(from: PlacedCvatBox, to: PlacedCvatBox): readonly PlacedCvatBox[] {
  if (to.at - from.at < 2) return [];
  const key = ({ box, at }: PlacedCvatBox): TrackKey => ({
    at,
    category: 0,
    bbox: box.bbox,
    angle: box.angle,
    flags: box.flags,
    attributes: box.attributes,
  });
  const [start, finish] = [key(from), key(to)];
  return Array.from({ length: to.at - from.at - 1 }, (_, i): PlacedCvatBox => {
    const { at, bbox, angle } = interpolate(start, finish, from.at + 1 + i, (place) => place);
    return { at, box: { ...from.box, bbox, angle }, interpolated: true };
  });
}
