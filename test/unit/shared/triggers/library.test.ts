import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { requireTriggers } from '../../../../shared/triggers/check.ts';
import { canBeArmed, runFixtures } from '../../../../shared/triggers/fixtures.ts';
import { adaptToDataset, libraryKind } from '../../../../shared/triggers/library.ts';

const folder = new URL('../../../../resources/triggers/', import.meta.url);
const files = readdirSync(folder).filter((f) => f.endsWith('.trigger'));
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

describe('the library that ships', () => {
  test('holds its boxes-and-frames part', () => {
    expect(files.map((f) => f.replace('.trigger', '')).sort()).toEqual(
      [
        'badly_located',
        'bike_on_rack',
        'camera_blinded',
        'category_conflict',
        'cross_category_containment',
        'crowded_frame',
        'duplicate',
        'label_missing',
        'label_without_prediction',
        'multibox',
        'nested_same_category',
        'on_border',
        'rare_category',
        'rider_without_vehicle',
        'riderless_motorcycle',
        'shadow_disagreement',
        'sliver',
        'tiny',
        'unsure_scene',
      ].sort(),
    );
  });

  test.each(files)('%s checks, has a guideline and a kind, and can be armed', (file) => {
    const text = read(file);
    const triggers = requireTriggers(text);
    expect(triggers.map((t) => `${t.name}.trigger`)).toEqual([file]);
    expect(triggers[0]!.syntax.guideline).toMatch(/\.$/);
    expect(libraryKind(text)).not.toBeNull();
    const results = runFixtures(triggers[0]!);
    expect(results.filter((r) => !r.passed)).toEqual([]);
    expect(canBeArmed(results)).toBe(true);
    expect(results.filter((r) => r.outcome === 'unknown')).toEqual([]);
  });
});

describe('adaptToDataset', () => {
  const text = read('bike_on_rack.trigger');

  test('leaves members of a group out that the dataset lacks', () => {
    const adapted = adaptToDataset(text, ['bicycle', 'car', 'traffic light']);
    expect(adapted).toMatchObject({ missing: [], dropped: ['bus', 'truck'] });
    expect(adapted.text).toContain('group vehicle = car\n');
    const [trigger] = requireTriggers(adapted.text, { categories: ['bicycle', 'car', 'traffic light'] });
    expect(canBeArmed(runFixtures(trigger!))).toBe(true);
  });

  test('says which categories a dataset would need', () => {
    expect(adaptToDataset(text, ['car']).missing).toEqual(['bicycle']);
    expect(adaptToDataset(text, ['bicycle']).missing).toEqual(['bus', 'car', 'truck']);
    expect(adaptToDataset(text, ['car', 'truck', 'bus', 'bicycle'])).toEqual({ text, missing: [], dropped: [] });
  });

  test('drops fixtures that name categories the dataset lacks, unless the trigger speaks of any', () => {
    const ridden = adaptToDataset(read('rider_without_vehicle.trigger'), ['rider', 'motorcycle']);
    expect(ridden).toMatchObject({ missing: [], dropped: ['bicycle'] });
    const context = { categories: ['rider', 'motorcycle'] };
    expect(requireTriggers(ridden.text, context)[0]!.syntax.fixtures.map((f) => f.name)).toEqual(['on foot', 'on a motorcycle']);
    expect(canBeArmed(runFixtures(requireTriggers(ridden.text, context)[0]!))).toBe(true);
    const text = read('duplicate.trigger');
    expect(adaptToDataset(text, ['RBC'])).toEqual({ text, missing: [], dropped: [] });
    expect(canBeArmed(runFixtures(requireTriggers(text, { categories: ['RBC'] })[0]!))).toBe(true);
  });
});
