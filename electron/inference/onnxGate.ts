import { AppError } from '../../shared/errors.ts';
import { type Field, ProtobufError, readFields, readIntegers, readText } from './protobuf.ts';

/**
 * The model gate: our own walk of the ONNX protobuf before the runtime sees the file. Field numbers are those of
 * onnx.proto3 (IR version 10). Refused are external data (a path into the file system), operators outside the allowed
 * domains (custom code), and sizes beyond the limits.
 */
export const modelLimits = {
  nodes: 100_000,
  initializers: 100_000,
  initializerBytes: 4 * 2 ** 30,
  /** Elements of one tensor. */
  elements: 2 ** 31,
  /** Nesting of graphs in attributes. */
  depth: 16,
  /** Inputs or outputs of the graph. */
  values: 1_000,
  /** Side of an input or output. */
  dimension: 2 ** 31 - 1,
  inputElements: 2 ** 29,
  metadata: 1_000,
  metadataBytes: 1_048_576,
} as const;

const allowedDomains: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']);

export interface OnnxValue {
  readonly name: string;
  readonly dtype: string;
  /** A number, or the name of a free dimension (`?` where it has none). Empty also where the file gives no shape. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: string;
  /** Inputs that a caller must give (initializers are not among them). */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: { readonly [key: string]: string };
  readonly nodes: number;
  readonly parameters: number;
}

const dtypes = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
] as const;
const dtypeBytes = [0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 8, 16, 2] as const;

const refuse = (message: string, details?: { readonly [key: string]: unknown }): AppError =>
  new AppError('refused_model', message, details);

interface Walk {
  readonly bytes: Uint8Array;
  nodes: number;
  initializers: number;
  initializerBytes: number;
  parameters: number;
  /** `domain/op` of each operator outside the allowed domains, to be excused by functions of the model itself. */
  readonly foreign: Set<string>;
  readonly functions: Set<string>;
}

/** Reads and checks a model. Errors: unreadable (no model or damaged), refused_model (against the rules). */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  if (bytes.byteLength === 0) throw new AppError('unreadable', 'The model file is empty.');
  const looksLike = describeOther(bytes);
  if (looksLike !== null) throw new AppError('unreadable', `This is no ONNX model: it looks like ${looksLike}.`);
  try {
    return readModel(bytes);
  } catch (error) {
    if (error instanceof ProtobufError) {
      throw new AppError('unreadable', 'This is no ONNX model, or it is damaged (cut off while copying, perhaps).', {
        reason: error.message,
      });
    }
    throw error;
  }
}

function readModel(bytes: Uint8Array): OnnxModel {
  const walk: Walk = { bytes, nodes: 0, initializers: 0, initializerBytes: 0, parameters: 0, foreign: new Set(), functions: new Set() };
  let irVersion = 0;
  let opset = 0;
  let producer = '';
  let graph: ReturnType<typeof readGraph> | null = null;
  // No prototype: keys come from the file.
  const metadata = Object.create(null) as { [key: string]: string };
  let metadataCount = 0;
  let metadataBytes = 0;
  readFields(bytes, 0, bytes.byteLength, (field) => {
    if (field.number === 1 && field.wire === 0) irVersion = field.value;
    else if (field.number === 2 && field.wire === 2) producer = readText(bytes, field, 256);
    else if (field.number === 7) {
      if (graph !== null) throw refuse('The model file holds more than one graph.');
      graph = readGraph(walk, message(field), 0);
    } else if (field.number === 8) {
      const set = readOpset(bytes, message(field));
      if (set.domain === '' || set.domain === 'ai.onnx') opset = set.version;
    } else if (field.number === 14) {
      metadataBytes += field.end - field.start;
      if (++metadataCount > modelLimits.metadata || metadataBytes > modelLimits.metadataBytes)
        throw refuse('The model file carries too much metadata.');
      const [key, value] = readPair(bytes, message(field));
      metadata[key] = value;
    } else if (field.number === 20) throw refuse('The model file holds training steps; only models for inference are accepted.');
    else if (field.number === 25) readFunction(walk, message(field));
  });
  const found = graph as ReturnType<typeof readGraph> | null;
  if (irVersion < 1 || irVersion > 100 || found === null) throw new ProtobufError('no IR version or no graph');
  for (const operator of walk.foreign) {
    if (!walk.functions.has(operator)) {
      throw refuse(`The model uses the operator ${operator}, which is not part of ONNX. Models with custom operators are not run.`, {
        operator,
      });
    }
  }
  if (found.outputs.length === 0) throw refuse('The model has no outputs.');
  const inputs = found.inputs.filter((input) => !found.initialized.has(input.name));
  if (inputs.length === 0) throw refuse('The model has no inputs.');
  for (const value of [...inputs, ...found.outputs]) checkShape(value);
  return { irVersion, opset, producer, inputs, outputs: found.outputs, metadata, nodes: walk.nodes, parameters: walk.parameters };
}

