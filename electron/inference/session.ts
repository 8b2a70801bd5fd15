import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ProviderName } from '../../shared/contract/host.ts';
import { AppError } from '../../shared/errors.ts';
import type { OutputTensor } from './families/family.ts';
import { fromHalves, toHalves } from './half.ts';
import type { InputSpec } from './modelCard.ts';

export type Ort = typeof import('onnxruntime-node');

let loaded: Promise<Ort> | undefined;

/**
 * onnxruntime-node 1.30 cannot take float16 tensors while `globalThis.Float16Array` exists (Node 24): it is removed before
 * the first load, and halves travel as bits in a Uint16Array.
 */
export function loadOrt(): Promise<Ort> {
  loaded ??= (async () => {
    delete (globalThis as { Float16Array?: unknown }).Float16Array;
    const ort = await import('onnxruntime-node');
    // What goes wrong comes back as an error with its reason; the runtime need not print it, too.
    ort.env.logLevel = 'fatal';
    return ort;
  })();
  return loaded;
}

export interface Session {
  readonly outputNames: readonly string[];
  /** `pixels` is what `fillTensor` wrote: float32 also where the network wants half floats. */
  run(pixels: Float32Array | Uint8Array, size?: { readonly width: number; readonly height: number }): Promise<readonly OutputTensor[]>;
  release(): Promise<void>;
}

/** Makes a session of exactly one provider; nothing falls back by itself. Error: unavailable or model_failed with the runtime's words. */
export async function createSession(
  model: Uint8Array,
  input: Pick<InputSpec, 'name' | 'dtype' | 'layout' | 'width' | 'height' | 'sizeInput'>,
  provider: ProviderName,
  threads: number,
): Promise<Session> {
  const ort = await loadOrt();
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw runtimeFailure(error, 'The model could not be loaded by the runtime.');
  }
  const names = session.outputNames;
  const halves = input.dtype === 'float16' ? new Uint16Array(3 * input.height * input.width) : null;
  const feeds: { [name: string]: Tensor } = {};
  if (input.sizeInput !== null) {
    const { name, dtype, order } = input.sizeInput;
    const pair = order === 'wh' ? [input.width, input.height] : [input.height, input.width];
    feeds[name] =
      dtype === 'int64'
        ? new ort.Tensor('int64', BigInt64Array.from(pair, BigInt), [1, 2])
        : dtype === 'int32'
          ? new ort.Tensor('int32', Int32Array.from(pair), [1, 2])
          : new ort.Tensor('float32', Float32Array.from(pair), [1, 2]);
  }
  return {
    outputNames: names,
    async run(pixels, { width, height } = input) {
      const shape = input.layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
      if (pixels instanceof Uint8Array) feeds[input.name] = new ort.Tensor('uint8', pixels, shape);
      else if (halves === null) feeds[input.name] = new ort.Tensor('float32', pixels, shape);
      else {
        toHalves(pixels, halves);
        feeds[input.name] = new ort.Tensor('float16', halves, shape);
      }
      let result;
      try {
        result = await session.run(feeds);
      } catch (error) {
        throw runtimeFailure(error, 'The model failed on this image.');
      }
      // Names like "350" come first and sorted in the result: the session's own order is what counts.
      return names.flatMap((name) => {
        const tensor = result[name];
        return tensor === undefined ? [] : [{ name, dims: tensor.dims, data: toFloat32(tensor) }];
      });
    },
    release: () => session.release(),
  };
}

function toFloat32(tensor: Tensor): Float32Array {
  const data: unknown = tensor.data;
  if (data instanceof Float32Array) return data;
  if (tensor.type === 'float16' && data instanceof Uint16Array) return fromHalves(data);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number);
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) return Float32Array.from(data as unknown as ArrayLike<number>);
  // Text and the like: an output no detector needs.
  return new Float32Array(0);
}

export function runtimeFailure(error: unknown, message: string): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new AppError('model_failed', message, { reason: (text.split('\n')[0] ?? '').slice(0, 500) }, { cause: error });
}
