import type { WireError } from '../../shared/errors.ts';

/** What the host asks of `openDatabase`. */
export interface OpenRequest {
  /** Absolute, real path of the dataset folder. */
  readonly folder: string;
  /** UUID of the dataset, from its `hardcase.json`. */
  readonly dataset: string;
  /** Makes the database where there is none. Error without it: not_found. */
  readonly create?: boolean;
  readonly readOnly?: boolean;
  /** Who opens, for the message of a second process: 'electron', 'web', 'cli', 'test'. */
  readonly kind: string;
  /** The way in to this process, told to other programs of the same user by the lock's owner file. */
  readonly door?: { readonly address: string; readonly token: string };
  /** Program version, stored beside the replica for people who look. */
  readonly app: string;
  readonly onSlow?: (name: string, ms: number) => void;
  readonly onNotice?: (code: string, message: string) => void;
}

/** Host → db thread. */
export type DbCall = { readonly seq: number; readonly name: string; readonly input: unknown } | { readonly close: true };

/** Db thread → host. */
export type DbReply =
  | { readonly ready: true; readonly notices: readonly { readonly code: string; readonly message: string }[] }
  | { readonly notice: { readonly code: string; readonly message: string } }
  | { readonly failed: WireError }
  | { readonly seq: number; readonly ms: number; readonly output: unknown }
  | { readonly seq: number; readonly ms: number; readonly error: WireError; readonly stack?: string }
  | { readonly closed: true };

export interface DbThreadData {
  readonly role: 'writer' | 'reader';
  readonly folder: string;
  readonly dataset: string;
  readonly create: boolean;
  /** A copy to read instead, where the folder cannot be written to at all and SQLite cannot make its -shm file. */
  readonly copy: string | null;
}

// Rows of queries that the host names in its own signatures.
export type { FrameIndexColumns, MediaLocation } from './queries/frames.ts';
export type { RunExtent } from './queries/predictions.ts';
export type { SavedTrigger, VerdictCounts } from './queries/savedTriggers.ts';
