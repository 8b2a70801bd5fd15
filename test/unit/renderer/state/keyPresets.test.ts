import { describe, expect, test } from 'vitest';
import { keyPresets as names } from '../../../../shared/contract/settings.ts';
import { allCommands } from '../../../../renderer/app/commands.ts';
import { normaliseChord } from '../../../../renderer/lib/keys.ts';
import { keyConflicts, keysOf } from '../../../../renderer/state/commandStore.ts';
import { boundKeys, keyPresets } from '../../../../renderer/state/keyPresets.ts';

const known = new Map(allCommands.map((command) => [command.id, command]));
const ours = keyConflicts(allCommands, {});
const keyOf = (preset: keyof typeof keyPresets, id: string): readonly string[] => keysOf(known.get(id)!, keyPresets[preset]);

describe.each(names)('keys like in %s', (preset) => {
  test('are of commands that exist, in the spelling that is compared', () => {
    const bindings = Object.entries(keyPresets[preset]);
    expect(bindings.filter(([id]) => !known.has(id)).map(([id]) => id)).toEqual([]);
    expect(bindings.flatMap(([, chords]) => chords).filter((chord) => normaliseChord(chord) !== chord)).toEqual([]);
  });

  test('mean one thing in each view', () => {
    const told = (list: typeof ours): string[] => list.map(({ chord, a, b }) => `${chord}: ${a}, ${b}`);
    // What our own keys have twice is told by the test of the commands.
    expect(told(keyConflicts(allCommands, keyPresets[preset])).filter((line) => !told(ours).includes(line))).toEqual([]);
  });

  test('leave no command without the keys it had', () => {
    const lost = allCommands.filter((command) => command.keys.length > 0 && keysOf(command, keyPresets[preset]).length === 0);
    expect(lost.map((command) => command.id)).toEqual([]);
  });
});

test('hands from other tools find their keys', () => {
  expect([keyOf('cvat', 'label.next'), keyOf('cvat', 'label.previous'), keyOf('cvat', 'label.boxTool')]).toEqual([['F'], ['D'], ['N']]);
  expect(keyOf('cvat', 'label.category3')).toContain('Mod+3');
  expect([keyOf('labelimg', 'label.boxTool')[0], keyOf('labelimg', 'label.next')[0], keyOf('labelimg', 'label.accept')[0]]).toEqual([
    'W',
    'D',
    'Space',
  ]);
  expect([
    keyOf('xanylabeling', 'label.boxTool')[0],
    keyOf('xanylabeling', 'label.hide')[0],
    keyOf('xanylabeling', 'label.runOnSet')[0],
  ]).toEqual(['R', 'S', 'Mod+B']);
});

test('what somebody bound goes before the preset; nothing changes, nothing is made anew', () => {
  const settings = { keyPreset: 'cvat' as const, keys: { 'label.next': ['PageDown'] } };
  const bound = boundKeys(settings);
  expect(bound['label.next']).toEqual(['PageDown']);
  expect(bound['label.previous']).toEqual(['D']);
  expect(boundKeys(settings)).toBe(bound);
  expect(boundKeys({ ...settings, keyPreset: 'hardcase' })['label.previous']).toBeUndefined();
});
