import { describe, expect, test } from 'vitest';
import { own, parseJson, asObject, safeEntries } from '../../../../../shared/formats/json/jsonGate.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the JSON gate', () => {
  test.each([
    ['65 levels', '['.repeat(65) + ']'.repeat(65), 'json_too_deep'],
    ['a million levels', '['.repeat(1_000_000), 'json_too_deep'],
    ['a text of more than 1 MB', `["${'a'.repeat(1_048_577)}"]`, 'json_string_too_long'],
    ['nothing', '', 'json_broken'],
    ['a cut file', '{"a": [1, 2', 'json_broken'],
  ])('refuses %s', (_what, text, code) => {
    expect(() => parseJson(bytes(text))).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('refuses UTF-16', () => {
    expect(() => parseJson(new Uint8Array([0xff, 0xfe, 0x5b, 0, 0x5d, 0]))).toThrow(expect.objectContaining({ code: 'not_utf8' }) as Error);
    expect(() => parseJson(new Uint8Array([0x5b, 0, 0x5d, 0]))).toThrow(expect.objectContaining({ code: 'not_utf8' }) as Error);
  });

  test('takes 64 levels, brackets in texts and a byte order mark', () => {
    expect(parseJson(bytes('['.repeat(64) + ']'.repeat(64)))).toBeInstanceOf(Array);
    expect(parseJson(bytes(`["${'['.repeat(100)}\\"${'{'.repeat(100)}"]`))).toHaveLength(1);
    expect(parseJson(bytes('\ufeff{"a":1}'))).toEqual({ a: 1 });
  });

  test('reads the NaN and Infinity that Python writes as null, but not inside texts', () => {
    expect(parseJson(bytes('{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \\" Infinity"}'))).toEqual({
      a: null,
      b: [null, null],
      c: 'NaN " Infinity',
    });
  });

  test('gives keys that reach prototypes no power', () => {
    const value = asObject(parseJson(bytes('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "a": 1}')));
    expect(value).not.toBeNull();
    expect(own(value ?? {}, '__proto__')).toBeUndefined();
    expect(own(value ?? {}, 'constructor')).toBeUndefined();
    expect(own(value ?? {}, 'toString')).toBeUndefined();
    expect(safeEntries(value ?? {})).toEqual([['a', 1]]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
