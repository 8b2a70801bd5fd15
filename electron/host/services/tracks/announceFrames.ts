import type { DatasetId, FrameId } from '../../../../shared/domain/ids.ts';
import type { HostServices } from '../hostServices.ts';

/** A message about more frames than this says "many". */
const namedFrames = 1_000;

/** Clients and triggers hear of a change after it is durable. */
export function announceFrames(services: HostServices, dataset: DatasetId, frames: readonly number[], by: string): void {
  if (frames.length === 0) return;
  const named = [...new Set(frames)] as FrameId[];
  services.publisher.publish('frames', 'changed', { dataset, frames: named.length > namedFrames ? null : named, by });
  services.datasets.changed(dataset);
}
