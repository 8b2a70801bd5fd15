import { createHash, randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { chainNext, chainStart } from '../../../shared/sync/chain.ts';
import { decodeOp, fromHex, toHex } from '../../../shared/sync/operation.ts';
import { openSqlite, readConnection } from '../connection.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { sha256 } from '../log/hash.ts';
import { readSegment, segmentNames } from '../log/journal.ts';
import { OpLog } from '../log/opLog.ts';
import { chunkRecords, packApplier } from '../log/packs.ts';
import { rebuild, stateDigest } from '../log/rebuild.ts';

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly item: string;
}
export interface Check {
  readonly checked: number;
  readonly problems: readonly Finding[];
}

/** SQLite's own look at its pages. It is no checksum: the checks below are. */
function integrity(c: ReadConnection, _input: object): Check {
  const rows = c.db.pragma('integrity_check(20)') as { integrity_check: string }[];
  const bad = rows.filter((row) => row.integrity_check !== 'ok');
  return { checked: 1, problems: bad.map((row) => finding('corrupt', 'The dataset file is damaged.', row.integrity_check)) };
}

/** Every replica's operations follow one another, decode, and hash to the chain's head. */
function chain(c: ReadConnection, input: { readonly dataset: string }): Check {
  const problems: Finding[] = [];
  let checked = 0;
  for (const replica of c.prepare<{ no: number; id: Buffer; seq: number; chain: Buffer }>('select no, id, seq, chain from replica').all()) {
    const name = toHex(replica.id);
    let head = chainStart(sha256, fromHex(input.dataset.replaceAll('-', '')), replica.id);
    let seq = 0;
    for (const { s, body } of c.prepare<{ s: number; body: Buffer }>('select s, body from op where r = ? order by s').iterate(replica.no)) {
      checked += 1;
      if (s !== seq + 1) problems.push(finding('missing_operation', 'Operations are missing in the log.', `${name}:${seq + 1}`));
      seq = s;
      head = chainNext(sha256, head, body);
      try {
        if (decodeOp(body, name).seq !== s)
          problems.push(finding('damaged_operation', 'An operation has the wrong number.', `${name}:${s}`));
      } catch {
        problems.push(finding('damaged_operation', 'An operation cannot be read.', `${name}:${s}`));
      }
    }
    if (seq !== replica.seq) problems.push(finding('missing_operation', 'The log ends too early or too late.', `${name}:${seq}`));
    if (!replica.chain.equals(head)) problems.push(finding('broken_chain', 'The log is not the one that was written.', name));
  }
  return { checked, problems: problems.slice(0, 100) };
}

/** The journal's copy of the operations, byte for byte. Reads of one moment: writes that come in between are left out. */
function journal(c: ReadConnection, input: { readonly folder: string }): Check {
  const problems: Finding[] = [];
  let checked = 0;
  const replica = c
    .prepare<{ no: number; id: Buffer; seq: number }>(
      "select r.no, r.id, r.seq from replica r join meta m on m.key = 'replica' where lower(hex(r.id)) = m.value",
    )
    .get();
  if (replica === undefined) return { checked, problems };
  const own = path.join(input.folder, 'journal', toHex(replica.id));
  const select = c.prepare<{ body: Buffer }>('select body from op where r = ? and s = ?');
  let next = 1;
  for (const name of segmentNames(own)) {
    const segment = readSegment(path.join(own, name));
    const item = `journal/${toHex(replica.id)}/${name}`;
    if (!segment.intact) problems.push(finding('damaged_journal', 'A part of the journal is damaged.', item));
    if (segment.intact && segment.first !== next) problems.push(finding('damaged_journal', 'The journal has a gap.', item));
    for (const { seq, body } of segment.ops) {
      checked += 1;
      next = seq + 1;
      if (seq > replica.seq) continue;
      const stored = select.get(replica.no, seq);
      if (stored === undefined || !stored.body.equals(body))
        problems.push(finding('damaged_journal', 'The journal and the dataset file do not say the same.', `${item}:${seq}`));
    }
  }
  if (next <= replica.seq) problems.push(finding('damaged_journal', 'The journal ends too early.', `seq ${next}`));
  return { checked, problems: problems.slice(0, 100) };
}

/** Every import's bytes hash to its name. */
function packs(c: ReadConnection, _input: object): Check {
  const problems: Finding[] = [];
  let checked = 0;
  for (const pack of c
    .prepare<{ no: number; name: string; sha256: Buffer; header: Buffer }>(
      "select no, name, sha256, header from pack where status <> 'staging'",
    )
    .all()) {
    checked += 1;
    const hash = createHash('sha256').update(pack.header);
    try {
      for (const { body } of c.prepare<{ body: Buffer }>('select body from pack_chunk where pack = ? order by no').iterate(pack.no))
        hash.update(chunkRecords(body));
      if (!hash.digest().equals(pack.sha256))
        problems.push(finding('damaged_import', 'An import is not the one that was written.', pack.name));
    } catch {
      problems.push(finding('damaged_import', 'An import cannot be read.', pack.name));
    }
  }
  return { checked, problems };
}

