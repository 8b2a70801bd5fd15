import { describe, expect, it } from 'vitest';
import type { CategoryId } from '../../../../../../shared/domain/ids.ts';
import { categoriesToAdd, mapCategories } from '../../../../../../electron/host/services/models/categoryMap.ts';

const dataset = ['Traffic_Light', 'car', 'Car', 'person'].map((name, i) => ({ id: (10 + i) as CategoryId, name }));

describe('mapping model categories to the dataset', () => {
  it('ignores case, spaces, underscores and hyphens, and prefers the exact name', () => {
    const { targets, mapped, unmapped } = mapCategories(['traffic light', 'Car', 'car', 'CAR', 'dog'], dataset, {});
    expect([...targets]).toEqual([10, 12, 11, 11, -1]);
    expect([mapped, unmapped]).toEqual([4, ['dog']]);
  });
  it('lets a person say otherwise, and leave one out', () => {
    const { targets, unmapped } = mapCategories(['dog', 'car', 'person'], dataset, { dog: 'person', car: '' });
    expect([...targets]).toEqual([13, -1, 13]);
    expect(unmapped).toEqual(['car']);
  });
  it('is not fooled by names of object members', () => {
    expect([...mapCategories(['constructor', '__proto__', 'toString'], dataset, {}).targets]).toEqual([-1, -1, -1]);
  });
});

describe('categories a dataset gets with a model', () => {
  it("are the model's where it has none, by the names a person gave, and once each", () => {
    expect(categoriesToAdd(['car', 'auto', 'dog'], [], { auto: 'car', dog: '' })).toEqual(['car']);
  });
  it('are only those a person named where it has some', () => {
    expect(categoriesToAdd(['dog', 'cat'], dataset, { dog: 'animal', cat: 'traffic light' })).toEqual(['animal']);
  });
  it('may be called like members of objects', () => {
    expect(categoriesToAdd(['constructor', '__proto__', 'toString'], [], {})).toEqual(['constructor', '__proto__', 'toString']);
  });
});
