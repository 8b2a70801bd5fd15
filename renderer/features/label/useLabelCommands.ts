import { type RefObject, useCallback, useEffect, useRef } from 'react';
import i18next from 'i18next';
import { categoryDigits, categoryKeys } from '../../../shared/domain/category.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import type { Verdict } from '../../../shared/contract/triggers.ts';
import { type CanvasHandle, spaceUsedEvent } from '../../canvas/view/CanvasSurface.tsx';
import { isBusy } from '../../canvas/tools/toolState.ts';
import { union } from '../../lib/cropWindow.ts';
import { useCommands } from '../../lib/useCommands.ts';
import type { CommandHandler } from '../../state/commandStore.ts';
import { frameOrder } from '../../state/frameOrder.ts';
import { notify } from '../../state/noticeStore.ts';
import { attributeCommands } from './attributeCommands.ts';
import { incompleteBoxes } from './incomplete.ts';
import { conflictCommands } from './conflictCommands.ts';
import { editCommands } from './editCommands.ts';
import type { LabelSession } from './labelSession.ts';

interface Options {
  readonly session: LabelSession;
  readonly summary: DatasetSummary;
  readonly handle: RefObject<CanvasHandle | null>;
  readonly onRelabel: () => void;
  readonly onPropagate: () => void;
  readonly onVerdict: (verdict: Verdict) => void;
  /** The frame needs a fix: somebody may say why. */
  readonly onRejected: () => void;
  /** Goes on in a queue; says whether there is one. */
  readonly onGoOn: () => boolean;
}

const openStates: readonly FrameState[] = ['unlabeled', 'draft', 'needs_fix'];
/** CSS px around the pointer in which boxes count as stacked. */
const stackTolerancePx = 3;

/** Lends the canvas's functions to its commands. Returns what Space does, for the button that does the same. */
export function useLabelCommands({ session, summary, handle, onRelabel, onPropagate, onVerdict, onRejected, onGoOn }: Options): () => void {
  const { editor, viewport, review } = session;
  const writable = !summary.readOnly;

  const goOnInQueue = useRef(onGoOn);
  useEffect(() => {
    goOnInQueue.current = onGoOn;
  });
  const accept = useCallback((): void => {
    const { frameState, annotations, frame } = editor.store.getState();
    const incomplete = incompleteBoxes(summary.attributes, annotations);
    // Said once for what is missing now; the second press accepts it so.
    const said = `${frame?.id ?? ''} ${incomplete.map(({ box, missing }) => `${box} ${missing.join(' ')}`).join(' ')}`;
    if (incomplete.length > 0 && writable && session.store.getState().warned !== said) {
      session.store.setState({ warned: said, incomplete });
      return;
    }
    session.store.setState({ incomplete: [] });
    const reviewing = frameOrder.getState().kind === 'review';
    if (reviewing) editor.setFrameState('approved');
    else if (openStates.includes(frameState)) editor.setFrameState('labeled');
    session.accepted();
    goOn(session);
  }, [editor, session, summary.attributes, writable]);
  const acceptByKey = useTappedSpace(accept);
  const peek = usePeek(editor);

  const selected = (): boolean => editor.store.getState().selected.size > 0;
  const isHit = (): boolean => frameOrder.getState().hits !== undefined && session.store.getState().witness.size > 0;
  const edit = (run: () => void): CommandHandler => ({ run, when: () => writable && session.store.getState().row !== null });
  const onSelection = (run: () => void): CommandHandler => ({ run, when: () => writable && selected() });
  const steers = (): boolean => handle.current?.takesArrows() ?? false;
  const nudge = (dx: number, dy: number): CommandHandler => ({
    when: () => writable && (steers() || selected()),
    run: () => (steers() ? handle.current?.steer(dx, dy) : editor.nudge(dx, dy)),
  });
  const reviewing = (): boolean => review.store.getState().active;
  const verdict = (given: Verdict): CommandHandler => ({ run: () => onVerdict(given), when: isHit });
  const cycle = (direction: 1 | -1): CommandHandler => ({
    // Tab belongs to the canvas only while nothing else has the focus.
    when: () => document.activeElement === document.body || document.activeElement?.getAttribute('role') === 'application',
    run: () => {
      if (reviewing()) return review.step(direction);
      const point = handle.current?.pointer() ?? null;
      editor.cycle(
        direction,
        point === null ? undefined : { point, tolerance: stackTolerancePx / viewport.store.getState().viewport.scale },
      );
    },
  });
  const zoomToSelection = (): void => {
    const { selected: ids } = editor.store.getState();
    const box = union(
      editor
        .scene()
        .filter((candidate) => ids.has(candidate.id))
        .map((candidate) => candidate.bbox),
    );
    if (box) viewport.showBox(box);
    else viewport.fit();
  };
  // Steps are those of the frame: after Accept the key does nothing on the next one, and says why.
  const travel = (direction: 'undo' | 'redo'): void =>
    void editor[direction]().then((found) => {
      if (!found) notify({ level: 'info', message: i18next.t(`label:notice.nothingTo.${direction}`) });
    });
  const side = (direction: 1 | -1): CommandHandler => ({
    run: () => (writable && (steers() || selected()) ? nudge(direction, 0).run() : session.move(direction)),
  });

  useCommands({
    'label.accept': edit(acceptByKey),
    'label.next': () => session.move(1),
    'label.previous': () => session.move(-1),
    'label.forward10': () => session.move(10),
    'label.back10': () => session.move(-10),
    'label.nextOpen': () => void session.moveToState(1, openStates),
    'label.previousOpen': () => void session.moveToState(-1, openStates),
    'label.needsFix': edit(() => {
      editor.setFrameState('needs_fix');
      onRejected();
    }),
    'label.approve': edit(() => editor.setFrameState('approved')),
    // Out of box by box in one press, unless a gesture is to be broken off first.
    'label.selectTool': () => (reviewing() && !isBusy(editor.store.getState().tool) ? review.stop() : editor.escape()),
    'label.boxTool': edit(() => editor.setTool('box')),
    'label.panTool': () => editor.setTool('pan'),
    'label.commentTool': edit(() => editor.setTool('comment')),
    'label.setPoint': { run: () => handle.current?.click(), when: () => writable && steers() },
    'label.relabel': edit(() => (isHit() && !reviewing() ? onVerdict('relabel') : onRelabel())),
    ...Object.fromEntries(
      categoryDigits.map((digit) => {
        const category = categoryKeys(summary.categories).get(digit);
        return [
          `label.category${digit}`,
          { run: () => category && editor.setCategory(category.id), when: () => writable && category !== undefined },
        ];
      }),
    ),
    'label.delete': onSelection(() => editor.deleteSelected()),
    'label.undo': edit(() => travel('undo')),
    'label.redo': edit(() => travel('redo')),
    'label.copy': {
      when: selected,
      run: () => {
        const count = editor.copy();
        if (count > 0) notify({ level: 'info', message: i18next.t('label:notice.copied', { count }) });
      },
    },
    'label.paste': edit(() => void editor.paste()),
    'label.duplicate': onSelection(() => {
      editor.copy();
      editor.paste();
    }),
    'label.selectAll': () => editor.selectAll(),
    'label.nextBox': cycle(1),
    'label.previousBox': cycle(-1),
    'label.left': side(-1),
    'label.right': side(1),
    'label.up': nudge(0, -1),
    'label.down': nudge(0, 1),
    'label.left10': nudge(-10, 0),
    'label.right10': nudge(10, 0),
    'label.up10': nudge(0, -10),
    'label.down10': nudge(0, 10),
    'label.occluded': onSelection(() => editor.toggleFlag('occluded')),
    'label.truncated': onSelection(() => editor.toggleFlag('truncated')),
    'label.difficult': onSelection(() => editor.toggleFlag('difficult')),
    'label.crowd': onSelection(() => editor.toggleFlag('crowd')),
    'label.ignoreTool': edit(() => editor.drawIgnore()),
    ...attributeCommands({ session, summary }),
    'label.ignore': edit(() => {
      if (reviewing()) review.ignore();
      else if (isHit() && !selected()) onVerdict('ignore');
      else editor.toggleFlag('ignore');
    }),
    'label.hide': () => editor.toggleHidden(),
    'label.peek': peek,
    'label.zoomIn': () => viewport.zoom(1.25),
    'label.zoomOut': () => viewport.zoom(1 / 1.25),
    'label.fit': () => viewport.fit(),
    'label.actualSize': () => viewport.actualSize(),
    'label.zoomToBox': zoomToSelection,
    ...conflictCommands(editor, writable),
    ...editCommands({ session, summary, handle, onPropagate }),
    'label.save': () => editor.saving.retry(),
    'label.verdictAccept': {
      when: () => (reviewing() ? writable : isHit()),
      run: () => (reviewing() ? review.accept() : onVerdict('accept')),
    },
    'label.verdictReject': {
      when: () => writable || isHit(),
      run: () => {
        if (reviewing()) review.place();
        else if (isHit()) onVerdict('reject');
        else editor.drawAgain();
      },
    },
    'label.verdictMerge': verdict('merge'),
    'label.verdictDeleteFirst': verdict('delete_first'),
    'label.verdictDeleteSecond': verdict('delete_second'),
  });
  return accept;
}

