import { expect, test } from 'vitest';
import { createTurns } from '../../../../../electron/host/services/turns.ts';
import { AppError } from '../../../../../shared/errors.ts';

const never = new AbortController().signal;

test('work of one key runs one after another in the order asked, also behind a failure; other keys do not wait', async () => {
  const turns = createTurns<string>();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take('a', never, async () => {
    seen.push('first begins');
    await gate.promise;
    seen.push('first ends');
    throw new Error('broken');
  });
  const second = turns.take('a', never, async () => seen.push(await Promise.resolve('second')));
  await turns.take('b', never, async () => seen.push(await Promise.resolve('other')));
  expect(seen).toEqual(['first begins', 'other']);
  const idle = turns.idle('a').then(() => seen.push('idle'));
  gate.resolve();
  await expect(first).rejects.toThrow('broken');
  await second;
  await idle;
  expect(seen).toEqual(['first begins', 'other', 'first ends', 'second', 'idle']);
});

test('who stops waiting gets out at once, and nobody behind jumps the line', async () => {
  const turns = createTurns<string>();
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];
  const first = turns.take('a', never, () => gate.promise);
  const stop = new AbortController();
  const gone = turns.take('a', stop.signal, async () => seen.push(await Promise.resolve('never')));
  const last = turns.take('a', never, async () => seen.push(await Promise.resolve('last')));
  stop.abort();
  await expect(gone).rejects.toMatchObject({ code: 'cancelled' });
  await Promise.resolve();
  expect(seen).toEqual([]);
  gate.resolve();
  await Promise.all([first, last]);
  expect(seen).toEqual(['last']);
});

test('a coded reason to stop is the error', async () => {
  const reason = AbortSignal.abort(new AppError('unavailable', 'Closing.'));
  await expect(createTurns<string>().take('a', reason, () => Promise.resolve())).rejects.toMatchObject({ code: 'unavailable' });
});
