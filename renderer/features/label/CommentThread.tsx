import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { useStore } from 'zustand';
import type { Comment } from '../../../shared/contract/annotations.ts';
import { namesOf } from '../../../shared/contract/settings.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { Category } from '../../../shared/domain/category.ts';
import { formatExact, formatRelative } from '../../lib/format.ts';
import { presentName } from '../../lib/profiles.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useNow } from '../../lib/useNow.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { IconButton } from '../../ui/Button.tsx';
import { CommentBox } from './CommentBox.tsx';
import { foldReplies, type Thread } from './commentThreads.ts';
import { Person } from './ReviewSection.tsx';
import type { ReviewWork } from './useReviewWork.ts';

interface Props {
  readonly thread: Thread;
  readonly work: ReviewWork;
  readonly categories: ReadonlyMap<number, Category>;
}

/** A comment with its replies below it, and the words of one that is being written. */
export function CommentThread({ thread, work, categories }: Props): ReactElement {
  const { t } = useTranslation('review');
  const { editor } = work.session;
  const { readOnly } = work.summary;
  const annotations = useStore(editor.store, (state) => state.annotations);
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  const replyKey = useShortcut('review.replyComment');
  const resolveKey = useShortcut('review.resolveComment');
  const [all, setAll] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  const { id, first, resolved } = thread;
  const active = id === work.active;
  const replying = id === work.replying;
  useEffect(() => {
    // Where the focus is inside, the browser has brought it into view.
    if (active && item.current?.contains(document.activeElement) === false) item.current.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const about = first === null ? '' : aboutOf(first, annotations, categories, t);
  const { folded, shown } = foldReplies(thread.replies, all);
  const onThread = !readOnly && (
    <>
      <IconButton small label={t('reply')} icon="comment" chord={active ? replyKey : undefined} onClick={() => work.reply(id)} />
      {first !== null && (
        <IconButton
          small
          label={resolved ? t('reopen') : t('resolve')}
          icon={resolved ? 'undo' : 'check'}
          chord={active ? resolveKey : undefined}
          onClick={() => editor.say([{ op: 'editComment', comment: id, resolved: !resolved }])}
        />
      )}
    </>
  );
  const words = first !== null && (
    <button type="button" className="comment-words" onClick={() => work.show(first)}>
      {first.issue !== null && <span className="chip issue">{t(`issue.${first.issue}`)}</span>}
      {first.text !== '' && <span className="comment-text">{first.text}</span>}
      <span className="dim small">
        {about}
        {resolved && ` · ${t('resolvedMark')}`}
      </span>
    </button>
  );
  const to = first === null || first.removed ? t('removedComment') : t('replyTo', { author: presentName(first.author, profiles) });
  return (
    <li
      ref={item}
      className="comment"
      data-active={active || undefined}
      data-resolved={resolved || undefined}
      onFocus={(event) => {
        // The keyboard came here: its keys are about this thread. (A press is not: what it is meant for must not move away under it.)
        if (!active && event.target.matches(':focus-visible')) work.look(id);
      }}
    >
      {first === null || first.removed ? (
        <>
          <div className="row gap6">
            <span className="dim clip">{t('removedComment')}</span>
            <span className="right row">{onThread}</span>
          </div>
          {words}
        </>
      ) : (
        <Words comment={first} work={work} about={about} deleteLabel={t('deleteComment')} more={onThread}>
          {words}
        </Words>
      )}
      {folded > 0 && (
        <button type="button" className="btn small ghost earlier-replies" onClick={() => setAll(true)}>
          {t('earlierReplies', { count: folded })}
        </button>
      )}
      {shown.length > 0 && (
        <ul className="reply-list" aria-label={t('replies', { count: thread.replies.length })}>
          {shown.map((reply) => (
            <li key={reply.id} className="reply">
              <Words comment={reply} work={work} about={to} deleteLabel={t('deleteReply')}>
                <p className="comment-text">{reply.text}</p>
              </Words>
            </li>
          ))}
        </ul>
      )}
      {replying && (
        <CommentBox
          kind="reply"
          about={resolved ? `${to} · ${t('replyReopens')}` : to}
          onCancel={() => work.reply(null)}
          onSave={(text) => work.sendReply(text)}
        />
      )}
    </li>
  );
}

interface WordsProps {
  readonly comment: Comment;
  readonly work: ReviewWork;
  readonly about: string;
  readonly deleteLabel: string;
  /** Buttons beside those for who wrote it. */
  readonly more?: ReactNode;
  readonly children: ReactNode;
}

/** Who said it when, and what was said; who wrote it can change and delete it. */
function Words({ comment, work, about, deleteLabel, more, children }: WordsProps): ReactElement {
  const { t } = useTranslation('review');
  const language = useLanguage();
  const now = useNow(30_000);
  const own = useStore(settingsStore, ({ settings }) => namesOf(settings.author, settings.profiles).includes(comment.author));
  const [editing, setEditing] = useState(false);
  const { editor } = work.session;
  const mayChange = own && !work.summary.readOnly;
  if (editing)
    return (
      <CommentBox
        kind="edit"
        about={about}
        text={comment.text}
        onCancel={() => setEditing(false)}
        onSave={(text) => {
          editor.say([{ op: 'editComment', comment: comment.id, text }]);
          setEditing(false);
        }}
      />
    );
  return (
    <>
      <div className="row gap6">
        <Person name={comment.author} />
        <time className="dim small nowrap" dateTime={comment.time} title={formatExact(comment.time, language)}>
          {formatRelative(comment.time, now, language)}
        </time>
        <span className="right row">
          {mayChange && comment.text !== '' && <IconButton small label={t('editComment')} icon="edit" onClick={() => setEditing(true)} />}
          {mayChange && (
            <IconButton
              small
              label={deleteLabel}
              icon="delete"
              onClick={() => editor.say([{ op: 'deleteComment', comment: comment.id }])}
            />
          )}
          {more}
        </span>
      </div>
      {children}
    </>
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
