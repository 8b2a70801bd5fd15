import type { Hit, TriggerRunResult } from '../../../../shared/contract/triggers.ts';
import type { OpenDataset } from '../openDataset.ts';

/** How a hit is known: its boxes, in no order. */
export function verdictKey(boxes: readonly number[]): string {
  return JSON.stringify([...boxes].sort((a, b) => a - b));
}

/** The result with what people said about its hits; a nameless query has no verdicts. */
export async function withVerdicts(dataset: OpenDataset, result: TriggerRunResult): Promise<TriggerRunResult> {
  if (result.name === '' || result.top.length === 0) return result;
  const said = await dataset.db.read('savedTriggers.verdicts', { name: result.name, hash: result.hash });
  const byHit = new Map(said.map(({ frame, boxes, verdict }) => [`${frame} ${boxes}`, verdict]));
  const top = result.top.map((hit): Hit => {
    const verdict = byHit.get(`${hit.frameId} ${verdictKey(hit.witness.map(({ id }) => id))}`);
    return verdict === undefined ? hit : { ...hit, verdict };
  });
  return { ...result, top };
}
