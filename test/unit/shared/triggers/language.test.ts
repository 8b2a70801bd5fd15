import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { checkTriggers, requireFrameFilter, requireTriggers } from '../../../../shared/triggers/check.ts';
import { completions } from '../../../../shared/triggers/completion.ts';
import { compileTrigger } from '../../../../shared/triggers/evaluator.ts';
import { emptyBoxTable } from '../../../../shared/triggers/boxTable.ts';
import { canBeArmed, runFixtures } from '../../../../shared/triggers/fixtures.ts';
import { frameTable } from '../../../../shared/triggers/frameColumns.ts';
import { smallFrames } from '../../../helpers/askTrigger.ts';

const context = {
  categories: ['bicycle', 'motorcycle', 'car', 'truck', 'bus', 'person', 'traffic light'],
  sources: ['active', 'yolox-nano'],
};

const example = `
# comment to end of line
group vehicle = car | truck | bus
group vru     = person | bicycle | motorcycle

trigger bike_on_rack {
  when exists b: bicycle, c: vehicle where ioa(b, c) >= 0.6 and b.score > 0.4 and c.score > 0.4
  severity ioa(b, c) * b.score
  guideline "A bicycle carried by a vehicle belongs to the vehicle: one box, the vehicle's."
  fixture "on a rack" fires  { bicycle 420 300 90 60 0.81   car 300 220 330 210 0.93 }
  fixture "beside it" silent { bicycle 700 300 90 60 0.81   car 300 220 330 210 0.93 }
}
`;

function hashOf(text: string): string {
  return requireTriggers(text, {}, 'text')[0]!.hash;
}

/** `line:column+length code: message | found | expected | suggestions` of every problem. */
function problems(text: string, form: 'file' | 'text' = 'text'): readonly string[] {
  return checkTriggers(text, context, form).problems.map(
    (p) => `${p.line}:${p.column}+${p.length} ${p.code}: ${p.message} | ${p.found} | ${p.expected} | ${p.suggestions.join(', ')}`,
  );
}

describe('grammar', () => {
  test('the example of TRIGGERS.md', () => {
    const [trigger] = requireTriggers(example, context);
    expect(trigger).toMatchObject({
      name: 'bike_on_rack',
      sources: ['active'],
      categories: ['bicycle', 'bus', 'car', 'truck'],
      unsupported: [],
    });
    const results = runFixtures(trigger!);
    expect(results.map((r) => [r.fixture, r.expected, r.outcome, r.passed])).toEqual([
      ['on a rack', 'fires', 'fires', true],
      ['beside it', 'silent', 'silent', true],
    ]);
    expect(canBeArmed(results)).toBe(true);
  });

  test.each([
    'bicycle & car where ioa > 0.6',
    'bicycle & car where ioa() > 0.6',
    '"traffic light"@gt & any@"run 7"',
    'exists b: "traffic light"@deployed',
    'a & b where left_of and a.score > 0.5',
    'not not exists b: car',
    'exists b: car where b.score in [0.3, 0.6] or not (b.width > 20px)',
    '-1 < 2 and -(1 + 2) * 3 / 4 <= 0',
    'frame.time > 500ms and frame.tag("night")',
    'count(b: car, c: bus where iou(b, c) > .5) >= 1',
    'max(g: any@gt where g.score > 0 : iou(g, expand(g, 0.5))) < 1e-1',
    'exists b: any where b.attribute("colour") = "red" and b.occluded != b.reviewed',
    'exists b: 자전거 where b.score > 0.5 # Hangul is a name, too',
    'exists b: any where area(b) > 0.3% and b.touches_border(2px)',
    'exists t: track(car) where t.gaps(1s) >= 1 and t.length >= 5 and not t.touches_border(2px)',
    'event("disengage") within 2s and exists p: person where p.score > 0.3',
    'frame.luma_p95 < 40 or frame.sharpness < q(frame.sharpness, 0.01)',
    'exists d: any where d.score > q(d.score, 0.9) and max(g: any@gt : iou(d, g)) < 0.1',
  ])('accepts %s', (text) => {
    expect(checkTriggers(text, {}, 'text').problems).toEqual([]);
  });

  test('exists extends as far right as it can', () => {
    expect(hashOf('exists a: car where a.score > 0.5 or a.width > 5px and a.height > 5px')).toBe(
      hashOf('exists a: car where (a.score > 0.5 or (a.width > 5px and a.height > 5px))'),
    );
    expect(hashOf('(exists a: car where a.score > 0.5) or exists b: bus')).not.toBe(
      hashOf('exists a: car where a.score > 0.5 or exists b: bus'),
    );
  });

  test('the short form binds a and b', () => {
    expect(hashOf('bicycle & car where ioa > 0.6')).toBe(hashOf('exists b: bicycle, c: car where ioa(b, c) > 0.6'));
    expect(hashOf('bicycle & car')).toBe(hashOf('exists x: bicycle, y: car'));
  });
});

