import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSplitter, groupOf } from '../../../../shared/versions/split.ts';

const shares = { train: 0.8, val: 0.1, test: 0.1 };
const groups = fc.array(fc.string(), { maxLength: 50 });

test('more groups never move a group, whatever their order', () => {
  fc.assert(
    fc.property(groups, groups, fc.integer(), (old, more, seed) => {
      const before = createSplitter(shares, seed);
      const first = new Map(old.map((group) => [group, before(group)]));
      const after = createSplitter(shares, seed);
      for (const group of [...more, ...old.toReversed()]) {
        const split = after(group);
        if (first.has(group)) expect(split).toBe(first.get(group));
      }
    }),
  );
});

test('the order in which shares are written changes nothing, and another share of val moves nothing in or out of test', () => {
  fc.assert(
    fc.property(groups, fc.double({ min: 0, max: 0.9, noNaN: true }), (names, val) => {
      const split = createSplitter(shares);
      const turned = createSplitter({ test: 0.1, val: 0.1, train: 0.8 });
      const other = createSplitter({ test: 0.1, val, train: 0.9 - val });
      for (const name of names) {
        expect(turned(name)).toBe(split(name));
        expect(other(name) === 'test').toBe(split(name) === 'test');
      }
    }),
  );
});

test('frames of one sequence stay together; a frame without one stands alone; copies of an image stay together', () => {
  const hash = 'a'.repeat(64);
  expect(groupOf({ sha256: hash, sequence: 'cam7' }, 'sequence')).toBe(groupOf({ sha256: 'b'.repeat(64), sequence: 'cam7' }, 'sequence'));
  expect(groupOf({ sha256: hash, sequence: null }, 'sequence')).toBe(groupOf({ sha256: hash, sequence: 'cam7' }, 'none'));
  expect(groupOf({ sha256: hash, sequence: hash }, 'sequence')).not.toBe(groupOf({ sha256: hash, sequence: null }, 'sequence'));
});
