import { describe, expect, test } from 'vitest';
import type { Hit, Verdict } from '../../../../shared/contract/triggers.ts';
import type { Annotation } from '../../../../shared/domain/annotation.ts';
import type { CategoryId } from '../../../../shared/domain/ids.ts';
import { checkTriggers } from '../../../../shared/triggers/check.ts';
import { canBeArmed, runFixtures } from '../../../../shared/triggers/fixtures.ts';
import { problemError } from '../../../../shared/triggers/problem.ts';
import { toWireError } from '../../../../shared/errors.ts';
import { countReviewed, hitKey, nameEnd, nextOpen, severityBins, verdictOf } from '../../../../renderer/features/triggers/hits.ts';
import { applySuggestion, freeName, nameIn, newTriggerText, triggerFromQuery } from '../../../../renderer/features/triggers/newTrigger.ts';
import { diagnosticsOf, problemsOf } from '../../../../renderer/features/triggers/problems.ts';
import { verdictChanges } from '../../../../renderer/features/triggers/verdictChanges.ts';

const hit = (frameId: number, ids: readonly number[], severity = 1, verdict?: Verdict): Hit =>
  ({
    frame: `${frameId}.jpg`,
    frameId,
    severity,
    witness: ids.map((id) => ({ variable: 'a', source: 'gt', id, category: 'car', bbox: [0, 0, 1, 1] })),
    ...(verdict === undefined ? {} : { verdict }),
  }) as unknown as Hit;

describe('a new trigger', () => {
  test.each([[[{ name: 'bicycle' }, { name: 'car' }]], [[{ name: 'traffic light' }, { name: 'any' }]], [[{ name: 'only "one"' }]], [[]]])(
    'for the categories %j checks, and its fixtures let it be armed',
    (categories) => {
      const text = newTriggerText('fresh', categories);
      const { triggers, problems } = checkTriggers(text, categories.length === 0 ? {} : { categories: categories.map(({ name }) => name) });
      expect(problems).toEqual([]);
      expect(canBeArmed(runFixtures(triggers[0]!))).toBe(true);
      expect(nameIn(text)).toBe('fresh');
    },
  );

  test('gets a name that nobody has', () => {
    expect([freeName('a', []), freeName('a', ['a']), freeName('a', ['a', 'a_2'])]).toEqual(['a', 'a_2', 'a_3']);
  });

  test.each([
    'person & car where ioa > 0.6',
    '"traffic light" & car',
    'exists b: car where b.area > 10px2',
    'count(b: car) > 3',
    'car & car where iou(a, b) > 0.5 and gap < 3px',
  ])('made of the question %s means the same', (query) => {
    const context = { categories: ['person', 'car', 'traffic light'] };
    const [asked] = checkTriggers(query, context, 'text').triggers;
    const kept = checkTriggers(triggerFromQuery('kept', query), context);
    expect(kept.problems).toEqual([]);
    expect(kept.triggers[0]!.hash).toBe(asked!.hash);
  });
});

describe('errors', () => {
  const text = 'trigger t {\n  when exists b: bicyle, c: cra where iou(b, c) > 0.5\n}\n';
  const { problems } = checkTriggers(text, { categories: ['bicycle', 'car'] });
  const wire = toWireError(problemError([problems[0]!, ...problems.slice(1)]));

  test('stand under their words, all of them, and a suggestion takes the place of its word', () => {
    const found = problemsOf(wire, text);
    expect(diagnosticsOf(found, text).map(({ from, to }) => text.slice(from, to))).toEqual(['bicyle', 'cra']);
    expect(applySuggestion(text, found[0]!, found[0]!.suggestions[0]!)).toBe(text.replace('bicyle', 'bicycle'));
  });

  test('at the end of the text stand under its last word', () => {
    const cut = 'trigger t { when exists b: car where ';
    const [end] = checkTriggers(cut, { categories: ['car'] }).problems;
    const [mark] = diagnosticsOf(problemsOf(toWireError(problemError([end!])), cut), cut);
    expect(cut.slice(mark!.from, mark!.to)).toBe('where');
  });

  test('of the machine are none of the text', () => {
    expect(problemsOf({ code: 'unavailable', message: 'gone' }, text)).toEqual([]);
  });
});

describe('hits', () => {
  test('are known by frame and boxes, in whatever order these come', () => {
    expect(hitKey(hit(3, [9, 2]))).toBe(hitKey(hit(3, [2, 9])));
    expect(hitKey(hit(3, [2, 9]))).not.toBe(hitKey(hit(4, [2, 9])));
  });

  test('count as reviewed by what was said last, a verdict taken back included', () => {
    const hits = [hit(1, [1], 1, 'accept'), hit(2, [2]), hit(3, [3], 1, 'reject'), hit(4, [4])];
    const given = new Map<string, Verdict | null>([
      [hitKey(hits[1]!), 'merge'],
      [hitKey(hits[2]!), null],
    ]);
    expect(hits.map((one) => verdictOf(one, given))).toEqual(['accept', 'merge', null, null]);
    expect(countReviewed(hits, given)).toBe(2);
    expect([nextOpen(hits, given), nextOpen(hits, given, 3), nextOpen(hits.slice(0, 2), given)]).toEqual([2, 3, -1]);
  });

  test('fall into bins that hold each of them once', () => {
    const top = Array.from({ length: 40 }, (_, i) => hit(i, [i], 0.61 + i * 0.01));
    const bins = severityBins({ hits: 40, top })!;
    expect(bins.reduce((sum, bin) => sum + bin.hits, 0)).toBe(40);
    expect([bins[0]!.from, bins.at(-1)!.to]).toEqual([0.6, 1]);
    expect(severityBins({ hits: 41, top })).toBeNull();
  });

  test('show the end of a long name', () => {
    expect(['image_000001942.jpg', 'a/b/000042.png'].map(nameEnd)).toEqual(['…1942', '000042']);
  });
});

describe('what a verdict does to annotations', () => {
  const box = (id: number, bbox: readonly [number, number, number, number], flags: readonly string[] = []): Annotation =>
    ({ id, bbox, flags }) as unknown as Annotation;
  const small = box(1, [10, 10, 5, 5]);
  const large = box(2, [0, 0, 12, 12], ['occluded']);

  test.each([
    ['accept', []],
    ['reject', []],
    ['delete_first', [{ op: 'delete', box: 1 }]],
    ['delete_second', [{ op: 'delete', box: 2 }]],
    [
      'merge',
      [
        { op: 'delete', box: 1 },
        { op: 'set', box: 2, bbox: [0, 0, 15, 15] },
      ],
    ],
    [
      'ignore',
      [
        { op: 'set', box: 1, flags: ['ignore'] },
        { op: 'set', box: 2, flags: ['occluded', 'ignore'] },
      ],
    ],
    ['relabel', [{ op: 'set', box: 1, category: 7 }]],
  ] as const)('%s', (verdict, changes) => {
    expect(verdictChanges(verdict, [small, large], 7 as CategoryId)).toEqual(changes);
  });

  test('nothing, where there is no second box or nothing to change', () => {
    expect(verdictChanges('delete_second', [small])).toEqual([]);
    expect(verdictChanges('merge', [small])).toEqual([]);
    expect(verdictChanges('ignore', [box(3, [0, 0, 1, 1], ['ignore'])])).toEqual([]);
  });
});
