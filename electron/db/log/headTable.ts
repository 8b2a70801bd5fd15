import { decodeCbor, encodeCbor } from '../../../shared/sync/cbor.ts';
import { packClock } from '../../../shared/sync/hybridClock.ts';
import type { ActorKind } from '../../../shared/sync/operation.ts';
import { effectiveHead } from '../../../shared/sync/register.ts';
import type { Head, LocalDot } from '../../../shared/sync/register.ts';
import type { ReadConnection } from '../connection.ts';
import type { Entities, Entity } from './entities.ts';

interface HeadRow {
  r: number;
  s: number;
  ms: number;
  counter: number;
  ak: ActorKind;
  x: Buffer;
}

/**
 * The writes that stand, by thing and field (table `head`), and those that were replaced before they came in (table `early`).
 * A field without rows has its birth's value; what that is, only the columns know.
 */
export class HeadTable {
  readonly #c: ReadConnection;
  readonly #entities: Entities;

  constructor(connection: ReadConnection, entities: Entities) {
    this.#c = connection;
    this.#entities = entities;
  }

  /** The order of replicas that breaks ties, the same everywhere. */
  readonly compareReplicas = (a: number, b: number): number => {
    const x = this.#entities.originId(a);
    const y = this.#entities.originId(b);
    return x < y ? -1 : x > y ? 1 : 0;
  };

  /** The head that counts. */
  effective(field: string, heads: readonly Head[]): Head | undefined {
    return effectiveHead(field, heads, this.compareReplicas);
  }

  of(entity: Entity, field: string): Head[] {
    return this.#c
      .prepare<HeadRow>('select r, s, h >> 16 ms, h & 65535 counter, ak, x from head where e = ? and fld = ?')
      .all(entity, field)
      .map(toHead);
  }

  insert(entity: Entity, field: string, head: Head): void {
    this.#c
      .prepare('insert or ignore into head (e, fld, r, s, h, ak, x) values (?, ?, ?, ?, ?, ?, ?)')
      .run(entity, field, head.r, head.s, head.clock, head.actor, encodeCbor(head.value));
  }

  remove(entity: Entity, field: string, { r, s }: LocalDot): void {
    this.#c.prepare('delete from head where e = ? and fld = ? and r = ? and s = ?').run(entity, field, r, s);
  }

  /** The write of a birth with its clock, which columns do not keep. */
  withClock(head: Head): Head {
    const row = this.#c
      .prepare<{ ms: number; counter: number }>('select h >> 16 ms, h & 65535 counter from op where r = ? and s = ?')
      .get(head.r, head.s);
    return row === undefined ? head : { ...head, clock: packClock(row) };
  }

  /** Fields of a thing that somebody wrote, or replaced. */
  fields(entity: Entity): readonly string[] {
    return this.#c
      .prepare<{ fld: string }>('select fld from head where e = ? union select fld from early where e = ?')
      .all(entity, entity)
      .map(({ fld }) => fld);
  }

  noteEarly(entity: Entity, field: string, { r, s }: LocalDot): void {
    this.#c.prepare('insert or ignore into early (e, fld, r, s) values (?, ?, ?, ?)').run(entity, field, r, s);
  }

  /** Whether a write had been replaced before it came; it is no longer awaited. */
  takeEarly(entity: Entity, field: string, { r, s }: LocalDot): boolean {
    return this.#c.prepare('delete from early where e = ? and fld = ? and r = ? and s = ?').run(entity, field, r, s).changes > 0;
  }

  /** What people wrote to a box, but its life. */
  ofPeople(box: number): readonly Head[] {
    return this.#c
      .prepare<HeadRow>("select r, s, h >> 16 ms, h & 65535 counter, ak, x from head where e = ? and fld <> 'life' and ak = 0")
      .all(box)
      .map(toHead);
  }

  /** Whether a person's value stands in one of a box's fields; deleting and ordering are no such values. */
  isPersons(box: number): boolean {
    const row = this.#c.prepare("select 1 from head where e = ? and ak = 0 and fld not in ('life', 'z') limit 1").get(box);
    return row !== undefined;
  }

  /** Dots of every written field of a box but its life: what somebody who deletes it has seen (M6). */
  seen(box: number, unseen: readonly string[] = []): LocalDot[] {
    return this.#c
      .prepare<LocalDot & { fld: string }>("select r, s, fld from head where e = ? and fld <> 'life'")
      .all(box)
      .filter(({ fld }) => !unseen.includes(fld))
      .filter((dot, i, all) => all.findIndex((other) => other.r === dot.r && other.s === dot.s) === i)
      .map(({ r, s }) => ({ r, s }));
  }

  /** The writes of people to a box that count now, but those of its life. */
  words(box: number): (LocalDot & { readonly field: string })[] {
    return this.#c
      .prepare<LocalDot & { readonly field: string }>("select r, s, fld field from head where e = ? and fld <> 'life' and ak = 0")
      .all(box);
  }
}

function toHead(row: HeadRow): Head {
  return { r: row.r, s: row.s, clock: packClock(row), actor: row.ak, value: decodeCbor(row.x) };
}
