import { AppError } from '../../../shared/errors.ts';
import { joinKey } from '../../../shared/domain/ids.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { chainNext, chainStart } from '../../../shared/sync/chain.ts';
import { clockZero, packClock, receive, tick, unpackClock } from '../../../shared/sync/hybridClock.ts';
import type { HybridClock } from '../../../shared/sync/hybridClock.ts';
import { UnknownOperation, decodeOp, encodeOp, fromHex, opKinds } from '../../../shared/sync/operation.ts';
import type { ActorKind, Dot, EntityRef, Id, Op, OpKind, Write } from '../../../shared/sync/operation.ts';
import type { Head, LocalDot } from '../../../shared/sync/register.ts';
import { sameValue } from '../../../shared/sync/reverse.ts';
import type { Replaced } from '../../../shared/sync/reverse.ts';
import type { ReadConnection } from '../connection.ts';
import { allNames } from '../person.ts';
import { Entities, categoryOf } from './entities.ts';
import type { Entity } from './entities.ts';
import type { JournalRequest } from './journal.ts';
import { sha256 } from './hash.ts';
import { State } from './state.ts';

/** Who acts, and what the transaction is called. One transaction is one step of undo. */
export interface StepInfo {
  readonly author: string;
  /** Other names of the author: what was written under them is theirs, too. */
  readonly formerly?: readonly string[] | undefined;
  readonly actor: ActorKind;
  /** Shown by undo and history where the operations alone do not say it: 'apply run', 'restore', 'undo:12' … */
  readonly note?: string;
}

/** A write to make: what it replaces and what was there before are filled in from the state. */
export interface NewWrite {
  /** A second thing (the frame whose state an edit changes). */
  readonly frame?: number;
  readonly field: string;
  readonly value: CborValue;
  readonly actor?: ActorKind;
  /** The thing is born with this write: nothing to replace. */
  readonly birth?: boolean;
  /** What the author saw, where that is known: a value that came in meanwhile is not replaced by it. */
  readonly saw?: CborValue;
  /** Replaces exactly these writes, the one on show first; none where a value comes back beside another (undo of a settled conflict). */
  readonly over?: readonly LocalDot[];
}

export interface NewOp {
  readonly kind: OpKind;
  readonly entity?: { readonly kind: EntityRef['kind']; readonly key: Entity };
  readonly frame?: number;
  readonly writes: readonly NewWrite[];
  /** `del` only: fields whose value now is not the one that the author saw. */
  readonly unseen?: readonly string[];
}

export interface Step {
  /** Writes one operation and gives its seq. */
  op(op: NewOp): number;
  /** The author's name, and those that the same person had before. */
  readonly names: readonly string[];
  /** First seq of the transaction; 0 before the first operation. */
  readonly t: number;
}

/** How far back a value that somebody saw is looked for. */
const maxStepsBack = 32;

interface Position {
  seq: number;
  chain: Uint8Array;
  clock: HybridClock;
  nextN: number;
}

/** What a pack's operation carries; the pack's body is in the database beside it. */
export type PackApplier = (op: Op, r: number) => void;

/**
 * The operation log of one dataset: numbers, signs (chain) and stores operations, and applies them to the state. Lives in
 * the writer thread. Everything happens inside the caller's transaction; `collect` hands over what the journal must hold.
 */
export class OpLog {
  readonly #c: ReadConnection;
  readonly entities: Entities;
  readonly state: State;
  readonly replicaId: Id;
  readonly replicaNo: number;
  readonly #dataset: Uint8Array;
  #position: Position;
  #saved: Position;
  #pending: Uint8Array[] = [];
  #pendingSaved = 0;
  #requests: JournalRequest[] = [];
  #requestsSaved = 0;
  #revOpen = false;
  /** Set by the packs module; kept apart so that this file knows nothing of imports. */
  applyPack: PackApplier = () => undefined;
  /** Wall clock; tests set it. */
  now: () => number = Date.now;

  constructor(connection: ReadConnection, dataset: Id, replica: Id) {
    this.#c = connection;
    this.entities = new Entities(connection);
    this.#dataset = fromHex(dataset);
    this.replicaId = replica;
    this.replicaNo = this.#ensureReplica(replica);
    this.state = new State(connection, this.entities);
    this.#position = this.#load();
    this.#saved = { ...this.#position };
  }

