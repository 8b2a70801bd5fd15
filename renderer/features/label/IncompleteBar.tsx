import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { incompleteBoxes } from './incomplete.ts';
import type { LabelSession } from './labelSession.ts';

interface Props {
  readonly session: LabelSession;
  readonly summary: DatasetSummary;
  readonly onAccept: () => void;
}

const named = 3;

/** Accept was pressed and something that the dataset requires is missing: what, on which box, and the two ways on. */
export function IncompleteBar({ session, summary, onAccept }: Props): ReactElement | null {
  const { t } = useTranslation('label');
  const { editor, store } = session;
  const next = useShortcut('label.nextIncomplete');
  const warned = useStore(store, (state) => state.incomplete.length > 0);
  const annotations = useStore(editor.store, (state) => state.annotations);
  const boxes = warned ? incompleteBoxes(summary.attributes, annotations) : [];
  const [first] = boxes;
  if (first === undefined) return null;
  const nameOf = (id: number): string => summary.categories.find((category) => category.id === id)?.name ?? `#${id}`;
  const lines = [...new Set(boxes.map(({ category, missing }) => `${nameOf(category)}: ${missing.join(', ')}`))];
  return (
    <div className="pop incomplete-bar" role="alert">
      <span className="warning">
        <Icon name="warning" />
      </span>
      <span className="grow">
        <strong>{t('attributes.incomplete', { count: boxes.length })}</strong>{' '}
        <span className="dim">
          {lines.slice(0, named).join(' · ')}
          {lines.length > named && ` · +${lines.length - named}`}
        </span>
      </span>
      <Button small chord={next} onClick={() => editor.select([first.box])}>
        {t('attributes.goTo')}
      </Button>
      <Button small chord="Space" onClick={onAccept}>
        {t('attributes.acceptSo')}
      </Button>
      <IconButton small icon="close" label={t('attributes.dismiss')} onClick={() => store.setState({ incomplete: [] })} />
    </div>
  );
}
