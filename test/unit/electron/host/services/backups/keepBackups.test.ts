import { expect, test } from 'vitest';
import { keepBackups } from '../../../../../../electron/host/services/backups/keepBackups.ts';

const hour = 3_600_000;
const start = Date.parse('2026-05-01T09:00:00Z');
/** One every hour for so many days, newest last. */
const hourly = (days: number) => Array.from({ length: days * 24 }, (_, i) => ({ at: new Date(start + i * hour).toISOString() }));

const at = (...times: readonly string[]): readonly string[] => times.map((time) => new Date(`${time}:00Z`).toISOString());
const hoursOf = (day: string, from: number, to: number): readonly string[] =>
  at(...Array.from({ length: from - to + 1 }, (_, i) => `${day}T${String(from - i).padStart(2, '0')}:00`));

test('of sixty days of hourly backups the last 8, the newest of each of 7 days and the newest of each of 4 weeks stay', () => {
  const all = hourly(60);
  const { keep, drop } = keepBackups(all);
  expect(keep.map((one) => one.at)).toEqual([
    ...hoursOf('2026-06-30', 8, 1),
    // Six more days; a week begins on a Thursday, as the first one since 1970 did.
    ...at('2026-06-29T23:00', '2026-06-28T23:00', '2026-06-27T23:00', '2026-06-26T23:00', '2026-06-25T23:00', '2026-06-24T23:00'),
    ...at('2026-06-17T23:00', '2026-06-10T23:00'),
  ]);
  expect(new Set([...keep, ...drop])).toEqual(new Set(all));
  expect(keep.length + drop.length).toBe(all.length);
});

test('a dataset that was left alone keeps what it has, whatever its age, also beside new ones', () => {
  const old = [{ at: '2020-01-01T00:00:00.000Z' }, { at: '2021-01-01T00:00:00.000Z' }];
  expect(keepBackups(old).drop).toEqual([]);
  expect(keepBackups([...old, ...hourly(1)]).keep.map((one) => one.at)).toEqual([
    ...hoursOf('2026-05-02', 8, 1),
    ...at('2026-05-01T23:00', '2021-01-01T00:00', '2020-01-01T00:00'),
  ]);
});
