import { type Ref, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import type { FacetCounts } from '../../../shared/contract/frames.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import { formatCount } from '../../lib/format.ts';
import { profileOf } from '../../lib/profiles.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { usePanelWidth } from '../../lib/usePanelWidth.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { AuthorBadge } from '../../ui/AuthorBadge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StatePill.tsx';
import type { CategoryLook } from './FrameCell.tsx';
import { NameFilter } from './NameFilter.tsx';
import { type FacetName, type Facets, toggleValue } from './query.ts';

interface Value {
  readonly value: string;
  readonly text: string;
  readonly frames: number;
  readonly mark?: React.ReactNode;
}

interface Props {
  readonly counts: FacetCounts | null;
  readonly facets: Facets;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly nameField: Ref<HTMLInputElement>;
  readonly total: number;
  readonly categories: readonly CategoryLook[];
  readonly source: string;
  readonly onFacet: (name: FacetName, values: readonly string[]) => void;
  readonly onClear: () => void;
}

export function FacetsPanel({ counts, facets, name: namePart, onName, nameField, total, categories, source, onFacet, onClear }: Props) {
  const { t } = useTranslation('frames');
  const [width, setWidth] = usePanelWidth('facets', 232);
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  const chosen = Object.values(facets).reduce((sum, values) => sum + values.length, 0) + (namePart === '' ? 0 : 1);
  const looks = new Map(categories.map((category) => [category.name, category.color]));
  const plain = (name: 'assignee' | 'split' | 'sequence' | 'run' | 'tag'): readonly Value[] =>
    (counts?.[name] ?? []).map(({ name: value, frames }) => ({ value, text: value === '' ? t('noValue') : value, frames }));
  const sections: readonly (readonly [FacetName, readonly Value[]])[] =
    counts === null
      ? []
      : [
          [
            'state',
            frameStates
              .filter((state) => state !== 'locked' || (counts.state.locked ?? 0) > 0 || facets.state?.includes('locked') === true)
              .map((state) => ({
                value: state,
                text: t(`app:state.${state}`),
                frames: counts.state[state] ?? 0,
                mark: <StateMark state={state} />,
              })),
          ],
          [
            'review',
            counts.review
              .filter(({ name: value, frames }) => frames > 0 || facets.review?.includes(value) === true)
              .map(({ name: value, frames }) => ({
                value,
                text: t(`review.${value}`),
                frames,
                mark: <Icon name={value === 'comments' ? 'comment' : 'warning'} small />,
              })),
          ],
          ['assignee', plain('assignee').map((value) => ({ ...value, mark: <AuthorBadge profile={profileOf(value.value, profiles)} /> }))],
          [
            'category',
            counts.category
              .toSorted((a, b) => b.frames - a.frames)
              .map(({ name, frames }) => ({
                value: name,
                text: name,
                frames,
                mark: <span className="sw" style={{ background: looks.get(name) ?? 'var(--text-3)' }} />,
              })),
          ],
          ['split', plain('split')],
          ['sequence', plain('sequence')],
          ['run', plain('run').map((value) => (value.value === source ? { ...value, mark: <Icon name="eye" small /> } : value))],
          ['tag', plain('tag')],
        ];
  return (
    <Panel
      label={t('facets')}
      side="left"
      width={width}
      onWidth={setWidth}
      min={176}
      max={400}
      resizeLabel={t('app:resize', { name: t('facets') })}
    >
      <NameFilter name={namePart} onName={onName} field={nameField} />
      <div className="facets scroll grow" tabIndex={-1}>
        {counts === null && <SkeletonRows rows={14} height={24} label={t('app:loading')} />}
        {sections.map(([name, values], i) => (
          <Section
            key={name}
            name={name}
            values={values}
            chosen={facets[name] ?? []}
            total={total}
            note={i === 0 ? t('framesColumn') : ''}
            onToggle={(value) => onFacet(name, toggleValue(facets, name, value))}
          />
        ))}
      </div>
      {chosen > 0 && (
        <div className="facets-foot">
          <Button small variant="ghost" icon="close" onClick={onClear}>
            {t('clearFacets', { count: chosen })}
          </Button>
        </div>
      )}
    </Panel>
  );
}

const shownAtFirst = 8;

function Section({
  name,
  values,
  chosen,
  total,
  note,
  onToggle,
}: {
  readonly name: FacetName;
  readonly values: readonly Value[];
  readonly chosen: readonly string[];
  readonly total: number;
  readonly note: string;
  readonly onToggle: (value: string) => void;
}) {
  const { t } = useTranslation('frames');
  const language = useLanguage();
  const [all, setAll] = useState(false);
  // A value that is chosen stays in sight although nothing has it any more.
  const missing = chosen
    .filter((value) => !values.some((other) => other.value === value))
    .map((value) => ({ value, text: value, frames: 0 }));
  // What nothing of this answer has comes last: a short list begins with what is there. Stable, so the order is kept otherwise.
  const list: readonly Value[] =
    name === 'state' ? values : [...values, ...missing].toSorted((a, b) => Number(a.frames === 0) - Number(b.frames === 0));
  if (list.length === 0) return null;
  const shown = all ? list : list.filter((value, i) => i < shownAtFirst || chosen.includes(value.value));
  const more = list.length - shown.length;
  // A previewed answer may be smaller than what is counted here.
  const most = Math.max(1, total, ...list.map((value) => value.frames));
  return (
    <section className="fs" data-facet={name} aria-label={t(`facet.${name}`)}>
      <h2>
        {t(`facet.${name}`)}
        {note !== '' && <span>{note}</span>}
        {(more > 0 || all) && (
          <button type="button" className="fs-more" onClick={() => setAll(!all)}>
            {all ? t('fewer') : t('more', { count: more })}
          </button>
        )}
      </h2>
      {shown.map((value) => (
        <button
          key={value.value}
          type="button"
          className={value.frames === 0 ? 'fr off' : 'fr'}
          aria-pressed={chosen.includes(value.value)}
          onClick={() => onToggle(value.value)}
        >
          <span className="mark">{value.mark}</span>
          <span className="clip" title={value.text}>
            {value.text}
          </span>
          <span className="bar-mini" aria-hidden>
            {value.frames > 0 && <i style={{ width: `${Math.max(2, (value.frames / most) * 100)}%` }} />}
          </span>
          <span className="n">
            {formatCount(value.frames, language)}
            <span className="sr-only"> {t('framesColumn')}</span>
          </span>
        </button>
      ))}
    </section>
  );
}
