import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxIndex } from '../../../../renderer/canvas/model/boxIndex.ts';
import type { SceneBox } from '../../../../renderer/canvas/model/sceneBox.ts';
import type { BoxId, CategoryId } from '../../../../shared/domain/ids.ts';
import type { Box } from '../../../../shared/geometry/box.ts';
import { enclosingBox } from '../../../../shared/geometry/rotated.ts';

const place = fc.tuple(
  fc.double({ min: -50, max: 900, noNaN: true }),
  fc.double({ min: -50, max: 900, noNaN: true }),
  fc.double({ min: 0.5, max: 300, noNaN: true }),
  fc.double({ min: 0.5, max: 300, noNaN: true }),
);

const sceneOf = (placed: readonly (readonly [Box, number])[]): readonly SceneBox[] =>
  placed.map(
    ([bbox, angle], i) =>
      ({
        id: (i + 1) as BoxId,
        category: 1 as CategoryId,
        bbox,
        angle,
        score: null,
        origin: 'human',
        flags: [],
        readOnly: false,
      }) as unknown as SceneBox,
  );

const meets = ({ bbox, angle }: SceneBox, [x, y, w, h]: Box): boolean => {
  const [left, top, width, height] = enclosingBox(bbox, angle);
  return left <= x + w && top <= y + h && left + width >= x && top + height >= y;
};

describe('the index of a scene', () => {
  test('finds what a look at every box finds, in drawing order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.constantFrom(0, 30, 90))), place, fc.constantFrom(0.05, 1), (placed, region, part) => {
        const scene = sceneOf(placed);
        const asked: Box = [region[0], region[1], region[2] * part, region[3] * part];
        expect(boxIndex(scene).meeting(asked)).toEqual(scene.filter((box) => meets(box, asked)));
      }),
    );
  });

  test('tells "more than" rightly where it denies it, and never of fewer boxes than it has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(place, fc.constant(0)), { maxLength: 60 }),
        place,
        fc.integer({ min: 0, max: 40 }),
        (placed, region, limit) => {
          const scene = sceneOf(placed);
          const count = scene.filter((box) => meets(box, region)).length;
          if (count > limit) expect(boxIndex(scene).moreThan(limit, region)).toBe(true);
          if (scene.length <= limit) expect(boxIndex(scene).moreThan(limit, region)).toBe(false);
        },
      ),
    );
  });

  test('knows boxes by id, and a new scene anew', () => {
    const scene = sceneOf([[[0, 0, 10, 10], 0]]);
    expect(boxIndex(scene).byId(1 as BoxId)).toBe(scene[0]);
    expect(boxIndex([]).byId(1 as BoxId)).toBeUndefined();
    expect(boxIndex(scene)).toBe(boxIndex(scene));
  });
});
