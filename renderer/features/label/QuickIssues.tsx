import { type ReactElement, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Issue, issues } from '../../../shared/review/issue.ts';
import { Button, IconButton } from '../../ui/Button.tsx';

interface Props {
  /** After a rejection it is an offer: the keys are taken, but every other key goes on to the canvas. */
  readonly rejected: boolean;
  readonly about: string;
  readonly onIssue: (issue: Issue) => void;
  readonly onWrite: () => void;
  readonly onClose: () => void;
}

/** What is wrong, said with one key: 1 to 4; 5 for words of one's own. */
export function QuickIssues({ rejected, about, onIssue, onWrite, onClose }: Props): ReactElement {
  const { t } = useTranslation('review');
  const latest = useRef({ onIssue, onWrite, onClose });
  useEffect(() => {
    latest.current = { onIssue, onWrite, onClose };
  });
  useEffect(() => {
    // Before the keys of the canvas, where digits are categories.
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea, [contenteditable]')) return;
      const issue = issues[Number(event.key) - 1];
      if (issue !== undefined) latest.current.onIssue(issue);
      else if (event.key === String(issues.length + 1)) latest.current.onWrite();
      else if (event.key === 'Escape') latest.current.onClose();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, []);
  return (
    <div className="pop quick-issues" role="toolbar" aria-label={t('issues')}>
      <span className="dim clip quick-about">{rejected ? t('rejectedWhy', { about }) : about}</span>
      {issues.map((issue, i) => (
        <Button key={issue} small variant="ghost" chord={String(i + 1)} onClick={() => onIssue(issue)}>
          {t(`issue.${issue}`)}
        </Button>
      ))}
      <Button small variant="ghost" icon="comment" chord={String(issues.length + 1)} onClick={onWrite}>
        {t('ownWords')}
      </Button>
      <IconButton small label={t('app:close')} icon="close" chord="Escape" onClick={onClose} />
    </div>
  );
}
