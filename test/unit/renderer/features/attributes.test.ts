import { describe, expect, test } from 'vitest';
import type { AttributeDeclaration } from '../../../../shared/domain/attribute.ts';
import { keyLines } from '../../../../renderer/features/label/attributeKeys.ts';
import { draftOf, emptyDraft, specOf } from '../../../../renderer/features/settings/categories/attributeDraft.ts';

const common = { category: null, required: false, hotkey: null, order: 0 } as const;
const colour: AttributeDeclaration = {
  ...common,
  key: 'colour',
  kind: 'choice',
  default: null,
  options: [
    { value: 'grey', hotkey: null },
    { value: 'red', hotkey: 'R' },
  ],
};
const parked: AttributeDeclaration = { ...common, key: 'parked', kind: 'checkbox', default: null, hotkey: 'P' };
const plate: AttributeDeclaration = { ...common, key: 'plate', kind: 'text', default: null };

describe('keys of attributes', () => {
  test('what was declared has its key, everything else the next free digit', () => {
    expect(keyLines([colour, parked, plate], null).map(({ hotkey, label, act }) => [hotkey, label, act.kind])).toEqual([
      ['1', 'colour', 'options'],
      ['P', 'parked', 'toggle'],
      ['2', 'plate', 'focus'],
      ['R', 'colour: red', 'set'],
    ]);
  });

  test('the options of a choice', () => {
    expect(keyLines([colour], 'colour')).toEqual([
      { hotkey: '1', label: 'grey', act: { kind: 'set', key: 'colour', value: 'grey' } },
      { hotkey: 'R', label: 'red', act: { kind: 'set', key: 'colour', value: 'red' } },
    ]);
  });

  test('an attribute’s key goes before an option’s', () => {
    const clashing: AttributeDeclaration = { ...parked, hotkey: 'R' };
    expect(keyLines([colour, clashing], null).map(({ hotkey, label }) => `${hotkey} ${label}`)).toEqual(['1 colour', 'R parked']);
  });
});

describe('the form of an attribute', () => {
  const draft = { ...emptyDraft(3), key: 'colour', options: 'grey\nred = r\n\n dark red ' };

  test('makes a choice with keys, and reads it back', () => {
    const made = specOf({ ...draft, default: 'red' });
    expect(made).toEqual({
      spec: {
        kind: 'choice',
        required: false,
        hotkey: null,
        order: 3,
        default: 'red',
        options: [
          { value: 'grey', hotkey: null },
          { value: 'red', hotkey: 'R' },
          { value: 'dark red', hotkey: null },
        ],
      },
    });
    if ('spec' in made) expect(specOf(draftOf({ ...made.spec, category: null, key: 'colour' }))).toEqual(made);
  });

  test.each([
    [{ key: ' ' }, 'key'],
    [{ options: '' }, 'options'],
    [{ options: 'a\na = B' }, 'twice'],
    [{ default: 'blue' }, 'default'],
    [{ hotkey: '?' }, 'hotkey'],
    [{ kind: 'number', min: 'x' }, 'number'],
    [{ kind: 'number', step: '0' }, 'number'],
    [{ kind: 'number', min: '2', max: '1' }, 'range'],
    [{ kind: 'number', min: '0', max: '1', default: '3' }, 'default'],
  ] as const)('%j is refused: %s', (patch, problem) => {
    expect(specOf({ ...draft, ...patch })).toEqual({ problem });
  });

  test('a decimal comma is a decimal point', () => {
    expect(specOf({ ...draft, kind: 'number', step: '0,1' })).toMatchObject({ spec: { step: 0.1 } });
  });
});
