import { execFile, fork } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../electron/db/client.ts';
import { databaseFile } from '../../../electron/db/files.ts';
import { unsafeReason } from '../../../electron/db/fileSystem.ts';
import { readSegment, segmentNames } from '../../../electron/db/log/journal.ts';
import { openSqlite } from '../../../electron/db/connection.ts';
import { checkOrder, migrate, migrations, newestVersion } from '../../../electron/db/migrations/index.ts';
import { settings } from '../../../electron/db/pragmas.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { isAppError } from '../../../shared/errors.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';
import { defaultFrames, importInto } from '../../helpers/storeOnDisk.ts';

const request = (folder: string, dataset: string) => ({ folder, dataset, kind: 'test', app: 'test' });
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  );

async function makeDataset(): Promise<{ readonly folder: string; readonly dataset: string }> {
  const folder = await tempFolder();
  const dataset = randomUUID();
  const db = await openDatabase({ ...request(folder, dataset), create: true });
  await importInto(db, defaultFrames());
  await db.close();
  return { folder, dataset };
}

test('numbers that were handed out after a copy was made are good, and given to nobody else, when the copy is put back', async () => {
  const { folder, dataset } = await makeDataset();
  let db = await openDatabase(request(folder, dataset));
  const copy = path.join(folder, 'copy.sqlite');
  await db.readAside('backup.copy', { target: copy });
  // A page takes its numbers, draws, and cannot save: the file is damaged.
  const page = await db.write('annotations.reserveIds', { count: 512 });
  const [frame] = (await db.read('annotations.columns', {})).frameIds;
  await db.close();
  rmSync(databaseFile(folder));
  renameSync(copy, databaseFile(folder));
  db = await openDatabase(request(folder, dataset));
  const other = await db.write('annotations.reserveIds', { count: 512 });
  expect(Math.abs(other.first - page.first)).toBeGreaterThanOrEqual(512);
  const box = page.first + 300;
  const changes = [{ op: 'add', frame, category: 0, bbox: [0, 0, 1, 1], box }] as unknown as readonly Change[];
  expect((await db.write('annotations.apply', { author: 'a', changes })).results).toMatchObject([{ box }]);
  await db.close();
});

async function addBoxes(folder: string, dataset: string, count: number): Promise<void> {
  const db = await openDatabase(request(folder, dataset));
  const [frame] = (await db.read('annotations.columns', {})).frameIds;
  for (let i = 0; i < count; i++)
    await db.write('annotations.apply', {
      author: 'mara',
      changes: [{ op: 'add', frame, category: 0, bbox: [i, i, 5, 5] }] as unknown as readonly Change[],
    });
  await db.close();
}

test('every safety setting holds on a writer and on a reader', async () => {
  const file = path.join(await tempFolder(), 'x.sqlite');
  for (const mode of ['writer', 'reader'] as const) {
    const db = openSqlite(file, mode);
    for (const { name, expected, writerOnly } of settings)
      if (!writerOnly || mode === 'writer' || name === 'journal_mode')
        expect([name, db.pragma(name, { simple: true })]).toEqual([name, expected]);
    db.close();
  }
});

test('migrations only go forward, keep a copy first, and refuse what a newer version made', async () => {
  expect(() => checkOrder([...migrations, { version: newestVersion, name: 'again', up: () => undefined }])).toThrow('out of order');
  const db = new Database(':memory:');
  const copies: number[] = [];
  migrate(db, (from) => copies.push(from));
  expect(copies).toEqual([]);
  const later = { version: newestVersion + 10, name: 'later', up: (d: Database.Database) => d.exec('create table later (x) ') };
  const broken = {
    version: newestVersion + 20,
    name: 'broken',
    up: (d: Database.Database) => d.exec('create table half (x); select nonsense'),
  };
  expect(() => migrate(db, (from) => copies.push(from), [...migrations, later, broken])).toThrow();
  expect(copies).toEqual([newestVersion]);
  expect(db.pragma('user_version', { simple: true })).toBe(newestVersion + 10);
  expect(db.prepare("select count(*) n from sqlite_schema where name = 'half'").get()).toEqual({ n: 0 });
  expect(() => migrate(db, () => undefined)).toThrow('newer version');
});

