import { describe, expect, test } from 'vitest';
import { readKeysFile, writeKeysFile } from '../../../../renderer/features/settings/keysFile.ts';

const known = new Set(['label.next', 'app.help']);

describe('keys as a file', () => {
  test('come back as they were saved', () => {
    const keys = { preset: 'labelimg', keys: { 'label.next': ['F', 'Mod+ArrowRight'], 'app.help': [] } } as const;
    expect(readKeysFile(writeKeysFile(keys), known)).toEqual({ ...keys, unknown: 0 });
  });

  test('of a newer Hardcase are taken without the commands that are not here, in the spelling of the keys', () => {
    const text = JSON.stringify({
      format: 'hardcase keys',
      version: 1,
      preset: 'cvat',
      keys: { 'label.next': ['ctrl+shift+f'], 'x.y': ['A'] },
    });
    expect(readKeysFile(text, known)).toEqual({ preset: 'cvat', keys: { 'label.next': ['Mod+Shift+F'] }, unknown: 1 });
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['a list', '[]'],
    ['another file', '{"keys": {}}'],
    ['a preset that does not exist', '{"format": "hardcase keys", "preset": "vim", "keys": {}}'],
    ['keys that are no texts', '{"format": "hardcase keys", "preset": "cvat", "keys": {"label.next": [1]}}'],
    ['a key that is a novel', `{"format": "hardcase keys", "preset": "cvat", "keys": {"label.next": ["${'x'.repeat(65)}"]}}`],
    ['a file that is too large', `{"format": "hardcase keys", "preset": "cvat", "keys": {}, "more": "${'x'.repeat(300_000)}"}`],
  ])('%s is refused', (_, text) => expect(readKeysFile(text, known)).toBeNull());
});
