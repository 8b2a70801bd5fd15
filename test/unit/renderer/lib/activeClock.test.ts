import { expect, test } from 'vitest';
import { createActiveClock, pauseAfterMs } from '../../../../renderer/lib/activeClock.ts';

test('counts from one sign of life to the next, and nothing of a pause', () => {
  const clock = createActiveClock(0);
  clock.touch(4_000);
  clock.touch(9_000);
  expect(clock.take(10_000)).toBe(10_000);
  // Coffee: none of it counts, not even its first half minute.
  clock.touch(12_000);
  clock.touch(12_000 + 3 * pauseAfterMs);
  expect(clock.take(12_000 + 3 * pauseAfterMs + 1_500)).toBe(2_000 + 1_500);
  expect(clock.take(12_000 + 3 * pauseAfterMs + 1_500)).toBe(0);
});

test('does not count while the window is out of sight', () => {
  const clock = createActiveClock(0);
  clock.see(false, 1_000);
  clock.touch(6_000);
  clock.see(true, 8_000);
  expect(clock.take(9_000)).toBe(2_000);
});

test('a clock that is set back takes nothing away', () => {
  const clock = createActiveClock(5_000);
  clock.touch(4_000);
  expect(clock.take(4_500)).toBe(500);
});
