import { expect, test } from 'vitest';
import { shareFresh } from '../../../../../../electron/host/services/frames/shareFresh.ts';

test('callers share a reading, but never one that had begun before they asked', async () => {
  const readings: ((value: string) => void)[] = [];
  const current = shareFresh(() => new Promise<string>((resolve) => readings.push(resolve)));
  const first = current();
  const [second, third] = [current(), current()];
  expect(readings).toHaveLength(1);
  readings[0]?.('before the edit');
  expect(await first).toBe('before the edit');
  await Promise.resolve();
  expect(readings).toHaveLength(2);
  readings[1]?.('after it');
  expect(await Promise.all([second, third])).toEqual(['after it', 'after it']);
});

test('a reading that fails is told to those who shared it, and the next one begins anew', async () => {
  let tries = 0;
  const current = shareFresh(() => (++tries === 1 ? Promise.reject(new Error('busy')) : Promise.resolve(tries)));
  const answers = await Promise.allSettled([current(), current()]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(await current()).toBe(3);
});
