import { describe, expect, test, vi } from 'vitest';
import type { Change, FrameContent } from '../../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../../shared/domain/ids.ts';
import { applyChange, type EditedFrame } from '../../../../renderer/state/editor/applyChange.ts';
import { createEditor, type EditorPort } from '../../../../renderer/state/editor/createEditor.ts';
import { planPropagation } from '../../../../renderer/state/editor/propagation.ts';

const frame = { id: 7 as FrameId, name: 'a.jpg', size: { width: 200, height: 100 } };
const car = 1 as CategoryId;
const bus = 2 as CategoryId;

const box = (id: number, more: Partial<Annotation> = {}): Annotation => ({
  id: id as BoxId,
  frame: frame.id,
  category: car,
  bbox: [10, 10, 20, 20],
  angle: 0,
  flags: [],
  attributes: {},
  track: null,
  origin: 'model',
  provenance: null,
  ...more,
});

const predictions: FrameContent['predictions'] = [
  {
    source: 'run',
    boxes: [
      { id: 91 as BoxId, frame: frame.id, category: car, bbox: [12, 8, 20, 21], score: 0.3 },
      { id: 92 as BoxId, frame: frame.id, category: car, bbox: [14, 14, 20, 20], score: 0.9 },
      { id: 93 as BoxId, frame: frame.id, category: bus, bbox: [10, 10, 20, 20], score: 0.9 },
    ],
  },
];

async function openEditor(start: readonly Annotation[]) {
  let content: EditedFrame = { frame: frame.id, state: 'labeled', annotations: start };
  const sent: (readonly Change[])[] = [];
  const undone: (FrameId | null)[] = [];
  let next = 1000;
  const port: EditorPort = {
    load: async () => ({ ...content, predictions, comments: [], canUndo: false, canRedo: false }),
    apply: async (changes) => {
      sent.push(changes);
      for (const change of changes) if (!('frame' in change) || change.frame === frame.id) content = applyChange(content, change);
      return { results: [], frameStates: [], savedAt: '' };
    },
    reserveIds: async (count) => {
      const first = next as BoxId;
      next += count;
      return { first, count };
    },
    undo: async (of) => {
      undone.push(of);
      return { results: [], frameStates: [], savedAt: '', frames: [], boxes: [], kind: 'add' };
    },
    redo: async (of) => {
      undone.push(of);
      return { results: [], frameStates: [], savedAt: '', frames: [], boxes: [], kind: 'add' };
    },
  };
  const editor = createEditor(port, { pan: () => undefined, comment: () => undefined, alert: () => undefined, outdated: () => undefined });
  await editor.open(frame, { sources: ['run'], readOnly: false });
  const boxes = () => editor.store.getState().annotations;
  const byId = (id: number) => boxes().find((one) => one.id === id);
  return { editor, sent, undone, boxes, byId };
}

const select = (...ids: number[]) => ids as unknown as readonly BoxId[];

describe('edges by key', () => {
  test.each([
    ['left', 1, [9, 10, 21, 20]],
    ['right', 1, [10, 10, 21, 20]],
    ['up', 1, [10, 9, 20, 21]],
    ['down', 1, [10, 10, 20, 21]],
    ['left', -1, [11, 10, 19, 20]],
    ['right', -5, [10, 10, 15, 20]],
    ['up', -50, [10, 29, 20, 1]],
    ['down', -50, [10, 10, 20, 1]],
    ['left', 50, [0, 10, 30, 20]],
  ] as const)('the %s edge goes out by %d px, and stops at the image and at a sliver', async (side, px, expected) => {
    const { editor, byId } = await openEditor([box(1)]);
    editor.select(select(1));
    editor.grow(side, px);
    expect(byId(1)?.bbox).toEqual(expected);
  });

  test('an edge that cannot go further is no change', async () => {
    const { editor, sent } = await openEditor([box(1, { bbox: [0, 0, 20, 20] })]);
    editor.select(select(1));
    editor.grow('left', 1);
    await editor.saving.flush();
    expect(sent).toEqual([]);
  });
});

test('boxes turn by key, in (-180, 180], and keep their place', async () => {
  const { editor, byId } = await openEditor([box(1), box(2, { angle: 170 })]);
  editor.select(select(1, 2));
  editor.turnBy(15);
  expect([byId(1)?.angle, byId(2)?.angle]).toEqual([15, -175]);
  editor.turnBy(-15);
  expect([byId(1)?.angle, byId(2)?.angle, byId(1)?.bbox]).toEqual([0, 170, [10, 10, 20, 20]]);
});

describe('drawing order', () => {
  test('to the front and to the back, with the order among them kept', async () => {
    const { editor, boxes } = await openEditor([box(1), box(2), box(3)]);
    const order = () => boxes().map((one) => one.id as number);
    editor.select(select(1, 2));
    editor.stack('front');
    expect(order()).toEqual([3, 1, 2]);
    editor.stack('back');
    expect(order()).toEqual([1, 2, 3]);
    editor.select(select(3));
    editor.stack('back');
    expect(order()).toEqual([3, 1, 2]);
  });

  test('says nothing about a box: what a model proposed is still its proposal', async () => {
    const { editor, byId } = await openEditor([box(1)]);
    editor.select(select(1));
    editor.stack('front');
    expect(byId(1)?.origin).toBe('model');
    editor.confirm();
    expect(byId(1)?.origin).toBe('human');
  });
});

