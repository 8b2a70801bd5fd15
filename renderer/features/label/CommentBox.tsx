import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';

/** A few words on a place or box. Enter saves, Shift+Enter is a new line, Escape gives up. */
export function CommentBox({ onSave, onCancel }: { readonly onSave: (text: string) => void; readonly onCancel: () => void }): ReactElement {
  const { t } = useTranslation('label');
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  // The press that opened the box goes on to focus the canvas; the words come after it.
  useEffect(() => {
    const after = setTimeout(() => field.current?.focus());
    return () => clearTimeout(after);
  }, []);
  const save = (): void => {
    if (text.trim() !== '') onSave(text.trim());
  };
  return (
    <form
      className="pop comment-box"
      aria-label={t('comment.title')}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
        if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
          event.preventDefault();
          save();
        }
      }}
    >
      <textarea
        ref={field}
        rows={3}
        maxLength={4096}
        aria-label={t('comment.title')}
        placeholder={t('comment.placeholder')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="row">
        <Button small variant="ghost" onClick={onCancel} chord="Escape">
          {t('comment.cancel')}
        </Button>
        <span className="right" />
        <Button small variant="primary" type="submit" disabled={text.trim() === ''} chord="Enter">
          {t('comment.save')}
        </Button>
      </div>
    </form>
  );
}
