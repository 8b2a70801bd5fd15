import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { requireTriggers } from '../../../../shared/triggers/check.ts';
import { StepLimit } from '../../../../shared/triggers/machine.ts';
import { ask, box } from '../../../helpers/askTrigger.ts';
import type { SmallBox, SmallFrame } from '../../../helpers/askTrigger.ts';

// One group a rule of TRIGGERS.md, "Meaning".

const frame = (...boxes: readonly SmallBox[]): SmallFrame => ({ boxes });
const fires = (text: string, ...frames: readonly SmallFrame[]): boolean => ask(text, frames).hits.length > 0;
const hits = (text: string, ...frames: readonly SmallFrame[]): readonly string[] => ask(text, frames).hits;

describe('rule 0: comparisons', () => {
  test('in includes both ends', () => {
    const text = 'exists b: car where b.score in [0.3, 0.6]';
    for (const [score, expected] of [
      [0.3, true],
      [0.6, true],
      [0.29999, false],
      [0.60001, false],
    ] as const) {
      expect(fires(text, frame(box('car', 0, 0, 10, 10, score))), String(score)).toBe(expected);
    }
  });

  test('= on numbers is exact', () => {
    expect(fires('exists b: car where b.score = 0.3', frame(box('car', 0, 0, 10, 10, 0.1 + 0.2)))).toBe(false);
    expect(fires('exists b: car where b.score = 0.3', frame(box('car', 0, 0, 10, 10, 0.3)))).toBe(true);
  });

  test('texts and categories compare exactly', () => {
    const one = { ...frame(box('car', 0, 0, 10, 10)), split: 'Train', state: 'draft' as const };
    expect(fires('frame.split = "train"', one)).toBe(false);
    expect(fires('frame.split = "Train"', one)).toBe(true);
    expect(fires('frame.state != "draft"', one)).toBe(false);
    expect(fires('exists b: any where b.category = "car"', one)).toBe(true);
    expect(fires('exists b: any where b.category != "car"', one)).toBe(false);
  });
});

