/** Writes small ONNX files byte by byte, so that tests of models need no file from outside. Field numbers: onnx.proto3. */

type Bytes = Uint8Array<ArrayBuffer>;

const text = new TextEncoder();

function concat(parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function varint(value: number | bigint): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** A length-delimited field: text, bytes or a message. */
export const lengthField = (number: number, body: string | Uint8Array): Bytes => {
  const bytes = typeof body === 'string' ? text.encode(body) : body;
  return concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
};
export const intField = (number: number, value: number | bigint): Bytes => concat([varint(number * 8), varint(value)]);
const floatField = (number: number, value: number): Bytes =>
  concat([varint(number * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)]);
export const message = (...parts: readonly Uint8Array[]): Bytes => concat(parts);

export const onnxType = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;
export type OnnxType = keyof typeof onnxType;

export function tensor(name: string, type: OnnxType, dims: readonly number[], data: ArrayBufferView): Bytes {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message(...dims.map((side) => intField(1, side)), intField(2, onnxType[type]), lengthField(8, name), lengthField(9, raw));
}

export function value(name: string, type: OnnxType, dims: readonly (number | string)[]): Bytes {
  const shape = message(...dims.map((side) => lengthField(1, typeof side === 'number' ? intField(1, side) : lengthField(2, side))));
  return message(lengthField(1, name), lengthField(2, lengthField(1, message(intField(1, onnxType[type]), lengthField(2, shape)))));
}

export type AttributeValue = number | readonly number[] | { readonly float: number };

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  /** Integers, lists of integers, or one float. */
  readonly attributes?: { readonly [name: string]: AttributeValue };
}

export function node({ op, inputs, outputs, domain, attributes }: Node): Bytes {
  return message(
    ...inputs.map((name) => lengthField(1, name)),
    ...outputs.map((name) => lengthField(2, name)),
    lengthField(4, op),
    ...Object.entries(attributes ?? {}).map(([name, given]) => lengthField(5, attribute(name, given))),
    ...(domain === undefined ? [] : [lengthField(7, domain)]),
  );
}

function attribute(name: string, given: AttributeValue): Bytes {
  if (typeof given === 'number') return message(lengthField(1, name), intField(3, given), intField(20, 2));
  if ('float' in given) return message(lengthField(1, name), floatField(2, given.float), intField(20, 1));
  return message(lengthField(1, name), ...given.map((v) => intField(8, v)), intField(20, 7));
}

