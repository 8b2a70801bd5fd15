import type { ReadConnection } from './connection.ts';
import type { OpLog } from './log/opLog.ts';

/** What a write query works with: it runs inside BEGIN IMMEDIATE, and everything it does is kept or nothing is. */
export interface WriteConnection extends ReadConnection {
  /** Changes of annotations, states, comments, categories and splits go through the log and no other way. */
  readonly log: OpLog;
  /** Folder of the dataset, for the few writes that also touch files. */
  readonly folder: string;
}
