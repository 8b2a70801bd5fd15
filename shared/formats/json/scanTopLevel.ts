import { FormatError } from '../formatError.ts';
import { decodeUtf8, jsonLimits, parseJsonText } from './jsonGate.ts';

/** Elements of one array at the top of a JSON file, in the order of the file. */
export interface JsonBatch {
  /** The key of the array; empty for a file that is one array. */
  readonly key: string;
  readonly elements: readonly unknown[];
  /** Bytes of the file that were read so far. */
  readonly bytesRead: number;
  /** Elements among these that were no valid JSON: their places in `elements`, where null stands for them. */
  readonly broken: readonly number[];
  /** Element i as the file has it, where `shorten` left something out. Only until the next batch is asked for. */
  readonly whole: (index: number) => unknown;
}

export interface ScanOptions {
  /** Keys whose arrays are wanted; the empty key is the file's own array. All else is passed over without being built. */
  readonly keys: ReadonlySet<string>;
  /** Batches grow to about this many bytes before they are parsed. */
  readonly batchBytes?: number;
  /** Leaves out of the text of some elements what the caller does not need, so that it is never built. The text stays JSON. */
  readonly shorten?: (text: string) => string;
}

// What the scanner stands in. Numbers and not words, because they are compared once a byte.
const beforeDocument = 0;
const betweenKeys = 1;
const afterKey = 2;
const inArray = 3;
const inElement = 4;
const inSkipped = 5;
const afterDocument = 6;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

const maxElementBytes = 64 * 1_048_576;

/**
 * Reads a JSON file of any size in constant memory: a scanner finds where the elements of the wanted top-level arrays
 * begin and end, and `JSON.parse` reads them a batch at a time. The file is one object (`{"images": […], …}`) or one
 * array. Depth and string limits of the JSON gate hold throughout. Elements that are no valid JSON are reported and the
 * scan goes on. Throws FormatError (`empty_file`, `json_broken`, `json_truncated`, `json_too_deep`, `not_utf8`,
 * `json_string_too_long`, `json_element_too_large`).
 */
export async function* scanTopLevel(chunks: AsyncIterable<Uint8Array>, options: ScanOptions): AsyncGenerator<JsonBatch> {
  const scanner = new TopLevelScanner(options);
  for await (const chunk of chunks) {
    scanner.push(chunk);
    yield* scanner.take();
  }
  scanner.end();
  yield* scanner.take();
}

class TopLevelScanner {
  readonly #keys: ReadonlySet<string>;
  readonly #batchBytes: number;
  readonly #shorten: (text: string) => string;
  readonly #ready: JsonBatch[] = [];
  #state = beforeDocument;
  /** Depth below the thing that is being read or passed over. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #stringLength = 0;
  /** The file is one array rather than one object. */
  #isArray = false;
  #key = '';
  #needsComma = false;
  /** The value that is passed over is a bare word or number. */
  #skippedIsBare = false;
  /** Bytes of the batch that earlier chunks brought. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** Ends of whole elements, in bytes since the batch began. */
  #ends: number[] = [];
  #bytesBefore = 0;
  #isBegun = false;

  constructor(options: ScanOptions) {
    this.#keys = options.keys;
    this.#batchBytes = options.batchBytes ?? 262_144;
    this.#shorten = options.shorten ?? ((text) => text);
  }

