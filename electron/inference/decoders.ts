import { Worker } from 'node:worker_threads';
import { fromWireError, type WireError } from '../../shared/errors.ts';
import type { ImageTensor } from '../image/tensor.ts';
import type { TensorSpec } from '../image/letterbox.ts';

export interface DecodeRequest {
  readonly id: number;
  readonly path: string;
  readonly spec: TensorSpec;
  /** Memory of an earlier image, to be used again. */
  readonly reuse: ArrayBuffer | null;
  /** The tensor holds bytes, not floats. */
  readonly bytes: boolean;
  readonly free: boolean;
}

export type DecodeReply = { readonly id: number; readonly tensor: ImageTensor } | { readonly id: number; readonly error: WireError };

export interface DecodedTensor extends ImageTensor {
  /** Gives the memory back for the next image. */
  done(): void;
}

/** Threads that decode and letterbox. Memory travels by transfer and is used again. Error of decode: those of `imageToTensor`. */
export interface Decoders {
  decode(path: string, spec: TensorSpec): Promise<DecodedTensor>;
}

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

export function startDecoders(threads: number, kind: { readonly bytes: boolean; readonly free: boolean }): Decoders {
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
  const spare: ArrayBuffer[] = [];
  let next = 0;
  return {
    async decode(path, spec) {
      const id = next++;
      const reuse = spare.pop() ?? null;
      const reply = await new Promise<DecodeReply>((resolve) => {
        pending.set(id, { resolve });
        const request: DecodeRequest = { id, path, spec, reuse, ...kind };
        workers[id % workers.length]?.postMessage(request, reuse === null ? [] : [reuse]);
      });
      if ('error' in reply) throw fromWireError(reply.error);
      const { tensor } = reply;
      return {
        ...tensor,
        done() {
          if (spare.length < 2 * threads + 2) spare.push(tensor.pixels.buffer as ArrayBuffer);
        },
      };
    },
  };
}
