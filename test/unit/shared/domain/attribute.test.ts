import { describe, expect, test } from 'vitest';
import {
  acceptedAttributes,
  attributesFor,
  commonAttributes,
  missingAttributes,
  refusal,
  type AttributeDeclaration,
} from '../../../../shared/domain/attribute.ts';
import type { CategoryId } from '../../../../shared/domain/ids.ts';

const car = 0 as CategoryId;
const person = 1 as CategoryId;
const common = { required: false, hotkey: null, order: 0 } as const;
const colour: AttributeDeclaration = {
  ...common,
  category: null,
  key: 'colour',
  kind: 'choice',
  required: true,
  default: 'grey',
  options: [
    { value: 'grey', hotkey: null },
    { value: 'red', hotkey: 'R' },
  ],
};
const doors: AttributeDeclaration = {
  ...common,
  category: car,
  key: 'doors',
  kind: 'number',
  order: 1,
  min: 1,
  max: 9,
  step: 2,
  default: null,
};
const personColour: AttributeDeclaration = { ...common, category: person, key: 'colour', kind: 'text', default: null };
const declared = [colour, doors, personColour];

describe('attributes', () => {
  test('a category’s own declaration goes before that of every category', () => {
    expect(attributesFor(declared, car).map(({ key, kind }) => [key, kind])).toEqual([
      ['colour', 'choice'],
      ['doors', 'number'],
    ]);
    expect(attributesFor(declared, person)).toEqual([personColour]);
    // The same key of another kind is no attribute that both have.
    expect(commonAttributes(declared, [car, person])).toEqual([]);
    expect(commonAttributes(declared, [car, 7]).map(({ key }) => key)).toEqual(['colour']);
  });

  test.each([
    [doors, 1, true],
    [doors, 3, true],
    [doors, 2, false],
    [doors, 11, false],
    [doors, -1, false],
    [doors, '3', false],
    [{ ...doors, min: null, max: null, step: 0.1 }, 0.3, true],
    [{ ...doors, min: null, max: null, step: 0.1 }, 0.35, false],
    [colour, 'red', true],
    [colour, 'Red', false],
    [personColour, 'anything', true],
    [personColour, 3, false],
    [{ ...common, kind: 'checkbox', default: null } as const, false, true],
    [{ ...common, kind: 'checkbox', default: null } as const, 'true', false],
  ])('%j takes %j: %s', (spec, value, isTaken) => {
    expect(refusal(spec, value) === null).toBe(isTaken);
  });

  test('a required attribute is missing without a value that is allowed', () => {
    expect(missingAttributes(declared, car, {})).toEqual(['colour']);
    expect(missingAttributes(declared, car, { colour: 'purple' })).toEqual(['colour']);
    expect(missingAttributes(declared, car, { colour: 'red' })).toEqual([]);
    expect(missingAttributes(declared, person, {})).toEqual([]);
  });

  test('a copy keeps what is allowed and gets the defaults; where nothing is declared it keeps all', () => {
    expect(acceptedAttributes(declared, car, { colour: 'purple', doors: 3, weather: 'rain', note: 'left' })).toEqual({
      colour: 'grey',
      doors: 3,
      note: 'left',
    });
    expect(acceptedAttributes([doors], person, { weather: 'rain' })).toEqual({ weather: 'rain' });
  });

  test('keys of an object’s own are names like any other', () => {
    const odd: AttributeDeclaration = { ...colour, key: 'constructor' };
    expect(missingAttributes([odd], car, {})).toEqual(['constructor']);
  });
});
