import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BoxId, CategoryId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { centerOf, enclosingBox, turn } from '../../../shared/geometry/rotated.ts';
import { clampMove, handles, minSidePx, resize } from '../../../renderer/canvas/model/handles.ts';
import { snapEdges, snapTo } from '../../../renderer/canvas/model/snap.ts';
import type { SceneBox } from '../../../renderer/canvas/model/sceneBox.ts';
import type { PointerInput, ToolContext, ToolEffect } from '../../../renderer/canvas/tools/gesture.ts';
import { draftBox, movingBoxes } from '../../../renderer/canvas/tools/live.ts';
import { cancel, step } from '../../../renderer/canvas/tools/step.ts';
import { idle, isBusy, isHeld, toolNames, type ToolState } from '../../../renderer/canvas/tools/toolState.ts';
import { noTouch, touchStep, type TouchInput, type TouchState } from '../../../renderer/canvas/tools/touch.ts';

const image = { width: 200, height: 120 };

const coordinate = fc.oneof(fc.integer({ min: -40, max: 240 }), fc.double({ min: -40, max: 240, noNaN: true }));
const inside = fc
  .tuple(
    fc.integer({ min: 0, max: 190 }),
    fc.integer({ min: 0, max: 110 }),
    fc.integer({ min: 1, max: 80 }),
    fc.integer({ min: 1, max: 60 }),
  )
  .map(([x, y, w, h]): Box => [x, y, Math.min(w, image.width - x), Math.min(h, image.height - y)]);
const angle = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -179, max: 180 }) });

const sceneOf = fc.array(fc.record({ bbox: inside, angle, readOnly: fc.boolean() }), { minLength: 0, maxLength: 6 }).map((boxes) =>
  boxes.map(({ bbox, angle: turned, readOnly }, index): SceneBox => ({
    id: (index + 1) as BoxId,
    category: 0 as CategoryId,
    bbox,
    angle: turned,
    score: null,
    origin: 'human',
    flags: [],
    readOnly,
  })),
);

const input = fc.record({
  type: fc.constantFrom('down', 'move', 'up'),
  x: coordinate,
  y: coordinate,
  button: fc.constantFrom('primary', 'primary', 'primary', 'middle', 'secondary'),
  shift: fc.boolean(),
  ctrl: fc.boolean(),
  alt: fc.boolean(),
  touch: fc.boolean(),
}) as fc.Arbitrary<{ readonly x: number; readonly y: number } & Omit<PointerInput, 'point' | 'screen'>>;

interface World {
  boxes: readonly SceneBox[];
  selected: ReadonlySet<BoxId>;
  state: ToolState;
}

/** One event as the editor feeds it; what is committed changes the boxes. */
function play(
  world: World,
  { x, y, ...event }: { readonly x: number; readonly y: number } & Omit<PointerInput, 'point' | 'screen'>,
  more: Partial<ToolContext>,
): readonly ToolEffect[] {
  const scale = more.scale ?? 1;
  const context: ToolContext = { boxes: world.boxes, selected: world.selected, image, scale, readOnly: false, snapping: true, ...more };
  const next = step(world.state, { ...event, point: { x, y }, screen: { x: x * scale, y: y * scale } }, context);
  world.state = next.state;
  for (const effect of next.effects) {
    if (effect.kind === 'select') world.selected = new Set(effect.ids);
    if (effect.kind === 'setBoxes') {
      world.boxes = world.boxes.map((box) => {
        const edit = effect.boxes.find(({ id }) => id === box.id);
        return edit ? { ...box, bbox: edit.bbox ?? box.bbox, angle: edit.angle ?? box.angle } : box;
      });
    }
  }
  return next.effects;
}

const isFinite = (box: Box): boolean => box.every(Number.isFinite);