test('stored databases of older versions open with everything in them', async () => {
  const stored = path.resolve(import.meta.dirname, '../../fixtures/db');
  const names = readdirSync(stored).filter((name) => name.endsWith('.sqlite.gz'));
  expect(names.length).toBe(migrations.length);
  for (const name of names) {
    const folder = await tempFolder();
    writeFileSync(databaseFile(folder), gunzipSync(readFileSync(path.join(stored, name))));
    const dataset = '0190a000-0000-7000-8000-00000000f1c5';
    const db = await openDatabase(request(folder, dataset));
    const columns = await db.read('annotations.columns', {});
    const content = await db.read('annotations.load', { frame: columns.frameIds[0] ?? 0, author: 'mara' });
    expect(content.state).toBe('approved');
    expect(content.annotations.map((box) => box.bbox[0]).sort((a, b) => a - b)).toEqual([7, 11, 50.5]);
    const [comment, ...replies] = content.comments;
    expect(comment).toMatchObject({ text: 'from an old version', parent: null });
    // Comments could be answered from version 60 on.
    const hasReply = name >= '0060';
    expect(replies.map(({ author, text, parent }) => [author, text, parent])).toEqual(
      hasReply ? [['joon', 'and an answer', comment?.id]] : [],
    );
    expect((await db.read('frames.rows', { ids: columns.frameIds }))[0]).toMatchObject({ comments: 1, openComments: 1 });
    expect((await db.read('categories.list', {})).map((c) => c.name)).toEqual(['car', 'bicycle', 'tram']);
    expect((await db.read('verify.state', { dataset, scratch: folder })).problems).toEqual([]);
    expect((await db.read('verify.chain', { dataset })).problems).toEqual([]);
    // The journal was lost with the old folder: it is written again.
    expect((await db.read('verify.journal', { folder })).problems).toEqual([]);
    await db.close();
  }
});

test('a second process gets "busy" with the owner’s name, reads beside it, and owns the dataset when the first is killed', async () => {
  const { folder, dataset } = await makeDataset();
  const script = fileURLToPath(new URL('../../helpers/editProcess.ts', import.meta.url));
  const other = fork(script, [folder, dataset, '5'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] });
  await new Promise((resolve) => other.stdout?.once('data', resolve));
  const refused = await openDatabase(request(folder, dataset)).then(
    () => null,
    (error: unknown) => error,
  );
  expect(isAppError(refused, 'busy') && refused.details).toMatchObject({ pid: other.pid, kind: 'test' });
  expect(String(refused)).toContain(`process ${other.pid}`);
  const beside = await openDatabase({ ...request(folder, dataset), readOnly: true });
  expect((await beside.read('dataset.counts', {})).frames).toBe(3);
  expect(await codeOf(beside.write('annotations.reserveIds', { count: 1 }))).toBe('read_only');
  await beside.close();
  other.kill('SIGKILL');
  await new Promise((resolve) => other.once('close', resolve));
  const db = await openDatabase(request(folder, dataset));
  expect(await codeOf(openDatabase(request(folder, dataset)))).toBe('busy');
  await db.close();
});

test('a database set back to an older copy gets its edits from the journal; a lost journal is written again', async () => {
  const { folder, dataset } = await makeDataset();
  let db = await openDatabase(request(folder, dataset));
  const [frame = 0] = (await db.read('annotations.columns', {})).frameIds;
  const say = (change: object): Promise<unknown> =>
    db.write('annotations.apply', { author: 'mara', changes: [{ op: 'comment', frame, ...change }] as unknown as readonly Change[] });
  const said = async () => (await db.read('annotations.load', { frame, author: 'mara' })).comments;
  await say({ text: 'cut off?' });
  await db.close();
  const old = readFileSync(databaseFile(folder));
  db = await openDatabase(request(folder, dataset));
  await say({ parent: (await said())[0]?.id, text: 'by the edge' });
  await db.close();
  await addBoxes(folder, dataset, 25);
  writeFileSync(databaseFile(folder), old);
  const notices: string[] = [];
  db = await openDatabase({ ...request(folder, dataset), onNotice: (code) => notices.push(code) });
  expect(notices).toEqual(['journal_taken_up']);
  const [comment, ...replies] = await said();
  expect(replies.map(({ text, parent }) => [text, parent])).toEqual([['by the edge', comment?.id]]);
  expect((await db.read('dataset.counts', {})).annotations).toBe(3 + 25);
  const { first } = await db.write('annotations.reserveIds', { count: 1 });
  expect(await db.read('annotations.byIds', { ids: Float64Array.of(first) })).toEqual([]);
  await db.close();
  rmSync(path.join(folder, 'journal'), { recursive: true });
  db = await openDatabase(request(folder, dataset));
  expect((await db.read('verify.journal', { folder })).problems).toEqual([]);
  await db.close();
});

