import { expect, test } from 'vitest';
import { randomOrder } from '../../../../../../electron/host/services/triggers/randomOrder.ts';
import { wilson } from '../../../../../../electron/host/services/triggers/wilson.ts';

test.each([
  [25, 36],
  [0, 10],
  [10, 10],
  [1, 2],
  [412, 10_000],
])('the ends of the interval for %i of %i are where the score test just rejects', (right, total) => {
  // Wilson's definition: all p with |right/total − p| ≤ z √(p (1 − p) / total).
  const { value, low, high } = wilson(right, total);
  expect(value).toBe(right / total);
  for (const end of [low, high]) {
    if (end === 0 || end === 1) continue;
    expect(Math.abs(value - end)).toBeCloseTo(1.959963984540054 * Math.sqrt((end * (1 - end)) / total), 10);
  }
  expect([low <= value, high >= value]).toEqual([true, true]);
});

test('a random order holds every place once, is the same for a seed and another for the next', () => {
  const order = randomOrder(1_000, 7);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  expect(randomOrder(1_000, 7)).toEqual(order);
  expect(randomOrder(1_000, 8)).not.toEqual(order);
});

test('a random order favours no place', () => {
  // 3 places, 6 orders, 6,000 seeds: each order about 1,000 times; 5 standard deviations are 145.
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6_000; seed++) {
    const key = randomOrder(3, seed).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(145);
});
