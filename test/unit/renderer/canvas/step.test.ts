import { expect, test } from 'vitest';
import type { BoxId, CategoryId } from '../../../../shared/domain/ids.ts';
import type { Box } from '../../../../shared/geometry/box.ts';
import type { SceneBox } from '../../../../renderer/canvas/model/sceneBox.ts';
import { draftBox, movingBoxes } from '../../../../renderer/canvas/tools/live.ts';
import { type PointerInput, step, type ToolContext, type ToolEffect } from '../../../../renderer/canvas/tools/step.ts';
import { idle, type ToolName, type ToolState } from '../../../../renderer/canvas/tools/toolState.ts';

const box = (id: number, bbox: Box, more: Partial<SceneBox> = {}): SceneBox => ({
  id: id as BoxId,
  category: 0 as CategoryId,
  bbox,
  angle: 0,
  score: null,
  origin: 'human',
  flags: [],
  readOnly: false,
  ...more,
});

/** A hand that plays pointer events against the tools and keeps what they did. */
function hand(tool: ToolName, boxes: readonly SceneBox[], selected: readonly number[] = [], scale = 1, readOnly = false) {
  let state: ToolState = idle(tool);
  let chosen = new Set(selected as BoxId[]);
  const effects: ToolEffect[] = [];
  const send = (type: PointerInput['type'], x: number, y: number, more: Partial<PointerInput> = {}) => {
    const input: PointerInput = {
      type,
      point: { x, y },
      screen: { x: x * scale, y: y * scale },
      button: 'primary',
      shift: false,
      ctrl: false,
      alt: false,
      ...more,
    };
    const context: ToolContext = { boxes, selected: chosen, image: { width: 200, height: 100 }, scale, readOnly };
    const next = step(state, input, context);
    state = next.state;
    for (const effect of next.effects) {
      effects.push(effect);
      if (effect.kind === 'select') chosen = new Set(effect.ids);
    }
  };
  const self = {
    down: (x: number, y: number, more?: Partial<PointerInput>) => (send('down', x, y, more), self),
    move: (x: number, y: number, more?: Partial<PointerInput>) => (send('move', x, y, more), self),
    up: (x: number, y: number, more?: Partial<PointerInput>) => (send('up', x, y, more), self),
    state: () => state,
    effects,
    selected: () => [...chosen] as number[],
  };
  return self;
}

const small = box(1, [20, 20, 10, 10]);
const large = box(2, [10, 10, 80, 60]);

test('a click takes the smallest box under the pointer, however they are stacked', () => {
  expect(hand('select', [small, large]).down(25, 25).up(25, 25).selected()).toEqual([1]);
  expect(hand('select', [large, small]).down(25, 25).up(25, 25).selected()).toEqual([1]);
  expect(hand('select', [small, large]).down(60, 50).up(60, 50).selected()).toEqual([2]);
});

test('a drag moves every selected box by the same way and commits once, at its end', () => {
  const played = hand('select', [small, large], [1, 2]).down(25, 25).move(30, 26);
  expect(played.effects).toEqual([]);
  expect([...movingBoxes(played.state())]).toEqual([
    [1, [25, 21, 10, 10]],
    [2, [15, 11, 80, 60]],
  ]);
  played.up(35, 28);
  expect(played.effects).toEqual([
    {
      kind: 'setBoxes',
      boxes: [
        { id: 1, bbox: [30, 23, 10, 10] },
        { id: 2, bbox: [20, 13, 80, 60] },
      ],
    },
  ]);
});

test('a group stops at the edge of the image as a whole', () => {
  const played = hand('select', [small, large], [1, 2]).down(25, 25).move(-500, 25).up(-500, 25);
  expect(played.effects).toEqual([
    {
      kind: 'setBoxes',
      boxes: [
        { id: 1, bbox: [10, 20, 10, 10] },
        { id: 2, bbox: [0, 10, 80, 60] },
      ],
    },
  ]);
});

