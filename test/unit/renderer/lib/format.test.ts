import { expect, test } from 'vitest';
import { formatSeverity } from '../../../../renderer/lib/format.ts';

test.each([
  [0.724, '0.72'],
  [1, '1.00'],
  [0, '0.00'],
  [1.5, '1.50'],
  [30, '30'],
  [1204, '1,204'],
  [4595.4, '4,595'],
])('a severity of %d reads %s', (value, text) => {
  expect(formatSeverity(value, 'en')).toBe(text);
});
