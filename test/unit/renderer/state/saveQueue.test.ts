import { expect, test, vi } from 'vitest';
import type { Applied, Change } from '../../../../shared/contract/annotations.ts';
import type { BoxId, FrameId } from '../../../../shared/domain/ids.ts';
import { AppError, type ErrorCode } from '../../../../shared/errors.ts';
import { createSaveQueue, type Unsaved } from '../../../../renderer/state/editor/saveQueue.ts';
import { keepInHand, rebase } from '../../../../renderer/state/editor/rebase.ts';

const comment = (text: string): readonly Change[] => [{ op: 'comment', frame: 1 as FrameId, text }];
const applied: Applied = { results: [], frameStates: [], savedAt: '2026-01-01T00:00:00Z' };

/** A host that fails as it is told, and what the browser keeps outside the page. */
function world() {
  const asked: string[] = [];
  const kept = new Map<string, Unsaved>();
  let failure: ErrorCode | null = null;
  const queue = createSaveQueue({
    apply: (_changes, key) => {
      asked.push(key);
      return failure === null ? Promise.resolve(applied) : Promise.reject(new AppError(failure, failure));
    },
    unsaved: { put: (unsaved) => kept.set(unsaved.key, unsaved), remove: (key) => kept.delete(key) },
  });
  return { queue, asked, kept, fail: (code: ErrorCode | null) => (failure = code) };
}

const waiting = (queue: ReturnType<typeof createSaveQueue>, pending: number): Promise<void> =>
  vi.waitFor(() => expect(queue.state.getState()).toMatchObject({ kind: 'waiting', pending }));

test.each(['unavailable', 'disk_full', 'busy', 'read_only', 'folder_gone', 'corrupt', 'unreadable'] as const)(
  'after "%s" edits wait in order, are kept outside the page, and are asked again under the same key',
  async (code) => {
    const { queue, asked, kept, fail } = world();
    fail(code);
    queue.push(comment('a'));
    queue.push(comment('b'));
    await waiting(queue, 2);
    queue.push(comment('c'));
    expect([...kept.values()].map(({ changes }) => changes[0])).toEqual([comment('a')[0], comment('b')[0], comment('c')[0]]);
    fail(null);
    queue.retry();
    await queue.flush();
    expect(kept.size).toBe(0);
    expect(new Set(asked).size).toBe(3);
    expect(asked[0]).toBe(asked[1]);
    expect(queue.answered()).toBe(3);
  },
);

test('an edit that is refused for good goes alone: what follows is still saved', async () => {
  const { queue, fail } = world();
  const refused: string[] = [];
  queue.listen({ onRefused: (error, changes) => refused.push(`${error.code} ${JSON.stringify(changes[0])}`), onApplied: () => fail(null) });
  fail('not_found');
  queue.push(comment('a'));
  queue.push(comment('b'));
  const done = queue.flush();
  fail('not_found');
  await expect(done).rejects.toThrow('not_found');
  expect(refused).toHaveLength(2);
  fail(null);
  queue.push(comment('c'));
  await queue.flush();
  expect(queue.answered()).toBe(3);
});

test('what waits is taken back from its end, but never what the host may have done already', async () => {
  const { queue, kept, fail } = world();
  fail('unavailable');
  queue.push(comment('a'));
  queue.push(comment('b'));
  await waiting(queue, 2);
  expect(queue.takeBack()).toBe(true);
  expect(queue.pending()).toEqual(comment('a'));
  expect(kept.size).toBe(1);
  // Its answer was lost: nobody knows.
  expect(queue.takeBack()).toBe(false);
  fail('disk_full');
  queue.retry();
  await vi.waitFor(() => expect(queue.state.getState()).toMatchObject({ code: 'disk_full' }));
  // Refused as a whole: it is ours.
  expect(queue.takeBack()).toBe(true);
  expect(queue.state.getState()).toMatchObject({ kind: 'saved' });
  expect(kept.size).toBe(0);
});

test('what was taken back is put on its way again, the latest first, until the next edit', async () => {
  const { queue, asked, kept, fail } = world();
  fail('disk_full');
  for (const text of ['a', 'b', 'c']) queue.push(comment(text));
  await waiting(queue, 3);
  const keys = [...kept.keys()];
  expect([queue.takeBack(), queue.takeBack()]).toEqual([true, true]);
  expect(queue.giveBack()).toBe(true);
  expect(queue.pending()).toEqual([...comment('a'), ...comment('b')]);
  expect([...kept.keys()]).toEqual(keys.slice(0, 2));
  queue.push(comment('d'));
  expect(queue.giveBack()).toBe(false);
  // Saved meanwhile, it is still given back.
  expect(queue.takeBack()).toBe(true);
  fail(null);
  queue.retry();
  await queue.flush();
  expect(queue.giveBack()).toBe(true);
  await queue.flush();
  expect(new Set(asked).size).toBe(3);
  expect(queue.giveBack()).toBe(false);
});

test('edits of an earlier window come first, under the keys they had', async () => {
  const { queue, asked, fail } = world();
  fail('unavailable');
  queue.push(comment('new'));
  await waiting(queue, 1);
  queue.adopt([{ key: 'old', changes: comment('old') }]);
  expect(queue.pending()).toEqual([...comment('old'), ...comment('new')]);
  fail(null);
  queue.retry();
  await queue.flush();
  expect(asked.slice(-2)[0]).toBe('old');
});

test('what is not saved yet lies on top of what the host has, and a box in hand stays as it was grasped', () => {
  const box = (id: number, x: number) => ({
    id: id as BoxId,
    frame: 1 as FrameId,
    category: 0 as never,
    bbox: [x, 0, 5, 5] as const,
    angle: 0,
    flags: [],
    attributes: {},
    track: null,
    origin: 'human' as const,
    provenance: null,
  });
  const host = { frame: 1 as FrameId, state: 'draft' as const, annotations: [box(1, 10), box(2, 20)] };
  const pending: readonly Change[] = [
    { op: 'set', box: 1 as BoxId, bbox: [99, 0, 5, 5] },
    { op: 'add', frame: 1 as FrameId, box: 3 as BoxId, category: 0 as never, bbox: [30, 0, 5, 5] },
    { op: 'delete', box: 2 as BoxId },
    { op: 'add', frame: 2 as FrameId, box: 4 as BoxId, category: 0 as never, bbox: [40, 0, 5, 5] },
  ];
  const shown = rebase(host, pending);
  expect(shown.annotations.map(({ id, bbox }) => [id, bbox[0]])).toEqual([
    [1, 99],
    [3, 30],
  ]);
  // The host has them already, its answer is on the way: nothing changes.
  expect(rebase(shown, pending).annotations).toEqual(shown.annotations);
  const kept = keepInHand([box(2, 77)], [box(1, 10), box(2, 20)], new Set([1, 2]));
  expect(kept.map(({ id, bbox }) => [id, bbox[0]])).toEqual([
    [2, 20],
    [1, 10],
  ]);
});
