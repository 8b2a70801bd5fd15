import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openDatabase, type DbClient } from '../../../electron/db/client.ts';
import { finishPacks } from '../../../electron/host/services/imports/packStager.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { stagedFrame, testCategories } from '../../helpers/memoryStore.ts';
import { storeOnDisk, type StoreOnDisk } from '../../helpers/storeOnDisk.ts';

async function cutOff(): Promise<StoreOnDisk & { readonly names: readonly string[] }> {
  const store = await storeOnDisk([]);
  const { db } = store;
  const { pack } = await db.write('packs.begin', { header: { format: 'test', categories: testCategories }, name: 'test' });
  const names = ['a.jpg', 'b.jpg', 'c.jpg'];
  for (const [i, name] of names.entries())
    await db.write('packs.append', {
      pack,
      frames: [stagedFrame(name, [[0, 1, 2, 3, 4]], { media: { place: 'copy', format: 'jpg', bytes: 10 + i } })],
    });
  await db.write('packs.commit', { pack, author: 'lead' });
  expect(await db.write('packs.applyNext', { pack })).toEqual({ done: false });
  expect((await db.read('frames.index', {})).names).toEqual(['a.jpg']);
  return { ...store, names };
}

async function expectWhole(db: DbClient, names: readonly string[]): Promise<void> {
  const { names: found, ids } = await db.read('frames.index', {});
  expect(found).toEqual(names);
  expect((await db.read('frames.media', { ids })).map(({ name, place, format }) => [name, place, format])).toEqual(
    names.map((name) => [name, 'copy', 'jpg']),
  );
  expect((await db.read('frames.rows', { ids })).map(({ boxes }) => boxes)).toEqual([1, 1, 1]);
}

test('an import cut off between its parts is finished at the next opening, with the places of its images', async () => {
  const { folder, dataset, db, names } = await cutOff();
  await db.close();
  const again = await openDatabase({ folder, dataset, kind: 'test', app: 'test' });
  try {
    await expectWhole(again, names);
  } finally {
    await again.close();
    await rm(folder, { recursive: true });
  }
});

test('an import cut off by an error is finished before the next one', async () => {
  const { folder, db, names } = await cutOff();
  try {
    await finishPacks({ id: 'x' as DatasetId, folder, name: 'test', readOnly: false, db });
    await expectWhole(db, names);
    expect(await db.read('packs.unfinished', {})).toEqual([]);
  } finally {
    await db.close();
    await rm(folder, { recursive: true });
  }
});
