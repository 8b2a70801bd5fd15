import { expect, test } from 'vitest';
import { initialsOf, inkOn, presentName, profileColors, profileOf } from '../../../../renderer/lib/profiles.ts';
import { contrast, parseHex } from '../../../helpers/color.ts';

function rgb(hex: string): readonly [number, number, number] {
  const [r, g, b] = parseHex(hex);
  return [r, g, b];
}

test('initials of names in both scripts', () => {
  expect(['Jiwoo Han', 'mara', '김민수', '김 민수', 'anna-lena.k', 'van der Berg Jan', ''].map(initialsOf)).toEqual([
    'JH',
    'M',
    '민수',
    '김민',
    'AK',
    'VJ',
    '',
  ]);
});

test('letters on every colour of a badge can be read', () => {
  for (const color of profileColors) expect([color, contrast(rgb(color), rgb(inkOn(color))) >= 4.5]).toEqual([color, true]);
});

test('somebody without a profile here keeps one colour', () => {
  const known = { name: 'Mara', color: '#112233', initials: 'MX' };
  expect(profileOf('Mara', [known])).toBe(known);
  expect(profileOf('Joon', [known])).toEqual(profileOf('Joon', []));
});

test('who took another name is one person under both; a name that somebody else has by now is theirs', () => {
  const mara = { name: 'Mara K.', color: '#112233', initials: 'MK', formerly: ['worker', 'Mara'] };
  const other = { name: 'Mara', color: '#332211', initials: 'M' };
  expect(['Mara K.', 'worker', 'Mara', 'Joon'].map((name) => presentName(name, [mara]))).toEqual(['Mara K.', 'Mara K.', 'Mara K.', 'Joon']);
  expect(presentName('Mara', [mara, other])).toBe('Mara');
});
