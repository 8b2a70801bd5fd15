import { expect, test } from 'vitest';
import { keepBackups } from '../../../../../../electron/host/services/backups/keepBackups.ts';

const hour = 3_600_000;
const start = Date.parse('2026-05-01T09:00:00Z');
/** One every hour for so many days, newest last. */
const hourly = (days: number) => Array.from({ length: days * 24 }, (_, i) => ({ at: new Date(start + i * hour).toISOString() }));

test('of sixty days of hourly backups the last 8, one of each of 7 days and one of each of 4 weeks stay', () => {
  const all = hourly(60);
  const { keep, drop } = keepBackups(all);
  expect(keep.length + drop.length).toBe(all.length);
  expect(keep.slice(0, 8)).toEqual(all.slice(-8).reverse());
  const days = new Set(keep.map(({ at }) => at.slice(0, 10)));
  expect(days.size).toBeGreaterThanOrEqual(7);
  const age = (at: string): number => (Date.parse(all.at(-1)?.at ?? '') - Date.parse(at)) / (24 * hour);
  expect(Math.max(...keep.map(({ at }) => age(at)))).toBeGreaterThan(14);
  expect(keep.length).toBeLessThanOrEqual(8 + 7 + 4);
});

test('a dataset that was left alone keeps what it has, whatever its age, and nothing newer is ever dropped for something older', () => {
  const old = [{ at: '2020-01-01T00:00:00Z' }, { at: '2021-01-01T00:00:00Z' }];
  expect(keepBackups(old).drop).toEqual([]);
  const { keep } = keepBackups([...old, ...hourly(1)]);
  expect(keep[0]).toEqual(hourly(1).at(-1));
});
