import { describe, expect, test } from 'vitest';
import type { SceneBox } from '../../../../renderer/canvas/model/sceneBox.ts';
import { effective, openFilter, passes, type BoxFilter } from '../../../../renderer/state/editor/boxFilter.ts';
import type { BoxId, CategoryId } from '../../../../shared/domain/ids.ts';

const box = (more: Partial<SceneBox> = {}): SceneBox => ({
  id: 1 as BoxId,
  category: 2 as CategoryId,
  bbox: [0, 0, 40, 10],
  angle: 0,
  score: 0.6,
  origin: 'model',
  flags: [],
  readOnly: false,
  ...more,
});
const lets = (change: Partial<BoxFilter>, more: Partial<SceneBox> = {}): boolean => passes(box(more), { ...openFilter, ...change });

describe('the filter of boxes', () => {
  test('that asks for nothing is no filter', () => {
    expect(effective(openFilter)).toBeNull();
    expect(effective({ ...openFilter, minScore: 0.2 })).not.toBeNull();
    expect(effective({ ...openFilter, maxScore: 0.8 })).not.toBeNull();
    expect(passes(box(), openFilter)).toBe(true);
  });

  test('asks for category, source, score and size', () => {
    expect([lets({ categories: new Set([2 as CategoryId]) }), lets({ categories: new Set([3 as CategoryId]) })]).toEqual([true, false]);
    expect([lets({ sources: new Set(['run:a']) }, { source: 'run:a' }), lets({ sources: new Set(['run:a']) })]).toEqual([true, false]);
    expect([lets({ maxScore: 0.6 }), lets({ maxScore: 0.5 }), lets({ maxScore: 0.9 }, { score: null })]).toEqual([true, false, false]);
    expect([lets({ minScore: 0.6 }), lets({ minScore: 0.65 }), lets({ minScore: 1 }, { score: null })]).toEqual([true, false, true]);
    // The square root of 40 × 10 is 20.
    expect([lets({ minSize: 20 }), lets({ minSize: 21 }), lets({ maxSize: 20 }), lets({ maxSize: 19 })]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('asks for an attribute with or without its value', () => {
    const parked = { attributes: { parked: true } };
    expect(lets({ attribute: { key: 'parked', value: null } }, parked)).toBe(true);
    expect(lets({ attribute: { key: 'parked', value: false } }, parked)).toBe(false);
    expect(lets({ attribute: { key: 'parked', value: true } })).toBe(false);
  });
});
