import type { CardInput } from '../../../../shared/contract/models.ts';
import { AppError } from '../../../../shared/errors.ts';
import { boxAt } from '../../../../shared/geometry/box.ts';
import { defaultMaxDetections } from '../../../inference/types.ts';
import type { HostServices } from '../hostServices.ts';
import type { OpenDataset } from '../openDataset.ts';

export interface TryOnRequest {
  readonly path: string;
  readonly frame: number;
  readonly card?: CardInput | undefined;
  readonly scoreThreshold?: number | undefined;
}

/** Boxes of a model file that is not added yet, on one frame: the wizard's look. Errors: those of inspect, not_found, unreadable. */
export async function tryOn({ inference, media }: HostServices, dataset: OpenDataset, request: TryOnRequest) {
  const start = performance.now();
  const { inspection, card } = await inference.client.inspect(request.path, request.card);
  const [location] = await dataset.db.read('frames.media', { ids: Float64Array.of(request.frame) });
  if (location === undefined) throw new AppError('not_found', 'This frame does not exist.', { frame: request.frame });
  const image = await inference.client.detectOnce(
    { path: request.path, sha256: inspection.sha256, bytes: inspection.bytes, card },
    await media.pathOf(dataset, location),
    { scoreThreshold: request.scoreThreshold ?? card.scoreThreshold, nmsIou: card.nmsIou, maxDetections: defaultMaxDetections },
  );
  return {
    boxes: Array.from(image.scores, (score, i) => ({
      category: card.categories[image.categories[i] as number] ?? '',
      bbox: boxAt(image.boxes, i),
      score,
    })),
    ms: Math.round(performance.now() - start),
    provider: 'cpu',
  };
}
