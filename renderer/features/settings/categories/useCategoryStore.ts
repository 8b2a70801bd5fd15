import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ListedCategory } from '../../../../shared/contract/categories.ts';
import type { AttributeDeclaration } from '../../../../shared/domain/attribute.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { api } from '../../../api/api.ts';
import { problemOf } from '../../../lib/problem.ts';
import { useResource, type Resource } from '../../../lib/useResource.ts';
import { datasetStore } from '../../../state/datasetStore.ts';
import { notify } from '../../../state/noticeStore.ts';
import { saving } from '../../../state/saveStore.ts';

export interface CategoryStore {
  readonly dataset: DatasetId;
  readonly readOnly: boolean;
  readonly list: Resource<readonly ListedCategory[]>;
  readonly attributes: readonly AttributeDeclaration[];
  /** Runs a write, says what went wrong, and reads everything again. Resolves to whether it worked. */
  change(work: () => Promise<unknown>): Promise<boolean>;
  /** Grows when somebody, here or elsewhere, changed something. */
  readonly revision: number;
}

/** Categories and attributes of the open dataset, kept up with what others change; null where none is open. */
export function useCategoryStore(): CategoryStore | null {
  const { id, summary } = useStore(datasetStore);
  const seen = useRef(summary);
  const [revision, setRevision] = useState(0);
  useEffect(() => {
    if (seen.current === summary) return;
    seen.current = summary;
    setRevision((n) => n + 1);
  }, [summary]);
  const dataset = id as DatasetId | null;
  const list = useResource(dataset === null ? null : `categories ${dataset} ${revision}`, () =>
    api.categories.list({ dataset: dataset as DatasetId }),
  );
  if (dataset === null || summary === null) return null;
  return {
    dataset,
    readOnly: summary.readOnly,
    list,
    attributes: summary.attributes,
    revision,
    async change(work) {
      try {
        await saving(work);
        return true;
      } catch (error) {
        const problem = problemOf(error);
        if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
        return false;
      } finally {
        list.reload();
      }
    },
  };
}
