import { useEffect, useState } from 'react';
import { api, clientId } from '../../api/api.ts';
import type { TriggerRunResult } from '../../../shared/contract/triggers.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { Problem } from '../../lib/problem.ts';
import { useResource } from '../../lib/useResource.ts';
import type { HitOrder } from './hits.ts';

export interface Question {
  readonly text: string;
  readonly order: HitOrder;
  /** null: what triggers read without `@`. */
  readonly source: string | null;
}

export interface LiveHits {
  readonly result: TriggerRunResult | null;
  readonly loading: boolean;
  readonly problem: Problem | null;
  readonly failure: unknown;
  readonly reload: () => void;
  /** Asks for more hits than came so far. */
  readonly more: () => void;
}

const atFirst = 400;
const most = 100_000;

/** The hits of a text, asked again (and the running question broken off) when text, order, boxes, runs or verdicts change. */
export function useLiveHits(dataset: DatasetId, question: Question | null): LiveHits {
  const round = useRound(dataset);
  const [limit, setLimit] = useState(atFirst);
  const asked = useResource(question === null ? null : JSON.stringify([dataset, question, limit, round]), async (signal) => {
    const { text, order, source } = question as Question;
    const { triggers } = await api.triggers.run({ dataset, text, order, limit, ...(source === null ? {} : { source }) }, { signal });
    return triggers[0] ?? null;
  });
  const { data } = asked;
  return {
    result: data,
    loading: asked.loading,
    problem: asked.problem,
    failure: asked.failure,
    reload: asked.reload,
    more: () => {
      if (data !== null && data.top.length >= limit && data.hits > data.top.length) setLimit(Math.min(most, limit * 5));
    },
  };
}

/** Counts up when what a trigger reads has changed: at once for what this page did, gathered for what others do. */
export function useRound(dataset: DatasetId): number {
  const [round, setRound] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => setRound((n) => n + 1), ms);
    };
    const stops = [
      api.frames.changed((event) => event.dataset === dataset && soon(event.by === clientId() ? 150 : 500)),
      api.frames.measured((event) => event.dataset === dataset && soon(400)),
      api.datasets.changed((event) => event.dataset === dataset && soon(500)),
      api.triggers.changed((event) => event.dataset === dataset && soon(500)),
    ];
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [dataset]);
  return round;
}