describe('rule 7: errors say where, what was found and what was expected', () => {
  test('a ratio is not a length; unknown categories; all at once', () => {
    const text = `# A person whose box lies in the box of a vehicle.
group vehicle = car | truck | bus

trigger person_in_car {
  when exists b: bicyle, c: vehicle where iou(b, c) > 5px
}`;
    expect(problems(text, 'file')).toEqual([
      '5:18+6 trigger_type: bicyle is not a category or a group. | bicyle | a category, a group, any or track(…) | bicycle',
      '5:43+15 trigger_type: iou(b, c) is a ratio, 5px is a length. | px | a ratio such as 0.5 | gap(b, c) > 5px, iou(b, c) > 0.05',
    ]);
  });

  test.each([
    [
      'trigger t { when exists b: car wher b.score > 1 }',
      '1:32+4 trigger_syntax: Did not expect wher here. | wher | where, severity, guideline, fixture, and, or or } | where',
    ],
    ['exists b bicycle', '1:10+7 trigger_syntax: Did not expect bicycle here. | bicycle | : | :'],
    [
      'exists b: bicycle whre b.score > 1',
      '1:19+4 trigger_syntax: Did not expect whre here. | whre | an operator or the end of the text | where',
    ],
    [
      'exists b: bicycle where',
      '1:24+0 trigger_syntax: Did not expect the end of the text here. | the end of the text | a value: a number, a text, a function, a variable or ( | exists',
    ],
    ['exists b: car where b.score == 1', '1:29+1 trigger_syntax: Equality is written with one =. | == | a value | ='],
    ['exists b: car where b.width > 5pix', '1:32+3 trigger_syntax: pix is not a unit. | pix | px, px2, %, ms or s | px'],
    ['exists b: car where b.origin = "human', '1:32+6 trigger_syntax: This text has no closing quote. | "human | " | '],
    [
      'exists b: car where 1 < b.score < 2',
      '1:33+1 trigger_syntax: Did not expect < here. | < | and, or, or the end of the comparison | and',
    ],
    ['exists b: car $', '1:15+1 trigger_syntax: $ means nothing here. | $ | a name, a number, a text in double quotes or an operator | '],
    [
      'exists b: car where b.width > 20',
      '1:21+12 trigger_type: b.width is a length, 20 is a number without a unit. | ratio | a length such as 5px | b.width > 20px, b.aspect > 20',
    ],
    [
      'exists b: car where b.class = "car"',
      '1:23+5 trigger_type: class is not a known function or a field. | class | a function or a field | category',
    ],
    [
      'exists b: car where b.scor > 0.5',
      '1:23+4 trigger_type: scor is not a known function or a field. | scor | a function or a field | score',
    ],
    ['exists b: car where c.score > 0.5', '1:21+1 trigger_type: c is not a variable here. | c | b or frame | b'],
    ['exists b: car where b.category = car', '1:34+3 trigger_type: car is not a variable here. | car | b or frame | "car"'],
    ['exists b: car where b.category = "cra"', '1:34+5 trigger_type: cra is not a category of the dataset. | cra | a category | car'],
    [
      'exists b: car where b.category > "car"',
      '1:21+18 trigger_type: b.category is a category and has no order. | > | = or != | b.category = "car"',
    ],
    [
      'exists b: car@deployed',
      '1:15+8 trigger_type: The dataset has no deployed run. | deployed | gt, active, deployed, candidate or a run of the dataset | ',
    ],
    [
      'exists b: car@"yolox-nona"',
      '1:15+12 trigger_type: There is no run "yolox-nona". | yolox-nona | gt, active, deployed, candidate or a run of the dataset | "yolox-nano"',
    ],
    [
      'exists b: car@yolox',
      '1:15+5 trigger_type: yolox is not a source. | yolox | gt, active, deployed, candidate or a run in double quotes | "yolox"',
    ],
    [
      'frame.state = "labelled"',
      '1:15+10 trigger_type: "labelled" is not a state. | labelled | unlabeled, draft, labeled, needs_fix, approved, locked | "labeled", "unlabeled"',
    ],
    ['frame.width', '1:1+11 trigger_type: frame.width is a length, not a condition. | px | a condition (bool) | frame.width > 20px'],
    ['event("x")', '1:1+10 trigger_type: An event needs a time span. | event("x") | within and a duration | event("x") within 2s'],
    [
      'exists b: car where b.touches_border(2)',
      '1:38+1 trigger_type: touches_border takes a length such as 5px there, 2 is a number without a unit. | ratio | a length such as 5px | 2px',
    ],
    ['exists a: car, b: car where ioa(a) > 0.5', '1:29+6 trigger_type: ioa takes 2 arguments. | 1 of 2 | ioa(a, b) | ioa(a, b)'],
    ['exists a: car where exists a: bus', '1:28+1 trigger_type: a is already a variable here. | a | another name | a2'],
    ['sum(a: car) > 1', '1:1+11 trigger_type: sum needs a value. | sum(a: car) | : and a value | : a.score'],
    [
      'exists a: car where gap(a, a) < 5%',
      '1:21+14 trigger_type: gap(a, a) is a length, 5% is a percentage. | % | a length in px: this one lies along no side of the frame | ',
    ],
    ['exists t: track(car) where t.score > 1', undefined],
  ])('%s', (text, expected) => {
    const found = problems(text);
    if (expected === undefined) expect(found.length).toBeGreaterThan(0);
    else expect(found).toEqual([expected]);
  });

  test('as an error: code, sentence with position, details', () => {
    let caught: unknown;
    try {
      requireTriggers('exists b: bicyle', context, 'text');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(AppError);
    expect(caught).toMatchObject({
      code: 'trigger_type',
      message: 'Line 1, column 11: bicyle is not a category or a group. Expected a category, a group, any or track(…). Nearest: bicycle.',
      details: { line: 1, column: 11, length: 6, found: 'bicyle', expected: 'a category, a group, any or track(…)', suggestion: 'bicycle' },
    });
  });

  test('the refused word is never what is suggested for it', () => {
    expect(problems('frame.brightness < 60 where frame.contrast < 9')).toEqual([
      '1:23+5 trigger_syntax: Did not expect where here. | where | an operator or the end of the text | and',
    ]);
    for (const text of [
      'car where true',
      'exists a: car where true where true',
      'not and',
      'exists where: car',
      'true or or true',
      'frame',
    ]) {
      const { problems: found } = checkTriggers(text, context, 'text');
      expect(found.length, text).toBeGreaterThan(0);
      for (const { found: refused, suggestions } of found) expect(suggestions, text).not.toContain(refused);
    }
  });

  test('the only thing that can stand there is named once', () => {
    expect(() => requireTriggers('exists b bicycle', context, 'text')).toThrow(/ Expected :\.$/);
  });

  test('without a dataset names are taken as they come', () => {
    expect(checkTriggers('exists b: unicorn@"some run"', {}, 'text').problems).toEqual([]);
  });

  test('names are given once', () => {
    expect(
      problems('group car = bus\ntrigger t { when exists a: bus }\ntrigger t { when exists a: bus }', 'file').map((p) => p.split(' |')[0]),
    ).toEqual(['1:7+3 trigger_type: car is already a category of the dataset.', '3:9+1 trigger_type: The trigger t is there twice.']);
  });

  test('no text makes it crash', () => {
    const pieces = [
      'exists',
      'b',
      ':',
      'car',
      'where',
      '(',
      ')',
      '.',
      'score',
      '>',
      '0.5',
      'and',
      'or',
      'not',
      '"',
      '@',
      '&',
      '[',
      ']',
      ',',
      'count',
      'in',
      '5px',
      '%',
      '{',
      '}',
      'trigger',
      'when',
      'fixture',
      '#',
      '-',
      'frame',
      'q',
      'event',
      'track',
      '\n',
    ];
    let state = 7;
    const next = (n: number): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % n;
    for (let i = 0; i < 4_000; i++) {
      const text = Array.from({ length: 1 + next(14) }, () => pieces[next(pieces.length)]).join(next(2) === 0 ? ' ' : '');
      for (const form of ['text', 'file'] as const) {
        for (const found of checkTriggers(text, context, form).problems)
          expect(found.offset + found.length).toBeLessThanOrEqual(text.length + 1);
      }
      completions(text, next(text.length + 1), context);
    }
  });
});

describe('rule 10: version', () => {
  test('names of variables, blanks, comments, groups, parentheses, f(x) and x.f do not change it', () => {
    const same = [
      'exists b: bicycle, c: vehicle where ioa(b, c) >= 0.6 and b.score > 0.4',
      'exists  x : bicycle , y:vehicle\n where (x.ioa(y) >= 0.60) and (score(x) > .4) # so',
      'exists b: bicycle, c: wheels where b.ioa(c) >= 6e-1 and (b.score > 0.4)',
    ].map((text) => hashOf(`group vehicle = car | truck\ngroup wheels = truck | car\n${text}`));
    expect(new Set(same).size).toBe(1);
    expect(same[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf('event("x") within 2s')).toBe(hashOf('event("x") within 2000ms'));
  });

  test('what changes the answer changes it', () => {
    const texts = [
      'exists b: bicycle, c: car where ioa(b, c) >= 0.6',
      'exists b: bicycle, c: car where ioa(b, c) > 0.6',
      'exists b: bicycle, c: car where ioa(c, b) >= 0.6',
      'exists b: bicycle, c: car where ioa(b, c) >= 0.61',
      'exists b: bicycle, c: car@gt where ioa(b, c) >= 0.6',
      'exists b: bicycle, c: truck where ioa(b, c) >= 0.6',
      'not exists b: bicycle, c: car where ioa(b, c) >= 0.6',
      'trigger t { when exists b: bicycle, c: car where ioa(b, c) >= 0.6 severity b.score }',
      'trigger t { when exists b: bicycle, c: car where ioa(b, c) >= 0.6 severity c.score }',
    ];
    expect(new Set(texts.map(hashOf)).size).toBe(texts.length);
  });

  test('name, guideline and fixtures are not part of the question', () => {
    const bare = hashOf('trigger t { when exists b: car }');
    expect(hashOf('trigger u { when exists b: car guideline "x" fixture "f" fires { car 0 0 1 1 } }')).toBe(bare);
    expect(hashOf('exists c: car')).toBe(bare);
  });

  test('a trigger is armed only with a fixture on either side, all passing', () => {
    const armed = (fixtures: string): boolean =>
      canBeArmed(runFixtures(requireTriggers(`trigger t { when exists b: car where b.score > 0.5 ${fixtures} }`)[0]!));
    const fires = 'fixture "f" fires { car 0 0 9 9 0.9 }';
    const silent = 'fixture "s" silent { car 0 0 9 9 0.1 }';
    expect(armed(`${fires} ${silent}`)).toBe(true);
    expect(armed(fires)).toBe(false);
    expect(armed(silent)).toBe(false);
    expect(armed('')).toBe(false);
    expect(armed(`${fires} fixture "s" silent { car 0 0 9 9 0.9 }`)).toBe(false);
    expect(
      runFixtures(requireTriggers('trigger t { when exists b: car where b.score > 0.5 fixture "s" silent { car 0 0 9 9 } }')[0]!),
    ).toEqual([{ trigger: 't', fixture: 's', expected: 'silent', outcome: 'unknown', passed: true, causes: { score: 1 } }]);
  });

  test('fixtures have sources and fields of the frame', () => {
    const text = `trigger t {
      when frame.luma_p95 < 40 and frame.split = "train" and frame.width = 640px and exists a: car@gt, b: car where iou(a, b) > 0.5
      fixture "dark" fires { frame.luma_p95 = 10 frame.split = "train" frame.width = 640 car 0 0 9 9 @gt car 0 0 9 8 0.5 }
      fixture "bright" silent { frame.luma_p95 = 200 frame.split = "train" frame.width = 640 car 0 0 9 9 @gt car 0 0 9 8 0.5 }
      fixture "not labeled" silent { frame.luma_p95 = 10 frame.split = "train" frame.width = 640 car 0 0 9 8 0.5 }
    }`;
    expect(runFixtures(requireTriggers(text)[0]!).map((r) => r.outcome)).toEqual(['fires', 'silent', 'silent']);
  });
});

describe('what is not evaluated yet', () => {
  test.each([
    ['exists t: track(car) where t.length > 5', 'track'],
    ['event("disengage") within 2s', 'event'],
    ['frame.sharpness < q(frame.sharpness, 0.01)', 'q'],
  ])('%s checks, has a hash, and says unsupported when it is to run', (text, word) => {
    const [trigger] = requireTriggers(text, context, 'text');
    expect(trigger!.hash).toHaveLength(64);
    let caught: unknown;
    try {
      compileTrigger(trigger!, { frames: frameTable(smallFrames([{}])), table: () => emptyBoxTable(1), categories: new Map() });
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: 'unsupported', details: { word, line: 1 } });
  });
});

describe('frame expressions', () => {
  test('take an expression or the short form, not a file', () => {
    expect(requireFrameFilter('frame.state = "unlabeled"', context).outermost).toBeNull();
    expect(requireFrameFilter('bicycle & car where ioa > 0.6', context).outermost).not.toBeNull();
    expect(() => requireFrameFilter('trigger t { when exists a: car }', context)).toThrow(/frame expression/);
    expect(() => requireFrameFilter('', context)).toThrow(AppError);
  });
});

describe('completion', () => {
  const at = (text: string): readonly string[] =>
    completions(text, text.length, { ...context, attributes: ['colour'], tags: ['night'] }, true).map((c) => c.label);

  test('offers what may stand at the cursor', () => {
    expect(at('')).toEqual(expect.arrayContaining(['exists', 'frame', 'bicycle']));
    expect(at('exists b: bi')).toEqual(['bicycle']);
    expect(at('exists b: car@')).toEqual(['gt', 'active', 'yolox-nano']);
    expect(at('exists b: car ')[0]).toBe('where');
    expect(at('exists b: car where b.sc')).toEqual(['score']);
    expect(at('exists b: car where io')).toEqual(['iou', 'ioa', 'iomin', 'giou']);
    expect(at('frame.')).toEqual(expect.arrayContaining(['state', 'split', 'luma_p95']));
    expect(at('frame.')).not.toContain('score');
    expect(at('exists t: track(car) where t.')).toContain('jitter');
    expect(at('frame.state = ')).toEqual(['unlabeled', 'draft', 'labeled', 'needs_fix', 'approved', 'locked']);
    expect(at('exists b: car where b.attribute("')).toEqual(['colour']);
    expect(at('# exists b: ')).toEqual([]);
  });

  test('says what to put where', () => {
    const text = 'exists b: tra';
    expect(completions(text, text.length, context)).toEqual([
      { label: 'traffic light', kind: 'category', detail: 'category', insert: '"traffic light"', from: 10 },
      { label: 'track', kind: 'keyword', detail: 'a track instead of a box', insert: 'track(', from: 10 },
    ]);
  });
});