test('whatever the hand does, boxes stay whole and inside, what is read-only stays, and one release or Escape ends any gesture', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...toolNames),
      sceneOf,
      fc.array(input, { maxLength: 40 }),
      fc.constantFrom(0.25, 1, 8),
      fc.boolean(),
      (tool, boxes, events, scale, snapping) => {
        const world: World = { boxes, selected: new Set(), state: idle(tool) };
        for (const event of events) {
          const before = world.boxes;
          for (const effect of play(world, event, { scale, snapping })) {
            if (effect.kind === 'create') {
              const [x, y, w, h] = effect.bbox;
              expect(isFinite(effect.bbox)).toBe(true);
              expect(Math.min(w, h)).toBeGreaterThanOrEqual(minSidePx);
              expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
              expect(x + w).toBeLessThanOrEqual(image.width + 1e-6);
              expect(y + h).toBeLessThanOrEqual(image.height + 1e-6);
            }
            if (effect.kind === 'setBoxes') {
              for (const edit of effect.boxes) {
                const was = before.find(({ id }) => id === edit.id);
                expect(was?.readOnly).toBe(false);
                const now = world.boxes.find(({ id }) => id === edit.id) as SceneBox;
                expect(isFinite(now.bbox) && Number.isFinite(now.angle)).toBe(true);
                expect(Math.min(now.bbox[2], now.bbox[3])).toBeGreaterThan(0);
                const center = centerOf(now.bbox);
                expect(center.x).toBeGreaterThanOrEqual(-1e-6);
                expect(center.x).toBeLessThanOrEqual(image.width + 1e-6);
                expect(center.y).toBeGreaterThanOrEqual(-1e-6);
                expect(center.y).toBeLessThanOrEqual(image.height + 1e-6);
              }
            }
          }
          const draft = draftBox(world.state);
          if (draft) expect(isFinite(draft)).toBe(true);
        }
        // Escape leaves nothing behind, however deep one is in.
        let state = world.state;
        for (let presses = 0; isBusy(state); presses++) {
          expect(presses).toBeLessThan(4);
          state = cancel(state);
        }
        expect(state).toEqual(idle(tool));
        expect(movingBoxes(state).size).toBe(0);
        // A release ends what a press began.
        if (isHeld(world.state)) play(world, { ...release, x: 10, y: 10 }, { scale });
        expect(isHeld(world.state)).toBe(false);
      },
    ),
    { numRuns: 400 },
  );
});

const release = { type: 'up', button: 'primary', shift: false, ctrl: false, alt: false } as const;

test('a gesture that is broken off has changed nothing', () => {
  fc.assert(
    fc.property(sceneOf, fc.array(input, { minLength: 1, maxLength: 20 }), (boxes, events) => {
      const world: World = { boxes, selected: new Set(boxes.map(({ id }) => id)), state: idle('select') };
      for (const event of events) {
        // Everything but the end: nothing may be committed on the way.
        const effects = play(world, event.type === 'up' ? { ...event, type: 'move' } : event, {});
        expect(effects.filter(({ kind }) => kind === 'setBoxes' || kind === 'create')).toEqual([]);
      }
      expect(world.boxes).toBe(boxes);
    }),
    { numRuns: 200 },
  );
});

test('resizing holds the edges that are not held, upright or turned', () => {
  fc.assert(
    fc.property(inside, angle, fc.constantFrom(...handles), coordinate, coordinate, (bbox, turned, handle, dx, dy) => {
      const next = resize({ bbox, angle: turned }, handle, dx, dy, { width: 10_000, height: 10_000 });
      // The corner opposite to the handle, where the drag has not turned the box over.
      const opposite = (box: Box) => {
        const [x, y, w, h] = box;
        const local = { x: handle.includes('w') ? x + w : x, y: handle.includes('n') ? y + h : y };
        return turn(local, centerOf(box), turned);
      };
      const by = turned === 0 ? { x: dx, y: dy } : turn({ x: dx, y: dy }, { x: 0, y: 0 }, -turned);
      const grows = (side: string, delta: number, extent: number): boolean => !handle.includes(side) || extent + delta > minSidePx;
      const whole = grows('e', by.x, bbox[2]) && grows('w', -by.x, bbox[2]) && grows('s', by.y, bbox[3]) && grows('n', -by.y, bbox[3]);
      const center = centerOf(next);
      if (!whole || center.x <= 0 || center.y <= 0 || next[0] <= 0 || next[1] <= 0) return;
      expect(opposite(next).x).toBeCloseTo(opposite(bbox).x, 6);
      expect(opposite(next).y).toBeCloseTo(opposite(bbox).y, 6);
    }),
  );
});

