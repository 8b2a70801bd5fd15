import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allCommands } from '../../../../renderer/app/commands.ts';
import { keyConflicts } from '../../../../renderer/state/commandStore.ts';

const locales = new URL('../../../../renderer/locales/', import.meta.url);
type Texts = { readonly commands?: { readonly [name: string]: string } };
const texts = (language: string): Map<string, Texts> =>
  new Map(
    readdirSync(new URL(`${language}/`, locales)).map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(new URL(`${language}/${file}`, locales), 'utf8')) as Texts,
    ]),
  );

describe('commands', () => {
  test('no two of one view want the same key', () => {
    expect(keyConflicts(allCommands, {})).toEqual([]);
  });

  test('ids are unique', () => {
    expect(new Set(allCommands.map((command) => command.id)).size).toBe(allCommands.length);
  });

  test.each(['en', 'ko'])('each has a title in %s', (language) => {
    const all = texts(language);
    const missing = allCommands.filter((command) => {
      const [namespace = '', ...name] = command.id.split('.');
      return (all.get(namespace)?.commands?.[name.join('.')] ?? '') === '';
    });
    expect(missing.map((command) => command.id)).toEqual([]);
  });
});
