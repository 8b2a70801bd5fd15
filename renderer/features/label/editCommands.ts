import type { RefObject } from 'react';
import i18next from 'i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { categoryKeys } from '../../../shared/domain/category.ts';
import { farStep } from '../../canvas/tools/steer.ts';
import type { CanvasHandle } from '../../canvas/view/CanvasSurface.tsx';
import { problemOf } from '../../lib/problem.ts';
import { navigate } from '../../state/addressStore.ts';
import type { CommandHandler } from '../../state/commandStore.ts';
import { notify } from '../../state/noticeStore.ts';
import type { Side } from '../../state/editor/boxActions.ts';
import type { LabelSession } from './labelSession.ts';
import { lockDigits } from './lockDigits.ts';
import { repeatPrevious } from './propagate.ts';
import { runOnFrame } from './runOnFrame.ts';

interface Options {
  readonly session: LabelSession;
  readonly summary: DatasetSummary;
  readonly handle: RefObject<CanvasHandle | null>;
  readonly onPropagate: () => void;
}

const sides: readonly (readonly [name: string, side: Side, x: number, y: number])[] = [
  ['Left', 'left', -1, 0],
  ['Right', 'right', 1, 0],
  ['Up', 'up', 0, -1],
  ['Down', 'down', 0, 1],
];

/** What is done to boxes by key, beside moving and relabelling them. */
export function editCommands({ session, summary, handle, onPropagate }: Options): { readonly [id: string]: CommandHandler } {
  const { editor, viewport } = session;
  const state = editor.store.getState;
  const writable = (): boolean => !summary.readOnly && session.store.getState().row !== null;
  const hasSelection = (): boolean => state().selected.size > 0;
  const steers = (): boolean => handle.current?.takesArrows() ?? false;
  const always = (run: () => void): CommandHandler => ({ run });
  const edit = (run: () => void): CommandHandler => ({ run, when: writable });
  const onSelection = (run: () => void): CommandHandler => ({ run, when: () => writable() && hasSelection() });
  const say = (key: string, values: { readonly [name: string]: unknown } = {}): void => {
    notify({ level: 'info', message: i18next.t(`label:notice.${key}`, values) });
  };
  const selectedCategories = () => {
    const { annotations, selected } = state();
    return [...new Set(annotations.filter((box) => selected.has(box.id)).map((box) => box.category))];
  };
  const growOrSteer = (side: Side, x: number, y: number): CommandHandler => ({
    when: () => writable() && (steers() || hasSelection()),
    run: () => (steers() ? handle.current?.steer(x * farStep, y * farStep) : editor.grow(side, 1)),
  });
  const stackOrZoom = (where: 'front' | 'back', factor: number): CommandHandler =>
    always(() => (hasSelection() && writable() ? editor.stack(where) : viewport.zoom(factor)));

  return {
    'label.extremeTool': edit(() => editor.setTool('extreme')),
    'label.drawAgain': edit(() => editor.drawAgain()),
    ...Object.fromEntries(
      lockDigits.map((digit) => {
        const category = categoryKeys(summary.categories).get(digit);
        return [
          `label.lockCategory${digit}`,
          { run: () => category && editor.lockCategory(category.id), when: () => writable() && category !== undefined },
        ];
      }),
    ),
    'label.lockNextCategory': edit(() => {
      const { lockedCategory, nextCategory } = state();
      const category = lockedCategory ?? nextCategory;
      if (category !== null) editor.lockCategory(category);
    }),
    'label.selectCategory': always(() => editor.selectSameCategory()),
    ...Object.fromEntries(sides.map(([name, side, x, y]) => [`label.grow${name}`, growOrSteer(side, x, y)])),
    ...Object.fromEntries(sides.map(([name, side]) => [`label.shrink${name}`, onSelection(() => editor.grow(side, -1))])),
    'label.turnLeft': onSelection(() => editor.turnBy(-1)),
    'label.turnRight': onSelection(() => editor.turnBy(1)),
    'label.turnLeft15': onSelection(() => editor.turnBy(-15)),
    'label.turnRight15': onSelection(() => editor.turnBy(15)),
    'label.hideAll': always(() => editor.toggleAllHidden()),
    'label.hideCategory': { run: () => editor.toggleHiddenCategories(selectedCategories()), when: hasSelection },
    'label.lock': { run: () => editor.toggleLocked(), when: hasSelection },
    'label.lockAll': always(() => editor.toggleAllLocked()),
    'label.lockCategory': { run: () => editor.toggleLockedCategories(selectedCategories()), when: hasSelection },
    'label.front': stackOrZoom('front', 1.25),
    'label.back': stackOrZoom('back', 1 / 1.25),
    'label.tighten': onSelection(() => {
      if (editor.tighten() === 0) say('noMatch');
    }),
    'label.snapping': edit(() => {
      editor.toggleSnapping();
      say(state().snapping ? 'snapping' : 'notSnapping');
    }),
    'label.repeatPrevious': edit(() => {
      repeatPrevious(session).then(
        (count) => say(count === null ? 'noPrevious' : 'repeated', { count: count ?? 0 }),
        (error: unknown) => notify({ level: 'error', message: problemOf(error)?.message ?? String(error) }),
      );
    }),
    'label.propagate': edit(onPropagate),
    'label.runModel': edit(() => void runOnFrame(session)),
    'label.query': always(() => navigate({ view: 'frames', dataset: session.dataset, params: { focus: 'query' } })),
    'label.runOnSet': always(() => navigate({ view: 'models', dataset: session.dataset, params: { panel: 'run' } })),
    'label.boxByBox': always(() => (session.review.store.getState().active ? session.review.stop() : session.review.start())),
  };
}