describe('rule 1: boxes', () => {
  const a = box('car', 0, 0, 10, 10);
  const b = box('bus', 5, 0, 10, 10);
  test.each([
    ['iou(a, b)', 50 / 150],
    ['ioa(a, b)', 0.5],
    ['iomin(a, b)', 0.5],
    ['giou(a, b)', 50 / 150],
    ['gap(a, b)', 0],
    ['distance(a, b)', 5],
    ['a.x2', 10],
    ['a.cx', 5],
    ['b.y2', 10],
    ['a.area', 100],
    ['a.aspect', 1],
    ['expand(a, 0.5).area', 225],
    ['iou(expand(a, 0.5), b)', 100 / 225],
  ])('%s', (expression, value) => {
    expect(hits(`trigger t { when exists a: car, b: bus severity ${expression} }`, frame(a, b))).toEqual([
      `0.jpg: a=1 b=2, ${Number(value.toFixed(4))}`,
    ]);
  });

  test('boxes that only touch do not overlap, and have no gap', () => {
    const touching = frame(box('car', 0, 0, 10, 10), box('bus', 10, 0, 10, 10));
    expect(fires('car & bus where iou > 0', touching)).toBe(false);
    expect(fires('car & bus where gap = 0', touching)).toBe(true);
  });

  test.each([-5_000, -1_024.5, 0.25, 64_000, 1e9])('boxes meet wherever they lie: at %d', (at) => {
    const size: SmallFrame = { size: [2 ** 31, 2 ** 31] };
    const met = [box('car', at, at, 10, 10), box('bus', at + 9.5, at + 9.5, 10, 10)];
    const apart = [box('car', at, at, 10, 10), box('bus', at + 10, at, 10, 10)];
    for (const text of [
      'car & bus where iou > 0',
      'any & any where iou > 0',
      'car & bus where ioa > 0.0024',
      'any & any where iomin > 0.0024',
    ]) {
      expect(fires(text, { ...size, boxes: met }), text).toBe(true);
      expect(fires(text, { ...size, boxes: apart }), text).toBe(false);
    }
  });

  test('gap is Euclidean, between the edges', () => {
    expect(
      hits('trigger t { when exists a: car, b: bus severity gap(a, b) }', frame(box('car', 0, 0, 10, 10), box('bus', 13, 14, 5, 5))),
    ).toEqual(['0.jpg: a=1 b=2, 5']);
  });

  test('empty boxes have no overlap, and no aspect where they have no height', () => {
    const empty = frame(box('car', 5, 5, 10, 0, 0.5), box('bus', 0, 0, 20, 20, 0.5));
    expect(fires('car & bus where iou = 0 and ioa = 0 and iomin = 0', empty)).toBe(true);
    expect(ask('exists a: car where a.aspect > 20', [empty]).unknown).toEqual({ frames: 1, causes: { arithmetic: 1 } });
  });

  test('contains, center_in and the directions', () => {
    const world = frame(box('car', 0, 0, 100, 100), box('bus', 60, 10, 20, 20));
    for (const [relation, expected] of [
      ['contains(a, b)', true],
      ['contains(b, a)', false],
      ['center_in(b, a)', true],
      ['center_in(a, b)', false],
      ['left_of(a, b)', true],
      ['right_of(a, b)', false],
      ['above(b, a)', true],
      ['below(b, a)', false],
    ] as const) {
      expect(fires(`exists a: car, b: bus where ${relation}`, world), relation).toBe(expected);
    }
    // Half open: the right edge does not belong to the box.
    expect(fires('exists a: car, b: bus where center_in(a, b)', frame(box('car', 0, 0, 20, 20), box('bus', 0, 0, 10, 20)))).toBe(false);
  });

  test('expand is clipped to the frame', () => {
    expect(hits('trigger t { when exists a: car severity expand(a, 1).x1 + expand(a, 1).x2 }', frame(box('car', 950, 0, 50, 50)))).toEqual([
      '0.jpg: a=1, 1900',
    ]);
  });

  test('% means the side of the frame that the number lies along', () => {
    const world = frame(box('car', 0, 0, 100, 100));
    expect(fires('exists a: car where a.width <= 10% and a.width >= 10%', world)).toBe(true);
    expect(fires('exists a: car where a.height <= 20% and a.height >= 20%', world)).toBe(true);
    expect(fires('exists a: car where a.area <= 2% and a.area >= 2%', world)).toBe(true);
    expect(fires('exists a: car where a.width < 5% + 4%', world)).toBe(false);
  });

  test('touches_border', () => {
    for (const [at, expected] of [
      [[0, 10, 10, 10], true],
      [[2, 10, 10, 10], true],
      [[3, 10, 10, 10], false],
      [[988, 10, 10, 10], true],
      [[500, 488, 10, 10], true],
      [[500, 487, 10, 10], false],
    ] as const) {
      expect(fires('exists a: car where a.touches_border(2px)', frame({ is: 'car', at })), String(at)).toBe(expected);
    }
  });
});

describe('rule 2: distinct', () => {
  test('variables of one exists bind different objects', () => {
    expect(fires('exists a: car, b: car where iou(a, b) > 0.5', frame(box('car', 0, 0, 10, 10)))).toBe(false);
    expect(fires('exists a: car, b: any', frame(box('car', 0, 0, 10, 10)))).toBe(false);
  });

  test('variables of two quantifiers may bind the same', () => {
    expect(fires('exists a: car where exists b: car where iou(a, b) = 1', frame(box('car', 0, 0, 10, 10)))).toBe(true);
  });

  test('the same box under two names of its source is one object; boxes of two sources are two', () => {
    const two = { boxes: [box('car', 0, 0, 10, 10)], others: { gt: [box('car', 0, 0, 10, 10)] } };
    expect(fires('exists a: car, b: car@gt where iou(a, b) = 1', two)).toBe(true);
    expect(fires('exists a: car@gt, b: any@gt', two)).toBe(false);
  });

  test('aggregates count ordered bindings of different objects', () => {
    const three = frame(box('car', 0, 0, 10, 10), box('car', 0, 0, 10, 10), box('car', 0, 0, 10, 10));
    expect(fires('count(a: car, b: car) = 6', three)).toBe(true);
  });
});

