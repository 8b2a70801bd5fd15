import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { readConnection } from '../../electron/db/connection.ts';
import type { WriteConnection } from '../../electron/db/writeConnection.ts';
import { OpLog } from '../../electron/db/log/opLog.ts';
import { packApplier } from '../../electron/db/log/packs.ts';
import { migrate } from '../../electron/db/migrations/index.ts';
import { readQueries, writeQueries } from '../../electron/db/queries/index.ts';
import type { ReadQueries, WriteQueries } from '../../electron/db/queries/index.ts';
import type { StagedFrame } from '../../electron/db/queries/packs.ts';

type Input<Q> = Q extends (connection: never, input: infer I) => unknown ? I : never;
type Output<Q> = Q extends (connection: never, input: never) => infer O ? O : never;

export const testDataset = '0190000000007000800000000000da7a';

/** The real schema, log and queries on a database in memory: without threads, files and flushes, for many short histories. */
export interface MemoryStore {
  readonly c: WriteConnection;
  read<K extends keyof ReadQueries>(name: K, input: Input<ReadQueries[K]>): Output<ReadQueries[K]>;
  write<K extends keyof WriteQueries>(name: K, input: Input<WriteQueries[K]>): Output<WriteQueries[K]>;
  /** A second computer with the same content. */
  clone(replica: string): MemoryStore;
  close(): void;
}

export function memoryStore(replica: string, bytes?: Buffer): MemoryStore {
  const db = bytes === undefined ? new Database(':memory:') : new Database(bytes);
  db.pragma('trusted_schema = OFF');
  migrate(db, () => undefined);
  const connection = readConnection(db);
  db.prepare("insert or replace into meta (key, value) values ('replica', ?)").run(replica);
  const log = new OpLog(connection, testDataset, replica);
  log.applyPack = packApplier(connection, log);
  const c: WriteConnection = { ...connection, log, folder: '' };
  return {
    c,
    read: (name, input) => (readQueries[name] as (c: unknown, input: unknown) => never)(c, input),
    write(name, input) {
      log.mark();
      try {
        return db
          .transaction(() => {
            const output = (writeQueries[name] as (c: unknown, input: unknown) => never)(c, input);
            log.flush();
            log.collect();
            return output;
          })
          .immediate();
      } catch (error) {
        log.rollback();
        throw error;
      }
    },
    clone: (other) => memoryStore(other, db.serialize()),
    close: () => db.close(),
  };
}

/** A frame for a pack. `boxes`: [category index, x, y, w, h]. */
export function stagedFrame(
  name: string,
  boxes: readonly (readonly [number, number, number, number, number])[],
  more: Partial<StagedFrame> = {},
): StagedFrame {
  return {
    name,
    sha256: createHash('sha256').update(name).digest(),
    width: 640,
    height: 480,
    sequence: null,
    index: null,
    time: null,
    split: null,
    state: 'unlabeled',
    tags: [],
    extra: null,
    boxes: boxes.map(([category, x, y, w, h], i) => ({
      category,
      bbox: [x, y, w, h],
      angle: 0,
      flags: 0,
      track: null,
      attributes: null,
      sourceId: i,
      area: null,
      extra: null,
    })),
    media: { place: 'none' },
    ...more,
  };
}

export const testCategories = [
  { name: 'car', supercategory: 'vehicle', sourceId: 3 },
  { name: 'bicycle', supercategory: null, sourceId: 9 },
] as const;

/** Imports frames by the real queries. Gives the number of the pack, or null where it was there. */
export function importFrames(store: MemoryStore, frames: readonly StagedFrame[], author = 'lead'): number | null {
  const { pack } = store.write('packs.begin', { header: { format: 'test', categories: testCategories }, name: 'test' });
  for (const frame of frames) store.write('packs.append', { pack, frames: [frame] });
  const committed = store.write('packs.commit', { pack, author });
  if (committed.pack !== null) while (!store.write('packs.applyNext', { pack: committed.pack }).done);
  return committed.pack;
}
