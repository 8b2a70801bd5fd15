import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const renderer = join(import.meta.dirname, '../../renderer');

/** Classes with which rules of a file begin. */
function classesOf(css: string): ReadonlySet<string> {
  const selectors = css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{}]+)\{/g);
  const found = new Set<string>();
  for (const [, list = ''] of selectors)
    for (const selector of list.split(',')) {
      const name = /^\s*\.([a-z][\w-]*)/i.exec(selector)?.[1];
      if (name !== undefined) found.add(name);
    }
  return found;
}

// The styles of a screen stay when another one is opened, so a name belongs to one of them, or to `ui` and `app` for all.
test('no two screens give a class of the same name its looks', () => {
  const owners = new Map<string, Set<string>>();
  const files = globSync('**/*.css', { cwd: renderer });
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    const folder = dirname(file).split(/[\\/]/).slice(0, 2).join('/');
    for (const name of classesOf(readFileSync(join(renderer, file), 'utf8'))) owners.set(name, (owners.get(name) ?? new Set()).add(folder));
  }
  const shared = [...owners].filter(([, folders]) => ![...folders].some((folder) => /^(ui|app)(\/|$)/.test(folder)));
  expect(shared.filter(([, folders]) => folders.size > 1).map(([name, folders]) => `${name}: ${[...folders].join(', ')}`)).toEqual([]);
});
