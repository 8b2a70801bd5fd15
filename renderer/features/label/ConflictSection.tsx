import type { TFunction } from 'i18next';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { BoxConflict, ConflictValue } from '../../../shared/contract/annotations.ts';
import type { Category } from '../../../shared/domain/category.ts';
import { formatExact, formatRelative } from '../../lib/format.ts';
import { useNow } from '../../lib/useNow.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { Button } from '../../ui/Button.tsx';
import { letterOf } from './ConflictOverlay.tsx';
import { conflictInHand } from './conflictInHand.ts';

interface Props {
  readonly editor: Editor;
  readonly categories: readonly Category[];
}

/** What people changed at the same time in different ways: every value with its author, and what holds from now on. */
export function ConflictSection({ editor, categories }: Props): ReactElement | null {
  const { t } = useTranslation('label');
  const conflicts = useStore(editor.store, (state) => state.conflicts);
  const selected = useStore(editor.store, (state) => state.selected);
  const readOnly = useStore(editor.store, (state) => state.readOnly);
  const third = useStore(editor.store, (state) => state.drawingThird);
  const conflict = conflictInHand(conflicts, selected);
  if (conflict === null) return null;
  const place = conflicts.indexOf(conflict) + 1;
  return (
    <section className="sec conflict" aria-label={t('conflict.title')}>
      <h3>
        {t('conflict.title')}
        {conflicts.length > 1 && (
          <span className="right dimmer">
            {place} / {conflicts.length}
          </span>
        )}
      </h3>
      <p className="dim small">{t(conflict.field === 'deleted' ? 'conflict.deletedText' : 'conflict.text')}</p>
      <ul className="conflict-values">
        {conflict.alternatives.map((alternative, index) => (
          <Alternative
            key={`${alternative.author} ${alternative.time}`}
            alternative={alternative}
            index={index}
            categories={categories}
            disabled={readOnly}
            onKeep={() => editor.resolve(conflict, alternative.value)}
          />
        ))}
      </ul>
      {third === conflict.box ? (
        <p className="conflict-third" role="status">
          {t('conflict.drawing')}
          <Button small variant="ghost" onClick={() => editor.drawThird(null)}>
            {t('conflict.cancel')}
          </Button>
        </p>
      ) : (
        conflict.field === 'geometry' && (
          <Button small variant="ghost" chord="Alt+C" disabled={readOnly} onClick={() => editor.drawThird(conflict.box)}>
            {t('conflict.third')}
          </Button>
        )
      )}
    </section>
  );
}

interface AlternativeProps {
  readonly alternative: BoxConflict['alternatives'][number];
  readonly index: number;
  readonly categories: readonly Category[];
  readonly disabled: boolean;
  readonly onKeep: () => void;
}

const keepKeys = ['Alt+A', 'Alt+B'];

function Alternative({ alternative, index, categories, disabled, onKeep }: AlternativeProps): ReactElement {
  const { t, i18n } = useTranslation('label');
  const now = useNow(30_000);
  const { author, time, value, shown } = alternative;
  const letter = letterOf(index);
  const keep =
    value.deleted === true ? t('conflict.keepDeleted') : value.deleted === false ? t('conflict.restore') : t('conflict.keep', { letter });
  return (
    <li>
      <div className="row">
        <span className={`conflict-letter ${index % 2 === 0 ? 'a' : 'b'}`} aria-hidden>
          {letter}
        </span>
        <strong className="clip">{author}</strong>
        <time className="dimmer nowrap" dateTime={time} title={formatExact(time, i18n.language)}>
          {formatRelative(time, now, i18n.language)}
        </time>
        {shown && <span className="right chip">{t('conflict.shown')}</span>}
      </div>
      <div className="row">
        <span className="grow small">{describe(value, categories, t)}</span>
        <Button small chord={keepKeys[index]} disabled={disabled} onClick={onKeep}>
          {keep}
        </Button>
      </div>
    </li>
  );
}

function describe(value: ConflictValue, categories: readonly Category[], t: TFunction<'label'>): string {
  if (value.deleted === true) return t('conflict.deleted');
  const parts: string[] = [];
  if (value.bbox !== undefined) {
    const [x, y, width, height] = value.bbox.map(Math.round);
    parts.push(t('conflict.box', { x, y, width, height }));
    if (value.angle !== undefined && value.angle !== 0) parts.push(`${Math.round(value.angle * 10) / 10}°`);
  }
  if (value.category !== undefined) parts.push(categories.find((category) => category.id === value.category)?.name ?? `#${value.category}`);
  if (value.track !== undefined) parts.push(`${t('conflict.track')} ${value.track ?? '—'}`);
  for (const [key, one] of Object.entries(value.attributes ?? {})) parts.push(`${key}: ${one === null ? '—' : String(one)}`);
  return parts.join(' · ');
}