test('a press that hardly travels is a click and changes nothing', () => {
  expect(hand('select', [small], [1], 4).down(25, 25).move(25.5, 25).up(25.5, 25).effects).toEqual([]);
});

test('a click on one of several selected boxes narrows the selection to it', () => {
  expect(hand('select', [small, large], [1, 2]).down(25, 25).up(25, 25).selected()).toEqual([1]);
});

test('shift adds to and takes from the selection', () => {
  const played = hand('select', [small, large], [2]).down(25, 25, { shift: true }).up(25, 25);
  expect(played.selected()).toEqual([2, 1]);
  expect(played.down(25, 25, { shift: true }).up(25, 25).selected()).toEqual([2]);
});

test.each([
  ['nw', 20, 20, [18, 17, 12, 13]],
  ['n', 25, 20, [20, 17, 10, 13]],
  ['ne', 30, 20, [20, 17, 8, 13]],
  ['e', 30, 25, [20, 20, 8, 10]],
  ['se', 30, 30, [20, 20, 8, 7]],
  ['s', 25, 30, [20, 20, 10, 7]],
  ['sw', 20, 30, [18, 20, 12, 7]],
  ['w', 20, 25, [18, 20, 12, 10]],
] as const)('the %s handle moves the edges it holds and no others', (_name, x, y, expected) => {
  const played = hand('select', [small], [1], 8)
    .down(x, y)
    .move(x - 2, y - 3)
    .up(x - 2, y - 3);
  expect(played.effects).toEqual([{ kind: 'setBoxes', boxes: [{ id: 1, bbox: expected }] }]);
});

test('a handle dragged past the opposite edge turns the box over', () => {
  const played = hand('select', [small], [1], 8).down(30, 30).move(10, 12).up(10, 12);
  expect(played.effects).toEqual([{ kind: 'setBoxes', boxes: [{ id: 1, bbox: [10, 12, 10, 8] }] }]);
});

test('the marquee selects what lies wholly inside', () => {
  expect(hand('select', [small, large]).down(1, 1).move(50, 50).up(50, 50).selected()).toEqual([1]);
  expect(hand('select', [small, large]).down(1, 1).move(95, 95).up(95, 95).selected()).toEqual([1, 2]);
});

test('a box is drawn by drag, over other boxes without grabbing them', () => {
  const played = hand('box', [small, large], [2]).down(30, 30).move(60, 50).up(60, 50);
  expect(played.effects).toEqual([{ kind: 'create', bbox: [30, 30, 30, 20] }]);
});

test('a box is drawn by two clicks', () => {
  const played = hand('box', []).down(30, 30).up(30, 30).move(60, 50);
  expect(draftBox(played.state())).toEqual([30, 30, 30, 20]);
  played.down(60, 50).up(60, 50);
  expect(played.effects).toEqual([{ kind: 'create', bbox: [30, 30, 30, 20] }]);
  expect(played.state()).toEqual(idle('box'));
});

test('a drawing may start outside the image: what lies inside counts', () => {
  expect(hand('box', []).down(-20, -10).move(50, 40).up(50, 40).effects).toEqual([{ kind: 'create', bbox: [0, 0, 50, 40] }]);
  expect(hand('box', []).down(-20, -10).move(-5, -5).up(-5, -5).effects).toEqual([]);
});

test('a read-only dataset can be looked at and selected in, not changed', () => {
  const moved = hand('select', [small], [1], 1, true).down(25, 25).move(40, 30).up(40, 30);
  expect(moved.effects).toEqual([]);
  expect(hand('box', [], [], 1, true).down(10, 10).move(50, 50).up(50, 50).effects).toEqual([]);
});

test('predictions are selected but neither moved nor resized', () => {
  const prediction = box(3, [20, 20, 30, 30], { readOnly: true, origin: 'model', score: 0.5 });
  const played = hand('select', [prediction], [3]).down(35, 35).move(50, 50).up(50, 50);
  expect(played.effects).toEqual([]);
  expect(played.selected()).toEqual([3]);
});
