import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Category } from '../../../shared/domain/category.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Select } from '../../ui/Select.tsx';
import { reviewOrders } from './boxReview.ts';
import type { LabelSession } from './labelSession.ts';

interface Props {
  readonly session: LabelSession;
  readonly categories: ReadonlyMap<number, Category>;
  readonly onRelabel: () => void;
}

/** Box by box: where one stands, what the box in view is, and what can be said of it, one key each. */
export function ReviewBar({ session, categories, onRelabel }: Props): ReactElement | null {
  const { t } = useTranslation('label');
  const { editor, review } = session;
  const state = useStore(review.store);
  const id = state.boxes[state.at];
  const box = useStore(editor.store, ({ annotations }) => annotations.find((candidate) => candidate.id === id) ?? null);
  const readOnly = useStore(editor.store, (editing) => editing.readOnly);
  if (!state.active) return null;
  const category = box === null ? undefined : categories.get(box.category);
  const total = state.boxes.length;
  const done = state.at >= total;
  const place = t('review.progress', { place: Math.min(state.at + 1, total), total });
  return (
    <div className="pop verdicts review" role="toolbar" aria-label={t('review.title')}>
      <div className="review-where">
        <strong className="nowrap">{done ? t('review.seen', { count: total }) : place}</strong>
        <span
          className="bar-mini"
          role="progressbar"
          aria-label={t('review.title')}
          aria-valuemin={0}
          aria-valuemax={total}
          aria-valuenow={state.at}
        >
          <i style={{ width: `${total === 0 ? 100 : (state.at / total) * 100}%` }} />
        </span>
      </div>
      {box !== null && (
        <span className="row gap6 review-box">
          <span className="sw" style={{ background: categoryColor(category ?? { id: box.category }) }} />
          <span className="clip">{category?.name ?? `#${box.category}`}</span>
          {box.provenance !== null && <span className="dim">{box.provenance.score.toFixed(2)}</span>}
        </span>
      )}
      <span className="verdict-line" />
      {done ? (
        <>
          <span className="dim nowrap">{t('review.next')}</span>
          <Button small variant="primary" chord="Y" onClick={() => review.accept()}>
            {t('review.goOn')}
          </Button>
        </>
      ) : state.placing ? (
        <>
          <span className="dim nowrap">{t('review.placing')}</span>
          <Button small variant="primary" chord="Y" onClick={() => review.accept()}>
            {t('review.placed')}
          </Button>
        </>
      ) : (
        <>
          <Button small variant="primary" chord="Y" disabled={readOnly} onClick={() => review.accept()}>
            {t('review.right')}
          </Button>
          <Button small variant="ghost" chord="E" disabled={readOnly} onClick={onRelabel}>
            {t('review.category')}
          </Button>
          <Button small variant="ghost" chord="N" disabled={readOnly} onClick={() => review.place()}>
            {t('review.box')}
          </Button>
          <Button small variant="ghost" chord="Delete" disabled={readOnly} onClick={() => review.remove()}>
            {t('review.delete')}
          </Button>
          <Button small variant="ghost" chord="X" disabled={readOnly} onClick={() => review.ignore()}>
            {t('review.ignore')}
          </Button>
        </>
      )}
      <span className="verdict-line" />
      <span className="review-sort">
        <Select
          label={t('review.sort')}
          value={state.sort}
          align="end"
          icon="sort"
          onChange={(sort) => review.setSort(sort)}
          choices={reviewOrders.map((value) => ({ value, label: t(`review.by.${value}`) }))}
        />
      </span>
      <IconButton label={t('review.leave')} icon="close" chord="Escape" small onClick={() => review.stop()} />
    </div>
  );
}
