import { type ReactElement, useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { HistoryEntry } from '../../../shared/contract/annotations.ts';
import type { Category } from '../../../shared/domain/category.ts';
import type { BoxId, DatasetId, FrameId } from '../../../shared/domain/ids.ts';
import { api } from '../../api/api.ts';
import { formatExact, formatRelative } from '../../lib/format.ts';
import { presentName } from '../../lib/profiles.ts';
import { useNow } from '../../lib/useNow.ts';
import { useResource } from '../../lib/useResource.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { IconButton } from '../../ui/Button.tsx';
import { describeHistory, type HistoryLine } from './describeHistory.ts';

interface Props {
  readonly dataset: DatasetId;
  readonly editor: Editor;
  readonly categories: readonly Category[];
  readonly frame: FrameId;
  /** Of the frame where there is none. */
  readonly box: BoxId | null;
}

const shownAtFirst = 8;

/** Who did what when, the latest first; each state of a box can be brought back. */
export function HistoryList({ dataset, editor, categories, frame, box }: Props): ReactElement {
  const { t, i18n } = useTranslation('label');
  const now = useNow(30_000);
  const [all, setAll] = useState(false);
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  // History is what is durable: it is asked for again when an edit has been saved, not while it is being made.
  const revision = useStore(editor.store, (state) => state.revision);
  const readOnly = useStore(editor.store, (state) => state.readOnly);
  const { data } = useResource(`${dataset} ${frame} ${box ?? ''} ${revision}`, () =>
    api.annotations.history({ dataset, frame, ...(box === null ? {} : { box }) }),
  );
  const name = (value: unknown): string =>
    typeof value === 'string' ? value : (categories.find((category) => category.id === value)?.name ?? '—');
  const lines = (data?.operations ?? []).map((entry) => ({ entry, line: describeHistory(entry, name) })).reverse();
  const shown = all ? lines : lines.slice(0, shownAtFirst);
  return (
    <section className="sec" aria-label={box === null ? t('review:frameHistory') : t('inspector.history')}>
      <h3>{box === null ? t('review:frameHistory') : t('inspector.history')}</h3>
      {data !== null && lines.length === 0 && <p className="dimmer">{t('inspector.noHistory')}</p>}
      <ol className="history">
        {shown.map(({ entry, line }, i) => (
          <li key={entry.id ?? `${entry.kind} ${line.seq}`} data-actor={line.actor}>
            <span>
              <strong>{line.actor === 'human' ? presentName(line.author, profiles) : line.author}</strong>{' '}
              {t(`history.${line.key}`, named(line.values, t))}
            </span>{' '}
            <time className="dimmer nowrap" dateTime={line.time} title={formatExact(line.time, i18n.language)}>
              {formatRelative(line.time, now, i18n.language)}
            </time>
            {!readOnly && i > 0 && canRestore(entry) && (
              <IconButton
                small
                className="restore"
                label={t('review:restore')}
                icon="undo"
                onClick={() => editor.say([{ op: 'restoreBox', box: entry.box!, at: entry.id! }])}
              />
            )}
          </li>
        ))}
      </ol>
      {lines.length > shownAtFirst && (
        <button type="button" className="btn small ghost" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('review:fewer') : t('review:more', { count: lines.length - shownAtFirst })}
        </button>
      )}
    </section>
  );
}

/** States and flags by the names they have on the screen. */
function named(values: HistoryLine['values'], t: TFunction<'label'>): { readonly [name: string]: string | number } {
  const { state, flag } = values;
  const flags = typeof flag === 'string' ? flag.split(' ').map((one) => t(`flag.${one}`)) : [];
  return {
    ...values,
    ...(typeof state === 'string' ? { state: t(`app:state.${state}`) } : {}),
    ...(flags.length > 0 ? { flag: flags.join(', ') } : {}),
  };
}

/** Where the box was there after it. */
function canRestore(entry: HistoryEntry): boolean {
  return entry.id !== undefined && entry.box !== undefined && entry.kind !== 'comment' && entry.after !== null && entry.after !== undefined;
}
