import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelLimits, readOnnx } from '../../../../electron/inference/onnxGate.ts';
import { openOnnxFile } from '../../../../electron/inference/onnxFile.ts';
import { isAppError } from '../../../../shared/errors.ts';
import {
  intField,
  lengthField,
  makeModel,
  makeProbeModel,
  makeTinyDetector,
  message,
  type ModelParts,
  node,
  tensor,
  value,
  varint,
} from '../../../helpers/makeModel.ts';
import { probeModel } from '../../../../electron/inference/probe.ts';

const plain: ModelParts = {
  nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
  inputs: [value('x', 'float32', [1, 3, 'height', 'width']), value('w', 'float32', [1])],
  outputs: [value('y', 'float32', [1, 3, 'height', 'width'])],
  initializers: [tensor('w', 'float32', [1], Float32Array.of(1))],
};
const one = tensor('w', 'float32', [1], Float32Array.of(1));

describe('reading a model', () => {
  it('sees inputs, outputs, metadata, opset and size', () => {
    const model = readOnnx(makeModel({ ...plain, metadata: { names: "{0: 'a'}", stride: '32' } }));
    expect(model).toMatchObject({
      irVersion: 8,
      opset: 13,
      producer: 'hardcase-test',
      // Weights are listed among the inputs by old exporters; a caller does not give them.
      inputs: [{ name: 'x', dtype: 'float32', shape: [1, 3, 'height', 'width'] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: [1, 3, 'height', 'width'] }],
      nodes: 1,
      parameters: 1,
    });
    expect({ ...model.metadata }).toEqual({ names: "{0: 'a'}", stride: '32' });
  });
  it('keeps hostile metadata keys as plain text', () => {
    const { metadata } = readOnnx(makeModel({ ...plain, metadata: { __proto__x: '1', constructor: 'x', ['__proto__']: 'evil' } }));
    expect(Object.getPrototypeOf(metadata)).toBeNull();
    expect(({} as { evil?: unknown }).evil).toBeUndefined();
    expect(metadata['constructor']).toBe('x');
  });
  it('finds the probe model in the code equal to the one the helper writes', () => {
    expect(Buffer.from(makeProbeModel()).equals(probeModel)).toBe(true);
  });
});

