import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { layBallast } from '../../../electron/db/ballast.ts';
import { openDatabase, type DbClient } from '../../../electron/db/client.ts';
import { ballastFile, databaseFile } from '../../../electron/db/files.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { isAppError } from '../../../shared/errors.ts';
import { remount, smallDisk } from '../../helpers/smallDisk.ts';
import { defaultFrames, importInto } from '../../helpers/storeOnDisk.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'saved',
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  );

interface Opened {
  readonly db: DbClient;
  readonly dataset: string;
  readonly notices: string[];
  add(note?: string): Promise<unknown>;
  boxes(): Promise<number>;
  check(): Promise<void>;
}

async function openIn(folder: string, dataset: string = randomUUID(), create = true): Promise<Opened> {
  const notices: string[] = [];
  const db = await openDatabase({ folder, dataset, create, kind: 'test', app: 'test', onNotice: (code) => notices.push(code) });
  if (create) await importInto(db, defaultFrames());
  const frame = (await db.read('annotations.columns', {})).frameIds[0] ?? 0;
  const change = (note: string): object => ({ op: 'add', frame, category: 0, bbox: [1, 1, 5, 5], attributes: { note } });
  return {
    db,
    dataset,
    notices,
    add: (note = '', key = randomUUID()) =>
      db.write('annotations.apply', { author: 'mara', key, changes: [change(note)] as unknown as readonly Change[] }),
    boxes: async () => (await db.read('dataset.counts', {})).annotations,
    async check() {
      expect((await db.read('verify.integrity', {})).problems).toEqual([]);
      expect((await db.read('verify.chain', { dataset })).problems).toEqual([]);
      expect((await db.read('verify.journal', { folder })).problems).toEqual([]);
    },
  };
}

/** Takes the last byte of a disk. */
function fillUp(folder: string): void {
  for (const size of [65_536, 4_096, 1])
    try {
      for (;;) appendFileSync(path.join(folder, 'films'), Buffer.alloc(size));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
}

test('a full disk of 8 MB: what was acknowledged is there, nothing else is, the reserve takes the next edit, and room mends it', async ({
  skip,
}) => {
  const disk = await smallDisk(8 * 2 ** 20);
  if ('skipped' in disk) return skip(disk.skipped);
  const { folder } = disk;
  const opened = await openIn(folder);
  expect(layBallast(folder)).toBeGreaterThan(100_000);
  const large = 'x'.repeat(4_000);
  let saved = 0;
  const fill = async (): Promise<string> => {
    for (let i = 0; i < 4_000; i++) {
      const code = await codeOf(opened.add(large));
      if (code !== 'saved') return code;
      saved += 1;
    }
    return 'never full';
  };
  expect(await fill()).toBe('disk_full');
  expect(saved).toBeGreaterThan(50);
  // The reserve went to the edit that did not fit, once.
  expect(opened.notices).toEqual(['reserve_used']);
  expect(statSync(ballastFile(folder), { throwIfNoEntry: false })).toBeUndefined();
  expect(await codeOf(opened.add(large))).toBe('disk_full');
  expect(await opened.boxes()).toBe(3 + saved);
  await opened.check();
  await opened.db.close();
  fillUp(folder);
  expect(await codeOf(openIn(folder, opened.dataset, false))).toBe('disk_full');
  // Room again, as when somebody deletes films.
  remount(folder, 'rw,size=64m');
  const again = await openIn(folder, opened.dataset, false);
  expect(await again.boxes()).toBe(3 + saved);
  expect(await codeOf(again.add())).toBe('saved');
  await again.check();
  await again.db.close();
});

test('a folder on a read-only disk is open for reading, with what its last writer left in the WAL, and untouched', async ({ skip }) => {
  const disk = await smallDisk(32 * 2 ** 20);
  if ('skipped' in disk) return skip(disk.skipped);
  const opened = await openIn(disk.folder);
  await opened.add();
  await opened.db.close();
  remount(disk.folder, 'ro');
  const read = await openIn(disk.folder, opened.dataset, false);
  expect(read.db.readOnly).toBe(true);
  expect(await read.boxes()).toBe(4);
  expect(await codeOf(read.add())).toBe('read_only');
  await read.db.close();
});

test('a folder that is moved away takes no more edits and says so; moved back it goes on; a copy in its place is not written to', async () => {
  const base = await tempFolder();
  const folder = path.join(base, 'here');
  const away = path.join(base, 'away');
  mkdirSync(folder);
  const opened = await openIn(folder);
  await opened.add();
  renameSync(folder, away);
  expect(await codeOf(opened.add())).toBe('folder_gone');
  expect(opened.db.isGone()).toBe(true);
  // Another dataset stands where it was: not a byte of it is touched.
  mkdirSync(folder);
  writeFileSync(databaseFile(folder), 'somebody else');
  expect(await codeOf(opened.add())).toBe('folder_gone');
  expect(statSync(databaseFile(folder)).size).toBe(13);
  rmSync(folder, { recursive: true });
  renameSync(away, folder);
  expect(await codeOf(opened.add())).toBe('saved');
  expect(opened.db.isGone()).toBe(false);
  expect(await opened.boxes()).toBe(5);
  await opened.check();
  await opened.db.close();
});

test('a database that another program has locked: edits wait, are refused as "busy", and go through when it lets go', async () => {
  const folder = await tempFolder();
  const opened = await openIn(folder);
  const other = new Database(databaseFile(folder));
  other.exec('begin immediate');
  const refused = codeOf(opened.add());
  expect(await refused).toBe('busy');
  other.exec('rollback');
  other.close();
  expect(await codeOf(opened.add())).toBe('saved');
  expect(await opened.boxes()).toBe(4);
  await opened.db.close();
}, 20_000);
