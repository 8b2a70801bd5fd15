import { expect, test } from 'vitest';
import { TaskPool } from '../../../../../../electron/host/services/exports/taskPool.ts';

test('never more than its size at once, and all are done when it has settled', async () => {
  const pool = new TaskPool(3);
  let running = 0;
  let most = 0;
  let done = 0;
  for (let i = 0; i < 20; i++)
    await pool.add(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      done++;
    });
  await pool.settled();
  expect({ running, most, done }).toEqual({ running: 0, most: 3, done: 20 });
});

test('waits for what runs, then gives the first failure, and takes nothing more', async () => {
  const pool = new TaskPool(2);
  let done = false;
  const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await pool.add(() => later().then(() => Promise.reject(new Error('first'))));
  await pool.add(async () => {
    for (let i = 0; i < 5; i++) await later();
    done = true;
  });
  await expect(pool.settled()).rejects.toThrow('first');
  expect(done).toBe(true);
  await expect(pool.add(() => Promise.resolve())).rejects.toThrow('first');
});