/** Every chunk of predictions hashes to what was written. */
function chunks(c: ReadConnection, _input: object): Check {
  const problems: Finding[] = [];
  let checked = 0;
  const rows = c.prepare<{ name: string; no: number; sha256: Buffer; body: Buffer }>(
    'select r.name, k.no, k.sha256, k.body from chunk k join run r on r.id = k.run order by k.id',
  );
  for (const row of rows.iterate()) {
    checked += 1;
    if (!row.sha256.equals(sha256(row.body)))
      problems.push(finding('damaged_run', 'Predictions of a run are damaged.', `${row.name}:${row.no}`));
  }
  return { checked, problems };
}

/**
 * Makes the state again from the log in a copy and compares: what the screens show is what the operations say. `scratch` is a
 * folder for the copy, which is removed.
 */
function state(c: ReadConnection, input: { readonly dataset: string; readonly scratch: string }): Check {
  const copy = path.join(input.scratch, `verify-${randomBytes(6).toString('hex')}.sqlite`);
  try {
    c.db.prepare('vacuum into ?').run(copy);
    const db = openSqlite(copy, 'writer');
    try {
      const connection = readConnection(db);
      const before = stateDigest(connection);
      const log = new OpLog(
        connection,
        input.dataset.replaceAll('-', ''),
        String(connection.prepare<{ value: string }>("select value from meta where key = 'replica'").get()?.value),
      );
      log.applyPack = packApplier(connection, log);
      const { operations } = db.transaction(() => rebuild(connection, log)).immediate();
      const problems =
        stateDigest(connection) === before
          ? []
          : [finding('state_differs', 'The boxes and states shown are not those of the log.', 'dataset.sqlite')];
      return { checked: operations, problems };
    } finally {
      db.close();
    }
  } finally {
    for (const end of ['', '-wal', '-shm']) if (existsSync(copy + end)) rmSync(copy + end);
  }
}

export interface StoredMedia {
  readonly sha256: string;
  readonly place: string;
  readonly format: string | null;
  readonly bytes: number | null;
}

interface LinkedMedia {
  readonly sha256: string;
  readonly root: number;
  readonly path: string;
  readonly bytes: number | null;
}

interface LinkRoot {
  readonly id: number;
  readonly relative: string | null;
  readonly label: string;
}

/** Copies in `media/`, to be hashed by the caller. Pages by hash. */
function media(c: ReadConnection, input: { readonly after: string; readonly limit: number }): readonly StoredMedia[] {
  return c
    .prepare<{ sha256: Buffer; place: string; format: string | null; bytes: number | null }>(
      "select sha256, place, format, bytes from media where sha256 > ? and place = 'copy' order by sha256 limit ?",
    )
    .all(Buffer.from(input.after, 'hex'), input.limit)
    .map((row) => ({ ...row, sha256: row.sha256.toString('hex') }));
}

/** Images that lie in folders outside, to be hashed by the caller. Pages by hash. */
function links(c: ReadConnection, input: { readonly after: string; readonly limit: number }): readonly LinkedMedia[] {
  return c
    .prepare<Omit<LinkedMedia, 'sha256'> & { readonly sha256: Buffer }>(
      `select sha256, root, path, bytes from media
       where sha256 > ? and place = 'link' and root is not null and path is not null order by sha256 limit ?`,
    )
    .all(Buffer.from(input.after, 'hex'), input.limit)
    .map((row) => ({ ...row, sha256: row.sha256.toString('hex') }));
}

/** The folders that linked images lie in now. */
function linkRoots(c: ReadConnection, _input: object): readonly LinkRoot[] {
  return c
    .prepare<LinkRoot>(
      "select id, relative, label from link_root r where exists (select 1 from media m where m.root = r.id and m.place = 'link') order by id",
    )
    .all();
}

function finding(code: string, message: string, item: string): Finding {
  return { code, message, item };
}

function digest(c: ReadConnection, _input: object): string {
  return stateDigest(c);
}

/** Makes the state again from the log, in place: repair after `verify` said that they differ. */
function rebuildState(c: WriteConnection, _input: object): { readonly operations: number } {
  return rebuild(c, c.log);
}

export const reads = {
  'verify.chain': chain,
  'verify.chunks': chunks,
  'verify.integrity': integrity,
  'verify.journal': journal,
  'verify.linkRoots': linkRoots,
  'verify.links': links,
  'verify.media': media,
  'verify.packs': packs,
  'verify.state': state,
  'verify.stateDigest': digest,
} as const;

export const writes = {
  'verify.rebuild': rebuildState,
} as const;
