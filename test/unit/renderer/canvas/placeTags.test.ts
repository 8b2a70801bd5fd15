import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeTags, shortName, tagHeight, type TagWish } from '../../../../renderer/canvas/model/placeTags.ts';

const canvas = { width: 1_000, height: 700 };
const area = canvas.width * canvas.height;

const wish = (box: number, x: number, y: number, more: Partial<TagWish<number>> = {}): TagWish<number> => ({
  box,
  x,
  y,
  width: 60,
  height: 40,
  full: `construction vehicle ${box}`,
  short: 'const…',
  fullWidth: 150,
  shortWidth: 50,
  rank: 3,
  score: null,
  ...more,
});

/** `count` boxes in rows, apart from each other. */
const spread = (count: number, more: (i: number) => Partial<TagWish<number>> = () => ({})): readonly TagWish<number>[] =>
  Array.from({ length: count }, (_, i) => wish(i, 20 + (i % 6) * 160, 40 + Math.floor(i / 6) * 70, more(i)));

describe('tags of boxes', () => {
  test('say everything while there are few, above their boxes', () => {
    const tags = placeTags(spread(6), canvas, area);
    expect(tags.map((tag) => tag.text)).toEqual(spread(6).map(({ full }) => full));
    for (const tag of tags) expect(tag.y).toBe(40 - tagHeight - 1);
  });

  test('become short before they cover the photograph, then stay for the doubtful and the large alone', () => {
    expect(placeTags(spread(30), canvas, area).map(({ text }) => text)).toEqual(Array(30).fill('const…'));
    const crowd = spread(54, (i) => ({ score: i < 4 ? 0.3 : 0.9 }));
    expect(placeTags(crowd, canvas, area).map(({ box }) => box)).toEqual([0, 1, 2, 3]);
    expect(placeTags(spread(54), canvas, area)).toEqual([]);
    expect(
      placeTags(
        spread(54, (i) => (i === 9 ? { width: 140 } : {})),
        canvas,
        area,
      ).map(({ box }) => box),
    ).toEqual([9]);
  });

  test('name what is set apart in full, however crowded it is', () => {
    const crowd = spread(54, (i) => (i === 7 ? { rank: 0 } : i === 20 ? { rank: 1 } : {}));
    expect(placeTags(crowd, canvas, area).map(({ box, text }) => [box, text])).toEqual([
      [7, 'construction vehicle 7'],
      [20, 'construction vehicle 20'],
    ]);
  });

  test('never lie over one another, never outside the canvas, and cover little', () => {
    const any = fc.record({
      x: fc.integer({ min: -100, max: 1_000 }),
      y: fc.integer({ min: -100, max: 700 }),
      rank: fc.constantFrom<1 | 3>(1, 3, 3, 3, 3, 3),
      score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 80 }), (boxes) => {
        const tags = placeTags(
          boxes.map(({ x, y, ...more }, i) => wish(i, x, y, more)),
          canvas,
          area,
        );
        tags.forEach((a, i) => {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= canvas.width && a.y + a.height <= canvas.height).toBe(true);
          for (const b of tags.slice(i + 1)) {
            expect(a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height).toBe(false);
          }
        });
        const covered = tags.filter(({ box }) => boxes[box]?.rank === 3).reduce((sum, tag) => sum + tag.width * tag.height, 0);
        expect(covered).toBeLessThanOrEqual(area * 0.06);
      }),
    );
  });

  test('short names keep what tells them apart', () => {
    expect(shortName('construction vehicle')).toBe('const…');
    expect(shortName('person')).toBe('person');
    expect(shortName('건설용 특수 차량')).toBe('건설용…');
    expect(shortName('자동차')).toBe('자동차');
  });
});