  *take(): Generator<JsonBatch> {
    for (let batch = this.#ready.shift(); batch !== undefined; batch = this.#ready.shift()) yield batch;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    if (!this.#isBegun && chunk.length > 0) {
      this.#isBegun = true;
      if (chunk[0] === 0xff || chunk[0] === 0xfe || chunk[0] === 0 || chunk[1] === 0)
        throw new FormatError('not_utf8', 'The text is not UTF-8.');
    }
    let batchStart = this.#state === inArray || this.#state === inElement || this.#isReadingKey() ? at : -1;
    while (at < chunk.length) {
      const byte = chunk[at] as number;
      switch (this.#state) {
        case beforeDocument:
          at++;
          if (isSpace(byte) || (this.#bytesBefore + at <= 3 && isByteOrderMark(byte))) break;
          if (byte === openBrace) this.#state = betweenKeys;
          else if (byte === openBracket) {
            this.#isArray = true;
            this.#startArray('');
            batchStart = at;
          } else throw new FormatError('json_broken', 'This is not a JSON file.');
          break;
        case betweenKeys:
          if (this.#inString) {
            if (batchStart < 0) batchStart = at;
            const end = this.#stringEnd(chunk, at);
            if (end < 0) {
              at = chunk.length;
              break;
            }
            this.#hold(chunk.subarray(batchStart, end + 1));
            this.#key = this.#takeKey();
            batchStart = -1;
            at = end + 1;
            this.#state = afterKey;
            this.#needsComma = false;
            break;
          }
          at++;
          if (isSpace(byte)) break;
          if (byte === quote && !this.#needsComma) {
            this.#startString();
            batchStart = at - 1;
          } else if (byte === comma && this.#needsComma) this.#needsComma = false;
          else if (byte === closeBrace) this.#state = afterDocument;
          else throw new FormatError('json_broken', 'This is not valid JSON.');
          break;
        case afterKey:
          at++;
          if (isSpace(byte) || (byte === colon && !this.#needsComma)) {
            if (byte === colon) this.#needsComma = true;
            break;
          }
          if (!this.#needsComma) throw new FormatError('json_broken', 'This is not valid JSON.');
          if (byte === openBracket && this.#keys.has(this.#key)) {
            this.#startArray(this.#key);
            batchStart = at;
          } else {
            this.#startSkipped(byte);
          }
          break;
        case inArray:
          // Between elements; the comma stays in the batch, so that the text between its ends is one JSON list.
          at++;
          if (isSpace(byte)) break;
          if (byte === closeBracket) {
            this.#flush(chunk, batchStart, at - 1, at);
            batchStart = -1;
            this.#state = this.#isArray ? afterDocument : betweenKeys;
            this.#needsComma = true;
          } else if (byte === comma) {
            if (!this.#needsComma) throw new FormatError('json_broken', 'This is not valid JSON.');
            this.#needsComma = false;
            // The comma between two batches belongs to neither.
            if (this.#heldBytes + (at - batchStart) >= this.#batchBytes) {
              this.#flush(chunk, batchStart, at - 1, at);
              batchStart = at;
            }
          } else {
            if (this.#needsComma) throw new FormatError('json_broken', 'This is not valid JSON.');
            this.#startElement(byte);
          }
          break;
        case inElement: {
          const end = this.#skippedIsBare ? bareEnd(chunk, at) : this.#valueEnd(chunk, at);
          if (this.#heldBytes + (end < 0 ? chunk.length : end) - batchStart > this.#batchBytes + maxElementBytes)
            throw new FormatError('json_element_too_large', 'One entry of the file is larger than 64 MB.');
          if (end < 0) {
            at = chunk.length;
            break;
          }
          at = end;
          this.#ends.push(this.#heldBytes + (at - batchStart));
          this.#state = inArray;
          this.#needsComma = true;
          break;
        }
        case inSkipped: {
          const end = this.#skippedIsBare ? bareEnd(chunk, at) : this.#valueEnd(chunk, at);
          if (end < 0) {
            at = chunk.length;
            break;
          }
          at = end;
          this.#state = betweenKeys;
          this.#needsComma = true;
          break;
        }
        default:
          at++;
          if (!isSpace(byte)) throw new FormatError('json_broken', 'Something follows the end of the JSON.');
      }
    }
    // What is begun and not ended is carried over to the next chunk.
    if (batchStart >= 0 && (this.#state === inArray || this.#state === inElement || this.#isReadingKey()))
      this.#hold(chunk.subarray(batchStart));
    this.#bytesBefore += chunk.length;
  }

  end(): void {
    if (this.#state === beforeDocument) throw new FormatError('empty_file', 'The file is empty.');
    if (this.#state !== afterDocument) throw new FormatError('json_truncated', 'The file ends too early: a part of it is missing.');
  }

  #isReadingKey(): boolean {
    return this.#state === betweenKeys && this.#inString;
  }

  #startArray(key: string): void {
    this.#key = key;
    this.#state = inArray;
    this.#needsComma = false;
    this.#ends = [];
    this.#held = [];
    this.#heldBytes = 0;
  }

  #startString(): void {
    this.#inString = true;
    this.#escaped = false;
    this.#stringLength = 0;
  }

  #startElement(byte: number): void {
    this.#state = inElement;
    this.#begin(byte);
  }

  #startSkipped(byte: number): void {
    this.#state = inSkipped;
    this.#begin(byte);
  }

  #begin(byte: number): void {
    // Two levels are open already: the document and, for an element, its array.
    this.#depth = 0;
    this.#skippedIsBare = false;
    if (byte === openBrace || byte === openBracket) this.#depth = 1;
    else if (byte === quote) this.#startString();
    else this.#skippedIsBare = true;
  }

  /** Index behind the value that is being read, or -1 where it goes on in the next chunk. */
  #valueEnd(chunk: Uint8Array, from: number): number {
    let at = from;
    let depth = this.#depth;
    const length = chunk.length;
    for (;;) {
      if (this.#inString) {
        const end = this.#stringEnd(chunk, at);
        if (end < 0) break;
        at = end + 1;
        if (depth === 0) return at;
        continue;
      }
      // The hot loop: numbers, commas and spaces of polygons pass here, one comparison each.
      while (at < length && !isStructural[chunk[at] as number]) at++;
      if (at >= length) break;
      const byte = chunk[at] as number;
      at++;
      if (byte === quote) this.#startString();
      else if (byte === openBrace || byte === openBracket) {
        if (++depth > jsonLimits.depth - 2) throw new FormatError('json_too_deep', 'The file is nested more than 64 levels deep.');
      } else if (--depth === 0) {
        this.#depth = 0;
        return at;
      }
    }
    this.#depth = depth;
    return -1;
  }

  /** Index of the closing quote, or -1 where the string goes on in the next chunk. */
  #stringEnd(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.#escaped && at < chunk.length) {
      at++;
      this.#escaped = false;
    }
    while (at < chunk.length) {
      const byte = chunk[at];
      if (byte === quote) {
        this.#checkString(at - from);
        this.#inString = false;
        return at;
      }
      if (byte === backslash) {
        if (at + 1 >= chunk.length) {
          this.#escaped = true;
          at++;
          break;
        }
        at += 2;
      } else at++;
    }
    this.#checkString(at - from);
    return -1;
  }

  #checkString(more: number): void {
    this.#stringLength += more;
    if (this.#stringLength > jsonLimits.stringBytes)
      throw new FormatError('json_string_too_long', 'The file holds a text of more than 1 MB.');
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    // A copy, because readers use their chunk buffer again. Not `slice`: Node's Buffer gives a view there.
    this.#held.push(new Uint8Array(part));
    this.#heldBytes += part.length;
  }

  #takeKey(): string {
    const bytes = joined(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    const key = parseJsonText(decodeUtf8(bytes));
    if (typeof key !== 'string') throw new FormatError('json_broken', 'This is not valid JSON.');
    return key;
  }

  /** Parses what was gathered up to `end` of the chunk. */
  #flush(chunk: Uint8Array, start: number, end: number, readTo: number): void {
    if (this.#ends.length > 0) {
      const own = chunk.subarray(start, end);
      const bytes = this.#heldBytes === 0 ? own : joined([...this.#held, own], this.#heldBytes + own.length);
      this.#ready.push(
        parseBatch({ key: this.#key, bytes, ends: this.#ends, bytesRead: this.#bytesBefore + readTo, shorten: this.#shorten }),
      );
    }
    this.#held = [];
    this.#heldBytes = 0;
    this.#ends = [];
  }
}

interface BatchBytes {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
  readonly bytesRead: number;
  readonly shorten: (text: string) => string;
}

function parseBatch({ key, bytes, ends, bytesRead, shorten }: BatchBytes): JsonBatch {
  const whole = (index: number): unknown => parseJsonText(decodeUtf8Part(elementBytes(bytes, ends, index)));
  try {
    const elements = JSON.parse(`[${shorten(decodeUtf8Part(bytes))}]`) as unknown[];
    if (elements.length === ends.length) return { key, elements, bytesRead, broken: [], whole };
  } catch {
    // One bad element spoils the batch: below each is read by itself.
  }
  const elements: unknown[] = [];
  const broken: number[] = [];
  for (let i = 0; i < ends.length; i++) {
    try {
      elements.push(whole(i));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      broken.push(i);
      elements.push(null);
    }
  }
  return { key, elements, bytesRead, broken, whole };
}

function elementBytes(bytes: Uint8Array, ends: readonly number[], index: number): Uint8Array {
  const end = ends[index] as number;
  let start = index === 0 ? 0 : (ends[index - 1] as number);
  while (start < end && (isSpace(bytes[start] as number) || bytes[start] === comma)) start++;
  return bytes.subarray(start, end);
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function decodeUtf8Part(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const first = parts[0];
  if (parts.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const isStructural = new Uint8Array(256);
for (const byte of [quote, openBrace, closeBrace, openBracket, closeBracket]) isStructural[byte] = 1;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isByteOrderMark(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf;
}

/** A number or word ends where a comma, bracket, brace or space begins. */
function bareEnd(chunk: Uint8Array, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] as number;
    if (byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte)) return at;
  }
  return -1;
}
