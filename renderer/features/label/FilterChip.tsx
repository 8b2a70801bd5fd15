import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Editor } from '../../state/editor/createEditor.ts';
import { sceneBoxes } from '../../state/editor/scene.ts';
import { Button } from '../../ui/Button.tsx';

/** While a filter is on: how many boxes of this frame it hides, and the way out. */
export function FilterChip({ editor }: { readonly editor: Editor }): ReactElement | null {
  const { t } = useTranslation('canvas');
  const filter = useStore(editor.store, (state) => state.boxFilter);
  const scene = useStore(editor.store, () => editor.scene());
  const hidden = useMemo(
    () => (filter === null ? 0 : sceneBoxes({ ...editor.store.getState(), boxFilter: null }).length - scene.length),
    [editor, filter, scene],
  );
  if (filter === null) return null;
  return (
    <div className="pop filter-chip" role="status" aria-label={t('filter.status')}>
      <span>{t('filter.hidden', { count: hidden })}</span>
      <Button small variant="ghost" chord="Shift+A" onClick={() => editor.store.setState({ boxFilter: null })}>
        {t('filter.clear')}
      </Button>
    </div>
  );
}
