import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import type { ProviderName } from '../../shared/contract/host.ts';
import { AppError } from '../../shared/errors.ts';
import { loadOrt, runtimeFailure } from './session.ts';
import type { ProbeResult } from './types.ts';

/** y = x + x on [1, 3, 4, 4]: `makeProbeModel` of test/helpers/makeModel.ts wrote it, and a test compares. */
export const probeModel = Buffer.from(
  'CAgSDWhhcmRjYXNlLXRlc3Q6UQoOCgF4CgF4EgF5IgNBZGQSBWdyYXBoWhsKAXgSFgoUCAESEAoCCAEKAggDCgIIBAoCCARiGwoBeRIWChQIARIQCgIIAQoCCAMKAggECgIIBEIECgAQDQ==',
  'base64',
);

/**
 * Whether a provider starts and computes right, in this process, which is thrown away: half-installed GPU libraries can kill
 * it. Error: unavailable or model_failed with the runtime's reason.
 */
export async function probeProvider(provider: ProviderName): Promise<ProbeResult> {
  const ort = await loadOrt();
  try {
    const session = await ort.InferenceSession.create(probeModel, { executionProviders: [provider], logSeverityLevel: 4 });
    const values = Float32Array.from({ length: 48 }, (_, i) => i);
    const result = await session.run({ x: new ort.Tensor('float32', values, [1, 3, 4, 4]) });
    const data = result['y']?.data;
    if (!(data instanceof Float32Array) || !data.every((v, i) => v === 2 * i)) {
      throw new AppError('unavailable', 'It starts, but computes wrong numbers.');
    }
  } catch (error) {
    throw runtimeFailure(error, 'It does not start.');
  }
  const device = await deviceName(provider);
  return device === null ? {} : { device };
}

async function deviceName(provider: ProviderName): Promise<string | null> {
  if (provider === 'cpu') {
    const model = cpus()[0]?.model.trim() ?? '';
    return `${model === '' || model === 'unknown' ? process.arch : model} (${cpus().length} cores)`;
  }
  if (provider !== 'cuda' && provider !== 'tensorrt') return null;
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { timeout: 3_000 });
    return stdout.split('\n')[0]?.trim() || null;
  } catch {
    // The name is a courtesy; that it runs is already known.
    return null;
  }
}
