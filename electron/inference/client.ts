import { availableParallelism, freemem } from 'node:os';
import type { ProviderName, ProviderReport } from '../../shared/contract/host.ts';
import type { CardInput } from '../../shared/contract/models.ts';
import { AppError } from '../../shared/errors.ts';
import { type Child, childOf, goneError, type ProcessHandle } from './child.ts';
import { type FrameResult, runPool } from './pool.ts';
import { inWords, probeProviders, providerOrder, reasonOf } from './providers.ts';
import type { DetectedImage, DetectionOptions, Inspected, ModelCard } from './types.ts';

export type { FrameResult } from './pool.ts';

export interface InferenceClientOptions {
  /** Starts a process with this environment beside the usual one. */
  readonly spawn: (env?: { readonly [name: string]: string }) => ProcessHandle;
  readonly platform?: string;
  readonly cores?: number;
}

export interface ModelFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly card: ModelCard;
}

export interface ProviderReason {
  readonly provider: ProviderName;
  readonly reason: string;
}

/** A model open on one provider, in as many processes as pay. */
export interface Detector {
  readonly provider: ProviderName;
  readonly processes: number;
  /** Why the providers before this one are not in use. */
  readonly reasons: readonly ProviderReason[];
  run(request: DetectorRun): Promise<void>;
  /** Images a second that bare `session.run` reaches on tensors in memory, all processes together. Measured at the first call. */
  bareRate(): Promise<number>;
  /** CPU seconds that all processes of this detector have used. */
  cpuSeconds(): Promise<number>;
  close(): void;
}

export interface DetectorRun {
  readonly frames: number;
  /** Absolute path of the image of frame i. A coded error becomes that frame's result. */
  readonly pathOf: (index: number) => Promise<string>;
  readonly options: DetectionOptions;
  /** In no order. */
  readonly onResult: (index: number, result: FrameResult) => void;
  readonly onRestart?: (reason: string) => void;
  readonly signal: AbortSignal;
  readonly gate?: () => Promise<void>;
}

export interface OpenDetector {
  readonly model: ModelFile;
  readonly provider: ProviderName | 'auto';
  /** Providers that failed during this run already. */
  readonly exclude?: readonly ProviderReason[];
}

/** The door to inference: everything that runs a model runs in processes behind it. */
export interface InferenceClient {
  /** Probes once a boot; again with `fresh`. */
  providers(fresh?: boolean): Promise<readonly ProviderReport[]>;
  /** Gate, trial run and recognition in a process that is thrown away. Errors: not_found, unreadable, refused_model, unknown_model, model_failed. */
  inspect(path: string, card?: CardInput): Promise<Inspected>;
  /** One image, in a process that is thrown away. */
  detectOnce(model: ModelFile, imagePath: string, options: DetectionOptions): Promise<DetectedImage>;
  /** Tries providers one after the other, the best first, keeping each reason. Errors: unavailable, refused_model, model_failed. */
  open(request: OpenDetector): Promise<Detector>;
  /** Ends every process. */
  close(): void;
}

/** A first run may compile shaders or engines. */
const openSeconds = 300;
const detectSeconds = 120;
const inspectSeconds = 60;
/** A GPU is one: one process feeds it, decoders beside it. */
const gpuWindow = 8;
/** One image computes, one is decoded, one waits. */
const cpuWindow = 3;

