import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { useStore } from 'zustand';
import type { Comment } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { Category } from '../../../shared/domain/category.ts';
import { formatExact, formatRelative } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useNow } from '../../lib/useNow.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { CommentBox } from './CommentBox.tsx';
import { Person } from './ReviewSection.tsx';

interface Props {
  readonly editor: Editor;
  readonly categories: ReadonlyMap<number, Category>;
  readonly readOnly: boolean;
  readonly active: string | null;
  readonly onShow: (comment: Comment) => void;
  readonly onAdd: () => void;
}

/** What people said about this frame; resolved ones folded away. */
export function CommentsSection({ editor, categories, readOnly, active, onShow, onAdd }: Props): ReactElement {
  const { t } = useTranslation('review');
  const comments = useStore(editor.store, (state) => state.comments);
  const [all, setAll] = useState(false);
  const addKey = useShortcut('review.comment');
  const open = comments.filter((comment) => !comment.resolved);
  const resolved = comments.length - open.length;
  const shown = all ? comments : comments.filter((comment) => !comment.resolved || comment.id === active);
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
      {comments.length === 0 && <p className="dimmer small">{t('noComments', { key: addKey ?? '' })}</p>}
      <ul className="comment-list">
        {shown.map((comment) => (
          <CommentItem
            key={comment.id}
            comment={comment}
            editor={editor}
            categories={categories}
            readOnly={readOnly}
            active={comment.id === active}
            onShow={() => onShow(comment)}
          />
        ))}
      </ul>
    </section>
  );
}

function CommentItem({
  comment,
  editor,
  categories,
  readOnly,
  active,
  onShow,
}: {
  readonly comment: Comment;
  readonly editor: Editor;
  readonly categories: ReadonlyMap<number, Category>;
  readonly readOnly: boolean;
  readonly active: boolean;
  readonly onShow: () => void;
}): ReactElement {
  const { t } = useTranslation('review');
  const language = useLanguage();
  const now = useNow(30_000);
  const author = useStore(settingsStore, (state) => state.settings.author);
  const annotations = useStore(editor.store, (state) => state.annotations);
  const [editing, setEditing] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) item.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const own = comment.author === author && !readOnly;
  const about = aboutOf(comment, annotations, categories, t);
  if (editing)
    return (
      <li className="comment-edit">
        <CommentBox
          about={about}
          text={comment.text}
          onCancel={() => setEditing(false)}
          onSave={(text) => {
            editor.say([{ op: 'editComment', comment: comment.id, text }]);
            setEditing(false);
          }}
        />
      </li>
    );
  return (
    <li ref={item} className="comment" data-active={active || undefined} data-resolved={comment.resolved || undefined}>
      <div className="row gap6">
        <Person name={comment.author} />
        <time className="dim small nowrap" dateTime={comment.time} title={formatExact(comment.time, language)}>
          {formatRelative(comment.time, now, language)}
        </time>
        <span className="right row">
          {own && comment.text !== '' && <IconButton small label={t('editComment')} icon="edit" onClick={() => setEditing(true)} />}
          {own && (
            <IconButton
              small
              label={t('deleteComment')}
              icon="delete"
              onClick={() => editor.say([{ op: 'deleteComment', comment: comment.id }])}
            />
          )}
          {!readOnly && (
            <IconButton
              small
              label={comment.resolved ? t('reopen') : t('resolve')}
              icon={comment.resolved ? 'undo' : 'check'}
              onClick={() => editor.say([{ op: 'editComment', comment: comment.id, resolved: !comment.resolved }])}
            />
          )}
        </span>
      </div>
      <button type="button" className="comment-words" onClick={onShow}>
        {comment.issue !== null && <span className="chip issue">{t(`issue.${comment.issue}`)}</span>}
        {comment.text !== '' && <span className="comment-text">{comment.text}</span>}
        <span className="dim small">
          {about}
          {comment.resolved && ` · ${t('resolvedMark')}`}
        </span>
      </button>
    </li>
  );
}

/** What a comment is about, in words: a place, a box, the frame. */
export function aboutOf(
  { point, box }: Pick<Comment, 'point' | 'box'>,
  annotations: readonly Annotation[],
  categories: ReadonlyMap<number, Category>,
  t: TFunction<'review'>,
): string {
  if (box !== null) {
    const found = annotations.find((one) => one.id === box);
    return found === undefined ? t('aboutGone') : t('aboutBox', { category: categories.get(found.category)?.name ?? '' });
  }
  return point === null ? t('aboutFrame') : t('aboutPlace');
}