describe('rule 3: one hit per combination', () => {
  test('one hit per binding of the outermost exists', () => {
    const world = frame(box('bicycle', 0, 0, 10, 10), box('bicycle', 5, 5, 10, 10), box('car', 0, 0, 100, 100));
    expect(hits('bicycle & car where ioa > 0.5', world)).toEqual(['0.jpg: a=1 b=3, 1', '0.jpg: a=2 b=3, 1']);
  });

  test('swapped objects of one set are one hit: the higher severity, then the lower ids', () => {
    const world = frame(box('car', 0, 0, 10, 10), box('car', 0, 0, 20, 10));
    expect(hits('car & car where ioa > 0.1', world)).toEqual(['0.jpg: a=1 b=2, 1']);
    expect(hits('trigger t { when exists a: car, b: car where iou(a, b) > 0.1 severity ioa(b, a) }', world)).toEqual(['0.jpg: a=2 b=1, 1']);
    expect(hits('car & car where iou > 0.1', world)).toEqual(['0.jpg: a=1 b=2, 0.5']);
  });

  test('objects of different sets are not swapped', () => {
    const world = frame(box('car', 0, 0, 10, 10), box('car', 0, 0, 20, 10));
    expect(hits('car & any where iou > 0.1', world)).toEqual(['0.jpg: a=1 b=2, 0.5', '0.jpg: a=2 b=1, 0.5']);
  });

  test('three of one set are one hit', () => {
    const world = frame(box('car', 0, 0, 10, 10), box('car', 1, 0, 10, 10), box('car', 0, 1, 10, 10));
    expect(hits('exists a: car, b: car, c: car where iou(a, b) > 0.5 and iou(b, c) > 0.5 and iou(a, c) > 0.5', world)).toHaveLength(1);
    expect(hits('exists a: car, b: car, c: car where ioa(a, b) > 0.5 and ioa(b, c) > 0.5', world)).toHaveLength(1);
  });

  test('a group and the same categories by another name are one set', () => {
    const world = frame(box('car', 0, 0, 10, 10), box('car', 0, 0, 20, 10));
    expect(hits('group g = car\nexists a: g, b: car where iou(a, b) > 0.1', world)).toHaveLength(1);
  });

  test('beside conditions of the frame the exists is still the outermost', () => {
    const world = { ...frame(box('car', 0, 0, 10, 10), box('car', 50, 0, 10, 10)), state: 'draft' as const };
    expect(hits('frame.state = "draft" and exists a: car', world)).toEqual(['0.jpg: a=1, 1', '0.jpg: a=2, 1']);
    expect(hits('frame.state = "labeled" and exists a: car', world)).toEqual([]);
  });

  test('without an outermost exists a frame is at most one hit, with what its true exists bound', () => {
    const world = frame(box('car', 0, 0, 10, 10), box('bus', 50, 0, 10, 10), box('bus', 80, 0, 10, 10));
    expect(hits('(exists a: car) or exists b: bus', world)).toEqual(['0.jpg: a=1 b=2 b=3, 1']);
    expect(hits('(exists a: truck) or exists b: bus', world)).toEqual(['0.jpg: b=2 b=3, 1']);
    expect(hits('count(b: bus) = 2', world)).toEqual(['0.jpg: , 1']);
    expect(hits('not exists b: truck', world)).toEqual(['0.jpg: , 1']);
    expect(hits('frame.width = 1000px', world)).toEqual(['0.jpg: , 1']);
  });
});

describe('rule 4: severity and order', () => {
  test('without a clause it is the first overlap function of the where, in reading order', () => {
    const world = frame(box('bicycle', 0, 0, 10, 10), box('car', 5, 0, 10, 10));
    expect(hits('exists a: bicycle, b: car where gap(a, b) = 0 and ioa(a, b) > 0.1 and iou(a, b) > 0.1', world)).toEqual([
      '0.jpg: a=1 b=2, 0.5',
    ]);
    expect(hits('exists a: bicycle, b: car where giou(a, b) > 0 and iou(b, a) > 0.1', world)).toEqual(['0.jpg: a=1 b=2, 0.3333']);
    expect(hits('exists a: bicycle, b: car where a.area > 1px2', world)).toEqual(['0.jpg: a=1 b=2, 1']);
  });

  test('overlaps of inner variables say nothing about a hit', () => {
    const world = frame(box('bicycle', 0, 0, 10, 10), box('car', 5, 0, 10, 10));
    expect(hits('exists a: bicycle where exists b: car where ioa(a, b) > 0.1', world)).toEqual(['0.jpg: a=1, 1']);
  });

  test('highest severity first, then the name of the frame, then ids', () => {
    const low = { name: 'a.jpg', boxes: [box('car', 0, 0, 10, 10, 0.2, { id: 9 }), box('car', 0, 0, 10, 10, 0.2, { id: 10 })] };
    const high = { name: 'z.jpg', boxes: [box('car', 0, 0, 10, 10, 0.9)] };
    const same = { name: 'B.jpg', boxes: [box('car', 0, 0, 10, 10, 0.2)] };
    expect(hits('trigger t { when exists a: car severity a.score }', low, high, same)).toEqual([
      'z.jpg: a=1, 0.9',
      'B.jpg: a=1, 0.2',
      'a.jpg: a=9, 0.2',
      'a.jpg: a=10, 0.2',
    ]);
  });

  test('a severity that is unknown comes last', () => {
    expect(
      hits('trigger t { when exists a: car severity a.score }', frame(box('car', 0, 0, 1, 1)), frame(box('car', 0, 0, 1, 1, 0.1))),
    ).toEqual(['1.jpg: a=1, 0.1', '0.jpg: a=1, NaN']);
  });
});

