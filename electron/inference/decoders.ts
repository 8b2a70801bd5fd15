import { Worker } from 'node:worker_threads';
import { fromWireError, type WireError } from '../../shared/errors.ts';
import type { PlacedImage } from '../image/tensor.ts';
import type { TensorSpec } from '../image/letterbox.ts';

export interface DecodeRequest {
  readonly id: number;
  readonly path: string;
  readonly spec: TensorSpec;
  readonly buffer: ArrayBuffer;
  /** The tensor holds bytes, not floats. */
  readonly bytes: boolean;
}

export type DecodeReply =
  | { readonly id: number; readonly buffer: ArrayBuffer; readonly image: PlacedImage }
  | { readonly id: number; readonly buffer: ArrayBuffer; readonly error: WireError };

export interface DecodedTensor {
  readonly pixels: Float32Array | Uint8Array;
  readonly image: PlacedImage;
  /** Gives the memory back for the next image. */
  done(): void;
}

/** Threads that decode and letterbox. Buffers travel by transfer and are used again. Error of decode: those of `imageToTensor`. */
export interface Decoders {
  decode(path: string, spec: TensorSpec): Promise<DecodedTensor>;
}

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

export function startDecoders(threads: number, bytes: boolean): Decoders {
  const pending = new Map<number, { resolve(reply: DecodeReply): void }>();
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL(`./decodeWorker${extension}`, import.meta.url));
    worker.on('message', (reply: DecodeReply) => {
      pending.get(reply.id)?.resolve(reply);
      pending.delete(reply.id);
    });
    // A decoder that dies takes the process with it: the host restarts it and finds out which image it was.
    worker.on('error', () => process.kill(process.pid, 'SIGKILL'));
    worker.unref();
    return worker;
  });
  let free: ArrayBuffer[] = [];
  let size = 0;
  let next = 0;
  return {
    async decode(path, spec) {
      const wanted = 3 * spec.width * spec.height * (bytes ? 1 : 4);
      if (wanted !== size) {
        size = wanted;
        free = [];
      }
      const id = next++;
      const buffer = free.pop() ?? new ArrayBuffer(wanted);
      const reply = await new Promise<DecodeReply>((resolve) => {
        pending.set(id, { resolve });
        const request: DecodeRequest = { id, path, spec, buffer, bytes };
        workers[id % workers.length]?.postMessage(request, [buffer]);
      });
      const back = (): void => {
        if (reply.buffer.byteLength === size && free.length < 2 * threads + 2) free.push(reply.buffer);
      };
      if ('error' in reply) {
        back();
        throw fromWireError(reply.error);
      }
      return { pixels: bytes ? new Uint8Array(reply.buffer) : new Float32Array(reply.buffer), image: reply.image, done: back };
    },
  };
}