function goOn(session: LabelSession): void {
  const { place, total } = session.store.getState();
  if (place === total - 1) notify({ level: 'info', message: i18next.t('label:notice.endOfList') });
  else session.move(1);
}

/** Space tapped accepts; held, it pans (the canvas says when it was used so). From the palette it accepts at once. */
function useTappedSpace(accept: () => void): () => void {
  const held = useRef(false);
  const waiting = useRef(false);
  const latest = useRef(accept);
  useEffect(() => {
    latest.current = accept;
  });
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.code === 'Space') held.current = true;
    };
    const up = (event: KeyboardEvent): void => {
      if (event.code !== 'Space') return;
      held.current = false;
      if (waiting.current) latest.current();
      waiting.current = false;
    };
    const used = (): void => {
      waiting.current = false;
    };
    window.addEventListener('keydown', down, { capture: true });
    window.addEventListener('keyup', up);
    window.addEventListener(spaceUsedEvent, used);
    window.addEventListener('blur', used);
    return () => {
      window.removeEventListener('keydown', down, { capture: true });
      window.removeEventListener('keyup', up);
      window.removeEventListener(spaceUsedEvent, used);
      window.removeEventListener('blur', used);
    };
  }, []);
  return useCallback(() => {
    if (held.current) waiting.current = true;
    else latest.current();
  }, []);
}

/** Boxes go away while the command's key is held, whichever it is. */
function usePeek(editor: LabelSession['editor']): () => void {
  const pressed = useRef<string | null>(null);
  const holding = useRef<string | null>(null);
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      pressed.current = event.code;
    };
    const up = (event: KeyboardEvent): void => {
      if (pressed.current === event.code) pressed.current = null;
      if (holding.current !== event.code) return;
      holding.current = null;
      editor.setPeeking(false);
    };
    window.addEventListener('keydown', down, { capture: true });
    window.addEventListener('keyup', up);
    return () => {
      window.removeEventListener('keydown', down, { capture: true });
      window.removeEventListener('keyup', up);
    };
  }, [editor]);
  return useCallback(() => {
    if (pressed.current === null) return;
    holding.current = pressed.current;
    editor.setPeeking(true);
  }, [editor]);
}
