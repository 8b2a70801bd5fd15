import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/api.ts';
import type { Hit, TriggerRunResult, Verdict } from '../../../shared/contract/triggers.ts';
import type { CategoryId, DatasetId } from '../../../shared/domain/ids.ts';
import { saving } from '../../state/saveStore.ts';
import { hitKey, verdictOf } from './hits.ts';
import { verdictChanges } from './verdictChanges.ts';

interface Given {
  readonly hit: Hit;
  readonly before: Verdict | null;
  readonly changed: boolean;
  readonly trigger: string;
  readonly hash: string;
}

export interface Verdicts {
  /** Verdicts given on this page since the last answer. */
  readonly given: ReadonlyMap<string, Verdict | null>;
  /** Does to the boxes what the word says and notes it. */
  give(hit: Hit, verdict: Verdict, category?: CategoryId): Promise<void>;
  readonly canUndo: () => boolean;
  undo(): Promise<Hit | null>;
}

/** What was said about the hits of one result. */
export function useVerdicts(dataset: DatasetId, result: TriggerRunResult | null, randomOrder: boolean): Verdicts {
  const [given, setGiven] = useState<ReadonlyMap<string, Verdict | null>>(new Map());
  const stack = useRef<Given[]>([]);
  // A new answer carries what was said.
  useEffect(() => setGiven(new Map()), [result]);
  const show = (hit: Hit, verdict: Verdict | null): void => setGiven((before) => new Map(before).set(hitKey(hit), verdict));
  const judge = (hit: Hit, verdict: Verdict | null, trigger: string, hash: string): Promise<null> =>
    api.triggers.judge({ dataset, trigger, hash, frame: hit.frameId, boxes: hit.witness.map(({ id }) => id), verdict, randomOrder });

  return {
    given,
    async give(hit, verdict, category) {
      if (result === null || result.name === '') return;
      const { name: trigger, hash } = result;
      const before = verdictOf(hit, given);
      show(hit, verdict);
      try {
        await saving(async () => {
          const changed = await changeBoxes(dataset, hit, verdict, category);
          await judge(hit, verdict, trigger, hash);
          stack.current.push({ hit, before, changed, trigger, hash });
        });
      } catch (error) {
        show(hit, before);
        throw error;
      }
    },
    canUndo: () => stack.current.length > 0,
    async undo() {
      const last = stack.current.pop();
      if (last === undefined) return null;
      await saving(async () => {
        if (last.changed) await api.annotations.undo({ dataset, frame: last.hit.frameId });
        await judge(last.hit, last.before, last.trigger, last.hash);
      });
      show(last.hit, last.before);
      return last.hit;
    },
  };
}

/** Predictions are left as they are: a run never changes. */
async function changeBoxes(dataset: DatasetId, hit: Hit, verdict: Verdict, category: CategoryId | undefined): Promise<boolean> {
  if (verdict === 'accept' || verdict === 'reject' || !hit.witness.some(({ source }) => source === 'gt')) return false;
  const { annotations } = await api.annotations.load({ dataset, frame: hit.frameId });
  const boxes = hit.witness.map(({ id }) => annotations.find((box) => box.id === id)).filter((box) => box !== undefined);
  // "First" and "second" count as the trigger names them: where one of them is a prediction, nothing may slip into its place.
  if (boxes.length < hit.witness.length) return false;
  const changes = verdictChanges(verdict, boxes, category);
  if (changes.length === 0) return false;
  await api.annotations.apply({ dataset, changes: [...changes] });
  return true;
}
