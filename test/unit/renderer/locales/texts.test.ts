import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../../../renderer/locales/', import.meta.url);
const namespaces = readdirSync(new URL('en/', folder)).map((file) => file.replace('.json', ''));

function flat(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`));
}

function read(language: string, namespace: string): Map<string, string> {
  return new Map(flat(JSON.parse(readFileSync(new URL(`${language}/${namespace}.json`, folder), 'utf8'))));
}

/** Korean has one plural form, English two. */
const stem = (key: string): string => key.replace(/_(one|other)$/, '');
const variables = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{\{(\w+)\}\}|<(\w+)>/g)].map(([, name, tag]) => name ?? `<${tag}>`))].sort();

describe('texts', () => {
  test('both languages have the same files', () => {
    expect(readdirSync(new URL('ko/', folder)).map((file) => file.replace('.json', ''))).toEqual(namespaces);
  });

  describe.each(namespaces)('%s', (namespace) => {
    const en = read('en', namespace);
    const ko = read('ko', namespace);

    test('says the same things in both languages', () => {
      expect([...new Set([...ko.keys()].map(stem))].sort()).toEqual([...new Set([...en.keys()].map(stem))].sort());
    });

    test('has every plural form each language needs', () => {
      const plural = [...en.keys()].filter((key) => key.endsWith('_one')).map(stem);
      expect(plural.filter((key) => !en.has(`${key}_other`) || !ko.has(`${key}_other`))).toEqual([]);
    });

    test('puts the same values in', () => {
      // The number itself may be left to the plural form ("1 box"), so `count` may be missing on one side.
      const wrong = [...en].filter(([key, text]) => {
        const other = ko.get(key) ?? ko.get(`${stem(key)}_other`) ?? '';
        const used = (list: string[]): string => list.filter((name) => name !== 'count').join(' ');
        return used(variables(text)) !== used(variables(other));
      });
      expect(wrong.map(([key]) => key)).toEqual([]);
    });

    test('shouts at nobody: no exclamation marks', () => {
      expect([...en.values(), ...ko.values()].filter((text) => /!/.test(text))).toEqual([]);
    });
  });
});
