import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult, type IConfiguration } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packages, surroundings, violations } from './plantedViolations.ts';

const root = join(import.meta.dirname, '../..');
const rules = createRequire(import.meta.url)('./importRules.cjs') as IConfiguration;

async function cruised(baseDir: string, folders: readonly string[]): Promise<ICruiseResult> {
  const { forbidden = [], options = {} } = rules;
  const { output } = await cruise(
    [...folders],
    { ...options, baseDir, ruleSet: { forbidden }, validate: true },
    options.enhancedResolveOptions,
    { tsConfig: extractTsConfig(join(root, 'test/tsconfig.json')) },
  );
  if (typeof output === 'string') throw new Error(output);
  return output;
}

const told = (result: ICruiseResult): string[] => result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /[.]tsx?$/.test(file) && !file.endsWith('.d.ts'));
}

describe('this repository', () => {
  test('keeps its import rules', { timeout: 180_000 }, async () => {
    const folders = ['electron', 'renderer', 'shared', 'resources'].filter((folder) => existsSync(join(root, folder)));
    const result = await cruised(root, [...folders, 'test']);
    expect(told(result)).toEqual([]);
    // With a compiler it does not know the tool sees no TypeScript and passes: so it must have seen every file there is.
    const seen = new Set(result.modules.map(({ source }) => source));
    const missing = folders
      .flatMap((folder) => sources(join(root, folder)).map((file) => `${folder}/${file}`))
      .filter((file) => !seen.has(file));
    expect(missing).toEqual([]);
    expect(seen.size).toBeGreaterThan(300);
  });
});

describe('planted violations', () => {
  let folder = '';

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'hardcase-arch-')));
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    };
    write('package.json', JSON.stringify({ type: 'module', dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])) }));
    for (const name of packages) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
      write(`node_modules/${name}/index.js`, 'module.exports = {};');
    }
    for (const [path, text] of Object.entries(surroundings)) write(path, text);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const tops = ['electron', 'renderer', 'shared', 'test'];

  test('every rule has one', () => {
    const names = new Set(violations.map(({ rule }) => rule));
    expect((rules.forbidden ?? []).map(({ name }) => name).filter((name) => !names.has(name ?? ''))).toEqual([]);
  });

  test('none is seen before they are planted, each afterwards', { timeout: 180_000 }, async () => {
    expect(told(await cruised(folder, tops))).toEqual([]);
    for (const { from, line } of violations) {
      mkdirSync(dirname(join(folder, from)), { recursive: true });
      writeFileSync(join(folder, from), `${line}\n`);
    }
    writeFileSync(join(folder, 'shared/triggers/b.ts'), "import { a } from './a.ts';\nexport const b = a;\n");
    const found = new Set((await cruised(folder, tops)).summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`));
    expect(violations.map(({ rule, from }) => `${rule}: ${from}`).filter((expected) => !found.has(expected))).toEqual([]);
  });
});
