import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../electron/db/client.ts';
import { stagedFrame, testCategories } from '../../helpers/memoryStore.ts';
import { storeOnDisk } from '../../helpers/storeOnDisk.ts';

test('an import cut off between its parts is finished at the next opening, with the places of its images', async () => {
  const { folder, dataset, db } = await storeOnDisk([]);
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
  await db.close();

  const again = await openDatabase({ folder, dataset, kind: 'test', app: 'test' });
  try {
    const { names: found, ids } = await again.read('frames.index', {});
    expect(found).toEqual(names);
    expect((await again.read('frames.media', { ids })).map(({ name, place, format }) => [name, place, format])).toEqual(
      names.map((name) => [name, 'copy', 'jpg']),
    );
    expect((await again.read('frames.rows', { ids })).map(({ boxes }) => boxes)).toEqual([1, 1, 1]);
  } finally {
    await again.close();
    await rm(folder, { recursive: true });
  }
});
