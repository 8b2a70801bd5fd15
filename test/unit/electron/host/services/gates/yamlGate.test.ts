import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../../../../electron/host/services/gates/yamlGate.ts';

const bomb = 'a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nnames: *c\n';

const refused: readonly (readonly [string, string | Uint8Array, string])[] = [
  ['an empty file', '', 'empty_file'],
  ['anchors that multiply', bomb, 'yaml_anchor'],
  ['an anchor alone', 'names: &n [car]', 'yaml_anchor'],
  ['a merge of an alias', 'a: &a {x: 1}\nb:\n  <<: *a\n', 'yaml_anchor'],
  ['a tag of a language', 'names: !!python/object/apply:os.system ["id"]', 'yaml_tag'],
  ['a tag of YAML', 'names: !!binary aGk=', 'yaml_tag'],
  ['a local tag', 'names: !thing car', 'yaml_tag'],
  ['deep brackets', `names: ${'['.repeat(70)}${']'.repeat(70)}`, 'yaml_too_deep'],
  ['a million brackets', '['.repeat(1_000_000), 'yaml_too_deep'],
  ['many dashes', `${'- '.repeat(5_000)}x`, 'yaml_too_deep'],
  ['deep indents', Array.from({ length: 80 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'yaml_too_deep'],
  ['a key twice', 'names: [a]\nnames: [b]', 'yaml_broken'],
  ['two documents in one', 'a: [1\nb: 2', 'yaml_broken'],
  ['more than 1 MB', `names: "${'a'.repeat(1_048_576)}"`, 'yaml_too_large'],
  ['UTF-16', Buffer.from('\ufeffnames: [a]', 'utf16le'), 'not_utf8'],
];

describe('the YAML gate', () => {
  test.each(refused)('refuses %s', (_what, text, code) => {
    expect(() => parseYaml(typeof text === 'string' ? Buffer.from(text) : text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('reads what a data.yaml holds', () => {
    expect(
      parseYaml(Buffer.from('# x\npath: ../data\ntrain: images/train\nnc: 2\nnames:\n  0: car\n  1: "bus"\nyes: true\nnone: null\n')),
    ).toEqual({
      path: '../data',
      train: 'images/train',
      nc: 2,
      names: { 0: 'car', 1: 'bus' },
      yes: true,
      none: null,
    });
  });

  test('gives a key called __proto__ no power', () => {
    const value = parseYaml(Buffer.from('__proto__:\n  polluted: 1\nnames: [a]\n')) as { polluted?: unknown };
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
