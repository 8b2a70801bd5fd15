import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { CategoryId } from '../../../shared/domain/ids.ts';
import { api } from '../../api/api.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { cropAround } from '../../lib/cropAround.ts';
import { mediaUrl } from '../../lib/mediaUrl.ts';
import { usePanelWidth } from '../../lib/usePanelWidth.ts';
import { useResource } from '../../lib/useResource.ts';
import { navigate } from '../../state/addressStore.ts';
import { setLayout, settingsStore } from '../../state/settingsStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FrameCrop } from '../../ui/FrameCrop.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { addExample, guidelineLayout, guidelineShown } from './attributeCommands.ts';
import type { LabelSession } from './labelSession.ts';

interface Props {
  readonly summary: DatasetSummary;
  readonly session: LabelSession;
}

/** What the category in hand is, in words and examples, beside the canvas. It stays away where no category has any. */
export function GuidelinePanel({ summary, session }: Props): ReactElement | null {
  const { t } = useTranslation('label');
  const { editor } = session;
  const open = useStore(settingsStore, ({ settings }) => guidelineShown(settings));
  const [width, setWidth] = usePanelWidth('guideline', 220);
  const active = useStore(editor.store, ({ annotations, selected, lockedCategory, nextCategory }) => {
    const chosen = annotations.find((box) => selected.has(box.id));
    return chosen?.category ?? lockedCategory ?? nextCategory;
  });
  const category = summary.categories.find(({ id }) => id === active);
  const hasOne = useStore(editor.store, ({ annotations, selected }) => annotations.filter((box) => selected.has(box.id)).length === 1);
  if (!summary.categories.some(({ guided, archived }) => guided && !archived)) return null;
  if (!open)
    return (
      <div className="guideline-tab">
        <IconButton
          small
          icon="guideline"
          label={t('guideline.show')}
          chord="Shift+G"
          onClick={() => setLayout(guidelineLayout, true, 0)}
        />
      </div>
    );
  return (
    <Panel
      label={t('guideline.title')}
      side="left"
      width={width}
      onWidth={setWidth}
      min={160}
      max={360}
      resizeLabel={t('guideline.resize')}
    >
      <h3 className="sec-head">
        {category && <span className="sw" style={{ background: categoryColor(category) }} />}
        <span className="clip" title={category?.name}>
          {category?.name ?? t('guideline.title')}
        </span>
        <span className="right" />
        <IconButton small icon="close" label={t('guideline.hide')} chord="Shift+G" onClick={() => setLayout(guidelineLayout, false, 0)} />
      </h3>
      <div className="scroll grow guideline-body">
        {category?.guided === true ? (
          <Content key={category.id} summary={summary} category={category.id} />
        ) : (
          <>
            <p className="dim">{t('guideline.none')}</p>
            {!summary.readOnly && (
              <Button small icon="edit" onClick={() => navigate({ view: 'settings', dataset: null, params: { section: 'categories' } })}>
                {t('guideline.write')}
              </Button>
            )}
          </>
        )}
        {hasOne && !summary.readOnly && (
          <Button small icon="plus" onClick={() => void addExample(session, summary)}>
            {t('guideline.add')}
          </Button>
        )}
      </div>
    </Panel>
  );
}

function Content({ summary, category }: { readonly summary: DatasetSummary; readonly category: CategoryId }): ReactElement {
  const { t } = useTranslation('label');
  const dataset = summary.id;
  const { data } = useResource(`guideline ${dataset} ${category} ${summary.lastEdit ?? ''}`, () =>
    api.categories.guideline({ dataset, category }),
  );
  if (data === null) return <p className="dim" aria-busy />;
  const color = categoryColor(summary.categories.find(({ id }) => id === category) ?? { id: category });
  return (
    <>
      <p className="guideline-text">{data.text}</p>
      <ul className="guideline-examples" aria-label={t('guideline.examples')}>
        {data.boxes.map((box) => (
          <li key={box.id}>
            <FrameCrop
              src={mediaUrl(dataset, box.frame, 'original')}
              frame={box.size}
              crop={cropAround(box.size, box.bbox, 4 / 3, 0.3)}
              boxes={[{ bbox: box.bbox, color }]}
              label={t('guideline.example', { frame: box.name })}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
