import { AppError } from '../errors.ts';

/**
 * One message as bytes: `[u32 header length][header JSON][padding][typed-array bodies, each 8-byte aligned]`, little-endian.
 * The header is `{ v: value, a: [[path, kind, offset, length], …] }`: typed arrays stand as null in the value, and the table
 * beside it says where they belong. A marker inside the value could collide with user data; a table cannot.
 */
export type Wire = Uint8Array<ArrayBuffer>;

type TypedArray = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

const kinds = {
  u8: Uint8Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
type Kind = keyof typeof kinds;

type Path = (string | number)[];
type Attachment = readonly [path: Path, kind: Kind, offset: number, length: number];

const maxDepth = 64;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function kindOf(value: object): Kind | undefined {
  if (value instanceof Uint8Array) return 'u8';
  if (value instanceof Float64Array) return 'f64';
  if (value instanceof Float32Array) return 'f32';
  if (value instanceof Uint16Array) return 'u16';
  if (value instanceof Int32Array) return 'i32';
  if (value instanceof Uint32Array) return 'u32';
  return undefined;
}

function refuse(path: Path, what: string): never {
  throw new AppError('invalid_request', `${what} cannot be sent (at ${path.length === 0 ? 'the top' : path.join('.')})`);
}

const align = (offset: number): number => (offset + 7) & ~7;

/** Errors: `invalid_request` for what does not travel (NaN and Infinity outside typed arrays, BigInt, functions, class instances). */
export function encodeFrame(value: unknown): Wire {
  const attachments: Attachment[] = [];
  const bodies: TypedArray[] = [];
  let bodyBytes = 0;

  /** Returns the value itself where nothing below it has to change, so that plain data is not copied. */
  const strip = (node: unknown, path: Path): unknown => {
    if (node === null || typeof node === 'string' || typeof node === 'boolean' || node === undefined) return node;
    if (typeof node === 'number') return Number.isFinite(node) ? node : refuse(path, String(node));
    if (typeof node !== 'object') return refuse(path, `A ${typeof node}`);
    if (path.length > maxDepth) return refuse(path, 'A value nested this deep');
    const kind = kindOf(node);
    if (kind !== undefined) {
      const array = node as TypedArray;
      attachments.push([[...path], kind, bodyBytes, array.length]);
      bodies.push(array);
      bodyBytes = align(bodyBytes + array.byteLength);
      return null;
    }
    if (Array.isArray(node)) {
      let copy: unknown[] | undefined;
      for (let i = 0; i < node.length; i++) {
        path.push(i);
        const stripped = strip(node[i], path);
        path.pop();
        if (stripped !== node[i]) (copy ??= [...(node as unknown[])])[i] = stripped;
      }
      return copy ?? node;
    }
    const prototype: unknown = Object.getPrototypeOf(node);
    if (prototype !== Object.prototype && prototype !== null) return refuse(path, 'An instance of a class');
    const record = node as { readonly [key: string]: unknown };
    let copy: { [key: string]: unknown } | undefined;
    for (const key of Object.keys(record)) {
      path.push(key);
      const stripped = strip(record[key], path);
      path.pop();
      if (stripped !== record[key]) (copy ??= { ...record })[key] = stripped;
    }
    return copy ?? node;
  };

  const stripped = strip(value, []);
  const header = encoder.encode(JSON.stringify(attachments.length === 0 ? { v: stripped } : { v: stripped, a: attachments }));
  const start = align(4 + header.byteLength);
  const frame = new Uint8Array(start + bodyBytes);
  new DataView(frame.buffer).setUint32(0, header.byteLength, true);
  frame.set(header, 4);
  for (const [i, body] of bodies.entries()) {
    const attachment = attachments[i];
    if (attachment === undefined) continue;
    frame.set(new Uint8Array(body.buffer, body.byteOffset, body.byteLength), start + attachment[2]);
  }
  return frame;
}

const malformed = (): AppError => new AppError('invalid_request', 'The message could not be read');

function isAttachment(value: unknown): value is Attachment {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    Array.isArray(value[0]) &&
    value[0].every((part) => typeof part === 'string' || typeof part === 'number') &&
    typeof value[1] === 'string' &&
    Object.hasOwn(kinds, value[1]) &&
    isCount(value[2]) &&
    value[2] % 8 === 0 &&
    isCount(value[3])
  );
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** An object or a list, by its own keys. */
type Holder = { [key: string | number]: unknown };

/** Puts `body` where the path leads, which must be an own null that is there already: a table can fill, never add. */
function fill(root: Holder, path: Path, body: TypedArray): void {
  let holder = root;
  let key: string | number = 'v';
  for (const part of path) {
    const next = holder[key];
    if (typeof next !== 'object' || next === null || !Object.hasOwn(next, part)) throw malformed();
    holder = next as Holder;
    key = part;
  }
  if (holder[key] !== null) throw malformed();
  holder[key] = body;
}

/** Typed arrays of the result own their memory. Error: `invalid_request` for bytes that are no frame. */
export function decodeFrame(frame: Uint8Array): unknown {
  if (frame.byteLength < 4) throw malformed();
  const headerLength = new DataView(frame.buffer, frame.byteOffset, 4).getUint32(0, true);
  if (headerLength > frame.byteLength - 4) throw malformed();
  let header: unknown;
  try {
    header = JSON.parse(decoder.decode(frame.subarray(4, 4 + headerLength)));
  } catch {
    throw malformed();
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw malformed();
  const { a: attachments, v } = header as { readonly a?: unknown; readonly v?: unknown };
  if (attachments === undefined) return v;
  if (!Array.isArray(attachments)) throw malformed();
  const root = { v };
  const start = align(4 + headerLength);
  for (const attachment of attachments) {
    if (!isAttachment(attachment)) throw malformed();
    const [path, kind, offset, length] = attachment;
    const TypedArray = kinds[kind];
    const from = start + offset;
    const to = from + length * TypedArray.BYTES_PER_ELEMENT;
    if (to > frame.byteLength) throw malformed();
    // Copied: a view would keep (and, sent on to a worker, clone) the whole frame. Not by `slice`: Node's Buffer shares memory there.
    fill(root, path, new TypedArray(new Uint8Array(frame.subarray(from, to)).buffer));
  }
  return root.v;
}
