import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/api.ts';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { Problem } from '../../lib/problem.ts';
import { useResource } from '../../lib/useResource.ts';

export interface TriggerListData {
  readonly list: readonly TriggerSummary[] | null;
  readonly problem: Problem | null;
  readonly reload: () => void;
  /** Puts a summary that an answer brought in its place. */
  readonly put: (summary: TriggerSummary, previousName?: string) => void;
}

/** The triggers of a dataset with their counts. What changed for one trigger is asked for that one alone: counting all of them takes a pass each. */
export function useTriggerList(dataset: DatasetId): TriggerListData {
  const asked = useResource(dataset, () => api.triggers.list({ dataset }));
  const { reload } = asked;
  const [newer, setNewer] = useState<{ readonly of: unknown; readonly list: readonly TriggerSummary[] } | null>(null);
  const list = newer !== null && newer.of === asked.data ? newer.list : asked.data;
  const latest = useRef({ list, data: asked.data });
  useEffect(() => {
    latest.current = { list, data: asked.data };
  });
  const put = (summary: TriggerSummary, previousName?: string): void => {
    const { list: before, data } = latest.current;
    if (before === null) return;
    const others = before.filter(({ name }) => name !== summary.name && name !== previousName);
    const next = [...others, summary].sort(
      (a, b) => (a.origin === b.origin ? 0 : a.origin === 'dataset' ? -1 : 1) || (a.name < b.name ? -1 : 1),
    );
    latest.current = { list: next, data };
    setNewer({ of: data, list: next });
  };
  useEffect(() => {
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let all = false;
    let gone = false;
    const flush = async (): Promise<void> => {
      const names = [...waiting];
      waiting.clear();
      if (all || names.length > 3) {
        all = false;
        return reload();
      }
      for (const name of names) {
        const [summary] = await api.triggers.list({ dataset, name });
        if (gone) return;
        if (summary === undefined) return reload();
        put(summary);
      }
    };
    const soon = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void flush().catch(() => undefined), ms);
    };
    const stops = [
      api.triggers.changed((event) => {
        if (event.dataset !== dataset) return;
        if (event.name === null) all = true;
        else waiting.add(event.name);
        soon(300);
      }),
      api.frames.changed((event) => {
        if (event.dataset !== dataset) return;
        all = true;
        soon(1_000);
      }),
      api.datasets.changed((event) => {
        if (event.dataset !== dataset) return;
        all = true;
        soon(1_000);
      }),
    ];
    return () => {
      gone = true;
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [dataset, reload]);
  return { list, problem: asked.problem, reload, put };
}
