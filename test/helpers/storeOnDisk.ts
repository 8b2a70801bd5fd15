import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../electron/db/client.ts';
import type { DbClient } from '../../electron/db/client.ts';
import type { StagedFrame } from '../../electron/db/queries/packs.ts';
import { stagedFrame, testCategories } from './memoryStore.ts';

export interface StoreOnDisk {
  readonly folder: string;
  readonly dataset: string;
  readonly db: DbClient;
}

/** A dataset database in a temporary folder, through the real door. The caller closes it and removes the folder. */
export async function storeOnDisk(frames: readonly StagedFrame[] = defaultFrames()): Promise<StoreOnDisk> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'hardcase-store-')));
  const dataset = randomUUID();
  const db = await openDatabase({ folder, dataset, create: true, kind: 'test', app: 'test' });
  if (frames.length > 0) await importInto(db, frames);
  return { folder, dataset, db };
}

export async function importInto(db: DbClient, frames: readonly StagedFrame[]): Promise<number | null> {
  const { pack } = await db.write('packs.begin', { header: { format: 'test', categories: testCategories }, name: 'test' });
  await db.write('packs.append', { pack, frames });
  const committed = await db.write('packs.commit', { pack, author: 'lead' });
  if (committed.pack !== null) while (!(await db.write('packs.applyNext', { pack: committed.pack })).done);
  return committed.pack;
}

export function defaultFrames(): StagedFrame[] {
  return [
    stagedFrame(
      'a.jpg',
      [
        [0, 10, 10, 20, 20],
        [1, 50.5, 50.25, 9, 9],
      ],
      { state: 'labeled' },
    ),
    stagedFrame('b.jpg', []),
    stagedFrame('c.jpg', [[1, 5, 5, 40, 30]], { state: 'labeled' }),
  ];
}
