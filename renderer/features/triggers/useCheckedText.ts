import { useEffect, useState } from 'react';
import { api } from '../../api/api.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { useResource } from '../../lib/useResource.ts';
import { problemsOf, type TextProblem } from './problems.ts';

export interface Checked {
  readonly text: string;
  readonly problems: readonly TextProblem[];
  /** Of the text's trigger; null while it does not check. */
  readonly hash: string | null;
  readonly name: string | null;
}

/** What the host says of a text once it has stood still for a moment; the answer names the text that it is about. */
export function useCheckedText(dataset: DatasetId, text: string, ms = 160): Checked | null {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  const asked = useResource(JSON.stringify([dataset, settled]), async (): Promise<Checked> => {
    const { triggers, error } = await api.triggers.check({ dataset, text: settled });
    const [first, second] = triggers;
    const problems = problemsOf(error, settled);
    const one = error === null && first !== undefined && second === undefined && first.name !== '';
    return { text: settled, problems, hash: one ? first.hash : null, name: one ? first.name : null };
  });
  return asked.data;
}
