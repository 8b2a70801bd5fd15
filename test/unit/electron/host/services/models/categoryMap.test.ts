import { describe, expect, it } from 'vitest';
import type { CategoryId } from '../../../../../../shared/domain/ids.ts';
import { mapCategories } from '../../../../../../electron/host/services/models/categoryMap.ts';

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
