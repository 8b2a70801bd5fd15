import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Category } from '../../../shared/domain/category.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { CommentThread } from './CommentThread.tsx';
import { threadsOf } from './commentThreads.ts';
import type { ReviewWork } from './useReviewWork.ts';

interface Props {
  readonly work: ReviewWork;
  readonly categories: ReadonlyMap<number, Category>;
  readonly onAdd: () => void;
}

/** What people said about this frame and answered each other; resolved threads folded away. */
export function CommentsSection({ work, categories, onAdd }: Props): ReactElement {
  const { t } = useTranslation('review');
  const { readOnly } = work.summary;
  const comments = useStore(work.session.editor.store, (state) => state.comments);
  const threads = useMemo(() => threadsOf(comments), [comments]);
  const [all, setAll] = useState(false);
  const addKey = useShortcut('review.comment');
  const open = threads.filter((thread) => !thread.resolved);
  const resolved = threads.length - open.length;
  const shown = all ? threads : threads.filter((thread) => !thread.resolved || thread.id === work.active);
  return (
    <section className="sec comments" aria-label={t('comments')}>
      <h3>
        {t('comments')} {open.length > 0 && <span className="dimmer">{open.length}</span>}
        <span className="right row">
          {resolved > 0 && (
            <Button small variant="ghost" onClick={() => setAll(!all)} aria-pressed={all}>
              {all ? t('hideResolved') : t('showResolved', { count: resolved })}
            </Button>
          )}
          {!readOnly && <IconButton small label={t('addComment')} icon="plus" chord={addKey} onClick={onAdd} />}
        </span>
      </h3>
      {threads.length === 0 && <p className="dimmer small">{t('noComments', { key: addKey ?? '' })}</p>}
      <ul className="comment-list">
        {shown.map((thread) => (
          <CommentThread key={thread.id} thread={thread} work={work} categories={categories} />
        ))}
      </ul>
    </section>
  );
}
