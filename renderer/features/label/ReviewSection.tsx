import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { GivenVerdict } from '../../../shared/contract/review.ts';
import type { Category } from '../../../shared/domain/category.ts';
import type { BoxChange } from '../../../shared/review/boxChange.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { formatExact, formatRelative } from '../../lib/format.ts';
import { presentName, profileOf } from '../../lib/profiles.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useNow } from '../../lib/useNow.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { AuthorBadge } from '../../ui/AuthorBadge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { describeChange } from './describeChange.ts';
import type { LabelSession } from './labelSession.ts';
import type { ShownReview } from './useFrameReview.ts';

interface Props {
  readonly session: LabelSession;
  readonly shown: ShownReview;
  readonly categories: ReadonlyMap<number, Category>;
  readonly readOnly: boolean;
  readonly showDiff: boolean;
  readonly onShowDiff: (on: boolean) => void;
}

/** Who said what about this frame, what changed since it was approved, and what others corrected. Nothing where nothing was said. */
export function ReviewSection({ session, shown, categories, readOnly, showDiff, onShowDiff }: Props): ReactElement | null {
  const { t } = useTranslation('review');
  const approveKey = useShortcut('label.approve');
  const { review } = shown;
  if (review === null) return null;
  const { verdict, sinceApproval, corrections, assignee } = review;
  const changes = sinceApproval?.changes ?? corrections?.changes ?? [];
  const show = (change: BoxChange): void => {
    const at = change.after ?? change.before;
    if (at) session.viewport.showBox(at.bbox);
    session.editor.select(change.after === null ? [] : [change.box]);
  };
  if (verdict === null && corrections === null && assignee === null) return null;
  return (
    <section className="sec review" aria-label={t('section')}>
      <h3>
        {t('section')}
        {changes.length > 0 && (
          <span className="right row gap6">
            <span className="dim small">{t('showDiff')}</span>
            <Toggle label={t('showDiff')} checked={showDiff} onChange={onShowDiff} />
          </span>
        )}
      </h3>
      {verdict !== null && sinceApproval === null && <VerdictLine verdict={verdict} />}
      {assignee !== null && (
        <p className="row gap6 small">
          <span className="dim">{t('assignedTo')}</span>
          <Person name={assignee} />
        </p>
      )}
      {sinceApproval !== null && (
        <div className="review-note">
          <p className="row gap6">
            <Icon name="warning" small />
            <strong>{t('changedSince')}</strong>
          </p>
          <VerdictLine verdict={sinceApproval.approval} />
          <Changes changes={sinceApproval.changes} categories={categories} onShow={show} empty={t('disputed')} />
          {!readOnly && (
            <Button small icon="check" chord={approveKey} onClick={() => session.editor.setFrameState('approved')}>
              {t('approveAgain')}
            </Button>
          )}
        </div>
      )}
      {sinceApproval === null && corrections !== null && (
        <div className="review-note">
          <p>
            <strong>{t('corrected')}</strong> <Ago time={corrections.since} text="sinceYours" />
          </p>
          <Changes changes={corrections.changes} categories={categories} onShow={show} empty="" />
          <p className="dim small">{t('correctedHint')}</p>
        </div>
      )}
    </section>
  );
}

function VerdictLine({ verdict }: { readonly verdict: GivenVerdict }): ReactElement {
  const { t } = useTranslation('review');
  return (
    <p className="row gap6 small wrap">
      <Person name={verdict.author} />
      <span>{t(`said.${verdict.state}`)}</span>
      <Ago time={verdict.time} text="ago" />
    </p>
  );
}

export function Person({ name }: { readonly name: string }): ReactElement {
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  const present = presentName(name, profiles);
  return (
    <span className="row gap6 person">
      <AuthorBadge profile={profileOf(present, profiles)} />
      <strong className="clip" title={name === present ? name : `${present} (${name})`}>
        {present}
      </strong>
    </span>
  );
}

function Ago({ time, text }: { readonly time: string; readonly text: 'ago' | 'sinceYours' }): ReactElement {
  const { t } = useTranslation('review');
  const language = useLanguage();
  const now = useNow(30_000);
  return (
    <time className="dim small" dateTime={time} title={formatExact(time, language)}>
      {t(text, { when: formatRelative(time, now, language) })}
    </time>
  );
}

const icons = { added: 'plus', removed: 'delete', moved: 'fit', relabelled: 'tag', changed: 'edit' } as const;

function Changes({
  changes,
  categories,
  onShow,
  empty,
}: {
  readonly changes: readonly BoxChange[];
  readonly categories: ReadonlyMap<number, Category>;
  readonly onShow: (change: BoxChange) => void;
  readonly empty: string;
}): ReactElement {
  const { t } = useTranslation('review');
  const name = (id: number): string => categories.get(id)?.name ?? `#${id}`;
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  if (changes.length === 0) return <p className="dim small">{empty}</p>;
  return (
    <ul className="box-changes">
      {changes.map((change) => {
        const category = (change.after ?? change.before)?.category ?? -1;
        return (
          <li key={change.box}>
            <button type="button" className="row-item change" onClick={() => onShow(change)}>
              <Icon name={icons[change.kinds[0] ?? 'changed']} small />
              <span className="sw" style={{ background: categoryColor(categories.get(category) ?? { id: category }) }} />
              <span className="change-words">
                {describeChange(change, name)
                  .map(({ key, values }) => t(`change.${key}`, values))
                  .join(', ')}
              </span>
              <span className="right dim small nowrap">
                {[...new Set(change.authors.map((author) => presentName(author, profiles)))].join(', ')}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
