/**
 * Deterministic CBOR (RFC 8949 4.2.1), the subset operations and packs use: null, booleans, integers, floats, text, bytes,
 * arrays, maps with text keys. A number that is a safe integer is an integer, every other one the shortest float that holds
 * it exactly; −0 is 0; NaN and infinities are refused. Map keys are sorted by their encoded bytes. So one value has one
 * encoding, and its bytes can be hashed.
 */
export type CborValue =
  null | boolean | number | bigint | string | Uint8Array | readonly CborValue[] | { readonly [key: string]: CborValue };

const text = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { fatal: true });

const maxDepth = 16;

/** Grows as needed; one a thread is enough, because encoding never suspends. */
class Writer {
  bytes = new Uint8Array(4_096);
  view = new DataView(this.bytes.buffer);
  at = 0;

  room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + count));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  head(major: number, n: number): void {
    this.room(9);
    const type = major << 5;
    if (n < 24) this.bytes[this.at++] = type | n;
    else if (n < 0x100) {
      this.bytes[this.at++] = type | 24;
      this.bytes[this.at++] = n;
    } else if (n < 0x10000) {
      this.bytes[this.at++] = type | 25;
      this.view.setUint16(this.at, n);
      this.at += 2;
    } else if (n < 0x100000000) {
      this.bytes[this.at++] = type | 26;
      this.view.setUint32(this.at, n);
      this.at += 4;
    } else this.head64(major, BigInt(n));
  }

  head64(major: number, n: bigint): void {
    if (n < 0x100000000n) return this.head(major, Number(n));
    this.room(9);
    this.bytes[this.at++] = (major << 5) | 27;
    this.view.setBigUint64(this.at, n);
    this.at += 8;
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  text(value: string): void {
    // Short ASCII, the usual case, without a detour through the encoder.
    const length = value.length;
    if (length < 64) {
      const start = this.at;
      this.head(3, length);
      this.room(length);
      let i = 0;
      for (; i < length; i++) {
        const code = value.charCodeAt(i);
        if (code > 127) break;
        this.bytes[this.at++] = code;
      }
      if (i === length) return;
      this.at = start;
    }
    if (!value.isWellFormed()) throw new RangeError('CBOR: text with a lone surrogate');
    const bytes = text.encode(value);
    this.head(3, bytes.length);
    this.raw(bytes);
  }

  number(value: number): void {
    if (Number.isSafeInteger(value)) {
      if (value >= 0) this.head(0, value === 0 ? 0 : value);
      else this.head(1, -1 - value);
      return;
    }
    if (!Number.isFinite(value)) throw new RangeError('CBOR: not a finite number');
    this.room(9);
    if (Math.fround(value) !== value) {
      this.bytes[this.at] = 0xfb;
      this.view.setFloat64(this.at + 1, value);
      this.at += 9;
      return;
    }
    const half = halfBits(value);
    if (half === null) {
      this.bytes[this.at] = 0xfa;
      this.view.setFloat32(this.at + 1, value);
      this.at += 5;
    } else {
      this.bytes[this.at] = 0xf9;
      this.view.setUint16(this.at + 1, half);
      this.at += 3;
    }
  }

  value(value: CborValue, depth: number): void {
    if (depth > maxDepth) throw new RangeError('CBOR: too deep');
    switch (typeof value) {
      case 'number':
        return this.number(value);
      case 'string':
        return this.text(value);
      case 'boolean':
        this.room(1);
        this.bytes[this.at++] = value ? 0xf5 : 0xf4;
        return;
      case 'bigint':
        if (value >= 0n) this.head64(0, value);
        else this.head64(1, -1n - value);
        return;
      default:
    }
    if (value === null) {
      this.room(1);
      this.bytes[this.at++] = 0xf6;
    } else if (value instanceof Uint8Array) {
      this.head(2, value.length);
      this.raw(value);
    } else if (Array.isArray(value)) {
      const list = value as readonly CborValue[];
      this.head(4, list.length);
      for (const item of list) this.value(item, depth + 1);
    } else {
      const map = value as { readonly [key: string]: CborValue | undefined };
      const keys = sortedKeys(map);
      this.head(5, keys.length);
      for (const key of keys) {
        this.text(key);
        this.value(map[key] as CborValue, depth + 1);
      }
    }
  }
}

/** Order of the encoded keys: shorter first (the length stands in front), then byte by byte. Absent values are left out. */
function sortedKeys(map: { readonly [key: string]: CborValue | undefined }): string[] {
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  // For ASCII the order of the text is the order of its bytes.
  if (keys.every((key) => /^[\x20-\x7e]*$/.test(key))) return keys.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return keys.sort((a, b) => {
    const x = text.encode(a);
    const y = text.encode(b);
    if (x.length !== y.length) return x.length - y.length;
    for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
    return 0;
  });
}

