import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase, ownerDoor } from '../../../electron/db/client.ts';
import { knockAt, openLocalDoor } from '../../../electron/node/localDoor.ts';
import type { Channel } from '../../../shared/rpc/channel.ts';
import { storeOnDisk } from '../../helpers/storeOnDisk.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

const once = (channel: Channel): Promise<Uint8Array> => new Promise((resolve) => channel.onMessage(resolve));
const closed = (channel: Channel): Promise<void> => new Promise((resolve) => channel.onClose(resolve));

test('frames of any size go both ways, whole and in order, and the caller’s name with the first word', async () => {
  const local = await openLocalDoor();
  const served = new Promise<{ channel: Channel; author: string | null }>((resolve) =>
    local.serve((channel, author) => resolve({ channel, author })),
  );
  const near = await knockAt(local.door, ' Mara ');
  const { channel: far, author } = await served;
  expect(author).toBe('Mara');
  const large = new Uint8Array(5_000_000).map((_, i) => i % 251);
  const got: Uint8Array[] = [];
  const three = new Promise<void>((resolve) => far.onMessage((frame) => got.push(frame) === 3 && resolve()));
  near.send(Uint8Array.of(1));
  near.send(large);
  near.send(new Uint8Array(0));
  await three;
  expect(got.map(({ length }) => length)).toEqual([1, 5_000_000, 0]);
  expect(Buffer.from(got[1] as Uint8Array).equals(Buffer.from(large))).toBe(true);
  const back = once(near);
  far.send(Uint8Array.of(7, 8));
  expect([...(await back)]).toEqual([7, 8]);
  const gone = closed(near);
  await local.close();
  await gone;
});

test('without the token, with a wrong one, or with more than may be sent at once, the line is cut', async () => {
  const local = await openLocalDoor();
  let served = 0;
  local.serve(() => (served += 1));
  const wrong = await knockAt({ ...local.door, token: 'x'.repeat(64) }, null);
  await closed(wrong);
  for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.from([0, 0, 0, 2, 123, 125]), Buffer.from([0xff, 0xff, 0xff, 0xff])]) {
    const raw = connect(local.door.address);
    raw.on('error', () => undefined);
    raw.write(bytes);
    await new Promise<void>((resolve) => raw.once('close', () => resolve()));
  }
  expect(served).toBe(0);
  await local.close();
  await expect(knockAt(local.door, null)).rejects.toMatchObject({ code: 'unavailable' });
});

test('the owner file names the door for this user alone, and is gone with the lock', async () => {
  const { folder, dataset, db } = await storeOnDisk();
  await db.close();
  expect(ownerDoor(folder)).toBeNull();
  const door = { address: path.join(await tempFolder(), 'x.sock'), token: 'secret' };
  const opened = await openDatabase({ folder, dataset, kind: 'test', app: 'test', door });
  const file = path.join(folder, 'dataset.lock.json');
  expect(ownerDoor(folder)).toEqual(door);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
  const refused = await openDatabase({ folder, dataset, kind: 'test', app: 'test' }).then(
    () => '',
    (error: unknown) => JSON.stringify(error) + String(error),
  );
  // Errors are copied and shown: they never hold the token.
  expect(refused).toContain('busy');
  expect(refused).not.toContain('secret');
  expect(readFileSync(file, 'utf8')).toContain('secret');
  await opened.close();
  expect(ownerDoor(folder)).toBeNull();
});
