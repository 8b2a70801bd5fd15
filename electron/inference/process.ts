import { AppError, isAppError, toWireError } from '../../shared/errors.ts';
import { readDetections } from './detections.ts';
import { type Decoders, startDecoders } from './decoders.ts';
import { inspectModel } from './inspect.ts';
import { openOnnxFile } from './onnxFile.ts';
import { parentChannel } from '../node/parentChannel.ts';
import { probeProvider } from './probe.ts';
import { createSession, type Session } from './session.ts';
import type { InferenceCall, InferenceCalls, InferenceReply, InferenceRequest, SessionRequest } from './types.ts';

/**
 * Entry of the inference process: the one place that runs models. A process and not a thread, because a thread stopped
 * inside `run` aborts everything; its main thread stands still during a run, so images are decoded in threads beside it.
 */
const channel = parentChannel();

interface Open {
  readonly request: SessionRequest;
  readonly session: Session;
  readonly decoders: Decoders;
}
let open: Open | undefined;
/** Runs go one after the other, in the order their images were asked for. */
let queue: Promise<unknown> = Promise.resolve();

/** For tests of the restart: an image whose path holds this text ends the process. */
const fault = process.env['HARDCASE_FAULT_INFERENCE'];

type Calls = { readonly [K in InferenceCall]: (input: InferenceCalls[K]['in']) => Promise<InferenceCalls[K]['out']> };

const calls: Calls = {
  probe: ({ provider }) => probeProvider(provider),
  inspect: ({ path, card }) => inspectModel(path, card ?? undefined),

  async open(request) {
    const { file, bytes } = await openOnnxFile(request.modelPath);
    if (file.sha256 !== request.sha256) {
      throw new AppError('refused_model', 'The model file was changed since it was added to the dataset.', {
        expected: request.sha256,
        found: file.sha256,
      });
    }
    const session = await createSession(bytes, request.card.input, request.provider, request.threads);
    // The first run allocates and compiles: it is part of opening.
    await session.run(blank(request));
    open = {
      request,
      session,
      decoders: startDecoders(request.decoders, { bytes: request.card.input.dtype === 'uint8', free: request.card.input.free }),
    };
    return null;
  },

  async detect({ path, options }) {
    const { request, session, decoders } = opened();
    const decoding = decoders.decode(path, request.card.input);
    const before = queue;
    const work = (async () => {
      // Whether it decodes or not, it waits for its turn: the next in the queue waits for this one alone.
      const decoded = await decoding.finally(() => before);
      if (fault !== undefined && path.includes(fault)) process.kill(process.pid, 'SIGKILL');
      try {
        const outputs = await session.run(decoded.pixels, decoded.input);
        const { width, height, at } = decoded.image;
        const card = request.card.input.free ? { ...request.card, input: { ...request.card.input, ...decoded.input } } : request.card;
        return { ...readDetections(outputs, card, options, { width, height }, at), width, height };
      } finally {
        decoded.done();
      }
    })();
    queue = work.catch(() => undefined);
    return await work;
  },

  async bare({ seconds }) {
    const { request, session } = opened();
    const pixels = blank(request);
    const start = performance.now();
    let runs = 0;
    while (runs < 3 || performance.now() - start < 1000 * seconds) {
      await session.run(pixels);
      runs++;
    }
    return { runs, seconds: (performance.now() - start) / 1000 };
  },

  cpu: () => {
    const { user, system } = process.cpuUsage();
    return Promise.resolve((user + system) / 1e6);
  },
};

function opened(): Open {
  if (open === undefined) throw new AppError('internal', 'No model is open in this process.');
  return open;
}

function blank({ card: { input } }: SessionRequest): Float32Array | Uint8Array {
  const n = 3 * input.width * input.height;
  return input.dtype === 'uint8' ? new Uint8Array(n).fill(114) : new Float32Array(n).fill(0.4);
}

channel.onMessage((raw) => {
  const { id, call, input } = raw as InferenceRequest;
  const answer = (reply: InferenceReply): void => channel.send(reply);
  void (async () => {
    try {
      answer({ id, output: await (calls[call] as (input: unknown) => Promise<unknown>)(input) });
    } catch (error) {
      const known = isAppError(error)
        ? error
        : new AppError('internal', 'The inference process failed.', { reason: String(error) }, { cause: error });
      answer({ id, error: toWireError(known) });
    }
  })();
});
