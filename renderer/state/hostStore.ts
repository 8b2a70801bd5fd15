import { createStore } from 'zustand/vanilla';
import type { DoctorReport, HostInfo } from '../../shared/contract/host.ts';
import { hostText } from '../locales/hostText.ts';

/** What the host says of itself and of the machine; null until asked. */
export interface HostState {
  readonly info: HostInfo | null;
  readonly doctor: DoctorReport | null;
}

export const hostStore = createStore<HostState>(() => ({ info: null, doctor: null }));

/** The provider that models run on, with the reason why no better one does. Order of `providers` is from best to worst as the host tries them. */
export function providerInUse(
  doctor: DoctorReport,
): { readonly name: string; readonly device: string | null; readonly reason: string | null } | null {
  const order = ['tensorrt', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu'];
  const sorted = [...doctor.providers].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const used = sorted.find((provider) => provider.available);
  if (used === undefined) return null;
  // WebGPU is the one that every machine could have, so its reason says most; a missing CUDA on a Mac says nothing.
  const better = sorted.filter(
    (provider) => !provider.available && order.indexOf(provider.name) < order.indexOf(used.name) && provider.reason !== undefined,
  );
  const missing = better.find((provider) => provider.name === 'webgpu') ?? better[0];
  return {
    name: providerLabel(used.name),
    device: used.device ?? null,
    reason: missing === undefined ? null : `${providerLabel(missing.name)}: ${hostText(missing.reason ?? '')}`,
  };
}

const labels: { readonly [name: string]: string } = {
  cpu: 'CPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
};

export function providerLabel(name: string): string {
  return labels[name] ?? name;
}
