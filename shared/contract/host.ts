import { z } from 'zod';
import { method, topic } from '../rpc/define.ts';
import { filePath } from './common.ts';

export const providerNames = ['cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const;
export type ProviderName = (typeof providerNames)[number];

export interface ProviderReport {
  readonly name: ProviderName;
  readonly available: boolean;
  readonly device?: string;
  /** Why it is not available, in words. */
  readonly reason?: string;
}

export interface DoctorReport {
  readonly app: string;
  readonly node: string;
  readonly sqlite: string;
  readonly onnxruntime: string;
  readonly providers: readonly ProviderReport[];
  readonly electron: { readonly available: boolean; readonly reason?: string };
  readonly browser: { readonly available: boolean; readonly reason?: string };
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface HostInfo {
  readonly app: string;
  readonly kind: 'electron' | 'web' | 'cli' | 'test';
  readonly author: string;
  readonly platform: string;
  readonly capabilities: { readonly nativeDialogs: boolean; readonly reveal: boolean };
  /** Folders the file picker may look into. */
  readonly roots: readonly string[];
}

export interface DirectoryEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: 'folder' | 'file';
  readonly bytes: number;
  /** A folder with a `hardcase.json`. */
  readonly isDataset: boolean;
}

export const host = {
  info: method<HostInfo>()(z.object({})),
  /** What this machine can do. Probes providers in throw-away processes; takes seconds the first time. */
  doctor: method<DoctorReport>()(z.object({ fresh: z.boolean().optional() })),
  /** One folder for the in-app file picker, limited to the roots the shell allows. */
  listDir: method<{ readonly path: string; readonly parent: string | null; readonly entries: readonly DirectoryEntry[] }>()(
    z.object({ path: filePath.optional(), extensions: z.array(z.string().max(16)).optional() }),
  ),
  /** The native dialog where there is one; null when cancelled, `unsupported` where there is none. */
  choose: method<{ readonly path: string | null }>()(z.object({ kind: z.enum(['folder', 'file', 'save']), title: z.string().max(200) })),
  reveal: method<null>()(z.object({ path: filePath })),
  /** Something the user should know that belongs to no call (a worker restarted, a clock that is off). */
  notice: topic<{ readonly level: 'info' | 'warning' | 'error'; readonly code: string; readonly message: string }>(),
};
