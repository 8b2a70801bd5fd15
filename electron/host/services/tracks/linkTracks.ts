import type { Linked } from '../../../../shared/contract/tracks.ts';
import type { Progress } from '../../../../shared/contract/common.ts';
import { boxFlags } from '../../../../shared/domain/annotation.ts';
import type { BoxColumns } from '../../../../shared/domain/columns.ts';
import type { DatasetId, FrameId } from '../../../../shared/domain/ids.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';
import { linkBoxes, type LinkOptions, type LooseBox } from '../../../../shared/tracks/linkBoxes.ts';
import type { HostServices } from '../hostServices.ts';
import { applyRunAsStep } from '../models/applyRun.ts';
import { announceFrames } from './announceFrames.ts';

export interface LinkRequest {
  readonly dataset: DatasetId;
  readonly frame?: FrameId | undefined;
  readonly source: string;
  readonly scoreThreshold?: number | undefined;
  readonly minIou?: number | undefined;
  readonly maxGap?: number | undefined;
  readonly minLength?: number | undefined;
}

/** Objects that are many, or that nobody looks at, are no tracks. */
const leftOut = (1 << boxFlags.indexOf('crowd')) | (1 << boxFlags.indexOf('ignore'));

/**
 * Links the boxes of recordings that are in no track, of a run after they became draft annotations. Boxes of a track keep their
 * places as key frames; frames in between get interpolated ones. Cancelled, whole recordings are done and reported. Errors:
 * not_found, invalid_request (the frame belongs to no recording), read_only.
 */
export async function linkTracks(services: HostServices, request: LinkRequest, context: JobContext<Progress>): Promise<Linked> {
  const dataset = await services.datasets.get(request.dataset);
  const sequences = await dataset.db.read('tracks.sequences', request.frame === undefined ? {} : { frame: request.frame });
  const options: LinkOptions = {
    minIou: request.minIou ?? 0.3,
    maxGap: request.maxGap ?? 5,
    minLength: request.minLength ?? 3,
  };
  let step: number | undefined;
  if (request.source !== 'gt') {
    const frames = new Set(sequences.flatMap((sequence) => [...sequence.frames]));
    const applied = await applyRunAsStep(
      services,
      { dataset: request.dataset, run: request.source, scoreThreshold: request.scoreThreshold, frames },
      context,
    );
    step = applied.step;
  }
  const total = { tracks: 0, boxes: 0, frames: 0 };
  const changed: number[] = [];
  for (const [done, { frames }] of sequences.entries()) {
    if (context.signal.aborted) break;
    context.progress({ phase: 'Linking', done, total: sequences.length, unit: 'recordings' });
    const columns = await dataset.db.read('annotations.columns', { frames });
    const tracks = linkBoxes(looseBoxes(columns), options);
    total.frames += frames.length;
    if (tracks.length === 0) continue;
    const written = await dataset.db.write('tracks.assign', {
      author: context.author,
      frame: frames[0] as number,
      ids: Float64Array.from(tracks.flatMap((boxes) => boxes.map((box) => box.id))),
      lengths: Uint32Array.from(tracks, (boxes) => boxes.length),
      ...(step === undefined || step === 0 ? {} : { step }),
    });
    step = written.step;
    total.tracks += tracks.length;
    total.boxes += tracks.reduce((sum, boxes) => sum + boxes.length, 0);
    for (const frame of written.frames) changed.push(frame);
  }
  announceFrames(services, dataset.id, changed, context.clientId);
  return { ...total, ...(context.signal.aborted ? { cancelled: true } : {}) };
}

function looseBoxes(columns: BoxColumns): readonly LooseBox[] {
  const boxes: LooseBox[] = [];
  for (let at = 0; at < columns.frameIds.length; at++) {
    for (let i = columns.offsets[at] as number; i < (columns.offsets[at + 1] as number); i++) {
      if (columns.tracks[i] !== -1 || ((columns.flags[i] as number) & leftOut) !== 0) continue;
      const [x = 0, y = 0, w = 0, h = 0] = columns.boxes.subarray(4 * i, 4 * i + 4);
      boxes.push({ id: columns.ids[i] as number, at, category: columns.categories[i] as number, bbox: [x, y, w, h] });
    }
  }
  return boxes;
}
