import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../api/api.ts';
import type { DatasetId, FrameId } from '../../../shared/domain/ids.ts';
import type { Size } from '../../../shared/geometry/box.ts';

const chunk = 64;

/** Sizes of the frames in sight, asked for once: an image does not change its size. */
export function useFrameSizes(dataset: DatasetId, wanted: readonly FrameId[]): (frame: FrameId) => Size | undefined {
  const sizes = useRef(new Map<number, Size>());
  const asked = useRef(new Set<number>());
  const [, setVersion] = useState(0);
  const key = wanted.join(' ');
  useEffect(() => {
    const missing = [...new Set(wanted)].filter((id) => !asked.current.has(id)).slice(0, chunk);
    if (missing.length === 0) return;
    for (const id of missing) asked.current.add(id);
    api.frames.rows({ dataset, ids: Float64Array.from(missing) }).then(
      (rows) => {
        for (const { id, width, height } of rows) sizes.current.set(id, { width, height });
        setVersion((n) => n + 1);
      },
      () => {
        for (const id of missing) asked.current.delete(id);
      },
    );
    // `key` says what is wanted.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [dataset, key]);
  return useCallback((frame) => sizes.current.get(frame), []);
}
