import type { FrameRow } from '../../../shared/contract/frames.ts';
import type { HardcaseClient } from '../../../shared/contract/index.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';

/** Rows of frames by id, each asked for once. */
export interface FrameRows {
  get(id: number): FrameRow | undefined;
  put(row: FrameRow): void;
  /** Ids of the rows that are here. */
  ids(): Iterable<number>;
  /** The next `fetch` asks again. */
  forget(id: number): void;
  /** Brings those that are neither here nor on their way; `onMore` is called when they are here. A failure leaves them missing. */
  fetch(ids: readonly number[]): Promise<void>;
}

export function createFrameRows(api: HardcaseClient, dataset: DatasetId, onMore: () => void): FrameRows {
  const rows = new Map<number, FrameRow>();
  const asked = new Set<number>();
  return {
    get: (id) => rows.get(id),
    put: (row) => void rows.set(row.id, row),
    ids: () => rows.keys(),
    forget(id) {
      rows.delete(id);
      asked.delete(id);
    },
    async fetch(ids) {
      const missing = ids.filter((id) => !rows.has(id) && !asked.has(id));
      if (missing.length === 0) return;
      for (const id of missing) asked.add(id);
      try {
        for (const row of await api.frames.rows({ dataset, ids: Float64Array.from(missing) })) rows.set(row.id, row);
        onMore();
      } catch {
        for (const id of missing) asked.delete(id);
      }
    },
  };
}
