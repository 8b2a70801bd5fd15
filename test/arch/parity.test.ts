import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const tests = join(import.meta.dirname, '..');
const text = readFileSync(join(tests, 'PARITY.md'), 'utf8');

test('each row of the table beside the peers names a test that is there', () => {
  const rows = text.split('\n').filter((line) => /^\| \d+ +\|/.test(line));
  expect(rows.length).toBe(37 + 10 + 13);
  const gone = rows.flatMap((row) => {
    const named = [...row.matchAll(/`([\w/.]+)` "([^"]+)"/g)];
    if (named.length === 0) return /\| N +\|/.test(row) ? [] : [`${row} (names no test)`];
    return named.filter(([, file = '', title = '']) => !holds(join(tests, file), title)).map(([name]) => name);
  });
  expect(gone).toEqual([]);
});

/** A title in single quotes, as all of them are written, or in double ones where it holds an apostrophe. */
function holds(file: string, title: string): boolean {
  if (!existsSync(file)) return false;
  const source = readFileSync(file, 'utf8');
  return [`('${title}'`, `("${title}"`].some((call) => source.includes(call));
}
