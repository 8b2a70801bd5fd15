import type { Hit, TriggerRunResult } from '../../../shared/contract/triggers.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { formatAddress } from '../../lib/address.ts';
import type { Witnesses } from '../../lib/witnesses.ts';
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
    witness: witnessesOfHits(hits),
    ...(result.name === ''
      ? {}
      : {
          hits: {
            trigger: result.name,
            hash: result.hash,
            randomOrder: about.randomOrder,
            severities: Float64Array.from(hits, ({ severity }) => severity),
          },
        }),
  });
  navigate({ view: 'label', dataset, params: { frame: hit.frame } });
}

function witnessesOfHits(hits: readonly Hit[]): Witnesses {
  const boxes = hits.flatMap(({ witness }) => witness);
  let end = 0;
  return {
    offsets: Uint32Array.from([0, ...hits.map(({ witness }) => (end += witness.length))]),
    ids: Float64Array.from(boxes, ({ id }) => id),
    boxes: Float64Array.from(boxes.flatMap(({ bbox }) => bbox)),
  };
}
