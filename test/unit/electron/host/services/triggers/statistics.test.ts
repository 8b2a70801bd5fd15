import { expect, test } from 'vitest';
import { randomHitOrder, randomOrder } from '../../../../../../electron/host/services/triggers/randomOrder.ts';
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

test('hits in random order keep their places when a hit goes', () => {
  const frames = Array.from({ length: 400 }, (_, rank) => (rank * 7) % 250);
  const ids = Float64Array.from({ length: 250 }, (_, i) => 2 ** 33 + i * 3);
  const order = [...randomHitOrder(frames, ids, 3)];
  expect([...order].sort((a, b) => a - b)).toEqual(frames.map((_, i) => i));
  expect([...randomHitOrder(frames, ids, 4)]).not.toEqual(order);
  // The last hit of its frame goes: the others stay in the same order.
  const last = frames.length - 1;
  const without = [...randomHitOrder(frames.slice(0, last), ids, 3)];
  expect(without).toEqual(order.filter((rank) => rank !== last));
});

test('random order of hits favours no frame', () => {
  const counts = [0, 0, 0];
  for (let seed = 0; seed < 3_000; seed++) counts[randomHitOrder([0, 1, 2], [11, 12, 13], seed)[0] as number]! += 1;
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(130);
});
