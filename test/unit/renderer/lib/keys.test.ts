import { describe, expect, test } from 'vitest';
import { ariaChord, chordCaps, chordOf, type KeyPress, normaliseChord } from '../../../../renderer/lib/keys.ts';

const press = (key: string, code: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('chords', () => {
  test('a press becomes one spelling', () => {
    expect([
      chordOf(press('k', 'KeyK', { ctrlKey: true })),
      chordOf(press('K', 'KeyK', { ctrlKey: true, shiftKey: true })),
      chordOf(press('!', 'Digit1', { shiftKey: true })),
      chordOf(press('?', 'Slash', { shiftKey: true })),
      chordOf(press(' ', 'Space')),
      chordOf(press('ArrowRight', 'ArrowRight', { shiftKey: true })),
      chordOf(press('+', 'Equal', { shiftKey: true })),
      chordOf(press('Shift', 'ShiftLeft', { shiftKey: true })),
    ]).toEqual(['Mod+K', 'Mod+Shift+K', 'Shift+1', '?', 'Space', 'Shift+ArrowRight', 'Plus', null]);
  });

  test('with a Hangul layout the letter goes by the place of the key', () => {
    expect([chordOf(press('ㅁ', 'KeyA')), chordOf(press('ㅋ', 'KeyZ', { ctrlKey: true }))]).toEqual(['A', 'Mod+Z']);
  });

  test('on a Mac, Mod is Command and Ctrl is itself', () => {
    expect([chordOf(press('k', 'KeyK', { metaKey: true }), true), chordOf(press('k', 'KeyK', { ctrlKey: true }), true)]).toEqual([
      'Mod+K',
      'Ctrl+K',
    ]);
  });

  test('what somebody wrote is brought into that spelling', () => {
    expect(['ctrl + shift+k', 'Shift+Ctrl+k', 'alt+1', 'Space'].map(normaliseChord)).toEqual([
      'Mod+Shift+K',
      'Mod+Shift+K',
      'Alt+1',
      'Space',
    ]);
  });

  test('caps are drawn as people know them', () => {
    expect([chordCaps('Mod+K'), chordCaps('Mod+K', true), chordCaps('Shift+1'), chordCaps('Escape'), ariaChord('Mod+Shift+Z')]).toEqual([
      ['Ctrl', 'K'],
      ['⌘', 'K'],
      ['⇧1'],
      ['Esc'],
      'Control+Shift+Z',
    ]);
  });
});
