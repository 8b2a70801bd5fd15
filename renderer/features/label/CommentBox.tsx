import { type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Issue, issues } from '../../../shared/review/issue.ts';
import { Button } from '../../ui/Button.tsx';

interface Props {
  /** A new comment may say with one press what is wrong. */
  readonly kind: 'comment' | 'reply' | 'edit';
  /** What it is about, in words. */
  readonly about: string;
  /** Words that are changed instead of written anew. */
  readonly text?: string;
  readonly onSave: (text: string, issue: Issue | null) => void;
  readonly onCancel: () => void;
}

/** A few words on a place, a box, the frame or a comment. Enter saves, Shift+Enter is a new line, Escape gives up. */
export function CommentBox({ kind, about, text: before = '', onSave, onCancel }: Props): ReactElement {
  const { t } = useTranslation('label');
  const [text, setText] = useState(before);
  const [issue, setIssue] = useState<Issue | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  // At once, so that no word typed is a command; and again, since a press that opened the box goes on to focus the canvas.
  useLayoutEffect(() => {
    const from = document.activeElement;
    const own = field.current;
    own?.focus();
    // Its buttons, too, where it stands in a list.
    own?.form?.scrollIntoView({ block: 'nearest' });
    const after = setTimeout(() => own?.focus());
    return () => {
      clearTimeout(after);
      // Keys go on where they were.
      if (own?.form?.contains(document.activeElement) === true && from instanceof HTMLElement && from.isConnected) from.focus();
    };
  }, []);
  const isEmpty = text.trim() === '' && issue === null;
  const save = (): void => {
    if (!isEmpty) onSave(text.trim(), issue);
  };
  const title = kind === 'reply' ? t('review:replyTitle') : t('comment.title');
  const saveLabel = kind === 'reply' ? t('review:sendReply') : kind === 'edit' ? t('review:saveWords') : t('comment.save');
  return (
    <form
      className="pop comment-box"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onCancel();
        if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing && event.target === field.current) {
          event.preventDefault();
          save();
        }
      }}
    >
      <span className="dim small clip" title={about}>
        {about}
      </span>
      <textarea
        ref={field}
        rows={kind === 'reply' ? 2 : 3}
        maxLength={4096}
        aria-label={title}
        placeholder={kind === 'reply' ? t('review:replyPlaceholder') : t('comment.placeholder')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {kind === 'comment' && (
        <div className="flags" role="group" aria-label={t('review:issues')}>
          {issues.map((one) => (
            <button
              key={one}
              type="button"
              className={issue === one ? 'chip on' : 'chip'}
              aria-pressed={issue === one}
              onClick={() => setIssue(issue === one ? null : one)}
            >
              {t(`review:issue.${one}`)}
            </button>
          ))}
        </div>
      )}
      <div className="row">
        <Button small variant="ghost" onClick={onCancel} chord="Escape">
          {t('comment.cancel')}
        </Button>
        <span className="right" />
        <Button small variant="primary" type="submit" disabled={isEmpty} chord="Enter">
          {saveLabel}
        </Button>
      </div>
    </form>
  );
}
