import { describe, expect, test } from 'vitest';
import type { BoxId, CategoryId } from '../../../../shared/domain/ids.ts';
import type { Box } from '../../../../shared/geometry/box.ts';
import { enclosingBox } from '../../../../shared/geometry/rotated.ts';
import type { SceneBox } from '../../../../renderer/canvas/model/sceneBox.ts';
import { draftBox, guidesOf, movingBoxes } from '../../../../renderer/canvas/tools/live.ts';
import type { PointerInput, ToolContext, ToolEffect } from '../../../../renderer/canvas/tools/gesture.ts';
import { cancel, step } from '../../../../renderer/canvas/tools/step.ts';
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
function hand(tool: ToolName, boxes: readonly SceneBox[], selected: readonly number[] = [], scale = 1, readOnly = false, snapping = false) {
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
    const context: ToolContext = { boxes, selected: chosen, image: { width: 200, height: 100 }, scale, readOnly, snapping };
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
    [1, { bbox: [25, 21, 10, 10], angle: 0 }],
    [2, { bbox: [15, 11, 80, 60], angle: 0 }],
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
  expect(moved.effects.filter((effect) => effect.kind !== 'select')).toEqual([]);
  expect(hand('box', [], [], 1, true).down(10, 10).move(50, 50).up(50, 50).effects).toEqual([]);
  expect(hand('extreme', [], [], 1, true).down(1, 5).down(5, 1).down(9, 5).down(5, 9).effects).toEqual([]);
});

test('what cannot be moved is clicked, and dragged over as if it were not there', () => {
  const prediction = box(3, [20, 20, 60, 60], { readOnly: true, origin: 'model', score: 0.5 });
  expect(hand('select', [prediction]).down(35, 35).up(35, 35).selected()).toEqual([3]);
  const played = hand('select', [prediction, box(4, [40, 40, 10, 10])], [3])
    .down(30, 30)
    .move(55, 55)
    .up(55, 55);
  expect(played.selected()).toEqual([4]);
  expect(played.effects.filter((effect) => effect.kind !== 'select')).toEqual([]);
});

test('four clicks on the outermost points draw the box around them, in any order; a right click gives up', () => {
  const played = hand('extreme', [large]).down(60, 20).up(60, 20).down(20, 40).up(20, 40).down(50, 70).up(50, 70).move(70, 10);
  expect(draftBox(played.state())).toEqual([20, 10, 50, 60]);
  played.move(90, 30).down(90, 30).up(90, 30);
  expect(played.effects).toEqual([{ kind: 'create', bbox: [20, 20, 70, 50] }]);
  expect(hand('extreme', []).down(60, 20).up(60, 20).down(1, 1, { button: 'secondary' }).state()).toEqual(idle('extreme'));
});

test('breaking off takes back the last extreme point, then the tool is at rest', () => {
  const two = hand('extreme', []).down(60, 20).up(60, 20).down(20, 40).up(20, 40).state();
  const one = cancel(two);
  expect(one).toMatchObject({ phase: 'points', points: [{ x: 60, y: 20 }] });
  expect(cancel(one)).toEqual(idle('extreme'));
});

describe('snapping', () => {
  const neighbour = box(5, [100, 20, 40, 40]);

  test('a moved box sticks to the edge of its neighbour and to the image, and says where', () => {
    const played = hand('select', [small, neighbour], [1], 1, false, true).down(25, 25).move(93, 27);
    // Its right edge stood at 98, 2 px from the neighbour's left one; its upper edge at 22.
    expect([...movingBoxes(played.state()).values()][0]?.bbox).toEqual([90, 20, 10, 10]);
    expect(guidesOf(played.state())).toEqual([
      { axis: 'x', at: 100, from: 20, to: 60 },
      { axis: 'y', at: 20, from: 88, to: 140 },
    ]);
    played.up(93, 27);
    expect(played.effects).toEqual([{ kind: 'setBoxes', boxes: [{ id: 1, bbox: [90, 20, 10, 10] }] }]);
  });

  test('Alt switches it off, and a box far along an edge is no neighbour', () => {
    expect(
      hand('select', [small, neighbour], [1], 1, false, true).down(25, 25).move(93, 27, { alt: true }).up(93, 27, { alt: true }).effects,
    ).toEqual([{ kind: 'setBoxes', boxes: [{ id: 1, bbox: [88, 22, 10, 10] }] }]);
    const far = box(6, [100, 90, 40, 5]);
    expect(hand('select', [small, far], [1], 1, false, true).down(25, 25).move(93, 32).up(93, 32).effects).toEqual([
      { kind: 'setBoxes', boxes: [{ id: 1, bbox: [88, 27, 10, 10] }] },
    ]);
  });

  test('a held edge and the corner of a drawing stick, too', () => {
    expect(hand('select', [small, neighbour], [1], 1, false, true).down(30, 25).move(97, 25).up(97, 25).effects).toEqual([
      { kind: 'setBoxes', boxes: [{ id: 1, bbox: [20, 20, 80, 10] }] },
    ]);
    expect(hand('box', [neighbour], [], 1, false, true).down(50, 30).move(98, 61).up(98, 61).effects).toEqual([
      { kind: 'create', bbox: [50, 30, 50, 30] },
    ]);
  });
});

