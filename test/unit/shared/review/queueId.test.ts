import fc from 'fast-check';
import { expect, test } from 'vitest';
import { medianOf } from '../../../../shared/review/median.ts';
import { formatQueueId, maxSample, parseQueueId, queueWork, stateQueues, strata } from '../../../../shared/review/queueId.ts';
import type { QueueDefinition } from '../../../../shared/review/queueId.ts';

const text = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' });
const work = fc.constantFrom('label' as const, 'review' as const);
const definition: fc.Arbitrary<QueueDefinition> = fc.oneof(
  fc.record({ kind: fc.constantFrom(...stateQueues) }),
  fc.record({ kind: fc.constant('assigned' as const), to: text }),
  fc.record({
    kind: fc.constant('sample' as const),
    count: fc.integer({ min: 1, max: maxSample }),
    seed: fc.nat(),
    per: fc.option(fc.constantFrom(...strata)),
    work,
    where: fc.oneof(fc.constant(''), text),
  }),
  fc.record({
    kind: fc.constant('frames' as const),
    where: fc.oneof(fc.constant(''), text),
    name: fc.oneof(fc.constant(''), text),
    facets: fc.dictionary(
      fc.constantFrom('state', 'tag', 'review'),
      fc.array(text, { minLength: 1, maxLength: 3 }).map((list) => [...list]),
      { noNullPrototype: true },
    ),
    work,
  }),
  fc.record({ kind: fc.constant('hits' as const), trigger: text, order: fc.constant('random' as const), seed: fc.nat() }),
);

test('a queue goes through an address and comes back as it was, whatever names and queries hold', () => {
  fc.assert(
    fc.property(definition, (queue) => {
      expect(parseQueueId(formatQueueId(queue))).toEqual(queue);
    }),
  );
});

test('what is no queue is none', () => {
  for (const id of [
    '',
    'nothing',
    'assigned',
    'assigned?to=',
    'sample',
    'sample?n=0',
    'sample?n=1e9',
    'sample?n=5&seed=-1',
    'hits',
    '__proto__',
  ])
    expect([id, parseQueueId(id)]).toEqual([id, null]);
});

test('Space approves where somebody else’s work is looked at', () => {
  const said = (id: string): string => queueWork(parseQueueId(id) ?? { kind: 'unlabeled' });
  expect(['unlabeled', 'rejected', 'corrected', 'comments', 'assigned?to=a', 'hits?trigger=t', 'sample?n=5'].map(said)).toEqual(
    Array.from({ length: 7 }, () => 'label'),
  );
  expect(['unreviewed', 'changed', 'sample?n=5&work=review', 'frames?work=review'].map(said)).toEqual(
    Array.from({ length: 4 }, () => 'review'),
  );
});

test('the median is that of the values, and nothing of fewer than two', () => {
  expect([medianOf([]), medianOf([5]), medianOf([9, 1]), medianOf([7, 1, 3])]).toEqual([null, null, 5, 3]);
});