describe('fitting to the model', () => {
  test('takes the best match of the same category, whatever its score', async () => {
    const { editor, byId } = await openEditor([box(1), box(2, { category: bus, bbox: [12, 12, 20, 20], angle: 5 })]);
    editor.select(select(1, 2));
    expect(editor.tighten()).toBe(2);
    expect(byId(1)?.bbox).toEqual([12, 8, 20, 21]);
    expect([byId(2)?.bbox, byId(2)?.angle]).toEqual([[10, 10, 20, 20], 0]);
  });

  test('leaves a box alone that the model has nothing like', async () => {
    const { editor, byId } = await openEditor([box(1, { bbox: [100, 50, 30, 30] })]);
    editor.select(select(1));
    expect(editor.tighten()).toBe(0);
    expect(byId(1)?.bbox).toEqual([100, 50, 30, 30]);
  });
});

describe('locks', () => {
  test('a locked box is drawn and selected, and nothing changes it until it is unlocked', async () => {
    const { editor, sent, byId } = await openEditor([box(1), box(2, { bbox: [60, 10, 20, 20] })]);
    editor.select(select(1));
    editor.toggleLocked();
    editor.select(select(1, 2));
    editor.nudge(5, 0);
    editor.setCategory(bus);
    editor.toggleFlag('occluded');
    editor.deleteSelected();
    expect(byId(1)).toEqual(box(1));
    expect(byId(2)).toBeUndefined();
    expect([...editor.store.getState().selected]).toEqual([1]);
    editor.setBox(1 as BoxId, [0, 0, 5, 5]);
    expect(byId(1)).toEqual(box(1));
    expect(editor.scene().map(({ id, readOnly }) => [id, readOnly])).toEqual([[1, true]]);
    editor.toggleLocked();
    editor.nudge(5, 0);
    expect(byId(1)?.bbox).toEqual([15, 10, 20, 20]);
    await editor.saving.flush();
    expect(sent.flat().filter((change) => change.op === 'set' && change.box === 1)).toHaveLength(1);
  });

  test('hold by category and by source', async () => {
    const { editor } = await openEditor([box(1), box(2, { category: bus }), box(3, { category: bus, origin: 'human' })]);
    const locked = () =>
      editor
        .scene()
        .filter(({ readOnly }) => readOnly)
        .map(({ id }) => id);
    editor.toggleLockedCategories([bus]);
    expect(locked()).toEqual([2, 3]);
    editor.toggleLockedSource('model');
    expect(locked()).toEqual([1, 2, 3]);
    editor.toggleAllLocked();
    expect(locked()).toEqual([]);
    editor.toggleAllLocked();
    expect(locked()).toEqual([1, 2, 3]);
  });
});

test('boxes are hidden one by one, by category, by source and all together; one key brings them back', async () => {
  const { editor } = await openEditor([box(1), box(2, { category: bus }), box(3, { category: bus, origin: 'human' })]);
  const shown = () => editor.scene().map(({ id }) => id);
  editor.select(select(1));
  editor.toggleHidden();
  expect(shown()).toEqual([2, 3]);
  editor.toggleHiddenSource('human');
  expect(shown()).toEqual([2]);
  editor.toggleHiddenCategories([bus]);
  expect(shown()).toEqual([]);
  editor.select([]);
  editor.toggleHidden();
  expect(shown()).toEqual([1, 2, 3]);
  editor.toggleAllHidden();
  expect(shown()).toEqual([]);
  editor.toggleAllHidden();
  expect(shown()).toEqual([1, 2, 3]);
});

describe('the category of the next box', () => {
  const draw = (editor: Awaited<ReturnType<typeof openEditor>>['editor'], x: number) => {
    for (const [type, at] of [
      ['down', x],
      ['move', x + 12],
      ['up', x + 12],
    ] as const)
      editor.pointer(
        { type, point: { x: at, y: at - x + 70 }, screen: { x: at, y: at }, button: 'primary', shift: false, ctrl: false, alt: true },
        1,
      );
  };

  test('is the last one used', async () => {
    const { editor, boxes } = await openEditor([]);
    editor.setCategory(bus);
    editor.setTool('box');
    draw(editor, 10);
    // The box just drawn is selected: a digit corrects it, and the next one follows.
    editor.setCategory(car);
    draw(editor, 60);
    await vi.waitFor(() => expect(boxes().map((one) => one.category)).toEqual([car, car]));
  });

  test('holds while it is locked, whatever is relabelled, until it is released', async () => {
    const { editor, boxes } = await openEditor([]);
    editor.lockCategory(bus);
    expect(editor.store.getState().tool).toEqual({ tool: 'box', phase: 'idle' });
    draw(editor, 10);
    editor.setCategory(car);
    draw(editor, 60);
    expect(boxes().map((one) => one.category)).toEqual([car, bus]);
    editor.lockCategory(bus);
    expect(editor.store.getState().lockedCategory).toBeNull();
    editor.select([]);
    editor.setCategory(car);
    draw(editor, 110);
    expect(boxes().map((one) => one.category)).toEqual([car, bus, car]);
  });

  test('comes back with the tool for "draw again"', async () => {
    const { editor } = await openEditor([]);
    editor.setCategory(bus);
    editor.setTool('extreme');
    for (const [x, y] of [
      [10, 20],
      [20, 10],
      [30, 20],
      [20, 30],
    ] as const)
      editor.pointer({ type: 'down', point: { x, y }, screen: { x, y }, button: 'primary', shift: false, ctrl: false, alt: false }, 1);
    editor.select([]);
    editor.setCategory(car);
    editor.setTool('select');
    editor.drawAgain();
    expect(editor.store.getState()).toMatchObject({ tool: { tool: 'extreme' }, nextCategory: bus });
  });
});

