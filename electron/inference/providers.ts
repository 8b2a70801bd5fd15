import type { ProviderName, ProviderReport } from '../../shared/contract/host.ts';
import { isAppError } from '../../shared/errors.ts';
import { type Child, ProcessGone } from './child.ts';

/** Best first. TensorRT stands behind CUDA: it spends minutes building an engine, so it is for those who ask. */
export const providerOrder: readonly ProviderName[] = ['cuda', 'tensorrt', 'dml', 'coreml', 'webgpu', 'cpu'];

/** WebGPU on a slow driver compiles for seconds; longer than this is as good as not there. */
const probeSeconds = 30;

export interface ProbeDeps {
  readonly start: () => Child;
  readonly platform: string;
}

/** Each provider in a process of its own that is thrown away: what kills it is a reason, not a crash of ours. */
export async function probeProviders({ start, platform }: ProbeDeps): Promise<readonly ProviderReport[]> {
  return await Promise.all(providerOrder.map((name) => probe(name, start, platform)));
}

async function probe(name: ProviderName, start: () => Child, platform: string): Promise<ProviderReport> {
  if (name === 'dml' && platform !== 'win32') return { name, available: false, reason: 'DirectML exists on Windows only.' };
  if (name === 'coreml' && platform !== 'darwin') return { name, available: false, reason: 'CoreML exists on macOS only.' };
  if ((name === 'cuda' || name === 'tensorrt') && platform === 'darwin')
    return { name, available: false, reason: 'NVIDIA GPUs are not supported on macOS.' };
  const child = start();
  try {
    const { device } = await child.call('probe', { provider: name }, probeSeconds);
    return device === undefined ? { name, available: true } : { name, available: true, device };
  } catch (error) {
    return { name, available: false, reason: inWords(name, reasonOf(error)) };
  } finally {
    child.kill();
  }
}

export function reasonOf(error: unknown): string {
  if (error instanceof ProcessGone) return `Its test process did not survive: ${error.reason}.`;
  if (isAppError(error)) return String(error.details?.['reason'] ?? error.message);
  return error instanceof Error ? error.message : String(error);
}

/** The runtime's words, with what a person can do where that is known. */
export function inWords(name: ProviderName, reason: string): string {
  // Without the runtime's own source lines and conditions.
  const short = reason
    .replace(/\s+/g, ' ')
    .replace(/^.* was false\. /, '')
    .replace(/\/onnxruntime_src\/\S+ /g, '')
    .slice(0, 300);
  if (name === 'cuda' || name === 'tensorrt') {
    if (/not available|not supported|not included|backend not found|shared library|cannot open shared|Failed to load/i.test(short)) {
      return `The ${name === 'cuda' ? 'CUDA' : 'TensorRT'} libraries of ONNX Runtime are not installed here. (${short})`;
    }
    if (/no CUDA-capable|driver version/i.test(short)) return `There is no usable NVIDIA GPU or driver. (${short})`;
  }
  if (name === 'webgpu' && /adapter/i.test(short))
    return `No GPU with a WebGPU driver (Vulkan, Metal or Direct3D 12) was found. (${short})`;
  return short;
}