  #ensureReplica(id: Id): number {
    const no = this.entities.originNo(id, 'replica');
    this.#c
      .prepare('insert or ignore into replica (no, id, seq, chain) values (?, ?, 0, ?)')
      .run(no, fromHex(id), chainStart(sha256, this.#dataset, fromHex(id)));
    return no;
  }

  #load(): Position {
    const row = this.#c
      .prepare<{ seq: number; chain: Buffer; next_n: number }>('select seq, chain, next_n from replica where no = ?')
      .get(this.replicaNo);
    const last = this.#c.prepare<{ ms: number; counter: number }>(
      'select h >> 16 ms, h & 65535 counter from op where r = ? order by s desc limit 1',
    );
    if (row === undefined) throw new AppError('corrupt', 'The dataset does not know this computer.');
    return { seq: row.seq, chain: row.chain, clock: last.get(this.replicaNo) ?? clockZero, nextN: row.next_n };
  }

  // ------------------------------------------------------------ transactions

  /** Before a call: where `rollback` goes back to. */
  mark(): void {
    this.#saved = { ...this.#position };
    this.#pendingSaved = this.#pending.length;
    this.#requestsSaved = this.#requests.length;
    this.#revOpen = false;
  }

  /** After a call that worked, still inside the transaction. */
  flush(): void {
    if (this.#revOpen)
      this.#c
        .prepare("insert into meta (key, value) values ('rev', ?) on conflict do update set value = excluded.value")
        .run(this.state.rev);
    if (this.#position.seq === this.#saved.seq && this.#position.nextN === this.#saved.nextN) return;
    this.#c
      .prepare('update replica set seq = ?, chain = ?, next_n = ? where no = ?')
      .run(this.#position.seq, this.#position.chain, this.#position.nextN, this.replicaNo);
  }

  /** After a call whose savepoint was rolled back. */
  rollback(): void {
    this.#position = { ...this.#saved };
    this.#pending.length = this.#pendingSaved;
    this.#requests.length = this.#requestsSaved;
    this.entities.forget();
    this.state.load();
  }

  /** After the whole transaction was rolled back. */
  reload(): void {
    this.entities.forget();
    this.state.load();
    this.#position = this.#load();
    this.#saved = { ...this.#position };
    this.#pending = [];
    this.#requests = [];
  }

  /** What the journal must hold since the last collect: operations, the seq of the first, and which of them did a request. */
  collect(): { readonly first: number; readonly bodies: readonly Uint8Array[]; readonly requests: readonly JournalRequest[] } {
    const [bodies, requests] = [this.#pending, this.#requests];
    this.#pending = [];
    this.#requests = [];
    return { first: this.#position.seq - bodies.length + 1, bodies, requests };
  }

  /** The operations `first` to `last`, all of this transaction, did what was asked under this key. */
  noteRequest(request: JournalRequest): void {
    this.#requests.push(request);
  }

  get seq(): number {
    return this.#position.seq;
  }

  /** A number for everything one call changes, so that readers can ask what changed since. */
  openRev(): void {
    if (this.#revOpen) return;
    this.#revOpen = true;
    this.state.rev += 1;
  }

  /** The first of `count` keys that nothing else gets. */
  reserve(count: number): number {
    const first = this.#position.nextN;
    if (first + count > 2 ** 32) throw new AppError('too_large', 'This dataset has no free numbers left.');
    this.#position.nextN = first + count;
    return joinKey(this.replicaNo, first);
  }

  /** Whether a key was given out by `reserve`. */
  isReserved(key: number): boolean {
    const first = joinKey(this.replicaNo, 0);
    return key >= first && key < first + this.#position.nextN;
  }

  // ------------------------------------------------------------------ writing

  /** One transaction of one author. `continued`: the first seq of a transaction that goes on in this call. */
  step<T>(info: StepInfo, work: (step: Step) => T, continued = 0): T {
    let t = continued;
    const step: Step = {
      names: allNames(info),
      get t() {
        return t;
      },
      op: (op) => {
        const seq = this.#position.seq + 1;
        if (t === 0) t = seq;
        this.#append(this.#complete(op, info, seq, t));
        return seq;
      },
    };
    return work(step);
  }

  /** Fills in what each write replaces (M4: the value that counted) and what was there before. */
  #complete(op: NewOp, info: StepInfo, seq: number, t: number): Op {
    const refOf = (kind: EntityRef['kind'], key: Entity): EntityRef => {
      if (kind === 'dataset') return { kind };
      return kind === 'category' ? this.entities.categoryRef(categoryOf(key)) : this.entities.ref(kind, key);
    };
    const writes = op.writes.map((write): Write => {
      const [kind, key] = write.frame === undefined ? [op.entity?.kind, op.entity?.key] : (['frame', write.frame] as const);
      const entity = write.frame === undefined ? {} : { entity: this.entities.ref('frame', write.frame) };
      const actor = write.actor === undefined || write.actor === info.actor ? {} : { actor: write.actor };
      if (write.birth || kind === undefined || key === undefined)
        return { ...entity, field: write.field, value: write.value, replaces: [], ...actor };
      if (write.over?.length === 0) return { ...entity, field: write.field, value: write.value, replaces: [], ...actor };
      const head = this.#headUnder(write, key, kind);
      const replaced =
        write.over ??
        (op.kind === 'resolve' || (write.field === 'life' && kind === 'box')
          ? this.state.heads(key, kind, write.field)
          : head === undefined
            ? []
            : this.#replaced(key, kind, write, head));
      return {
        ...entity,
        field: write.field,
        value: write.value,
        replaces: replaced.map((h) => this.entities.globalDot(h)),
        ...beforeOf(head, kind, write.field, () => this.state.boxes.snapshot(key)),
        ...(head === undefined || head.actor === 0 ? {} : { beforeActor: head.actor }),
        ...actor,
      };
    });
    const clock = tick(this.#position.clock, this.now());
    const seen = op.kind === 'del' && op.entity?.kind === 'box' ? this.state.headTable.seen(op.entity.key, op.unseen) : [];
    return {
      seq,
      clock: packClock(clock),
      t,
      author: info.author,
      actor: info.actor,
      kind: op.kind,
      writes,
      ...(op.entity === undefined ? {} : { entity: refOf(op.entity.kind, op.entity.key) }),
      ...(op.frame === undefined ? {} : { frame: this.entities.frameRef(op.frame) }),
      ...(seen.length === 0 ? {} : { seen: seen.map((dot) => this.entities.globalDot(dot)) }),
      ...(info.note === undefined ? {} : { note: info.note }),
    };
  }

  #headUnder(write: NewWrite, key: Entity, kind: EntityRef['kind']): Head | undefined {
    const [first] = write.over ?? [];
    if (first === undefined) return this.state.effective(key, kind, write.field);
    return this.state.heads(key, kind, write.field).find((head) => head.r === first.r && head.s === first.s);
  }

  /**
   * M4: a write replaces the value its author saw, and no other. Where a person's value came in since, that is an older one:
   * found by going back through what each write replaced, or nothing where it is too long ago.
   */
  #replaced(key: Entity, kind: EntityRef['kind'], write: NewWrite, head: Head): readonly LocalDot[] {
    const { saw, field } = write;
    if (saw === undefined || head.actor !== 0 || sameValue(saw, head.value) || sameValue(write.value, head.value)) return [head];
    const sibling = this.state.heads(key, kind, field).find((other) => sameValue(other.value, saw));
    if (sibling !== undefined) return [sibling];
    let at: LocalDot = head;
    for (let steps = 0; steps < maxStepsBack; steps++) {
      const body = this.#c.prepare<{ body: Buffer }>('select body from op where r = ? and s = ?').get(at.r, at.s)?.body;
      const made = body && decodeOp(body, this.entities.originId(at.r)).writes.find((w) => w.field === field && w.entity === undefined);
      const [before] = made?.replaces ?? [];
      if (made === undefined || before === undefined) return [];
      at = this.entities.dot(before);
      if (sameValue(made.before, saw)) return [at];
    }
    return [];
  }

  #append(op: Op): void {
    const body = encodeOp(op, this.replicaId);
    this.#position.seq = op.seq;
    this.#position.clock = unpackClock(op.clock);
    this.#position.chain = chainNext(sha256, this.#position.chain, body);
    this.#pending.push(body);
    this.#insert(op, this.replicaNo, body);
    this.#apply(op, this.replicaNo);
  }

  #insert(op: Op, r: number, body: Uint8Array): void {
    const entity = op.entity === undefined ? null : (this.entities.local(op.entity) ?? null);
    const frame = op.frame === undefined ? null : this.entities.key(op.frame);
    this.#c
      .prepare('insert into op (r, s, h, t, k, ak, e, f, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(r, op.seq, op.clock, op.t, opKinds.indexOf(op.kind), op.actor, entity, frame, body);
  }

  #apply(op: Op, r: number): void {
    this.openRev();
    if (op.kind === 'pack') {
      this.state.vector.set(r, op.seq);
      this.applyPack(op, r);
    } else this.state.apply(op, r);
    this.#keepStep(op, r);
  }

  /** The list undo goes through: one row a transaction. Imports and declarations are no steps. */
  #keepStep(op: Op, r: number): void {
    if (op.kind === 'pack' || op.kind === 'meta') {
      // A transaction may begin with a declaration; its step begins with the first real operation.
      return;
    }
    const frame = op.frame === undefined ? null : this.entities.key(op.frame);
    const known = this.#c.prepare('update step set last = ? where r = ? and t = ?').run(op.seq, r, op.t).changes > 0;
    const [verb, target] = (op.note ?? '').split(':');
    const isUndo = target !== undefined && (verb === 'undo' || verb === 'redo');
    if (!known) {
      this.#c
        .prepare('insert into step (r, t, last, author, kind, status, at) values (?, ?, ?, ?, ?, ?, ?)')
        .run(r, op.t, op.seq, op.author, isUndo ? verb : (op.note ?? stepKind(op)), isUndo ? 3 : 0, op.t);
      // Made under a name that its author had before, it goes on under the one of now.
      if (isUndo)
        this.#c
          .prepare('update step set status = ?, at = ?, author = ? where r = ? and t = ?')
          .run(verb === 'undo' ? 1 : 0, op.t, op.author, r, Number(target));
      // Redo ends with the author's next change.
      else this.#c.prepare('update step set status = 2 where author = ? and status = 1 and +r = ?').run(op.author, r);
    }
    // A merge is taken back where it was made, not by whoever undoes something on one of its frames.
    if (frame !== null && !isUndo && op.note !== mergeNote)
      this.#c.prepare('insert or ignore into step_frame (frame, r, t) values (?, ?, ?)').run(frame, r, op.t);
  }

  // ---------------------------------------------------------------- receiving

  /**
   * Applies operations of a replica, in its order (rules A1 to A4). What is here already is compared and skipped. Gives how
   * many were new. Errors: conflict (the same number, other bytes: a fork), invalid_request (a gap, bytes that are no operation).
   */
  receive(replica: Id, bodies: readonly Uint8Array[]): number {
    const r = this.#ensureReplica(replica);
    const row = this.#c.prepare<{ seq: number; chain: Buffer }>('select seq, chain from replica where no = ?').get(r);
    let seq = r === this.replicaNo ? this.#position.seq : (row?.seq ?? 0);
    let chain: Uint8Array = r === this.replicaNo ? this.#position.chain : (row?.chain ?? new Uint8Array(32));
    if (!this.state.vector.has(r)) this.state.vector.set(r, 0);
    this.state.many = this.state.vector.size > 1;
    let added = 0;
    let suspect: number | null = null;
    for (const body of bodies) {
      const op = this.#decode(body, replica);
      if (op.seq <= seq) {
        const stored = this.#c.prepare<{ body: Buffer }>('select body from op where r = ? and s = ?').get(r, op.seq);
        if (stored === undefined || !stored.body.equals(body))
          throw new AppError('conflict', 'Two copies of this dataset wrote under one name.', { replica, seq: op.seq });
        continue;
      }
      if (op.seq !== seq + 1)
        throw new AppError('invalid_request', 'Operations are missing in between.', { replica, expected: seq + 1, found: op.seq });
      chain = chainNext(sha256, chain, body);
      seq = op.seq;
      const heard = receive(this.#position.clock, unpackClock(op.clock), this.now());
      this.#position.clock = heard.clock;
      if (heard.suspect) suspect = unpackClock(op.clock).ms - this.now();
      this.#insert(op, r, body);
      this.#apply(op, r);
      added += 1;
    }
    if (r === this.replicaNo) {
      // Own operations come back from the journal after the database was set back. Their numbers are taken, too.
      const keys = this.#c.prepare<{ e: number | null }>('select max(e) e from op where r = ? and e between ? and ?');
      const last = keys.get(r, joinKey(r, 0), joinKey(r + 1, 0) - 1)?.e ?? null;
      if (last !== null) this.#position.nextN = Math.max(this.#position.nextN, last - joinKey(r, 0) + 1);
      this.#position.seq = seq;
      this.#position.chain = chain;
    }
    this.#c.prepare('update replica set seq = ?, chain = ?, suspect_ms = coalesce(?, suspect_ms) where no = ?').run(seq, chain, suspect, r);
    return added;
  }

  #decode(body: Uint8Array, replica: Id): Op {
    try {
      return decodeOp(body, replica);
    } catch (error) {
      if (error instanceof UnknownOperation)
        throw new AppError('newer_version', 'This dataset holds changes made by a newer version of Hardcase.', { reason: error.message });
      throw new AppError('invalid_request', 'These are no operations.', { reason: String(error) }, { cause: error });
    }
  }

  /** Applies an operation that is in the log already: the rebuild's step. */
  replay(op: Op, r: number): void {
    this.#apply(op, r);
  }

  /** What the operation of a pack says. Kept for the last pack, because a pack is applied chunk by chunk. */
  packValue(r: number, s: number): CborValue {
    if (this.#packValue?.r !== r || this.#packValue.s !== s) {
      const row = this.#c.prepare<{ body: Buffer }>('select body from op where r = ? and s = ?').get(r, s);
      const op = row === undefined ? undefined : decodeOp(row.body, this.entities.originId(r));
      const value = op?.writes.find((w) => w.field === 'pack')?.value;
      if (value === undefined) throw new AppError('corrupt', 'An import has lost its operation.', { r, s });
      this.#packValue = { r, s, value };
    }
    return this.#packValue.value;
  }
  #packValue: { readonly r: number; readonly s: number; readonly value: CborValue } | undefined;

  /** What an operation wrote to a field; undefined where it is not here, or was the thing's birth and did not name the field. */
  written(dot: Dot, entity: EntityRef, field: string): Replaced | undefined {
    const at = this.entities.dot(dot);
    const row = this.#c.prepare<{ body: Buffer }>('select body from op where r = ? and s = ?').get(at.r, at.s);
    if (row === undefined) return undefined;
    const op = decodeOp(row.body, dot.replica);
    const local = this.entities.local(entity);
    const write = op.writes.find((w) => {
      const about = w.entity ?? op.entity;
      return w.field === field && about !== undefined && this.entities.local(about) === local;
    });
    return write === undefined ? undefined : { kind: op.kind, value: write.value, actor: write.actor ?? op.actor, seen: op.seen ?? [] };
  }

  /** The last `limit` operations of a transaction before a place in the log, oldest first. */
  transaction(r: number, t: number, before: number, limit: number): readonly Op[] {
    const id = this.entities.originId(r);
    return this.#c
      .prepare<{ body: Buffer }>(
        `select body from op where r = @r and t = @t and s >= @t and s < @before
         and s <= coalesce((select last from step where r = @r and t = @t), @t) order by s desc limit @limit`,
      )
      .all({ r, t, before, limit })
      .map((row) => decodeOp(row.body, id))
      .reverse();
  }
}

/** What the transaction of a merge is called. */
export const mergeNote = 'merge categories';

/** What undo needs to know of what was there. The dataset has no birth: a field nobody wrote was empty. */
function beforeOf(
  head: Head | undefined,
  kind: EntityRef['kind'],
  field: string,
  snapshot: () => CborValue,
): { readonly before?: CborValue } {
  if (head === undefined) return kind === 'dataset' ? { before: null } : {};
  return { before: field === 'life' && kind === 'box' ? snapshot() : head.value };
}

function stepKind(op: Op): string {
  switch (op.kind) {
    case 'put':
      return isOntology(op) ? 'category' : op.entity?.kind === 'frame' ? frameKind(op) : 'set';
    case 'add':
      return op.entity?.kind === 'category' ? 'category' : 'add';
    case 'del':
      return isOntology(op) ? 'category' : 'delete';
    case 'undel':
      return isOntology(op) ? 'category' : 'undelete';
    case 'verdict':
      return 'state';
    default:
      return op.kind;
  }
}

function isOntology(op: Op): boolean {
  return op.entity?.kind === 'category' || op.entity?.kind === 'dataset';
}

function frameKind(op: Op): string {
  return op.writes[0]?.field.startsWith('tag:') ? 'tag' : (op.writes[0]?.field ?? 'set');
}