describe('the model gate', () => {
  const external = (extra: Uint8Array): Uint8Array => concat([one, extra]);
  const location = (path: string): Uint8Array => lengthField(13, message(lengthField(1, 'location'), lengthField(2, path)));
  const vectors: readonly [string, Uint8Array, 'refused_model' | 'unreadable', RegExp][] = [
    [
      'an external weights file',
      makeModel({ ...plain, initializers: [external(location('../../etc/passwd'))] }),
      'refused_model',
      /other files/,
    ],
    ['the external mark alone', makeModel({ ...plain, initializers: [external(intField(14, 1))] }), 'refused_model', /other files/],
    [
      'external data of a constant in a node',
      makeModel({
        ...plain,
        nodes: [
          message(
            node({ op: 'Constant', inputs: [], outputs: ['c'] }),
            lengthField(5, message(lengthField(1, 'value'), lengthField(5, external(location('w.bin'))))),
          ),
        ],
      }),
      'refused_model',
      /other files/,
    ],
    [
      'external data in a sparse weight',
      makeModelWithGraphField(lengthField(15, message(lengthField(1, external(location('x')))))),
      'refused_model',
      /other files/,
    ],
    [
      'an operator of a foreign domain',
      makeModel({ ...plain, nodes: [{ op: 'Evil', domain: 'com.attacker', inputs: ['x'], outputs: ['y'] }] }),
      'refused_model',
      /com\.attacker\/Evil/,
    ],
    [
      'a foreign operator inside a function',
      makeModel({
        ...plain,
        nodes: [{ op: 'F', domain: 'mine', inputs: ['x'], outputs: ['y'] }],
        extra: [
          lengthField(
            25,
            message(
              lengthField(1, 'F'),
              lengthField(10, 'mine'),
              lengthField(7, node({ op: 'Evil', domain: 'evil', inputs: [], outputs: [] })),
            ),
          ),
        ],
      }),
      'refused_model',
      /evil\/Evil/,
    ],
    [
      'a weight with huge sides',
      makeModel({ ...plain, initializers: [message(intField(1, 2 ** 40), intField(1, 2 ** 40), intField(2, 1), lengthField(8, 'w'))] }),
      'refused_model',
      /far too large/,
    ],
    [
      'a weight that says more than it has',
      makeModel({
        ...plain,
        initializers: [message(intField(1, 1000), intField(2, 1), lengthField(8, 'w'), lengthField(9, new Uint8Array(4)))],
      }),
      'unreadable',
      /damaged/,
    ],
    [
      'a weight with a negative side',
      makeModel({ ...plain, initializers: [message(intField(1, -1n), intField(2, 1), lengthField(8, 'w'))] }),
      'unreadable',
      /damaged/,
    ],
    [
      'an input with huge sides',
      makeModel({ ...plain, inputs: [value('x', 'float32', [1, 3, 1_000_000, 1_000_000])] }),
      'refused_model',
      /would hold/,
    ],
    [
      'an input with 100 sides',
      makeModel({ ...plain, inputs: [value('x', 'float32', new Array<number>(100).fill(1))] }),
      'refused_model',
      /dimensions/,
    ],
    ['no outputs', makeModel({ ...plain, outputs: [] }), 'refused_model', /no outputs/],
    ['no inputs', makeModel({ ...plain, inputs: [] }), 'refused_model', /no inputs/],
    ['training steps', makeModel({ ...plain, extra: [lengthField(20, message())] }), 'refused_model', /training/],
    ['two graphs', makeModel({ ...plain, extra: [lengthField(7, message())] }), 'refused_model', /more than one graph/],
    ['too much metadata', makeModel({ ...plain, metadata: { big: 'x'.repeat(2 ** 21) } }), 'refused_model', /metadata/],
    ['graphs nested without end', makeModel({ ...plain, nodes: [nested(200)] }), 'refused_model', /nests/],
    ['no bytes', new Uint8Array(0), 'unreadable', /empty/],
    ['a text file', Buffer.from('hello, I am a model\n'.repeat(10)), 'unreadable', /text file/],
    ['a PyTorch checkpoint', Buffer.from('PK\x03\x04 archive/data.pkl'), 'unreadable', /PyTorch/],
    ['a pickle', Buffer.from('\x80\x02cos\nsystem\n', 'latin1'), 'unreadable', /pickle/],
    ['a TensorFlow Lite model', Buffer.from('\x1c\0\0\0TFL3....'), 'unreadable', /TensorFlow Lite/],
    ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), 'unreadable', /LFS/],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1'), 'unreadable', /picture/],
    ['zeros', new Uint8Array(4096), 'unreadable', /damaged/],
    ['another protobuf', message(intField(1, 7), lengthField(2, 'x')), 'unreadable', /damaged/],
    ['a field longer than the file', concat([makeModel(plain), Uint8Array.of(58), varint(2 ** 40)]), 'unreadable', /damaged/],
    ['a number without end', new Uint8Array(64).fill(0xff), 'unreadable', /damaged/],
  ];
  it.each(vectors)('refuses %s', (_, bytes, code, words) => {
    const rss = process.memoryUsage.rss();
    const start = performance.now();
    expect(() => readOnnx(bytes)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(words) }));
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(process.memoryUsage.rss() - rss).toBeLessThan(256 * 2 ** 20);
  });

  it('refuses more operators than the limit', () => {
    const many = makeModelWithGraphField(concat(Array.from({ length: modelLimits.nodes + 1 }, () => lengthField(1, new Uint8Array(0)))));
    expect(() => readOnnx(many)).toThrow(expect.objectContaining({ code: 'refused_model' }));
  });

  it('allows functions that the model brings itself and domains that are only listed', () => {
    const own = makeModel({
      ...plain,
      nodes: [{ op: 'F', domain: 'mine', inputs: ['x'], outputs: ['y'] }],
      extra: [
        lengthField(
          25,
          message(lengthField(1, 'F'), lengthField(10, 'mine'), lengthField(7, node({ op: 'Relu', inputs: [], outputs: [] }))),
        ),
        lengthField(8, message(lengthField(1, 'ai.onnx.training'), intField(2, 1))),
      ],
    });
    expect(readOnnx(own).nodes).toBe(2);
  });

  const whole = makeTinyDetector({ layout: 'yolov8' });
  it('answers every cut and every changed byte of a model with a coded error or a model, and nothing else', () => {
    const look = (bytes: Uint8Array): void => {
      try {
        readOnnx(bytes);
      } catch (error) {
        if (!isAppError(error)) throw error;
      }
    };
    for (let length = 0; length < whole.length; length += 97) look(whole.subarray(0, length));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const changed = whole.slice();
        changed[at] = byte;
        look(changed);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('model files', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardcase-gate-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('have the hash and the size of the bytes that are read', async () => {
    const path = join(folder, 'a.onnx');
    const written = makeModel(plain);
    writeFileSync(path, written);
    const { file, bytes } = await openOnnxFile(path);
    expect(Buffer.from(written).equals(bytes)).toBe(true);
    expect(file).toMatchObject({ bytes: written.byteLength, sha256: createHash('sha256').update(written).digest('hex') });
  });
  it('that are absent, empty or folders are refused', async () => {
    writeFileSync(join(folder, 'empty.onnx'), '');
    await expect(openOnnxFile(join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(openOnnxFile(join(folder, 'empty.onnx'))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(openOnnxFile(folder)).rejects.toMatchObject({ code: 'refused_model' });
  });
});

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function makeModelWithGraphField(field: Uint8Array): Uint8Array {
  const graph = message(field, lengthField(11, value('x', 'float32', [1])), lengthField(12, value('y', 'float32', [1])));
  return message(intField(1, 8), lengthField(7, graph));
}

/** An `If` whose branch holds an `If` whose branch … */
function nested(depth: number): Uint8Array {
  let graph: Uint8Array = message();
  for (let i = 0; i < depth; i++)
    graph = message(
      lengthField(1, message(lengthField(4, 'If'), lengthField(5, message(lengthField(1, 'then_branch'), lengthField(6, graph))))),
    );
  return message(lengthField(4, 'If'), lengthField(5, message(lengthField(1, 'then_branch'), lengthField(6, graph))));
}