/** Bits of the IEEE half that equals the float, or null where none does. */
function halfBits(value: number): number | null {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size > 65504) return null;
  if (size < 2 ** -14) {
    const steps = size * 2 ** 24;
    return Number.isInteger(steps) ? sign | steps : null;
  }
  const exponent = Math.floor(Math.log2(size));
  const fraction = (size / 2 ** exponent - 1) * 1024;
  return Number.isInteger(fraction) ? sign | ((exponent + 15) << 10) | fraction : null;
}

const writer = new Writer();

export function encodeCbor(value: CborValue): Uint8Array<ArrayBuffer> {
  writer.at = 0;
  writer.value(value, 0);
  return writer.bytes.slice(0, writer.at);
}

/**
 * Decodes one value. Integers beyond 2^53 are bigint. Refuses what is not deterministic (longer heads than needed, unsorted
 * or double keys), so that bytes that decode are the bytes `encodeCbor` gives. Error: RangeError.
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new RangeError('CBOR: bytes after the value');
  return value;
}

/** Decodes the value at an offset, and says where it ends: for records one after the other. */
export function decodeCborAt(bytes: Uint8Array, offset: number): { readonly value: CborValue; readonly end: number } {
  const reader = new Reader(bytes);
  reader.at = offset;
  const value = reader.value(0);
  return { value, end: reader.at };
}

class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new RangeError('CBOR: ends too early');
    return byte;
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new RangeError('CBOR: ends too early');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  argument(info: number): number | bigint {
    if (info < 24) return info;
    let n: number | bigint;
    let least: number;
    if (info === 24) [n, least] = [this.byte(), 24];
    else if (info === 25) [n, least] = [this.number(2), 0x100];
    else if (info === 26) [n, least] = [this.number(4), 0x10000];
    else if (info === 27) {
      if (this.at + 8 > this.bytes.length) throw new RangeError('CBOR: ends too early');
      const big = this.view.getBigUint64(this.at);
      this.at += 8;
      [n, least] = [big <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(big) : big, 0x100000000];
    } else throw new RangeError('CBOR: a head this subset does not have');
    if (n < least) throw new RangeError('CBOR: a head longer than needed');
    return n;
  }

  number(size: 2 | 4): number {
    if (this.at + size > this.bytes.length) throw new RangeError('CBOR: ends too early');
    const n = size === 2 ? this.view.getUint16(this.at) : this.view.getUint32(this.at);
    this.at += size;
    return n;
  }

  length(info: number): number {
    const n = this.argument(info);
    if (typeof n === 'bigint' || n > this.bytes.length) throw new RangeError('CBOR: a length beyond the bytes');
    return n;
  }

  value(depth: number): CborValue {
    if (depth > maxDepth) throw new RangeError('CBOR: too deep');
    const first = this.byte();
    const info = first & 31;
    switch (first >> 5) {
      case 0:
        return this.argument(info);
      case 1: {
        const n = this.argument(info);
        const value = typeof n === 'bigint' ? -1n - n : -1 - n;
        return value;
      }
      case 2:
        return this.take(this.length(info)).slice();
      case 3:
        return utf8.decode(this.take(this.length(info)));
      case 4: {
        const list: CborValue[] = [];
        for (let left = this.length(info); left > 0; left--) list.push(this.value(depth + 1));
        return list;
      }
      case 5:
        return this.map(info, depth);
      case 7:
        return this.simple(info);
      default:
        throw new RangeError('CBOR: tags are not used');
    }
  }

  map(info: number, depth: number): CborValue {
    // Without a prototype: keys come from other people's files.
    const map = Object.create(null) as { [key: string]: CborValue };
    let previous: Uint8Array | null = null;
    for (let left = this.length(info); left > 0; left--) {
      const start = this.at;
      const first = this.byte();
      if (first >> 5 !== 3) throw new RangeError('CBOR: a key that is not text');
      const key = utf8.decode(this.take(this.length(first & 31)));
      const encoded = this.bytes.subarray(start, this.at);
      if (previous !== null && !comesAfter(encoded, previous)) throw new RangeError('CBOR: keys out of order');
      previous = encoded;
      map[key] = this.value(depth + 1);
    }
    return map;
  }

  simple(info: number): CborValue {
    if (info === 20) return false;
    if (info === 21) return true;
    if (info === 22) return null;
    let value: number;
    if (info === 25) value = halfValue(this.number(2));
    else if (info === 26) {
      value = this.take(4) && this.view.getFloat32(this.at - 4);
    } else if (info === 27) {
      value = this.take(8) && this.view.getFloat64(this.at - 8);
    } else throw new RangeError('CBOR: a simple value this subset does not have');
    const shortest = Math.fround(value) !== value ? 27 : halfBits(value) === null ? 26 : 25;
    if (!Number.isFinite(value) || Number.isSafeInteger(value) || shortest !== info)
      throw new RangeError('CBOR: a float not in its one form');
    return value;
  }
}

function comesAfter(a: Uint8Array, b: Uint8Array): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return (a[i] ?? 0) > (b[i] ?? 0);
  return a.length > b.length;
}

function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