describe('rule 5: unknown', () => {
  const noScore = frame(box('car', 0, 0, 10, 10));
  test('a missing score makes a comparison unknown, and the frame is counted with its cause', () => {
    expect(ask('exists a: car where a.score > 0.5', [noScore])).toEqual({ hits: [], unknown: { frames: 1, causes: { score: 1 } } });
    expect(ask('exists a: car where a.score <= 0.5', [noScore]).hits).toEqual([]);
    expect(ask('exists a: car where not a.score > 0.5', [noScore])).toEqual({ hits: [], unknown: { frames: 1, causes: { score: 1 } } });
  });

  test('Kleene: false wins over unknown in and, true in or', () => {
    expect(ask('exists a: car where a.score > 0.5 and a.width > 100px', [noScore]).unknown.frames).toBe(0);
    expect(ask('exists a: car where a.score > 0.5 or a.width < 100px', [noScore]).hits).toHaveLength(1);
    expect(ask('exists a: car where a.score > 0.5 or a.width > 100px', [noScore]).unknown.frames).toBe(1);
  });

  test('one true binding makes the frame a hit, whatever is unknown beside it', () => {
    expect(ask('exists a: car where a.score > 0.5', [frame(box('car', 0, 0, 10, 10), box('car', 0, 0, 10, 10, 0.9))])).toEqual({
      hits: ['0.jpg: a=2, 1'],
      unknown: { frames: 0, causes: {} },
    });
  });

  test('not exists over data that is missing is unknown, not true', () => {
    expect(ask('not exists a: car where a.score > 0.5', [noScore])).toEqual({ hits: [], unknown: { frames: 1, causes: { score: 1 } } });
    expect(ask('count(a: car where a.score > 0.5) = 0', [noScore])).toEqual({ hits: [], unknown: { frames: 1, causes: { score: 1 } } });
    expect(ask('not exists a: bus where a.score > 0.5', [noScore]).hits).toHaveLength(1);
  });

  test('every cause is named', () => {
    const bare = frame(box('car', 0, 0, 10, 10, 0.5));
    for (const [text, cause] of [
      ['exists a: car where a.attribute("colour") = "red"', 'attribute'],
      ['frame.time > 1s', 'timestamp'],
      ['frame.index > 1', 'index'],
      ['frame.luma_p95 < 40', 'statistic'],
      ['frame.sharpness < 40', 'statistic'],
      ['max(a: bus : a.score) > 0.5', 'aggregate'],
      ['exists a: car where a.score / 0 > 1', 'arithmetic'],
    ] as const) {
      expect(ask(text, [bare]).unknown, text).toEqual({ frames: 1, causes: { [cause]: 1 } });
    }
  });

  test('a frame with two causes is one frame, counted under both', () => {
    expect(ask('frame.time > 1s and exists a: car where a.score > 0.5', [noScore]).unknown).toEqual({
      frames: 1,
      causes: { score: 1, timestamp: 1 },
    });
  });

  test('a split or sequence that a frame does not have is the empty text, no unknown', () => {
    expect(ask('frame.split != "test" and frame.sequence = ""', [{}])).toEqual({
      hits: ['0.jpg: , 1'],
      unknown: { frames: 0, causes: {} },
    });
  });

  test('attributes are texts, numbers or conditions, as they are compared', () => {
    const one = frame(box('car', 0, 0, 10, 10, 0.5, { attributes: { colour: 'red', lanes: 2, parked: true } }));
    for (const text of [
      'a.attribute("colour") = "red"',
      'a.attribute("lanes") >= 2',
      'a.attribute("parked")',
      'a.attribute("lanes") = "2"',
      'a.attribute("parked") = "true"',
    ]) {
      expect(fires(`exists a: car where ${text}`, one), text).toBe(true);
    }
    expect(ask('exists a: car where a.attribute("colour") > 2', [one]).unknown.causes).toEqual({ attribute: 1 });
  });
});

