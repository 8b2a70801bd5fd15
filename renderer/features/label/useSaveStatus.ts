import { useEffect } from 'react';
import { hostState } from '../../api/hostState.ts';
import { saveStore, type SaveState as SaveStatus } from '../../state/saveStore.ts';
import type { SaveState } from '../../state/editor/saveQueue.ts';
import type { LabelSession } from './labelSession.ts';

/** Shows the state of the canvas's save queue in the status bar, tries again when the line is back, and holds the page while edits wait. */
export function useSaveStatus({ editor }: LabelSession): void {
  useEffect(() => {
    const { state } = editor.saving;
    const show = (now: SaveState): void => saveStore.setState(toStatus(now));
    const hold = (event: BeforeUnloadEvent): void => {
      const { kind } = state.getState();
      if (kind === 'saving' || kind === 'waiting') event.preventDefault();
    };
    const stops = [
      state.subscribe(show),
      hostState.subscribe(({ connection }) => {
        if (connection === 'connected' && state.getState().kind === 'waiting') editor.saving.retry();
      }),
    ];
    window.addEventListener('beforeunload', hold);
    return () => {
      window.removeEventListener('beforeunload', hold);
      for (const stop of stops) stop();
    };
  }, [editor]);
}

function toStatus(now: SaveState): Partial<SaveStatus> {
  switch (now.kind) {
    case 'saved':
      return { state: 'saved', reason: null, ...(now.at === null ? {} : { at: Date.parse(now.at) }) };
    case 'saving':
      return { state: 'saving', reason: null };
    case 'waiting':
    case 'refused':
      return { state: 'failed', reason: now.reason };
  }
}
