import type { Hit, TriggerRunResult } from '../../../shared/contract/triggers.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { formatAddress } from '../../lib/address.ts';
import { addressStore, navigate } from '../../state/addressStore.ts';
import { setFrameOrder } from '../../state/frameOrder.ts';

/** Opens a hit on the canvas at its boxes, with the list of all hits to walk through. A question asked once takes no verdicts. */
export function openHits(
  dataset: DatasetId,
  result: TriggerRunResult,
  index: number,
  about: { title: string; randomOrder: boolean },
): void {
  const hits: readonly Hit[] = result.top;
  const hit = hits[index];
  if (hit === undefined) return;
  setFrameOrder({
    dataset,
    title: about.title,
    kind: 'hits',
    address: formatAddress(addressStore.getState().address),
    ids: Float64Array.from(hits, ({ frameId }) => frameId),
    start: index,
    sources: [...new Set(hits.flatMap(({ witness }) => witness.map(({ source }) => source)))],
    witness: (place) => (hits[place]?.witness ?? []).map(({ id, bbox }) => ({ id, box: bbox })),
    ...(result.name === ''
      ? {}
      : {
          hits: {
            trigger: result.name,
            hash: result.hash,
            randomOrder: about.randomOrder,
            severity: (place: number) => hits[place]?.severity ?? 0,
          },
        }),
  });
  navigate({ view: 'label', dataset, params: { frame: hit.frame } });
}
