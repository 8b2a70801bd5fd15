import { rm } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import type { Change } from '../../../shared/contract/annotations.ts';
import { stagedFrame } from '../../helpers/memoryStore.ts';
import { storeOnDisk, type StoreOnDisk } from '../../helpers/storeOnDisk.ts';

let store: StoreOnDisk | null = null;

afterEach(async () => {
  await store?.db.close();
  if (store !== null) await rm(store.folder, { recursive: true });
});

test('what one read tells fits together while others edit: an index never claims an edit it does not show', async () => {
  store = await storeOnDisk(Array.from({ length: 3_000 }, (_, i) => stagedFrame(`${i}.jpg`, [])));
  const { db } = store;
  const { ids } = await db.read('frames.index', {});
  let done = false;
  const edits = (async () => {
    for (let i = 0; !done; i++) {
      const frame = ids[i % ids.length];
      await db.write('annotations.apply', {
        author: 'mara',
        changes: [{ op: 'add', frame, category: 0, bbox: [i % 600, 1, 5, 5] }] as unknown as readonly Change[],
      });
    }
    return done;
  })();
  // Reads until as many edits were seen as make it all but certain that some fell into a read.
  for (let seen = 0, last = 0; seen < 40;) {
    const index = await db.read('frames.index', {});
    if (index.revision > last) seen++;
    last = index.revision;
    expect(index.revision).toBe(index.revisions.reduce((most, revision) => Math.max(most, revision), 0));
  }
  done = true;
  await edits;
});

test('an input that cannot be sent to the database is an error, not a silence', async () => {
  store = await storeOnDisk([]);
  const text = (() => 'a function') as unknown as string;
  await expect(store.db.read('frames.find', { text, limit: 1 })).rejects.toThrow(/could not be cloned/);
  expect(await store.db.read('frames.find', { text: 'a', limit: 1 })).toEqual([]);
});
