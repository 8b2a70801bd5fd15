import { useStore } from 'zustand';
import type { FrameReview } from '../../../shared/contract/review.ts';
import { api } from '../../api/api.ts';
import { useResource } from '../../lib/useResource.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import type { LabelSession } from './labelSession.ts';

export interface ShownReview {
  readonly review: FrameReview | null;
  readonly reload: () => void;
}

/** What was said about the frame on the canvas and what became of it since; asked again when something was saved. */
export function useFrameReview({ dataset, editor }: LabelSession): ShownReview {
  const frame = useStore(editor.store, (state) => (state.status === 'ready' ? (state.frame?.id ?? null) : null));
  const revision = useStore(editor.store, (state) => state.revision);
  const author = useStore(settingsStore, (state) => state.settings.author);
  const key = frame === null ? null : `${frame} ${author}`;
  const { data, reload } = useResource(frame === null ? null : `${key} ${revision}`, async (signal) => ({
    key,
    review: await api.review.frame({ dataset, frame: frame! }, { signal }),
  }));
  // The answer about the frame before is not one about this.
  return { review: data !== null && data.key === key ? data.review : null, reload };
}
