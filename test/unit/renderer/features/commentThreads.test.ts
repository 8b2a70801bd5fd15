import { expect, test } from 'vitest';
import { foldReplies, threadsOf } from '../../../../renderer/features/label/commentThreads.ts';
import type { Comment } from '../../../../shared/contract/annotations.ts';
import type { FrameId } from '../../../../shared/domain/ids.ts';

const comment = (id: string, parent: string | null = null, resolved = false): Comment => ({
  id,
  parent,
  resolved,
  removed: false,
  frame: 1 as FrameId,
  box: null,
  point: null,
  issue: null,
  text: id,
  author: 'mara',
  time: '2026-11-24T09:00:00.000Z',
});

test('replies stand below their comment; one that came in before it, or without it, is not lost', () => {
  const threads = threadsOf([
    comment('a'),
    comment('b2', 'b'),
    comment('a1', 'a'),
    comment('b', null, true),
    comment('x1', 'x'),
    comment('a2', 'a'),
    comment('b1', 'b'),
  ]);
  expect(threads.map(({ id, first, replies, resolved }) => [id, first?.id, replies.map((reply) => reply.id), resolved])).toEqual([
    ['a', 'a', ['a1', 'a2'], false],
    ['b', 'b', ['b2', 'b1'], true],
    ['x', undefined, ['x1'], false],
  ]);
});

test('of a long thread the latest replies are shown, and never is one alone folded away', () => {
  const replies = ['1', '2', '3', '4', '5'].map((id) => comment(id, '0'));
  const fold = (count: number, all = false) => {
    const { folded, shown } = foldReplies(replies.slice(0, count), all);
    return [folded, shown.map(({ id }) => id).join('')];
  };
  expect([fold(0), fold(3), fold(4), fold(5), fold(5, true)]).toEqual([
    [0, ''],
    [0, '123'],
    [0, '1234'],
    [2, '345'],
    [0, '12345'],
  ]);
});
