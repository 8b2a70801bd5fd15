import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanTopLevel } from '../../../../../shared/formats/json/scanTopLevel.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  // One Buffer for all pieces, as a file reader has.
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
}

async function scan(
  text: string,
  options: { keys?: readonly string[]; piece?: number; batch?: number } = {},
): Promise<{ [key: string]: unknown[] }> {
  const found: { [key: string]: unknown[] } = Object.create(null) as { [key: string]: unknown[] };
  const scanned = scanTopLevel(inPieces(text, options.piece ?? 7), {
    keys: new Set(options.keys ?? ['a', 'b']),
    ...(options.batch === undefined ? {} : { batchBytes: options.batch }),
  });
  for await (const { key, elements, broken } of scanned)
    (found[key] ??= []).push(...elements.map((element, i) => (broken.includes(i) ? 'BROKEN' : element)));
  return found;
}

describe('the scanner of top-level arrays', () => {
  test('gives the same as the parser, however the file is cut and laid out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          a: fc.array(fc.jsonValue({ maxDepth: 4 })),
          skipped: fc.jsonValue({ maxDepth: 4 }),
          b: fc.array(fc.jsonValue({ maxDepth: 4 })),
        }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(undefined, 1, '\t'),
        async (value, piece, batch, indent) => {
          const text = JSON.stringify(value, null, indent);
          const expected = JSON.parse(text) as { a: unknown[]; b: unknown[] };
          const found = await scan(text, { piece, batch });
          expect(found['a'] ?? []).toEqual(expected.a);
          expect(found['b'] ?? []).toEqual(expected.b);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('reads a file that is one array', async () => {
    expect(await scan('\ufeff [ {"x": 1} , 2,"]", [3] ] \n', { keys: [''], piece: 2 })).toEqual({ '': [{ x: 1 }, 2, ']', [3]] });
  });

  test('passes over keys that are not wanted and a wanted key that holds no array', async () => {
    expect(await scan('{"x":[1],"a":{"a":[9]},"y":"}","z":-1.5e3,"b":[1]}')).toEqual({ b: [1] });
  });

  test('goes on after an element that is no JSON', async () => {
    expect(await scan('{"a":[{"x":1},{"x":oops},{"x":NaN},3]}', { batch: 1_000 })).toEqual({ a: [{ x: 1 }, 'BROKEN', { x: null }, 3] });
  });

  test.each([
    ['nothing', '', 'empty_file'],
    ['spaces', '  \n', 'empty_file'],
    ['a text', '"a"', 'json_broken'],
    ['a picture', '\u00ff\u00d8', 'json_broken'],
    ['an end too early in an element', '{"a":[{"x":1},{"x":', 'json_truncated'],
    ['an end too early between elements', '{"a":[1,2', 'json_truncated'],
    ['an end too early in a key', '{"a":[1],"b', 'json_truncated'],
    ['an end too early after an array', '{"a":[1]', 'json_truncated'],
    ['something after the end', '{"a":[1]} {"a":[2]}', 'json_broken'],
    ['a missing colon', '{"a" [1]}', 'json_broken'],
    ['a missing comma', '{"a":[1] "b":[2]}', 'json_broken'],
    ['a missing comma in an array', '{"a":["x" "y"]}', 'json_broken'],
    ['deep elements', `{"a":[${'['.repeat(70)}${']'.repeat(70)}]}`, 'json_too_deep'],
    ['deep values that are not wanted', `{"x":${'['.repeat(100_000)}`, 'json_too_deep'],
    ['a text of more than 1 MB', `{"a":["${'x'.repeat(1_100_000)}"]}`, 'json_string_too_long'],
  ])('refuses %s', async (_what, text, code) => {
    await expect(scan(text, { piece: 5_000 })).rejects.toMatchObject({ code });
  });

  test('refuses UTF-16', async () => {
    const chunks = (async function* () {
      yield Buffer.from('\ufeff{"a":[1]}', 'utf16le');
      await Promise.resolve();
    })();
    await expect(
      (async () => {
        for await (const batch of scanTopLevel(chunks, { keys: new Set(['a']) })) expect(batch).toBeUndefined();
      })(),
    ).rejects.toMatchObject({ code: 'not_utf8' });
  });
});