function checkShape(value: OnnxValue): void {
  let elements = 1;
  for (const side of value.shape) {
    if (typeof side !== 'number') continue;
    if (side > modelLimits.dimension) throw refuse(`“${value.name}” has a side of ${side}.`, { shape: value.shape });
    elements *= side;
  }
  if (elements > modelLimits.inputElements) throw refuse(`“${value.name}” would hold ${elements} numbers.`, { shape: value.shape });
}

/** The field must hold a message. */
function message(field: Field): { start: number; end: number } {
  if (field.wire !== 2) throw new ProtobufError('a message has the wrong type');
  return { start: field.start, end: field.end };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function readGraph(
  walk: Walk,
  span: Span,
  depth: number,
): { readonly inputs: readonly OnnxValue[]; readonly outputs: readonly OnnxValue[]; readonly initialized: ReadonlySet<string> } {
  if (depth > modelLimits.depth) throw refuse('The model nests graphs too deeply.');
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const initialized = new Set<string>();
  readFields(walk.bytes, span.start, span.end, (field) => {
    if (field.number === 1) readNode(walk, message(field), depth);
    else if (field.number === 5) {
      if (++walk.initializers > modelLimits.initializers) throw refuse('The model has too many weights tensors.');
      initialized.add(readTensor(walk, message(field)));
    } else if (field.number === 15) readSparse(walk, message(field));
    else if (field.number === 11 || field.number === 12) {
      const list = field.number === 11 ? inputs : outputs;
      if (list.length >= modelLimits.initializers) throw refuse('The model has too many inputs or outputs.');
      list.push(readValue(walk.bytes, message(field)));
    }
  });
  if (inputs.filter((input) => !initialized.has(input.name)).length > modelLimits.values || outputs.length > modelLimits.values) {
    throw refuse('The model has too many inputs or outputs.');
  }
  return { inputs, outputs, initialized };
}

function readNode(walk: Walk, span: Span, depth: number): void {
  if (++walk.nodes > modelLimits.nodes) throw refuse(`The model has more than ${modelLimits.nodes} operators.`);
  let operator = '';
  let domain = '';
  readFields(walk.bytes, span.start, span.end, (field) => {
    if (field.number === 4) operator = readText(walk.bytes, field, 256);
    else if (field.number === 7) domain = readText(walk.bytes, field, 256);
    else if (field.number === 5) readAttribute(walk, message(field), depth);
  });
  if (!allowedDomains.has(domain)) {
    if (walk.foreign.size < 1_000) walk.foreign.add(`${domain}/${operator}`);
  }
}

function readAttribute(walk: Walk, span: Span, depth: number): void {
  readFields(walk.bytes, span.start, span.end, (field) => {
    if (field.number === 5 || field.number === 10) readTensor(walk, message(field));
    else if (field.number === 6 || field.number === 11) readGraph(walk, message(field), depth + 1);
    else if (field.number === 22 || field.number === 23) readSparse(walk, message(field));
  });
}

function readFunction(walk: Walk, span: Span): void {
  let name = '';
  let domain = '';
  readFields(walk.bytes, span.start, span.end, (field) => {
    if (field.number === 1) name = readText(walk.bytes, field, 256);
    else if (field.number === 10) domain = readText(walk.bytes, field, 256);
    else if (field.number === 7) readNode(walk, message(field), 1);
  });
  walk.functions.add(`${domain}/${name}`);
}

function readSparse(walk: Walk, span: Span): void {
  readFields(walk.bytes, span.start, span.end, (field) => {
    if (field.number === 1 || field.number === 2) readTensor(walk, message(field));
  });
}

/** Checks a tensor and returns its name. */
function readTensor(walk: Walk, span: Span): string {
  const { bytes } = walk;
  let name = '';
  let elements = 1;
  let type = 0;
  let rawBytes = -1;
  readFields(bytes, span.start, span.end, (field) => {
    if (field.number === 1) {
      readIntegers(bytes, field, (side) => {
        if (side < 0) throw new ProtobufError('a tensor has a negative side');
        elements *= side;
      });
    } else if (field.number === 2) type = field.value;
    else if (field.number === 8) name = readText(bytes, field);
    else if (field.number === 9) rawBytes = field.end - field.start;
    else if (field.number === 13 || (field.number === 14 && field.value !== 0)) {
      throw refuse('The model keeps its weights in other files. Save it as one file (external data off) and add it again.', {
        tensor: name,
      });
    }
  });
  if (elements > modelLimits.elements) throw refuse('The model declares a tensor that is far too large.', { tensor: name, elements });
  const size = dtypeBytes[type];
  // 4-bit types and those to come have no whole number of bytes here: the runtime checks them.
  if (rawBytes >= 0 && size !== undefined && size > 0 && rawBytes !== elements * size)
    throw new ProtobufError('a tensor has more or fewer numbers than it says');
  walk.initializerBytes += span.end - span.start;
  walk.parameters += elements;
  if (walk.initializerBytes > modelLimits.initializerBytes) throw refuse('The model has more than 4 GB of weights.');
  return name;
}

function readValue(bytes: Uint8Array, span: Span): OnnxValue {
  let name = '';
  let dtype: string = 'undefined';
  let shape: (number | string)[] = [];
  readFields(bytes, span.start, span.end, (field) => {
    if (field.number === 1) name = readText(bytes, field);
    else if (field.number === 2) {
      const type = message(field);
      readFields(bytes, type.start, type.end, (kind) => {
        if (kind.number !== 1) {
          // Sequences, maps and optionals: no detector takes or gives them at its border.
          dtype = 'not a tensor';
          return;
        }
        const tensor = message(kind);
        readFields(bytes, tensor.start, tensor.end, (part) => {
          if (part.number === 1) dtype = dtypes[part.value] ?? `type ${part.value}`;
          else if (part.number === 2) shape = readShape(bytes, message(part));
        });
      });
    }
  });
  return { name, dtype, shape };
}

function readShape(bytes: Uint8Array, span: Span): (number | string)[] {
  const shape: (number | string)[] = [];
  readFields(bytes, span.start, span.end, (field) => {
    if (field.number !== 1) return;
    if (shape.length >= 16) throw refuse('An input or output has too many dimensions.');
    let side: number | string = '?';
    const dimension = message(field);
    readFields(bytes, dimension.start, dimension.end, (part) => {
      if (part.number === 1 && part.wire === 0) side = part.value > 0 ? part.value : '?';
      else if (part.number === 2) side = readText(bytes, part, 128) || '?';
    });
    shape.push(side);
  });
  return shape;
}

function readOpset(bytes: Uint8Array, span: Span): { readonly domain: string; readonly version: number } {
  let domain = '';
  let version = 0;
  readFields(bytes, span.start, span.end, (field) => {
    if (field.number === 1) domain = readText(bytes, field, 256);
    else if (field.number === 2) version = field.value;
  });
  return { domain, version };
}

function readPair(bytes: Uint8Array, span: Span): [key: string, value: string] {
  let key = '';
  let value = '';
  readFields(bytes, span.start, span.end, (field) => {
    if (field.number === 1) key = readText(bytes, field, 1_024);
    else if (field.number === 2) value = readText(bytes, field, modelLimits.metadataBytes);
  });
  return [key, value];
}

/** What a file that cannot be ONNX probably is, or null. */
function describeOther(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  if (head.startsWith('PK\x03\x04')) return 'a ZIP archive or a PyTorch checkpoint; export the model to ONNX';
  if (head.startsWith('\x80') && head.includes('c')) return 'a Python pickle; export the model to ONNX';
  if (head.slice(4, 8) === 'TFL3') return 'a TensorFlow Lite model; convert it to ONNX';
  if (head.startsWith('\x89HDF')) return 'a Keras HDF5 file; convert it to ONNX';
  if (head.startsWith('\x89PNG') || head.startsWith('\xff\xd8\xff')) return 'a picture';
  if (head.startsWith('version https://git-lfs')) return 'a Git LFS pointer; fetch the real file first (git lfs pull)';
  // An ONNX file starts with the tag of a field; a text file starts with letters and has no zero byte for long.
  if (/^[\t\n\r\x20-\x7e]+$/.test(head) && !head.startsWith('\n')) return 'a text file';
  return null;
}
