import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Category } from '../../../shared/domain/category.ts';
import { CommentBox } from './CommentBox.tsx';
import { CommentPins } from './CommentPins.tsx';
import { CommentsSection } from './CommentsSection.tsx';
import { aboutOf } from './CommentThread.tsx';
import { DiffOverlay } from './DiffOverlay.tsx';
import { HistoryList } from './HistoryList.tsx';
import { QueueFinished } from './QueueEnd.tsx';
import { QuickIssues } from './QuickIssues.tsx';
import { ReviewSection } from './ReviewSection.tsx';
import type { ReviewWork } from './useReviewWork.ts';

interface Props {
  readonly work: ReviewWork;
  readonly categories: ReadonlyMap<number, Category>;
}

/** What lies over the canvas: differences, pins, words being written, reasons, the end of a queue. */
export function ReviewOverlays({ work, categories }: Props): ReactElement {
  const { t } = useTranslation('review');
  const { session, draft } = work;
  const { editor, viewport } = session;
  const annotations = useStore(editor.store, (state) => state.annotations);
  const selected = useStore(editor.store, (state) => state.selected);
  const [only, ...others] = selected;
  const target = {
    point: null,
    box: only !== undefined && others.length === 0 && annotations.some((box) => box.id === only) ? only : null,
  };
  return (
    <>
      <DiffOverlay changes={work.diff} viewport={viewport} categoryName={(id) => categories.get(id)?.name ?? `#${id}`} />
      <CommentPins
        editor={editor}
        viewport={viewport}
        active={work.active}
        draft={draft?.point ?? null}
        onActive={(comment) => work.show(comment)}
      />
      {draft !== null && (
        <CommentBox
          kind="comment"
          about={aboutOf(draft, annotations, categories, t)}
          onCancel={() => work.write(null)}
          onSave={(text, issue) => work.save(text, issue)}
        />
      )}
      {work.asking !== null && draft === null && (
        <QuickIssues
          rejected={work.asking === 'rejected'}
          about={aboutOf(target, annotations, categories, t)}
          onIssue={(issue) => work.say(issue)}
          onWrite={() => work.write(target)}
          onClose={() => work.closeIssues()}
        />
      )}
      <QueueFinished dataset={session.dataset} queue={work.queue} />
    </>
  );
}

/** What the inspector says about the frame: verdicts, differences, comments, and its history while no box is selected. */
export function ReviewPanels({ work, categories }: Props): ReactElement {
  const { session, summary } = work;
  const { editor } = session;
  const frame = useStore(editor.store, (state) => (state.status === 'ready' ? state.frame : null));
  const nothing = useStore(editor.store, (state) => state.selected.size === 0);
  return (
    <>
      <ReviewSection
        session={session}
        shown={work.shown}
        categories={categories}
        readOnly={summary.readOnly}
        showDiff={work.showDiff}
        onShowDiff={(on) => work.setShowDiff(on)}
      />
      <CommentsSection
        work={work}
        categories={categories}
        onAdd={() => {
          const { selected } = editor.store.getState();
          const [only, ...others] = selected;
          work.write({ point: null, box: others.length === 0 ? (only ?? null) : null });
        }}
      />
      {nothing && frame !== null && (
        <HistoryList key={frame.id} dataset={session.dataset} editor={editor} categories={summary.categories} frame={frame.id} box={null} />
      )}
    </>
  );
}
