/** What main and the host process say to each other; ports travel beside the message. */
export interface HostStart {
  readonly type: 'start';
  readonly appVersion: string;
  readonly paths: { readonly userData: string; readonly documents: string; readonly resources: string };
}

export interface MediaAsk {
  readonly type: 'media';
  readonly id: number;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
}

export type ToHost =
  | HostStart
  | MediaAsk
  /** With one port: a page that wants a line. */
  | { readonly type: 'client' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'child-message'; readonly child: number; readonly message: unknown }
  | { readonly type: 'child-spawned'; readonly child: number; readonly pid: number | undefined }
  | { readonly type: 'child-exit'; readonly child: number; readonly code: number | null }
  | { readonly type: 'close' };

export interface MediaAnswer {
  readonly type: 'media';
  readonly id: number;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
}

export type ToMain =
  | MediaAnswer
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'choose'; readonly id: number; readonly kind: 'folder' | 'file' | 'save'; readonly title: string }
  | { readonly type: 'reveal'; readonly id: number; readonly path: string }
  | {
      readonly type: 'spawn';
      readonly child: number;
      readonly module: string;
      readonly args: readonly string[];
      readonly env: { readonly [name: string]: string };
    }
  | { readonly type: 'child-send'; readonly child: number; readonly message: unknown }
  | { readonly type: 'child-kill'; readonly child: number }
  | { readonly type: 'closed' };
