import { totalmem } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { toWireError } from '../../shared/errors.ts';
import { imageToTensor } from '../image/tensor.ts';
import { decodeFailure } from '../image/openImage.ts';
import type { DecodeReply, DecodeRequest } from './decoders.ts';

/** A model or an image that needs more memory than this ends the process, not the machine. */
const memoryLimit = Math.max(2 * 2 ** 30, Math.min(16 * 2 ** 30, 0.6 * totalmem()));

const port = parentPort;
if (port === null) throw new Error('decodeWorker is a worker thread');

port.on('message', ({ id, path, spec, reuse, bytes, free }: DecodeRequest) => {
  imageToTensor(path, spec, { bytes, free, ...(reuse === null ? {} : { reuse }) }).then(
    (tensor) => port.postMessage({ id, tensor } satisfies DecodeReply, [tensor.pixels.buffer as ArrayBuffer]),
    (error: unknown) => port.postMessage({ id, error: toWireError(decodeFailure(error)) } satisfies DecodeReply),
  );
});

// The main thread cannot watch: it stands still during `run`.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimit) process.kill(process.pid, 'SIGKILL');
}, 250).unref();
