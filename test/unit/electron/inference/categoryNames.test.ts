import { describe, expect, it } from 'vitest';
import { namesFromMetadata, parseNames } from '../../../../electron/inference/categoryNames.ts';
import { coco80, coco90 } from '../../../../electron/inference/cocoNames.ts';

describe('category names of a model', () => {
  it('come out of a Python dictionary, with quotes and commas inside names', () => {
    expect(namesFromMetadata({ names: `{0: 'person', 1: "child's bike", 2: 'a, b: c', 10: 'gap'}` })).toEqual([
      'person',
      "child's bike",
      'a, b: c',
      ...[3, 4, 5, 6, 7, 8, 9].map((i) => `class ${i}`),
      'gap',
    ]);
  });
  it('come out of JSON lists, lines and commas', () => {
    expect(parseNames('["a", "b"]')).toEqual(['a', 'b']);
    expect(parseNames('a\r\nb\n\n')).toEqual(['a', 'b']);
    expect(parseNames('a, b')).toEqual(['a', 'b']);
    expect(parseNames('  ')).toBeNull();
    expect(namesFromMetadata({ stride: '32' })).toBeNull();
  });
  it('lose what could disguise them, and are bounded', () => {
    expect(parseNames("{0: 'per\u202eson\u0007'}")).toEqual(['person']);
    expect(parseNames(`{0: '${'x'.repeat(500)}'}`)?.[0]).toHaveLength(128);
    expect(parseNames("{99999999: 'x'}")).toBeNull();
  });
  it('of COCO have their official numbers', () => {
    expect(coco80).toHaveLength(80);
    expect(coco90).toHaveLength(90);
    expect([coco90[0], coco90[11], coco90[12], coco90[89]]).toEqual(['person', '', 'stop sign', 'toothbrush']);
    expect(coco90.filter((name) => name !== '')).toEqual(coco80);
  });
});