describe('rule 6: empty aggregates', () => {
  test.each([
    ['count(a: car) = 0', true],
    ['sum(a: car : a.area) = 0', true],
    ['max(a: car, b: car : iou(a, b)) = 0', true],
    ['max(a: car, b: car : ioa(a, b)) = 0', true],
    ['max(a: car, b: car : iomin(a, b)) = 0', true],
    ['max(a: car : a.width) < 1px', 'unknown'],
    ['max(a: car, b: car : giou(a, b)) < 1', 'unknown'],
    ['min(a: car, b: car : iou(a, b)) = 0', 'unknown'],
    ['avg(a: car : a.score) < 1', 'unknown'],
  ])('%s', (text, expected) => {
    const answer = ask(text, [{}]);
    expect(answer.hits.length > 0 ? true : answer.unknown.frames > 0 ? 'unknown' : false).toBe(expected);
  });

  test('of something they are what they say', () => {
    const two = frame(box('car', 0, 0, 10, 10, 0.25), box('car', 0, 0, 20, 10, 0.75));
    for (const text of [
      'count(a: car) = 2',
      'sum(a: car : a.score) = 1',
      'avg(a: car : a.score) = 0.5',
      'min(a: car : a.width) = 10px',
      'max(a: car : a.area) = 200px2',
    ]) {
      expect(fires(text, two), text).toBe(true);
    }
  });
});

describe('rule 8: sources', () => {
  const two = {
    boxes: [box('car', 0, 0, 10, 10, 0.9)],
    others: { gt: [box('bus', 0, 0, 10, 10)], 'run 2': [box('truck', 0, 0, 10, 10, 0.5)] },
  };
  test('without @ a set reads the default source, with @ the one named', () => {
    expect(hits('exists a: any', two)).toEqual(['0.jpg: a=1, 1']);
    expect(hits('exists a: any@gt where a.category = "bus"', two)).toEqual(['0.jpg: a=1@gt, 1']);
    expect(hits('exists a: any@"run 2", b: any where a.category != b.category and iou(a, b) = 1', two)).toEqual([
      '0.jpg: a=1@run 2 b=1, 1',
    ]);
  });
});

describe('rule 9: limits', () => {
  test('a frame that needs more steps than its budget stops the run and is named', () => {
    const crowd = frame(...Array.from({ length: 40 }, (_, i) => box('car', i, 0, 5, 5)));
    const three = 'exists a: car, b: car, c: car where a.x1 < b.x1 and b.x1 < c.x1 and a.score > 2';
    expect(() => ask('exists a: car, b: car, c: car where a.x1 < b.x1 and b.x1 < c.x1', [frame(), crowd], { stepBudget: 5_000 })).toThrow(
      StepLimit,
    );
    expect(() => ask(three, [frame(), crowd], { stepBudget: 1_000_000 })).not.toThrow();
  });

  test('four variables, four levels and endless parentheses are refused', () => {
    const refused = (text: string): string => {
      try {
        requireTriggers(text, {}, 'text');
        return 'accepted';
      } catch (error) {
        return error instanceof AppError ? error.code : 'defect';
      }
    };
    expect(refused('exists a: car, b: car, c: car')).toBe('accepted');
    expect(refused('exists a: car, b: car, c: car, d: car')).toBe('trigger_limit');
    expect(refused('exists a: car where exists b: car where exists c: car')).toBe('accepted');
    expect(refused('exists a: car where exists b: car where exists c: car where count(d: car) > 1')).toBe('trigger_limit');
    expect(refused(`${'('.repeat(100_000)}1 > 0`)).toBe('trigger_limit');
    expect(refused(`1${' + 1'.repeat(100_000)} > 0`)).toBe('trigger_limit');
    expect(refused(`frame${'.width'.repeat(100_000)} > 0`)).toBe('trigger_limit');
    expect(refused('not '.repeat(100_000))).toBe('trigger_limit');
    expect(refused(`${'a'.repeat(1_000_001)}`)).toBe('trigger_limit');
  });
});
