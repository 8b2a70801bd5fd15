/** A reader of the protobuf wire format for hostile bytes: every length is checked against its parent, nothing is copied. */

export class ProtobufError extends Error {}

/** One field: `number` and either a value (varint, fixed) or the place of its bytes. */
export interface Field {
  readonly number: number;
  readonly wire: 0 | 1 | 2 | 5;
  /** Wire type 0: the varint as a signed 64-bit number (exact to 2^53). */
  readonly value: number;
  /** Wire types 1, 2, 5: the field's bytes are `start … end - 1`. */
  readonly start: number;
  readonly end: number;
}

/** Calls `visit` for each field of the message in `bytes[start … end)`. */
export function readFields(bytes: Uint8Array, start: number, end: number, visit: (field: Field) => void): void {
  let at = start;
  const field = { number: 0, wire: 0 as Field['wire'], value: 0, start: 0, end: 0 };
  while (at < end) {
    const [tag, afterTag] = readVarint(bytes, at, end);
    at = afterTag;
    const wire = tag % 8;
    field.number = Math.floor(tag / 8);
    field.value = 0;
    if (tag < 0 || field.number < 1 || field.number > 536_870_911) throw new ProtobufError('a field has an impossible number');
    if (wire === 0) {
      [field.value, at] = readVarint(bytes, at, end);
      field.start = field.end = at;
    } else {
      let length: number;
      if (wire === 2) [length, at] = readVarint(bytes, at, end);
      else if (wire === 1) length = 8;
      else if (wire === 5) length = 4;
      else throw new ProtobufError(`wire type ${wire} does not exist in ONNX`);
      if (!(length >= 0 && length <= end - at)) throw new ProtobufError('a field is longer than what holds it');
      field.start = at;
      field.end = at += length;
    }
    field.wire = wire;
    visit(field);
  }
}

/** The varint at `at` as a signed 64-bit number, and the place after it. */
function readVarint(bytes: Uint8Array, at: number, end: number): [value: number, next: number] {
  let value = 0;
  let scale = 1;
  for (let i = at; i < end && i < at + 10; i++) {
    const byte = bytes[i] ?? 0;
    if (i === at + 9) return [negative(bytes, at), i + 1];
    value += (byte & 127) * scale;
    if (byte < 128) return [value, i + 1];
    scale *= 128;
  }
  throw new ProtobufError('a number is cut off');
}

/** Ten bytes: bit 63 is set, the number is negative. */
function negative(bytes: Uint8Array, at: number): number {
  let value = 0n;
  for (let i = 9; i >= 0; i--) value = (value << 7n) | BigInt((bytes[at + i] ?? 0) & 127);
  return Number(BigInt.asIntN(64, value));
}

/** Each value of a repeated integer field, packed or not. */
export function readIntegers(bytes: Uint8Array, field: Field, visit: (value: number) => void): void {
  if (field.wire === 0) {
    visit(field.value);
    return;
  }
  if (field.wire !== 2) throw new ProtobufError('a list of integers has the wrong type');
  for (let at = field.start; at < field.end;) {
    const [value, next] = readVarint(bytes, at, field.end);
    visit(value);
    at = next;
  }
}

const decoder = new TextDecoder('utf-8');

/** Text of a field, at most `limit` bytes of it. */
export function readText(bytes: Uint8Array, field: Field, limit = 4096): string {
  if (field.wire !== 2) throw new ProtobufError('a text has the wrong type');
  return decoder.decode(bytes.subarray(field.start, Math.min(field.end, field.start + limit)));
}
