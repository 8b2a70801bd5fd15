import type { Progress } from '../../../../shared/contract/common.ts';
import type { Followed, FollowStop } from '../../../../shared/contract/tracks.ts';
import type { BoxId, DatasetId, FrameId } from '../../../../shared/domain/ids.ts';
import { AppError, isAppError } from '../../../../shared/errors.ts';
import { clip, type Box, type Size } from '../../../../shared/geometry/box.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';
import { findTemplate, likeness, templateOf, type Luma, type Template } from '../../../../shared/tracks/templateMatch.ts';
import { readLuma } from '../../../image/luma.ts';
import type { HostServices } from '../hostServices.ts';
import type { OpenDataset } from '../openDataset.ts';
import { announceFrames } from './announceFrames.ts';

export interface FollowRequest {
  readonly dataset: DatasetId;
  readonly box: BoxId;
  readonly frames: number;
  readonly minMatch?: number | undefined;
}

/** Correlations below it were not the object in the videos this was tried on. */
const defaultMinMatch = 0.6;
/** As much as it must still look like it did at first: what drifts from the object to the road behind it does not. */
const minFirstMatch = 0.3;
/** Longer side of the object in the images that are searched, in px. */
const searchedSide = 64;
/** Less than this share of a box within the image, and the object has left. */
const minVisible = 0.5;

interface Way {
  readonly boxes: readonly Box[];
  readonly stopped: FollowStop;
  readonly match: number | null;
}

/**
 * Follows a box by what is in it, frame by frame, and stops at the first frame where that is doubtful. What was found becomes
 * part of the box's track (a new one where it has none), with as few key frames as describe it. Cancelled, what was found by
 * then is kept. Errors: not_found, invalid_request (no recording), unreadable (the box's own frame).
 */
export async function followBox(services: HostServices, request: FollowRequest, context: JobContext<Progress>): Promise<Followed> {
  const dataset = await services.datasets.get(request.dataset);
  const start = await dataset.db.read('tracks.followFrom', { box: request.box, frames: request.frames });
  const scale = Math.min(1, searchedSide / Math.max(start.bbox[2], start.bbox[3], 1));
  const luma = (frame: number): Promise<Luma> => readFrame(services, dataset, frame, scale);
  const first = await luma(start.frame);
  const template = templateOf(first, scaledBox(start.bbox, scale));
  const way =
    template === null ? nothing : await walk(start, { template, scale, luma, minMatch: request.minMatch ?? defaultMinMatch }, context);
  const next = (start.frames[way.boxes.length] ?? null) as FrameId | null;
  const stopped =
    way.stopped === 'end' && start.isOccupied
      ? 'occupied'
      : way.stopped === 'end' && next === null && start.isLimited
        ? 'limit'
        : way.stopped;
  if (way.boxes.length === 0) return { track: start.track ?? -1, boxes: 0, stopped, frame: next, match: way.match };
  const written = await dataset.db.write('tracks.addFollowed', {
    author: context.author,
    box: request.box,
    boxes: Float64Array.from(way.boxes.flat()),
  });
  announceFrames(services, dataset.id, written.frames, context.clientId);
  return { track: written.track, boxes: way.boxes.length, stopped, frame: next, match: way.match };
}

/** A box without structure cannot be told from what is beside it. */
const nothing: Way = { boxes: [], stopped: 'doubtful', match: 0 };

async function walk(
  start: { readonly bbox: Box; readonly frames: readonly number[] },
  what: {
    readonly template: Template;
    readonly scale: number;
    readonly luma: (frame: number) => Promise<Luma>;
    readonly minMatch: number;
  },
  context: JobContext<Progress>,
): Promise<Way> {
  const { scale } = what;
  const boxes: Box[] = [];
  let last = what.template;
  let box = scaledBox(start.bbox, scale);
  let speed: readonly [number, number] = [0, 0];
  for (const [done, frame] of start.frames.entries()) {
    if (context.signal.aborted) return { boxes, stopped: 'cancelled', match: null };
    context.progress({ phase: 'Following', done, total: start.frames.length, unit: 'frames' });
    let image: Luma;
    try {
      image = await what.luma(frame);
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { boxes, stopped: 'unreadable', match: null };
    }
    const expected: Box = [box[0] + speed[0], box[1] + speed[1], box[2], box[3]];
    const found = findTemplate(image, last, expected);
    const seen = found === null ? null : templateOf(image, found.box);
    if (found === null || seen === null || visibleShare(found.box, image) < minVisible) {
      const isLeaving = visibleShare(expected, image) < 0.8;
      return { boxes, stopped: isLeaving ? 'left_image' : 'doubtful', match: found?.score ?? 0 };
    }
    if (found.score < what.minMatch || found.isAmbiguous || likeness(what.template, seen) < minFirstMatch)
      return { boxes, stopped: 'doubtful', match: found.score };
    speed = [found.box[0] + found.box[2] / 2 - box[0] - box[2] / 2, found.box[1] + found.box[3] / 2 - box[1] - box[3] / 2];
    box = found.box;
    last = seen;
    boxes.push(scaledBox(clip(box, image), 1 / scale));
  }
  return { boxes, stopped: 'end', match: null };
}

function visibleShare(box: Box, size: Size): number {
  const inside = clip(box, size);
  return (inside[2] * inside[3]) / (box[2] * box[3]);
}

function scaledBox([x, y, w, h]: Box, scale: number): Box {
  return [x * scale, y * scale, w * scale, h * scale];
}

async function readFrame(services: HostServices, dataset: OpenDataset, frame: number, scale: number): Promise<Luma> {
  const [location] = await dataset.db.read('frames.media', { ids: Float64Array.of(frame) });
  if (location === undefined) throw new AppError('not_found', 'The frame was removed.', { frame });
  return readLuma(await services.media.pathOf(dataset, location), scale);
}
