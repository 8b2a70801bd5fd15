import { expect, test } from 'vitest';
import { lastAuthors, lookOf, namedColor, scoreColor } from '../../../../renderer/features/label/useBoxLook.ts';
import { defaultViewOptions, nextOf, viewOptionsOf } from '../../../../renderer/features/label/viewOptions.ts';
import type { Category } from '../../../../shared/domain/category.ts';
import type { SceneBox } from '../../../../renderer/canvas/model/sceneBox.ts';
import { shortName } from '../../../../renderer/canvas/model/placeTags.ts';
import type { HistoryEntry } from '../../../../shared/contract/annotations.ts';

test('how a person wants to see is read from the settings; what is not understood is the default', () => {
  expect(viewOptionsOf({})).toEqual(defaultViewOptions);
  expect(viewOptionsOf({ 'view.colorBy': 'score', 'view.lineWidth': 3, 'view.minimap': true })).toEqual({
    ...defaultViewOptions,
    colorBy: 'score',
    lineWidth: 3,
    minimap: true,
  });
  expect(viewOptionsOf({ 'view.colorBy': 'mood', 'view.lineWidth': 99, 'view.minimap': 'yes', 'view.opacity': Number.NaN })).toEqual(
    defaultViewOptions,
  );
});

test('a key that goes through choices comes round', () => {
  expect([nextOf(['a', 'b'], 'a'), nextOf(['a', 'b'], 'b')]).toEqual(['b', 'a']);
});

test('a box has the colour of who touched it last', () => {
  const history = [
    { box: 1, author: 'Mara' },
    { box: 2, author: 'Jiwoo' },
    { author: 'Jiwoo' },
    { box: 1, author: 'Jiwoo' },
  ] as unknown as readonly HistoryEntry[];
  expect([...lastAuthors(history)]).toEqual([
    [1, 'Jiwoo'],
    [2, 'Jiwoo'],
  ]);
});

test('a person’s boxes have the colour of their badge, and a short tag is the name without its mark', () => {
  const look = lookOf(
    { ...defaultViewOptions, colorBy: 'author' },
    new Map([[1, { id: 1, name: 'person' } as Category]]),
    new Set([7]),
    new Map([[7, 'Mara']]),
    [{ name: 'Mara', color: '#d9822b', initials: 'M' }],
  );
  const box = { id: 7, category: 1 } as SceneBox;
  expect(look.colorOf(box)).toBe('#d9822b');
  expect([look.tagOf(box), shortName(look.nameOf(box))]).toEqual(['person ⚠', 'person']);
});

test('many names have many colours; scores go from one end of the scale to the other', () => {
  expect(new Set(Array.from({ length: 40 }, (_, i) => namedColor(`run:${i}`))).size).toBeGreaterThan(10);
  expect(new Set([0, 0.3, 0.5, 0.7, 1].map(scoreColor)).size).toBe(5);
  expect(scoreColor(null)).toBe('#9aa4b2');
});
