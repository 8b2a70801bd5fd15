import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Comment } from '../../../shared/contract/annotations.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import type { BoxChange } from '../../../shared/review/boxChange.ts';
import type { Issue } from '../../../shared/review/issue.ts';
import { queueWork } from '../../../shared/review/queueId.ts';
import { api } from '../../api/api.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { addressStore } from '../../state/addressStore.ts';
import { frameOrder } from '../../state/frameOrder.ts';
import { notify } from '../../state/noticeStore.ts';
import { placeOf } from './CommentPins.tsx';
import { type Thread, threadsOf } from './commentThreads.ts';
import type { LabelSession } from './labelSession.ts';
import { createQueueSession, type QueueSession } from './queueSession.ts';
import { type ShownReview, useFrameReview } from './useFrameReview.ts';

/** A comment that is being written: what it points at. */
export interface CommentDraft {
  readonly point: readonly [number, number] | null;
  readonly box: BoxId | null;
}

export interface ReviewWork {
  readonly session: LabelSession;
  readonly summary: DatasetSummary;
  readonly queue: QueueSession;
  readonly shown: ShownReview;
  /** What the canvas shows as different; empty while that is switched off. */
  readonly diff: readonly BoxChange[];
  readonly showDiff: boolean;
  setShowDiff(on: boolean): void;
  /** The thread that is looked at, by the comment that began it. */
  readonly active: string | null;
  /** Also brings what it is about into view. */
  show(first: Comment): void;
  look(thread: string): void;
  /** The thread that a reply is being written to. */
  readonly replying: string | null;
  /** Begins a reply; null gives it up. */
  reply(thread: string | null): void;
  sendReply(text: string): void;
  readonly draft: CommentDraft | null;
  write(draft: CommentDraft | null): void;
  save(text: string, issue: Issue | null): void;
  /** The offer of reasons: after a rejection, or asked for. */
  readonly asking: 'rejected' | 'asked' | null;
  say(issue: Issue): void;
  closeIssues(): void;
  rejected(): void;
  /** Goes on in the queue, where there is one. */
  goOn(): boolean;
}

