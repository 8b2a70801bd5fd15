import type { BoxId } from '../../../shared/domain/ids.ts';
import { opKinds } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import type { JournalRequest } from '../log/journal.ts';

/** Clients that ask again after a lost answer do so soon: what is so many operations back is forgotten. */
const remembered = 10_000;
const forgetEvery = 1_000;

interface Done {
  readonly first: number;
  readonly last: number;
}

/** Notes, inside the transaction itself and in the journal, that a request was done by the operations `first` to `last`. */
export function rememberRequest(c: WriteConnection, key: string, first: number, last: number): void {
  keepRequest(c, { key, first, last });
  if (last >= first) c.log.noteRequest({ key, first, last });
}

/** What the journal says was done, where the database does not know of it. */
export function keepRequest(c: ReadConnection, { key, first, last }: JournalRequest): void {
  c.prepare('insert or replace into meta (key, value) values (?, ?)').run(`request:${key}`, JSON.stringify({ first, last } satisfies Done));
  if (Math.floor(first / forgetEvery) === Math.floor(last / forgetEvery) && first % forgetEvery !== 0) return;
  c.prepare("delete from meta where key between 'request:' and 'request;' and value ->> 'last' < ?").run(last - remembered);
}

/** What a request did, or null where it was never done (or too long ago to be asked again). */
export function recallRequest(
  c: ReadConnection,
  key: string,
): { readonly results: readonly { readonly seq: number; readonly box?: BoxId }[]; readonly frames: readonly number[] } | null {
  const row = c.prepare<{ value: string }>('select value from meta where key = ?').get(`request:${key}`);
  if (row === undefined) return null;
  const { first, last } = JSON.parse(row.value) as Done;
  const ops = c
    .prepare<{ s: number; k: number; e: number | null; f: number | null }>(
      `select s, k, e, f from op where s between ? and ?
       and r = (select r.no from replica r join meta m on m.key = 'replica' where lower(hex(r.id)) = m.value) order by s`,
    )
    .all(first, last);
  const results = ops.map(({ s, k, e }) => {
    const isBox = e !== null && ['add', 'put', 'del', 'undel', 'resolve'].includes(opKinds[k] ?? '');
    return isBox ? { seq: s, box: e as BoxId } : { seq: s };
  });
  return { results, frames: [...new Set(ops.flatMap(({ f }) => (f === null ? [] : [f])))] };
}