export function createInferenceClient(options: InferenceClientOptions): InferenceClient {
  const platform = options.platform ?? process.platform;
  const cores = options.cores ?? availableParallelism();
  const alive = new Set<Child>();
  let report: Promise<readonly ProviderReport[]> | undefined;

  const start = (): Child => {
    const child = childOf(options.spawn());
    alive.add(child);
    return {
      pid: child.pid,
      call: child.call,
      kill() {
        alive.delete(child);
        child.kill();
      },
    };
  };

  const once = async <T>(message: string, work: (child: Child) => Promise<T>): Promise<T> => {
    const child = start();
    try {
      return await work(child);
    } catch (error) {
      throw goneError(error, message);
    } finally {
      child.kill();
    }
  };

  const providers = (fresh = false): Promise<readonly ProviderReport[]> => {
    if (fresh || report === undefined) report = probeProviders({ start, platform });
    return report;
  };

  /** How many processes, and threads in each. */
  const arrange = (provider: ProviderName, model: ModelFile): { processes: number; threads: number; decoders: number; window: number } => {
    if (provider !== 'cpu') return { processes: 1, threads: 1, decoders: Math.max(1, Math.min(4, cores - 1)), window: gpuWindow };
    // Processes with one thread each share nothing and waste nothing; memory bounds their number.
    const each = 300 * 2 ** 20 + 4 * model.bytes;
    const processes = Math.max(1, Math.min(cores, 16, Math.floor((0.5 * freemem()) / each)));
    return { processes, threads: Math.max(1, Math.floor(cores / processes)), decoders: 1, window: cpuWindow };
  };

  const openOn = async (provider: ProviderName, model: ModelFile, reasons: readonly ProviderReason[]): Promise<Detector> => {
    const { processes, threads, decoders, window } = arrange(provider, model);
    const open = async (): Promise<Child> => {
      const child = start();
      try {
        await child.call(
          'open',
          { modelPath: model.path, sha256: model.sha256, card: model.card, provider, threads, decoders },
          openSeconds,
        );
      } catch (error) {
        child.kill();
        throw error;
      }
      return child;
    };
    // Opened now, so that a provider that cannot run this model is found out before the work starts.
    const first = await open();
    const spare: Child[] = [first];
    const members = new Set<Child>(spare);
    const others = await Promise.allSettled(Array.from({ length: processes - 1 }, open));
    for (const other of others) {
      // One process works; that there is no memory for more is no reason to stop.
      if (other.status === 'rejected') continue;
      spare.push(other.value);
      members.add(other.value);
    }
    let bare: Promise<number> | undefined;
    const cpuOf = (child: Child): Promise<number> => child.call('cpu', null, 30).catch(() => 0);
    return {
      provider,
      processes: members.size,
      reasons,
      async run(run) {
        await runPool({
          processes: members.size,
          window,
          ahead: 256,
          frames: run.frames,
          start: async () => {
            const child = spare.pop() ?? (await open());
            members.add(child);
            return child;
          },
          release: (child) => spare.push(child),
          detect: async (child, index) =>
            await child.call('detect', { path: await run.pathOf(index), options: run.options }, detectSeconds),
          onResult: run.onResult,
          ...(run.onRestart === undefined ? {} : { onRestart: run.onRestart }),
          signal: run.signal,
          gate: run.gate ?? (() => Promise.resolve()),
        });
      },
      bareRate() {
        bare ??= Promise.all(spare.map((child) => child.call('bare', { seconds: 0.5 }, openSeconds))).then((all) =>
          all.reduce((sum, { runs, seconds }) => sum + runs / seconds, 0),
        );
        return bare;
      },
      async cpuSeconds() {
        const all = await Promise.all(Array.from(members, cpuOf));
        return all.reduce((sum, seconds) => sum + seconds, 0);
      },
      close() {
        for (const child of members) child.kill();
        members.clear();
      },
    };
  };

  return {
    providers,
    inspect: (path, card) =>
      once('The model ended the process that tried it, so it is not accepted.', (child) =>
        child.call('inspect', { path, card: card ?? null }, inspectSeconds),
      ),
    detectOnce: (model, imagePath, detection) =>
      once('The model ended the process that tried it.', async (child) => {
        await child.call(
          'open',
          { modelPath: model.path, sha256: model.sha256, card: model.card, provider: 'cpu', threads: Math.max(1, cores), decoders: 1 },
          openSeconds,
        );
        return await child.call('detect', { path: imagePath, options: detection }, detectSeconds);
      }),
    async open({ model, provider, exclude = [] }) {
      const reasons: ProviderReason[] = [...exclude];
      const excluded = new Set(exclude.map((entry) => entry.provider));
      // A provider asked for by name is tried first; the CPU always remains.
      const wanted = provider === 'auto' ? providerOrder : provider === 'cpu' ? (['cpu'] as const) : ([provider, 'cpu'] as const);
      // A run on the CPU alone need not wait for the probes.
      const reports = provider === 'cpu' ? [] : await providers();
      for (const name of wanted) {
        if (excluded.has(name)) continue;
        const known = reports.find((entry) => entry.name === name);
        if (known !== undefined && !known.available) {
          reasons.push({ provider: name, reason: known.reason ?? 'It is not available.' });
          continue;
        }
        let detector: Detector;
        try {
          detector = await openOn(name, model, reasons);
        } catch (error) {
          if (name === 'cpu') throw goneError(error, 'The model ended the inference process while it was loaded.');
          reasons.push({ provider: name, reason: inWords(name, reasonOf(error)) });
          continue;
        }
        if (provider !== 'auto' || name !== 'webgpu') return detector;
        // A software driver counts as WebGPU, too; what is slower than the CPU is not used unless asked for.
        const opened = [detector];
        try {
          const cpu = await openOn('cpu', model, reasons);
          opened.push(cpu);
          // One after the other: side by side they would share the cores.
          const [its, cpus] = [await detector.bareRate(), await cpu.bareRate()];
          if (its > cpus) {
            cpu.close();
            return detector;
          }
          detector.close();
          reasons.push({
            provider: name,
            reason: `It works, but slower than the CPU (${its.toFixed(1)} against ${cpus.toFixed(1)} images a second).`,
          });
          return cpu;
        } catch (error) {
          for (const each of opened) each.close();
          throw error;
        }
      }
      throw new AppError('unavailable', 'No provider can run this model.', { reasons });
    },
    close() {
      for (const child of alive) child.kill();
      alive.clear();
    },
  };
}
