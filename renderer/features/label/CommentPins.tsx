import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Comment } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import { presentName, profileOf } from '../../lib/profiles.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import type { ViewportControl } from '../../state/viewportStore.ts';
import { AuthorBadge } from '../../ui/AuthorBadge.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { threadsOf } from './commentThreads.ts';

interface Props {
  readonly editor: Editor;
  readonly viewport: ViewportControl;
  readonly active: string | null;
  /** Image px of a comment that is being written. */
  readonly draft: readonly [number, number] | null;
  readonly onActive: (comment: Comment) => void;
}

/** Open threads where they point: at a place, or at the corner of their box. */
export function CommentPins({ editor, viewport, active, draft, onActive }: Props): ReactElement {
  const { t } = useTranslation('review');
  const comments = useStore(editor.store, (state) => state.comments);
  const threads = useMemo(() => threadsOf(comments), [comments]);
  const annotations = useStore(editor.store, (state) => state.annotations);
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  const { scale, x, y } = useStore(viewport.store, (state) => state.viewport);
  return (
    <div className="pins">
      {threads.map(({ id, first, replies, resolved }) => {
        const at = first === null ? null : placeOf(first, annotations);
        if (first === null || at === null || (resolved && id !== active)) return null;
        const author = presentName(first.author, profiles);
        const said = first.removed ? t('removedComment') : wordsOf(first, (issue) => t(`issue.${issue}`));
        const words = [said, ...(replies.length > 0 ? [t('replies', { count: replies.length })] : [])].join(' · ');
        return (
          <Tooltip key={id} text={words}>
            <button
              type="button"
              className="pin"
              data-active={id === active || undefined}
              style={{ transform: `translate(${x + at[0] * scale}px, ${y + at[1] * scale}px)` }}
              onClick={() => onActive(first)}
            >
              <span className="sr-only">{first.removed ? words : t('pin', { author, text: words })}</span>
              {first.removed ? (
                <Icon name="comment" small />
              ) : first.issue === null ? (
                <AuthorBadge profile={profileOf(author, profiles)} />
              ) : (
                <Icon name="warning" small />
              )}
            </button>
          </Tooltip>
        );
      })}
      {draft !== null && (
        <span className="pin" data-active style={{ transform: `translate(${x + draft[0] * scale}px, ${y + draft[1] * scale}px)` }}>
          <Icon name="comment" small />
        </span>
      )}
    </div>
  );
}

/** Image px, or null for what is about the whole frame (or about a box that is gone). */
export function placeOf(comment: Comment, annotations: readonly Annotation[]): readonly [number, number] | null {
  if (comment.point !== null) return comment.point;
  const box = comment.box === null ? undefined : annotations.find((one) => one.id === comment.box);
  return box === undefined ? null : [box.bbox[0] + box.bbox[2], box.bbox[1]];
}

function wordsOf({ issue, text }: Comment, issueName: (issue: NonNullable<Comment['issue']>) => string): string {
  return [issue === null ? '' : issueName(issue), text].filter((part) => part !== '').join(': ');
}