test('all boxes of a category are selected, of those that are shown', async () => {
  const { editor } = await openEditor([box(1), box(2, { category: bus }), box(3), box(4)]);
  editor.select(select(4));
  editor.toggleHidden();
  editor.select(select(1));
  editor.selectSameCategory();
  expect([...editor.store.getState().selected]).toEqual([1, 3]);
});

describe('copies on other frames', () => {
  const copy = { category: car, bbox: [10, 10, 20, 20], angle: 0, flags: [], attributes: { colour: 'red' } } as const;

  test('more copies than a block of ids holds get their ids all the same', async () => {
    const { editor, boxes } = await openEditor(
      Array.from({ length: 300 }, (_, i) => box(i + 1, { bbox: [i % 150, Math.floor(i / 150) * 20, 10, 10] })),
    );
    editor.selectAll();
    editor.copy();
    expect(editor.paste()).toBe(300);
    await vi.waitFor(() => expect(new Set(boxes().map((one) => one.id)).size).toBe(600));
  });

  test('boxes of another frame are repeated where they are not yet', async () => {
    const { editor, boxes } = await openEditor([box(1)]);
    expect(editor.repeat([copy, { ...copy, category: bus }, { ...copy, bbox: [190, 90, 50, 50] }])).toBe(2);
    await vi.waitFor(() =>
      expect(boxes().map((one) => [one.category, one.bbox])).toEqual([
        [car, [10, 10, 20, 20]],
        [bus, [10, 10, 20, 20]],
        [car, [190, 90, 10, 10]],
      ]),
    );
    expect(boxes()[1]?.attributes).toEqual({ colour: 'red' });
  });

  test('a plan leaves out what is there, what lies outside, and frames that are locked', () => {
    const target = (id: number, more: object = {}) => ({ frame: id as FrameId, size: frame.size, isLocked: false, existing: [], ...more });
    const targets = [
      target(1),
      target(2, { existing: [{ category: car, bbox: [11, 10, 20, 20] }] }),
      target(3, { existing: [{ category: bus, bbox: [10, 10, 20, 20] }] }),
      target(4, { size: { width: 8, height: 8 } }),
      target(5, { isLocked: true }),
    ];
    const plan = planPropagation([copy], targets, true);
    expect([plan.boxes, plan.frames, plan.skipped]).toEqual([2, 2, 3]);
    expect(plan.changes(select(50, 51)).map((change) => change.op === 'add' && [change.frame, change.box])).toEqual([
      [1, 50],
      [3, 51],
    ]);
    expect(planPropagation([copy], targets, false).boxes).toBe(3);
  });

  test('what was put on other frames is one step that Undo takes back from here, and Redo gives again', async () => {
    const { editor, sent, undone, boxes } = await openEditor([box(1)]);
    editor.commitElsewhere([
      { op: 'add', frame: 8 as FrameId, box: 60 as BoxId, category: car, bbox: [1, 1, 5, 5] },
      { op: 'add', frame: 9 as FrameId, box: 61 as BoxId, category: car, bbox: [1, 1, 5, 5] },
    ]);
    await editor.saving.flush();
    expect(sent).toHaveLength(1);
    expect(boxes()).toHaveLength(1);
    await editor.undo();
    await editor.redo();
    await editor.undo();
    // An edit of this frame comes after it: Undo is of this frame again.
    editor.select(select(1));
    editor.nudge(1, 0);
    await editor.undo();
    expect(undone).toEqual([null, null, null, frame.id]);
  });
});

test('an attribute of many boxes is set at once, and taken away', async () => {
  const { editor, sent, boxes } = await openEditor([box(1), box(2, { attributes: { colour: 'red' } })]);
  editor.selectAll();
  editor.setAttribute('colour', 'red');
  expect(boxes().map((one) => one.attributes)).toEqual([{ colour: 'red' }, { colour: 'red' }]);
  editor.setAttribute('colour', null);
  expect(boxes().map((one) => one.attributes)).toEqual([{}, {}]);
  await editor.saving.flush();
  expect(sent.map((changes) => changes.length)).toEqual([1, 2]);
});