describe('turned boxes', () => {
  const turned = box(7, [60, 40, 40, 20], { angle: 90 });

  test('are hit where they are drawn, not where they would be upright', () => {
    // Turned by a quarter the box stands at x 70 to 90, y 30 to 70.
    expect(hand('select', [turned]).down(80, 66).up(80, 66).selected()).toEqual([7]);
    expect(hand('select', [turned]).down(62, 50).up(62, 50).selected()).toEqual([]);
  });

  test('are turned by their handle, in steps with Shift', () => {
    // The handle stands 22 px to the right of the upper edge, which points to the right.
    const played = hand('select', [turned], [7]).down(112, 50).move(80, 90);
    expect(movingBoxes(played.state()).get(7 as BoxId)).toEqual({ bbox: [60, 40, 40, 20], angle: 180 });
    played.up(80, 90);
    expect(played.effects).toEqual([{ kind: 'setBoxes', boxes: [{ id: 7, angle: 180 }] }]);
    const stepped = hand('select', [turned], [7]).down(112, 50).move(110, 60, { shift: true }).up(110, 60, { shift: true });
    expect(stepped.effects).toEqual([{ kind: 'setBoxes', boxes: [{ id: 7, angle: 105 }] }]);
  });

  test('are resized in their own frame: the opposite edge stays where it is', () => {
    // The east handle of the quarter-turned box is its lower end on the screen.
    const played = hand('select', [turned], [7]).down(80, 70).move(83, 80).up(83, 80);
    expect(played.effects).toEqual([{ kind: 'setBoxes', boxes: [{ id: 7, bbox: [55, 45, 50, 20] }] }]);
    expect(enclosingBox([55, 45, 50, 20], 90)).toEqual([70, 30, 20, 50]);
  });

  test('stay inside the image with their corners when they are moved', () => {
    const played = hand('select', [turned], [7]).down(80, 50).move(80, -500).up(80, -500);
    expect(played.effects).toEqual([{ kind: 'setBoxes', boxes: [{ id: 7, bbox: [60, 10, 40, 20] }] }]);
  });
});

describe('The corner of a box that is not selected', () => {
  test('is dragged at once: no press before it to select', () => {
    const mouse = hand('select', [large]).down(90, 70).move(95, 80).move(110, 90).up(110, 90);
    expect(mouse.effects).toEqual([
      { kind: 'select', ids: [2] },
      { kind: 'setBoxes', boxes: [{ id: 2, bbox: [10, 10, 100, 80] }] },
    ]);
  });

  test('selects the box where it is clicked, or slipped from', () => {
    expect(hand('select', [large]).down(90, 70).move(91, 71).up(91, 71).effects).toEqual([{ kind: 'select', ids: [2] }]);
  });

  test('leaves most of a small box to moving it, and a finger moves the box', () => {
    expect(hand('select', [small]).down(24, 24).move(34, 24).up(34, 24).effects.at(-1)).toEqual({
      kind: 'setBoxes',
      boxes: [{ id: 1, bbox: [30, 20, 10, 10] }],
    });
    const finger = hand('select', [large]).down(90, 70, { touch: true }).move(80, 70, { touch: true }).up(80, 70, { touch: true });
    expect(finger.effects.at(-1)).toEqual({ kind: 'setBoxes', boxes: [{ id: 2, bbox: [0, 10, 80, 60] }] });
  });

  test('with Shift or Ctrl adds to the selection, and where nothing may be edited gathers', () => {
    expect(hand('select', [small, large], [1]).down(90, 70, { shift: true }).up(90, 70).selected().sort()).toEqual([1, 2]);
    const reading = hand('select', [large], [], 1, true).down(90, 70).move(110, 90).up(110, 90);
    expect(reading.effects.some(({ kind }) => kind === 'setBoxes')).toBe(false);
  });
});