/** Everything about judging: queues, comments, verdicts and their reasons, what others changed. */
export function useReviewWork(session: LabelSession, summary: DatasetSummary): ReviewWork {
  const { t } = useTranslation('review');
  const { editor, viewport } = session;
  const [queue] = useState(() => createQueueSession(session.dataset, api, session));
  useEffect(() => queue.start(), [queue]);
  useAddress(session, queue);

  const shown = useFrameReview(session);
  const [showDiff, setShowDiff] = useState(true);
  const changes = shown.review?.sinceApproval?.changes ?? shown.review?.corrections?.changes;
  const diff = useMemo(() => (showDiff ? (changes ?? []) : []), [showDiff, changes]);

  const frame = useStore(editor.store, (state) => state.frame?.id ?? null);
  const commentAt = useStore(session.store, (state) => state.commentAt);
  const [active, setActive] = useState<string | null>(null);
  const [draft, setDraft] = useState<CommentDraft | null>(null);
  const [replying, setReplying] = useState<string | null>(null);
  const [asking, setAsking] = useState<ReviewWork['asking']>(null);
  useEffect(() => {
    setDraft(null);
    setReplying(null);
    setAsking(null);
  }, [frame]);
  // The comment tool was pressed somewhere: on the selected box it is about that box, elsewhere about the place.
  useEffect(() => {
    if (commentAt === null) return;
    const box = onlySelected(session);
    const inside = box !== null && contains(box.bbox, commentAt);
    setDraft(inside ? { point: null, box: box.id } : { point: [commentAt.x, commentAt.y], box: null });
  }, [commentAt, session]);
  useUnlockNotice(session, t('unlocked'));

  const about = (): CommentDraft => ({ point: null, box: onlySelected(session)?.id ?? null });
  const write = (next: CommentDraft | null): void => {
    setAsking(null);
    setDraft(next);
    if (next === null) session.setComment(null);
  };
  const send = (to: CommentDraft, text: string, issue: Issue | null): void => {
    if (frame === null) return;
    editor.say([
      {
        op: 'comment',
        frame,
        text,
        ...(to.box === null ? {} : { box: to.box }),
        ...(to.point === null ? {} : { point: to.point }),
        ...(issue === null ? {} : { issue }),
      },
    ]);
  };
  const show = (first: Comment): void => {
    setActive(first.id);
    const at = placeOf(first, editor.store.getState().annotations);
    if (first.box !== null) editor.select([first.box]);
    if (at !== null) bringIntoView(viewport, at);
  };
  const threads = (): readonly Thread[] => threadsOf(editor.store.getState().comments);
  const reply = (thread: string | null): void => {
    if (thread !== null) setActive(thread);
    setReplying(thread);
  };

  const next = (direction: 1 | -1): void => {
    const open = threads().filter((thread) => !thread.resolved);
    const at = open.findIndex((thread) => thread.id === active);
    const here = at < 0 ? (direction === 1 ? open[0] : open.at(-1)) : open[at + direction];
    if (here !== undefined) return here.first === null ? setActive(here.id) : show(here.first);
    const { ids } = frameOrder.getState();
    const { place } = session.store.getState();
    void api.review
      .nextComment({ dataset: session.dataset, ids: Float64Array.from(ids), from: place, direction })
      .then(({ frame: found }) => {
        if (found === null) notify({ level: 'info', message: t('noOpenComment') });
        else {
          setActive(null);
          session.goToPlace(Array.prototype.indexOf.call(ids, found));
        }
      })
      .catch(() => undefined);
  };
  const activeThread = (): Thread | undefined => threads().find((thread) => thread.id === active);
  const writable = (): boolean => !summary.readOnly && frame !== null;

  useCommands({
    'review.comment': { run: () => write(about()), when: writable },
    'review.quickIssue': { run: () => setAsking('asked'), when: writable },
    'review.nextComment': () => next(1),
    'review.previousComment': () => next(-1),
    'review.resolveComment': {
      when: () => writable() && (activeThread()?.first ?? null) !== null,
      run: () => {
        const thread = activeThread();
        if (thread) editor.say([{ op: 'editComment', comment: thread.id, resolved: !thread.resolved }]);
      },
    },
    'review.replyComment': { run: () => reply(active), when: () => writable() && activeThread() !== undefined },
    'review.showDiff': { run: () => setShowDiff(!showDiff), when: () => (changes?.length ?? 0) > 0 },
    'review.nextUnfinished': {
      when: () => queue.store.getState().id !== null,
      run: () => {
        const at = queue.nextOpen(session.store.getState().place);
        if (at >= 0) session.goToPlace(at);
      },
    },
  });

  return {
    session,
    summary,
    queue,
    shown,
    diff,
    showDiff,
    setShowDiff,
    active,
    show,
    look: setActive,
    replying,
    reply,
    sendReply(text) {
      if (frame !== null && replying !== null) editor.say([{ op: 'comment', frame, parent: replying, text }]);
      setReplying(null);
    },
    draft,
    write,
    save(text, issue) {
      if (draft !== null) send(draft, text, issue);
      write(null);
      editor.setTool('select');
    },
    asking,
    say(issue) {
      send(about(), '', issue);
      setAsking(null);
    },
    closeIssues: () => setAsking(null),
    rejected() {
      setAsking('rejected');
      // In a review queue that is the verdict: the frame is finished, and stays for the reason.
      const { definition } = queue.store.getState();
      if (definition !== null && queueWork(definition) === 'review') session.accepted();
    },
    goOn() {
      const { id, total } = queue.store.getState();
      if (id === null || total === 0) return false;
      const at = queue.nextOpen(session.store.getState().place);
      if (at >= 0) session.goToPlace(at);
      return true;
    },
  };
}

/** The address says which queue, frame and box. */
function useAddress(session: LabelSession, queue: QueueSession): void {
  const params = useStore(addressStore, (state) => state.address.params);
  const { queue: wantedQueue, frame, box: wantedBox } = params;
  useEffect(() => {
    const box = Number(wantedBox);
    const boxes = wantedBox !== undefined && Number.isSafeInteger(box) ? [box as BoxId] : undefined;
    if (wantedQueue !== undefined) void queue.open(wantedQueue, frame ?? null);
    else {
      queue.leave();
      void session.openByName(frame ?? null, boxes);
    }
  }, [session, queue, wantedQueue, frame, wantedBox]);
}

/** V4: an edit on a locked frame is kept, and unlocks it so that it is seen. */
function useUnlockNotice({ editor }: LabelSession, message: string): void {
  useEffect(
    () =>
      editor.store.subscribe((state, before) => {
        if (
          state.frame?.id === before.frame?.id &&
          before.frameState === 'locked' &&
          state.frameState === 'labeled' &&
          before.status === 'ready'
        )
          notify({ level: 'warning', message });
      }),
    [editor, message],
  );
}

function onlySelected({ editor }: LabelSession): { readonly id: BoxId; readonly bbox: Box } | null {
  const { selected, annotations } = editor.store.getState();
  if (selected.size !== 1) return null;
  return annotations.find((box) => selected.has(box.id)) ?? null;
}

function contains([x, y, w, h]: Box, at: { readonly x: number; readonly y: number }): boolean {
  return at.x >= x && at.y >= y && at.x <= x + w && at.y <= y + h;
}

/** Moves the view only where the place is out of sight. */
function bringIntoView(viewport: LabelSession['viewport'], [px, py]: readonly [number, number]): void {
  const { viewport: view, canvas } = viewport.store.getState();
  const x = view.x + px * view.scale;
  const y = view.y + py * view.scale;
  if (x >= 0 && y >= 0 && x <= canvas.width && y <= canvas.height) return;
  viewport.pan(canvas.width / 2 - x, canvas.height / 2 - y);
}
