import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Comment } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import { profileOf } from '../../lib/profiles.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import type { ViewportControl } from '../../state/viewportStore.ts';
import { AuthorBadge } from '../../ui/AuthorBadge.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';

interface Props {
  readonly editor: Editor;
  readonly viewport: ViewportControl;
  readonly active: string | null;
  /** Image px of a comment that is being written. */
  readonly draft: readonly [number, number] | null;
  readonly onActive: (comment: string) => void;
}

/** Open comments where they point: at a place, or at the corner of their box. */
export function CommentPins({ editor, viewport, active, draft, onActive }: Props): ReactElement {
  const { t } = useTranslation('review');
  const comments = useStore(editor.store, (state) => state.comments);
  const annotations = useStore(editor.store, (state) => state.annotations);
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  const { scale, x, y } = useStore(viewport.store, (state) => state.viewport);
  return (
    <div className="pins">
      {comments.map((comment) => {
        const at = placeOf(comment, annotations);
        if (at === null || (comment.resolved && comment.id !== active)) return null;
        const words = wordsOf(comment, (issue) => t(`issue.${issue}`));
        return (
          <Tooltip key={comment.id} text={words}>
            <button
              type="button"
              className="pin"
              data-active={comment.id === active || undefined}
              aria-label={t('pin', { author: comment.author, text: words })}
              style={{ transform: `translate(${x + at[0] * scale}px, ${y + at[1] * scale}px)` }}
              onClick={() => onActive(comment.id)}
            >
              {comment.issue === null ? <AuthorBadge profile={profileOf(comment.author, profiles)} /> : <Icon name="warning" small />}
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
