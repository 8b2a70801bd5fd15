import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Editor } from '../../state/editor/createEditor.ts';
import { predictionsShown } from '../../state/editor/scene.ts';
import { Icon } from '../../ui/Icon.tsx';
import { RangeInput } from '../../ui/RangeInput.tsx';

/** The lowest score that is still drawn. It hides proposals and predictions, never a box that a person stands behind. */
export function RunFilter({ editor, run }: { readonly editor: Editor; readonly run: string }): ReactElement {
  const { t } = useTranslation('label');
  const shown = useStore(editor.store, predictionsShown);
  const value = useStore(editor.store, (state) => state.scoreThreshold);
  return (
    <span className="run-filter">
      <button
        type="button"
        className="run-toggle"
        aria-pressed={shown}
        title={t('run.toggle', { run })}
        onClick={() => editor.togglePredictions()}
      >
        <Icon name="box" small />
        <span className="clip run-name">{run}</span>
      </button>
      <RangeInput
        label={t('run.threshold')}
        min={0}
        max={0.95}
        step={0.05}
        value={value}
        onChange={(score) => editor.setScoreThreshold(score)}
      />
      <span className="run-value">{t('run.atLeast', { score: value.toFixed(2) })}</span>
    </span>
  );
}