export interface ModelParts {
  readonly nodes: readonly (Node | Uint8Array)[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
  readonly initializers?: readonly Uint8Array[];
  readonly metadata?: { readonly [key: string]: string };
  /** More fields of the ModelProto, as they are. */
  readonly extra?: readonly Uint8Array[];
}

export function makeModel({ nodes, inputs, outputs, initializers = [], metadata = {}, extra = [] }: ModelParts): Bytes {
  const graph = message(
    ...nodes.map((entry) => lengthField(1, entry instanceof Uint8Array ? entry : node(entry))),
    lengthField(2, 'graph'),
    ...initializers.map((entry) => lengthField(5, entry)),
    ...inputs.map((entry) => lengthField(11, entry)),
    ...outputs.map((entry) => lengthField(12, entry)),
  );
  return message(
    intField(1, 8),
    lengthField(2, 'hardcase-test'),
    lengthField(7, graph),
    lengthField(8, message(lengthField(1, ''), intField(2, 13))),
    ...Object.entries(metadata).map(([key, entry]) => lengthField(14, message(lengthField(1, key), lengthField(2, entry)))),
    ...extra,
  );
}

export type TinyLayout = 'yolox' | 'yolov5' | 'yolov8' | 'e2e6';

export interface TinyDetector {
  readonly layout: TinyLayout;
  /** Side of the square input, a multiple of 32. */
  readonly size?: number;
  /** Ultralytics-like `names`; none where null. */
  readonly names?: readonly string[] | null;
  /** Extra work, in 3×3 convolutions over the input: makes a run take longer. */
  readonly ballast?: number;
}

/**
 * A detector that finds colours: category 0 where a cell of the grid (strides 8, 16, 32) is red, 1 where it is green. The
 * box is the cell. Score: logistic(24 · (c − (a + b) / 2 − 0.5)) of the cell's mean colour on a scale of 0 … 1.
 */
export function makeTinyDetector({ layout, size = 64, names = ['red', 'green'], ballast = 0 }: TinyDetector): Bytes {
  // YOLOX takes BGR in 0 … 255, the others RGB in 0 … 1.
  const yolox = layout === 'yolox';
  const [red, green] = yolox ? [2, 1] : [0, 1];
  const gain = 24 / (yolox ? 255 : 1);
  const nodes: Node[] = [];
  const initializers: Uint8Array[] = [];
  let image = 'images';
  if (ballast > 0) {
    const kernel = new Float32Array(3 * 3 * 9);
    for (let c = 0; c < 3; c++) kernel[(c * 3 + c) * 9 + 4] = 1;
    initializers.push(tensor('same', 'float32', [3, 3, 3, 3], kernel));
    for (let i = 0; i < ballast; i++) {
      nodes.push({
        op: 'Conv',
        inputs: [image, 'same'],
        outputs: [`ballast${i}`],
        attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
      });
      image = `ballast${i}`;
    }
  }
  const cells: number[] = [];
  const anchors: number[][] = [];
  for (const stride of [8, 16, 32]) {
    const side = size / stride;
    const weights = new Float32Array(2 * 3 * stride * stride);
    for (const [category, channel] of [red, green].entries()) {
      for (let c = 0; c < 3; c++)
        weights.fill(
          ((c === channel ? 1 : -0.5) * gain) / stride ** 2,
          (category * 3 + c) * stride ** 2,
          (category * 3 + c + 1) * stride ** 2,
        );
    }
    initializers.push(
      tensor(`w${stride}`, 'float32', [2, 3, stride, stride], weights),
      tensor(`b${stride}`, 'float32', [2], Float32Array.of(-12, -12)),
      tensor(`s${stride}`, 'int64', [3], BigInt64Array.of(1n, 2n, BigInt(side * side))),
    );
    nodes.push(
      {
        op: 'Conv',
        inputs: [image, `w${stride}`, `b${stride}`],
        outputs: [`c${stride}`],
        attributes: { kernel_shape: [stride, stride], strides: [stride, stride] },
      },
      { op: 'Reshape', inputs: [`c${stride}`, `s${stride}`], outputs: [`r${stride}`] },
    );
    cells.push(side * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        anchors.push(
          yolox
            ? [0.5, 0.5, 0, 0]
            : layout === 'e2e6'
              ? [x, y, x + 1, y + 1].map((v) => v * stride)
              : [(x + 0.5) * stride, (y + 0.5) * stride, stride, stride],
        );
      }
    }
  }
  const n = anchors.length;
  nodes.push(
    { op: 'Concat', inputs: ['r8', 'r16', 'r32'], outputs: ['logits'], attributes: { axis: 2 } },
    { op: 'Sigmoid', inputs: ['logits'], outputs: ['scores'] },
  );
  // [4, N]: one line a coordinate.
  const columns = Float32Array.from({ length: 4 * n }, (_, i) => anchors[i % n]?.[Math.floor(i / n)] ?? 0);
  initializers.push(tensor('anchors', 'float32', [1, 4, n], columns), tensor('ones', 'float32', [1, 1, n], new Float32Array(n).fill(1)));
  const rows = { perm: [0, 2, 1] };
  let shape: readonly (number | string)[];
  if (layout === 'yolov8') {
    nodes.push({ op: 'Concat', inputs: ['anchors', 'scores'], outputs: ['output0'], attributes: { axis: 1 } });
    shape = [1, 6, n];
  } else if (layout === 'e2e6') {
    // The 20 cells with the highest score of their best category.
    initializers.push(tensor('k', 'int64', [1], BigInt64Array.of(20n)), tensor('last', 'int64', [1], BigInt64Array.of(-1n)));
    nodes.push(
      { op: 'ReduceMax', inputs: ['scores'], outputs: ['best'], attributes: { axes: [1], keepdims: 1 } },
      { op: 'ArgMax', inputs: ['scores'], outputs: ['which'], attributes: { axis: 1, keepdims: 1 } },
      { op: 'Cast', inputs: ['which'], outputs: ['whichf'], attributes: { to: onnxType.float32 } },
      { op: 'Concat', inputs: ['anchors', 'best', 'whichf'], outputs: ['all'], attributes: { axis: 1 } },
      { op: 'TopK', inputs: ['best', 'k'], outputs: ['top', 'at'], attributes: { axis: 2 } },
      { op: 'Reshape', inputs: ['at', 'last'], outputs: ['flat'] },
      { op: 'Gather', inputs: ['all', 'flat'], outputs: ['picked'], attributes: { axis: 2 } },
      { op: 'Transpose', inputs: ['picked'], outputs: ['output0'], attributes: rows },
    );
    shape = [1, 20, 6];
  } else {
    nodes.push(
      { op: 'Concat', inputs: ['anchors', 'ones', 'scores'], outputs: ['columns'], attributes: { axis: 1 } },
      { op: 'Transpose', inputs: ['columns'], outputs: ['output0'], attributes: rows },
    );
    shape = [1, n, 7];
  }
  const dictionary = names === null ? null : `{${names.map((name, i) => `${i}: '${name}'`).join(', ')}}`;
  return makeModel({
    nodes,
    inputs: [value('images', 'float32', [1, 3, size, size])],
    outputs: [value('output0', 'float32', shape)],
    initializers,
    metadata: dictionary === null ? {} : { names: dictionary, task: 'detect' },
  });
}

/** Twice the input, [1, 3, 4, 4]: what providers are probed with. */
export const makeProbeModel = (): Bytes =>
  makeModel({
    nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
    inputs: [value('x', 'float32', [1, 3, 4, 4])],
    outputs: [value('y', 'float32', [1, 3, 4, 4])],
  });
