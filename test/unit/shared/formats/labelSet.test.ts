import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoxTable, indexByFrame } from '../../../../shared/formats/labelSet.ts';
import { boxFlags, flagBits, flagsOf } from '../../../../shared/domain/annotation.ts';
import { ReportCollector } from '../../../../shared/formats/reportCollector.ts';

test('rows are found by frame in the order of the file', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), (frames) => {
      const boxes = new BoxTable('px');
      frames.forEach((frame, i) => boxes.push({ frame, category: i % 7, values: [i, 0.1, 1 / 3, i], sourceId: i }));
      const index = indexByFrame(boxes, 10);
      const found = Array.from({ length: 10 }, (_, frame) => [...index.rows.subarray(index.offsets[frame], index.offsets[frame + 1])]);
      expect(found).toEqual(Array.from({ length: 10 }, (_, frame) => frames.flatMap((of, row) => (of === frame ? [row] : []))));
      expect(frames.map((_, row) => boxes.w.get(row))).toEqual(frames.map(() => 1 / 3));
    }),
  );
});

test('a table of more rows than a chunk keeps every value', () => {
  const boxes = new BoxTable('px');
  const count = 2 * 65_536 + 3;
  for (let row = 0; row < count; row++) boxes.push({ frame: row, category: row % 65_536, values: [row + 0.5, 0, 0, 0] });
  expect(boxes.length).toBe(count);
  for (const row of [0, 65_535, 65_536, 131_071, 131_072, count - 1])
    expect([boxes.frames.get(row), boxes.categories.get(row), boxes.x.get(row)]).toEqual([row, row % 65_536, row + 0.5]);
});

test('flags become bits and flags again', () => {
  fc.assert(
    fc.property(fc.subarray([...boxFlags]), (flags) => {
      expect(flagsOf(flagBits(flags))).toEqual(flags);
    }),
  );
});

test('a report has one line a kind, with a few examples, and shows no control characters', () => {
  const report = new ReportCollector();
  for (let i = 0; i < 100; i++) report.add({ code: 'a', severity: 'refused', message: 'm', item: `item ${i}` });
  report.add({ code: 'a', severity: 'repaired', message: 'n', item: 'x\u202ey\n' }, 7);
  expect(report.entries()).toEqual([
    {
      code: 'a',
      severity: 'refused',
      message: 'm',
      item: 'item 0',
      count: 100,
      examples: ['item 1', 'item 2', 'item 3', 'item 4', 'item 5'],
    },
    { code: 'a', severity: 'repaired', message: 'n', item: 'x\\u202ey\\u000a', count: 7 },
  ]);
  expect([report.count('refused'), report.count('repaired'), report.count('info')]).toEqual([100, 7, 0]);
});