test('a torn end of the journal is cut off, and a changed byte of the journal is found', async () => {
  const { folder, dataset } = await makeDataset();
  await addBoxes(folder, dataset, 5);
  const [replica = ''] = readdirSync(path.join(folder, 'journal'));
  const [name = ''] = segmentNames(path.join(folder, 'journal', replica));
  const file = path.join(folder, 'journal', replica, name);
  const bytes = readFileSync(file);
  writeFileSync(file, Buffer.concat([bytes, Buffer.from([0, 0, 0, 200, 1, 2, 3])]));
  await addBoxes(folder, dataset, 1);
  expect(readSegment(file).ops.length).toBe(1 + 5 + 1);
  const damaged = readFileSync(file);
  damaged[damaged.length - 3] = (damaged[damaged.length - 3] ?? 0) ^ 1;
  writeFileSync(file, damaged);
  const db = await openDatabase(request(folder, dataset));
  expect((await db.read('verify.journal', { folder })).problems.map((p) => p.code)).toEqual(['damaged_journal']);
  await db.close();
});

test('what is no dataset, another dataset’s file, damaged, or on a synchronised folder is refused with its reason', async () => {
  const { folder, dataset } = await makeDataset();
  expect(await codeOf(openDatabase(request(await tempFolder(), dataset)))).toBe('not_found');
  expect(await codeOf(openDatabase(request(folder, randomUUID())))).toBe('corrupt');
  // The lock was given back by the refused opening.
  await (await openDatabase(request(folder, dataset))).close();
  writeFileSync(databaseFile(folder), 'this is no database, '.repeat(500));
  expect(await codeOf(openDatabase(request(folder, dataset)))).toBe('corrupt');
  expect(existsSync(path.join(folder, 'dataset.lock.json'))).toBe(false);
  expect(unsafeReason(path.join(folder, '..'))).toBeNull();
  const synced = await tempFolder();
  writeFileSync(path.join(synced, '.stfolder'), '');
  expect(await codeOf(openDatabase({ ...request(synced, dataset), create: true }))).toBe('refused_path');
});

test('a step that fails between journal and commit leaves nothing behind, and work goes on', async () => {
  const { folder, dataset } = await makeDataset();
  const script = `
    const { openDatabase } = await import(${JSON.stringify(fileURLToPath(new URL('../../../electron/db/client.ts', import.meta.url)))});
    const db = await openDatabase(${JSON.stringify(request(folder, dataset))});
    const [frame] = (await db.read('annotations.columns', {})).frameIds;
    const [box, key] = process.argv.slice(1);
    const changes = [{ op: 'add', frame, category: 0, bbox: [0, 0, 1, 1], box: Number(box) }];
    console.log(await db.write('annotations.apply', { author: 'a', changes, key }).then(() => 'saved', (error) => error.code));
    await db.close();`;
  for (const [round, [fault, expected]] of [
    ['before-journal:throw', 'disk_full'],
    ['before-commit:throw', 'disk_full'],
    ['before-journal:kill', ''],
    ['after-journal:kill', ''],
    ['after-commit:kill', ''],
  ].entries()) {
    const before = await openDatabase(request(folder, dataset));
    const { first: box } = await before.write('annotations.reserveIds', { count: 1 });
    const [frame] = (await before.read('annotations.columns', {})).frameIds;
    await before.close();
    const key = `${fault} of a page`;
    const out = await new Promise<string>((resolve) => {
      execFile(
        process.execPath,
        ['--input-type=module', '-e', script, String(box), key],
        { env: { ...process.env, HARDCASE_FAULT: fault } },
        (_error, stdout) => resolve(stdout.trim()),
      );
    });
    expect([fault, out]).toEqual([fault, expected]);
    const db = await openDatabase(request(folder, dataset));
    expect((await db.read('verify.chain', { dataset })).problems).toEqual([]);
    expect((await db.read('verify.journal', { folder })).problems).toEqual([]);
    expect((await db.read('verify.state', { dataset, scratch: folder })).problems).toEqual([]);
    // Thrown: nothing. Killed before the journal: nothing. Killed after it: the whole change, from the journal or the database.
    const isKept = fault === 'after-journal:kill' || fault === 'after-commit:kill';
    const { annotations } = await db.read('dataset.counts', {});
    expect([fault, annotations]).toEqual([fault, 3 + round + (isKept ? 1 : 0)]);
    // Whoever never heard the answer asks again under the same key, and then has it done once.
    const changes = [{ op: 'add', frame, category: 0, bbox: [0, 0, 1, 1], box }] as unknown as readonly Change[];
    const again = await db.write('annotations.apply', { author: 'a', changes, key });
    expect([fault, again.results]).toEqual([fault, [{ seq: expect.any(Number), box }]]);
    expect((await db.read('dataset.counts', {})).annotations).toBe(3 + round + 1);
    expect((await db.read('annotations.history', { frame: frame ?? 0, box })).map((entry) => [entry.seq, entry.kind])).toEqual([
      [again.results[0]?.seq, 'add'],
    ]);
    await db.close();
  }
}, 60_000);