test('a group that is moved stays inside with every corner', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ bbox: inside, angle: fc.constant(0) }), { minLength: 1, maxLength: 5 }),
      coordinate,
      coordinate,
      (boxes, dx, dy) => {
        const by = clampMove(boxes, dx, dy, image);
        for (const { bbox, angle: turned } of boxes) {
          const [x, y, w, h] = enclosingBox(bbox, turned);
          expect(x + by.x).toBeGreaterThanOrEqual(-1e-9);
          expect(y + by.y).toBeGreaterThanOrEqual(-1e-9);
          expect(x + by.x + w).toBeLessThanOrEqual(image.width + 1e-9);
          expect(y + by.y + h).toBeLessThanOrEqual(image.height + 1e-9);
        }
      },
    ),
  );
});

test('snapping finds the nearest edge within its tolerance, as a look at every edge does', () => {
  fc.assert(
    fc.property(sceneOf, coordinate, coordinate, coordinate, (boxes, value, a, b) => {
      const distance = { tolerance: 6, reach: 10 };
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const found = snapTo(snapEdges(boxes, new Set(), image), 'x', [value], from, to, distance);
      const all = boxes
        .filter((box) => box.angle === 0)
        .flatMap(({ bbox: [x, y, w, h] }) => [x, x + w].map((at) => ({ at, from: y, to: y + h })))
        .concat([0, image.width].map((at) => ({ at, from: 0, to: image.height })))
        .filter((edge) => edge.from <= to + distance.reach && edge.to >= from - distance.reach)
        .map((edge) => Math.abs(edge.at - value))
        .filter((gap) => gap <= distance.tolerance);
      if (all.length === 0) expect(found).toEqual({ by: 0, guide: null });
      else expect(Math.abs(found.by)).toBeCloseTo(Math.min(...all), 9);
    }),
  );
});

const finger = fc.oneof(
  fc.record({ type: fc.constant('down'), id: fc.integer({ min: 1, max: 3 }), x: coordinate, y: coordinate, grabs: fc.boolean() }),
  fc.record({ type: fc.constantFrom('move', 'move', 'up', 'cancel'), id: fc.integer({ min: 1, max: 3 }), x: coordinate, y: coordinate }),
  fc.record({ type: fc.constant('hold') }),
);

test('fingers never leave a press of the tool open: each is released or broken off, and lifting all of them ends everything', () => {
  fc.assert(
    fc.property(fc.array(finger, { maxLength: 40 }), (events) => {
      let state: TouchState = noTouch;
      let pressed = false;
      const down = new Set<number>();
      const feed = (event: TouchInput): void => {
        const next = touchStep(state, event);
        state = next.state;
        for (const action of next.actions) {
          if (action.kind === 'tool') {
            // A move or release without a press, or a press on top of one, would confuse the tool.
            expect(pressed).toBe(action.type !== 'down');
            pressed = action.type !== 'up';
          }
          if (action.kind === 'breakOff') {
            expect(pressed).toBe(true);
            pressed = false;
          }
          if (action.kind === 'zoom') expect(action.factor).toBeGreaterThan(0);
        }
      };
      for (const event of events) {
        if (event.type === 'hold') feed({ type: 'hold' });
        else {
          const { id, x, y, type } = event as { id: number; x: number; y: number; type: 'down' | 'move' | 'up' | 'cancel' };
          // A browser tells of a finger's end only after its beginning.
          if (type === 'down' ? down.has(id) : !down.has(id)) continue;
          if (type === 'down') down.add(id);
          if (type === 'up' || type === 'cancel') down.delete(id);
          feed(type === 'down' ? { type, id, at: { x, y }, grabs: 'grabs' in event && event.grabs } : { type, id, at: { x, y } });
        }
      }
      for (const id of [...down]) feed({ type: 'up', id, at: { x: 0, y: 0 } });
      expect(state).toEqual(noTouch);
      expect(pressed).toBe(false);
    }),
    { numRuns: 400 },
  );
});
