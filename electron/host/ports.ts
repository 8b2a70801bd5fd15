import type { HostInfo } from '../../shared/contract/host.ts';

/** What a shell (Electron, browser mode, command line, test) gives the host. Fakes belong here and nowhere else. */
export interface HostPorts {
  readonly kind: HostInfo['kind'];
  readonly appVersion: string;
  readonly paths: {
    /** Settings and the list of known datasets; nothing of a dataset lives here. */
    readonly userData: string;
    /** Where new and demo datasets go unless somebody chooses. */
    readonly documents: string;
    /** `resources/` of the installation. */
    readonly resources: string;
  };
  /** Folders the in-app file picker and path inputs may use; empty means everywhere (desktop, command line). */
  readonly roots: readonly string[];
  readonly spawner: ProcessSpawner;
  readonly dialogs?: NativeDialogs;
  readonly log: Log;
  /** The way in for other programs of the same user, where the shell opened one. */
  readonly door?: Door;
}

/** Where a host is met from outside its process, and the word that lets one in. */
export interface Door {
  readonly address: string;
  readonly token: string;
}

/** Processes are made by the shell: `child_process.fork` in Node, `utilityProcess.fork` in Electron. */
export interface ProcessSpawner {
  /** `module` is relative to `electron/` without extension: `inference/process`. */
  spawn(module: string, options?: { readonly args?: readonly string[]; readonly env?: { readonly [name: string]: string } }): ChildHandle;
}

export interface ChildHandle {
  readonly pid: number | undefined;
  /** Structured clone; typed arrays are copied. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (exit: { readonly code: number | null; readonly signal: string | null }) => void): void;
  kill(): void;
}

export interface NativeDialogs {
  choose(request: { readonly kind: 'folder' | 'file' | 'save'; readonly title: string }): Promise<string | null>;
  reveal(path: string): Promise<void>;
}

export interface Log {
  info(message: string, data?: { readonly [key: string]: unknown }): void;
  warn(message: string, data?: { readonly [key: string]: unknown }): void;
  error(message: string, data?: { readonly [key: string]: unknown }): void;
}
