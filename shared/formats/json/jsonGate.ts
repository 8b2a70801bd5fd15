import { FormatError } from '../formatError.ts';

/** Limits of JSON from outside (SYNC.md 7.2, P5). */
export const jsonLimits = { depth: 64, stringBytes: 1_048_576 } as const;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Checks depth and string length on the raw bytes, before anything is built. Throws FormatError `json_too_deep` and
 * `json_string_too_long`. Says nothing about well-formedness: the parser does.
 */
function checkJsonLimits(bytes: Uint8Array): void {
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === quote) {
      const start = i;
      i++;
      while (i < bytes.length && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1;
      if (i - start > jsonLimits.stringBytes) throw new FormatError('json_string_too_long', 'The file holds a text of more than 1 MB.');
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > jsonLimits.depth) throw new FormatError('json_too_deep', 'The file is nested more than 64 levels deep.');
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
}

/** Whole small file (list of names, card, manifest): limits, then the parser. Throws FormatError. */
export function parseJson(bytes: Uint8Array): unknown {
  checkJsonLimits(bytes);
  return parseJsonText(decodeUtf8(bytes));
}

/** `NaN` and `Infinity`, which Python writes and JSON does not know, become null; whoever needs a number refuses it there. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const replaced = withoutPythonNumbers(text);
    if (replaced !== null) {
      try {
        return JSON.parse(replaced) as unknown;
      } catch {
        // The first error names the place in the file as it is.
      }
    }
    throw new FormatError('json_broken', 'This is not valid JSON.', { cause: error });
  }
}

function withoutPythonNumbers(text: string): string | null {
  if (!/NaN|Infinity/.test(text)) return null;
  // Strings are matched first and kept, so that a category called "NaN" stays.
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (match) => (match.startsWith('"') ? match : 'null'));
}

/** UTF-8 text, a leading byte order mark left out. Throws FormatError `not_utf8` for UTF-16 and UTF-32. */
export function decodeUtf8(bytes: Uint8Array): string {
  const a = bytes[0];
  const b = bytes[1];
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || (bytes.length > 1 && (a === 0 || b === 0)))
    throw new FormatError('not_utf8', 'The text is not UTF-8.');
  return new TextDecoder('utf-8').decode(bytes);
}

const dangerous = new Set(['__proto__', 'constructor', 'prototype']);

export type JsonObject = { readonly [key: string]: unknown };

/** A plain object of the parser, or null. Its keys are read one by one, by name; it is never merged into another. */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** Own value of a known key. `__proto__` and its like give undefined even where a file sets them. */
export function own(object: JsonObject, key: string): unknown {
  return !dangerous.has(key) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Own entries without the names that could reach a prototype. */
export function safeEntries(object: JsonObject): readonly (readonly [string, unknown])[] {
  return Object.entries(object).filter(([key]) => !dangerous.has(key));
}

export function finiteOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
