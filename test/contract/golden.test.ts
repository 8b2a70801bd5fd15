import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contract } from '../../shared/contract/index.ts';
import { goldenPath, goldenText } from './golden.ts';

test('the contract is the one in the golden file (after a change that is meant: npm run contract)', async () => {
  expect(await goldenText()).toBe(readFileSync(goldenPath, 'utf8'));
});

test('no name of the contract is one of an object’s own', () => {
  const names = Object.entries(contract).flatMap(([group, entries]) => [group, ...Object.keys(entries)]);
  expect(names.filter((name) => name in {} || name === 'then' || name.includes('.'))).toEqual([]);
});
