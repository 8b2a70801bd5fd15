import { boxFlags, interpolatedBit } from '../../../shared/domain/annotation.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import { splitKey } from '../../../shared/domain/ids.ts';
import { decodeCbor, encodeCbor } from '../../../shared/sync/cbor.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { conflictId, conflictKind, editedWhileDeleted, fieldConflict } from '../../../shared/sync/conflicts.ts';
import { frameDigest } from '../../../shared/sync/frameDigest.ts';
import { packClock } from '../../../shared/sync/hybridClock.ts';
import { decodeOp, fromHex, toHex } from '../../../shared/sync/operation.ts';
import type { ActorKind, Op } from '../../../shared/sync/operation.ts';
import { applyWrite, effectiveHead } from '../../../shared/sync/register.ts';
import type { Head, LocalDot } from '../../../shared/sync/register.ts';
import { sameValue } from '../../../shared/sync/reverse.ts';
import type { ReadConnection } from '../connection.ts';
import { categoryEntity, categoryOf, datasetEntity } from './entities.ts';
import type { Entities, Entity } from './entities.ts';
import { sha256 } from './hash.ts';
import { categoryField, setCategoryField, setDatasetField } from './ontology.ts';

/** A row of `box`, as the log works with it. */
interface BoxRow {
  id: number;
  frame: number;
  category: number;
  x: number;
  y: number;
  w: number;
  h: number;
  flags: number;
  origin: number;
  live: number;
  angle: number | null;
  track: number | null;
  z: number | null;
  score: number | null;
  provenance: number | null;
  born: number | null;
  attributes: string | null;
}

interface FrameRow {
  id: number;
  state: number;
  split: string | null;
  assignee: string | null;
  basis: Buffer | null;
}

interface CategoryRow {
  id: number;
  r: number;
  s: number;
}

interface HeadRow {
  r: number;
  s: number;
  ms: number;
  counter: number;
  ak: ActorKind;
  x: Buffer;
}

export type Attributes = { readonly [key: string]: string | number | boolean };

/** What a new box starts with, beside what its operation names. */
const noBox = { flags: 0, live: 1, angle: null, track: null, z: null, score: null, provenance: null, attributes: null };

const originIndex: readonly [number, number, number, number] = [0, 1, 2, 2];

/**
 * Applies operations to the state tables: rules A2 and A3 of references/SYNC.md 2.6. The same code for own operations, for
 * those of other replicas and for the rebuild.
 *
 * A birth (`add`, a pack) writes every field of its thing; the fields it does not name have their default. Those writes have
 * no head rows: as long as a field has none, its column *is* the birth's value. The first later write makes the rows.
 */
export class State {
  readonly #c: ReadConnection;
  readonly entities: Entities;
  /** How far each replica's operations have been applied. */
  readonly vector = new Map<number, number>();
  /** More than one replica has written: only then can operations arrive before what they build on. */
  many = false;
  rev = 0;
  /** Local numbers for the ids that fields of categories name. */
  readonly #ontology = {
    category: (id: string): number => this.#categoryNo(id),
    box: (ref: { readonly origin: string; readonly n: number }): number => this.entities.key(ref),
  };

  constructor(connection: ReadConnection, entities: Entities) {
    this.#c = connection;
    this.entities = entities;
    this.load();
  }

  load(): void {
    this.vector.clear();
    for (const row of this.#c.prepare<{ no: number; seq: number }>('select no, seq from replica').all()) this.vector.set(row.no, row.seq);
    this.many = this.vector.size > 1;
    this.rev = Number(this.#c.prepare<{ value: number }>("select value from meta where key = 'rev'").get()?.value ?? 0);
  }

  readonly #known = (dot: LocalDot): boolean => dot.s <= (this.vector.get(dot.r) ?? 0);
  readonly #compareReplicas = (a: number, b: number): number => {
    const x = this.entities.originId(a);
    const y = this.entities.originId(b);
    return x < y ? -1 : x > y ? 1 : 0;
  };

  /** Applies one operation of replica `r`. The caller has put it into the log. */
  apply(op: Op, r: number): void {
    this.vector.set(r, op.seq);
    if (op.kind === 'meta') return this.#declare(op, r);
    if (op.entity === undefined) return;
    const own: Entity | undefined =
      op.entity.kind === 'category' ? categoryEntity(this.#categoryNo(op.entity.id)) : this.entities.local(op.entity);
    if (own === undefined) return;
    const frame = op.frame === undefined ? null : this.entities.key(op.frame);
    if (op.kind === 'add' && op.entity.kind === 'box' && frame !== null) this.#addBox(op, r, own, frame);
    else if (op.kind === 'add' && op.entity.kind === 'category') this.#addCategory(op, r, categoryOf(own));
    else if (op.kind === 'comment' && frame !== null) this.#addComment(op, r, own, frame);
    else
      this.#writeAll(
        op,
        r,
        own,
        op.entity.kind,
        op.writes.filter((w) => w.entity === undefined),
      );
    for (const write of op.writes) {
      if (write.entity === undefined) continue;
      const entity = this.entities.local(write.entity);
      if (entity !== undefined) this.#writeAll(op, r, entity, write.entity.kind, [write]);
    }
    if (frame !== null) this.#noteWork(op, r, frame);
  }

  // ---------------------------------------------------------------- births

  #addBox(op: Op, r: number, id: number, frame: number): void {
    if (this.#box(id) !== undefined) {
      // The same id from two hands (a cloned replica): its fields become siblings, nothing is overwritten.
      this.#writeAll(op, r, id, 'box', [...op.writes.filter((w) => w.entity === undefined), { field: 'life', value: 1, replaces: [] }]);
      return;
    }
    const row: BoxRow = { ...noBox, id, frame, category: 0, x: 0, y: 0, w: 0, h: 0, origin: originIndex[op.actor], born: op.seq };
    for (const write of op.writes) {
      if (write.entity !== undefined) continue;
      if (write.field === '@p') this.#setProvenance(row, write.value, r);
      else this.#setBox(row, write.field, write.value);
    }
    this.#c
      .prepare(
        `insert into box (id, frame, category, x, y, w, h, flags, origin, live, angle, track, z, score, provenance, born, attributes)
         values (@id, @frame, @category, @x, @y, @w, @h, @flags, @origin, @live, @angle, @track, @z, @score, @provenance, @born, @attributes)`,
      )
      .run(row);
    this.#count(row, 1);
    this.touch(frame);
    if (this.many) this.settle(id, { r, s: op.seq });
    this.recheck(frame);
  }

  #setProvenance(row: BoxRow, value: CborValue, r: number): void {
    const [declared, score] = value as readonly [number, number];
    row.score = score;
    row.provenance = this.#c.prepare<{ id: number }>('select id from provenance where r = ? and s = ?').get(r, declared)?.id ?? null;
  }

  /** `meta`: a run and its model, which boxes that follow refer to. */
  #declare(op: Op, r: number): void {
    const value = op.writes.find((w) => w.field === 'provenance')?.value as { readonly [key: string]: string } | undefined;
    if (value === undefined) return;
    this.#c
      .prepare('insert or ignore into provenance (r, s, run, model, model_sha256) values (?, ?, ?, ?, ?)')
      .run(r, op.seq, value.run, value.model, value.sha256);
  }

  /** The number of a category, made when it is first heard of; its `add` fills it in. */
  #categoryNo(id: string): number {
    const known = this.entities.categoryNo(id);
    if (known !== undefined) return known;
    const no = (this.#c.prepare<{ no: number | null }>('select max(id) no from category').get()?.no ?? -1) + 1;
    this.#c.prepare("insert into category (id, entity, name, ord, r, s) values (?, ?, '', ?, 0, 0)").run(no, fromHex(id), no);
    return no;
  }

  #addCategory(op: Op, r: number, id: number): void {
    const value = Object.fromEntries(op.writes.map((w) => [w.field, w.value]));
    this.addCategoryRow(id, { r, s: op.seq }, value, op);
  }

  /** Also for the categories a pack brings. `fields`: name, super, ord, source. */
  addCategoryRow(id: number, birth: LocalDot, fields: { readonly [field: string]: CborValue | undefined }, op: Op): void {
    const row = this.#c.prepare<CategoryRow>('select id, r, s from category where id = ?').get(id);
    if (row !== undefined && row.s !== 0) {
      // Made by two replicas at once: the same category, its fields are siblings.
      for (const field of ['name', 'super', 'ord'])
        if (fields[field] !== undefined)
          this.#writeAll(op, birth.r, categoryEntity(id), 'category', [{ field, value: fields[field], replaces: [] }]);
      return;
    }
    this.#c
      .prepare('update category set name = ?, supercategory = ?, ord = ?, source_id = ?, r = ?, s = ? where id = ?')
      .run(fields.name, fields.super ?? null, fields.ord ?? id, fields.source ?? null, birth.r, birth.s, id);
    if (this.many) this.settle(categoryEntity(id), birth);
  }

  /** Gives a category its local number before a pack that brings it is applied. */
  categoryFor(id: string): number {
    return this.#categoryNo(id);
  }

  #addComment(op: Op, r: number, id: number, frame: number): void {
    const { text, box, point, issue, parent } = commentBirth(op.writes.find((w) => w.field === 'text')?.value);
    this.#c
      .prepare(
        `insert or ignore into comment (id, frame, box, text, author, time, live, born, x, y, issue, parent)
         values (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        frame,
        box === null ? null : this.entities.key(box),
        text,
        op.author,
        Number(op.clock >> 16n),
        op.seq,
        point?.[0] ?? null,
        point?.[1] ?? null,
        issue,
        parent === null ? null : this.entities.key(parent),
      );
    this.countThreads(frame);
    this.touch(frame);
    if (this.many) this.settle(id, { r, s: op.seq });
  }

  /**
   * Comments are counted by threads: a comment and its replies are one, which stands while one of them does and is open until the
   * comment is resolved. Counted anew, because a reply may come in before what it answers.
   */
  countThreads(frame: number): void {
    const counted = this.#c
      .prepare<{ comments: number; open: number }>(
        `select count(*) comments, coalesce(sum(1 - resolved), 0) open from (
           select max(case when parent is null then resolved else 0 end) resolved from comment where frame = ?
           group by coalesce(parent, id) having max(live) = 1)`,
      )
      .get(frame);
    this.#c.prepare('update frame set comments = ?, open_comments = ? where id = ?').run(counted?.comments ?? 0, counted?.open ?? 0, frame);
  }

  /** A thing has arrived: fields somebody wrote before that get the birth as a sibling, unless it was already replaced. */
  settle(entity: Entity, birth: LocalDot): void {
    const fields = this.#c
      .prepare<{ fld: string }>('select fld from head where e = ? union select fld from early where e = ?')
      .all(entity, entity);
    for (const { fld } of fields) {
      const replaced = this.#c.prepare('delete from early where e = ? and fld = ? and r = ? and s = ?').run(entity, fld, birth.r, birth.s);
      const kind = this.#kindOf(entity);
      if (replaced.changes === 0) {
        const base = this.#baseHead(entity, kind, fld);
        if (base !== undefined) this.#insertHead(entity, fld, this.#withClock(base));
      }
      const effective = effectiveHead(fld, this.#headRows(entity, fld), this.#compareReplicas);
      if (effective !== undefined) this.#store(entity, kind, [[fld, effective.value]]);
    }
  }

  #kindOf(entity: Entity): string {
    if (entity === datasetEntity) return 'dataset';
    if (entity < 0) return 'category';
    if (this.#c.prepare('select 1 from box where id = ?').get(entity) !== undefined) return 'box';
    if (this.#c.prepare('select 1 from frame where id = ?').get(entity) !== undefined) return 'frame';
    return 'comment';
  }

  // ---------------------------------------------------------------- writes

  #writeAll(op: Op, r: number, entity: Entity, kind: string, writes: Op['writes']): void {
    const stored: [string, CborValue][] = [];
    for (const write of writes) {
      const head: Head = { r, s: op.seq, clock: op.clock, actor: write.actor ?? op.actor, value: write.value };
      const effective = this.#write(
        entity,
        kind,
        write.field,
        head,
        write.replaces.map((dot) => this.entities.dot(dot)),
      );
      if (effective !== undefined) stored.push([write.field, effective.value]);
    }
    if (stored.length > 0) this.#store(entity, kind, stored);
    if (kind === 'box') this.#keepDeletion(entity, writes);
  }

  /** M8: a box that somebody deleted without having seen what somebody else did to it. */
  #keepDeletion(box: Entity, writes: Op['writes']): void {
    if (!writes.some((write) => write.field === 'life') && this.#box(box)?.live !== 0) return;
    this.#c.prepare("delete from conflict where e = ? and kind = 'edit-vs-delete'").run(box);
    const others = this.#c
      .prepare<HeadRow>("select r, s, h >> 16 ms, h & 65535 counter, ak, x from head where e = ? and fld <> 'life' and ak = 0")
      .all(box);
    if (others.length === 0) return;
    const heads = others.map(toHead);
    const dead = this.#headRows(box, 'life').map((head) => ({ head, seen: head.value === 0 ? this.#seenBy(head) : [] }));
    const unseen = editedWhileDeleted(dead, heads);
    if (unseen.length === 0) return;
    const dots = [...dead.map(({ head }) => head), ...unseen].map((head) => this.entities.globalDot(head));
    const opened = [...heads, ...dead.map(({ head }) => head)].reduce((latest, head) => (head.clock > latest ? head.clock : latest), 0n);
    this.#c
      .prepare("insert or replace into conflict (id, e, frame, kind, hard, fld, opened_h) values (?, ?, ?, 'edit-vs-delete', 1, 'life', ?)")
      .run(conflictId(sha256, 'edit-vs-delete', this.entities.ref('box', box), 'life', dots), box, this.#box(box)?.frame ?? null, opened);
  }

  #seenBy(deletion: LocalDot): readonly LocalDot[] {
    const body = this.#c.prepare<{ body: Buffer }>('select body from op where r = ? and s = ?').get(deletion.r, deletion.s)?.body;
    if (body === undefined) return [];
    return (decodeOp(body, this.entities.originId(deletion.r)).seen ?? []).map((dot) => this.entities.dot(dot));
  }

  /** A2 for one field. Gives the head that counts now, or undefined where the thing itself has not arrived. */
  #write(entity: Entity, kind: string, field: string, head: Head, replaces: readonly LocalDot[]): Head | undefined {
    const rows = this.#headRows(entity, field);
    const base = rows.length === 0 ? this.#baseHead(entity, kind, field) : undefined;
    const heads = base === undefined ? rows : [base];
    const wasEarly =
      this.many &&
      this.#c.prepare('delete from early where e = ? and fld = ? and r = ? and s = ?').run(entity, field, head.r, head.s).changes > 0;
    const change = applyWrite(heads, head, replaces, wasEarly, this.#known);
    for (const old of rows)
      if (!change.heads.includes(old))
        this.#c.prepare('delete from head where e = ? and fld = ? and r = ? and s = ?').run(entity, field, old.r, old.s);
    if (base !== undefined && change.heads.includes(base)) this.#insertHead(entity, field, this.#withClock(base));
    if (!wasEarly) this.#insertHead(entity, field, head);
    if (this.many || rows.length > 1 || change.heads.length > 1) this.#keepConflict(entity, kind, field, change.heads);
    for (const dot of change.early)
      this.#c.prepare('insert or ignore into early (e, fld, r, s) values (?, ?, ?, ?)').run(entity, field, dot.r, dot.s);
    if (base === undefined && rows.length === 0 && !this.#exists(entity, kind)) return undefined;
    return effectiveHead(field, change.heads, this.#compareReplicas);
  }

  /** The list of what people have to settle: one row a field, as long as its siblings disagree. */
  #keepConflict(entity: Entity, kind: string, field: string, heads: readonly Head[]): void {
    this.#c.prepare("delete from conflict where e = ? and fld = ? and kind <> 'edit-vs-delete'").run(entity, field);
    const severity = fieldConflict(field, heads);
    if (severity === 'none') return;
    const what = conflictKind(field, entity < 0);
    const ref =
      kind === 'dataset'
        ? ({ kind } as const)
        : kind === 'category'
          ? this.entities.categoryRef(categoryOf(entity))
          : this.entities.ref(kind as 'box' | 'frame' | 'comment', entity);
    const dots = heads.map((head) => this.entities.globalDot(head));
    const opened = heads.reduce((latest, head) => (head.clock > latest ? head.clock : latest), 0n);
    const frame = kind === 'frame' ? entity : kind === 'box' ? (this.#box(entity)?.frame ?? null) : null;
    this.#c
      .prepare('insert or replace into conflict (id, e, frame, kind, hard, fld, opened_h) values (?, ?, ?, ?, ?, ?, ?)')
      .run(conflictId(sha256, what, ref, field, dots), entity, frame, what, severity === 'hard' ? 1 : 0, field, opened);
  }

  #headRows(entity: Entity, field: string): Head[] {
    return this.#c
      .prepare<HeadRow>('select r, s, h >> 16 ms, h & 65535 counter, ak, x from head where e = ? and fld = ?')
      .all(entity, field)
      .map(toHead);
  }

  #insertHead(entity: Entity, field: string, head: Head): void {
    this.#c
      .prepare('insert or ignore into head (e, fld, r, s, h, ak, x) values (?, ?, ?, ?, ?, ?, ?)')
      .run(entity, field, head.r, head.s, head.clock, head.actor, encodeCbor(head.value));
  }

  #withClock(head: Head): Head {
    const row = this.#c
      .prepare<{ ms: number; counter: number }>('select h >> 16 ms, h & 65535 counter from op where r = ? and s = ?')
      .get(head.r, head.s);
    return row === undefined ? head : { ...head, clock: packClock(row) };
  }

  #exists(entity: Entity, kind: string): boolean {
    if (kind === 'dataset') return true;
    if (kind === 'box') return this.#box(entity) !== undefined;
    if (kind === 'frame') return this.#c.prepare('select 1 from frame where id = ?').get(entity) !== undefined;
    if (kind === 'category')
      return (this.#c.prepare<{ s: number }>('select s from category where id = ?').get(categoryOf(entity))?.s ?? 0) !== 0;
    return this.#c.prepare('select 1 from comment where id = ?').get(entity) !== undefined;
  }

  /** The write of the birth, where the thing is here. Its clock is filled in by `#withClock` where it matters. */
  #baseHead(entity: Entity, kind: string, field: string): Head | undefined {
    const birth = this.#birth(entity, kind);
    if (birth === undefined) return undefined;
    return { r: birth.r, s: birth.s, clock: 0n, actor: birth.actor, value: this.#column(entity, kind, field) };
  }

  #birth(entity: Entity, kind: string): { readonly r: number; readonly s: number; readonly actor: ActorKind } | undefined {
    if (kind === 'dataset') return undefined;
    if (kind === 'category') {
      const row = this.#c.prepare<{ r: number; s: number }>('select r, s from category where id = ? and s > 0').get(categoryOf(entity));
      return row === undefined ? undefined : { ...row, actor: 2 };
    }
    const origin = splitKey(entity).originNo;
    if (kind === 'comment') {
      const row = this.#c.prepare<{ born: number }>('select born from comment where id = ?').get(entity);
      return row === undefined ? undefined : { r: origin, s: row.born, actor: 0 };
    }
    if (kind === 'box') {
      const row = this.#box(entity);
      if (row === undefined) return undefined;
      if (row.born !== null) return { r: origin, s: row.born, actor: row.provenance === null ? 0 : 1 };
    } else if (this.#c.prepare('select 1 from frame where id = ?').get(entity) === undefined) return undefined;
    const pack = this.#c.prepare<{ r: number | null; s: number | null }>('select r, s from pack where no = ?').get(origin);
    return pack === undefined || pack.r === null || pack.s === null ? undefined : { r: pack.r, s: pack.s, actor: 2 };
  }

  // ---------------------------------------------------------------- columns

  #box(id: number): BoxRow | undefined {
    return this.#c
      .prepare<BoxRow>(
        'select id, frame, category, x, y, w, h, flags, origin, live, angle, track, z, score, provenance, born, attributes from box where id = ?',
      )
      .get(id);
  }

  /** The value a field's column shows, as it travels. */
  #column(entity: Entity, kind: string, field: string): CborValue {
    if (kind === 'box') {
      const row = this.#box(entity);
      return row === undefined ? null : this.#boxField(row, field);
    }
    if (kind === 'frame') {
      if (field.startsWith('tag:'))
        return this.#c.prepare('select 1 from frame_tag where frame = ? and tag = ?').get(entity, field.slice(4)) === undefined ? 0 : 1;
      const row = this.#c.prepare<FrameRow>('select id, state, split, assignee, basis from frame where id = ?').get(entity);
      if (row === undefined) return null;
      if (field === 'state') return frameStates[row.state] ?? 'unlabeled';
      return field === 'split' ? row.split : field === 'assignee' ? row.assignee : null;
    }
    if (kind === 'category') return categoryField(this.#c, categoryOf(entity), field);
    const row = this.#c
      .prepare<{ live: number; text: string; resolved: number }>('select live, text, resolved from comment where id = ?')
      .get(entity);
    if (row === undefined) return null;
    return field === 'life' ? row.live : field === 'text' ? row.text : field === 'resolved' ? row.resolved === 1 : null;
  }

  #boxField(row: BoxRow, field: string): CborValue {
    if (field === 'g') return [row.x, row.y, row.w, row.h, row.angle ?? 0];
    if (field === 'c') return fromHex(this.entities.categoryId(row.category));
    if (field === 't') return row.track;
    if (field === 'z') return row.z;
    if (field === 'life') return row.live;
    if (field.startsWith('k:')) return (row.flags & flagBit(field)) !== 0;
    if (field.startsWith('a:')) return ownValue(attributesOf(row.attributes), field.slice(2));
    return null;
  }

  #setBox(row: BoxRow, field: string, value: CborValue): void {
    if (field === 'g') {
      const [x = 0, y = 0, w = 0, h = 0, angle = 0] = value as readonly number[];
      Object.assign(row, { x, y, w, h, angle: angle === 0 ? null : angle });
    } else if (field === 'c') row.category = this.#categoryNo(toHex(value as Uint8Array));
    else if (field === 't') row.track = value as number | null;
    else if (field === 'z') row.z = value as number | null;
    else if (field === 'life') row.live = value === 0 ? 0 : 1;
    else if (field.startsWith('k:')) row.flags = value === true ? row.flags | flagBit(field) : row.flags & ~flagBit(field);
    else if (field.startsWith('a:')) {
      // A map, because keys come from data and one of them may be called __proto__.
      const attributes = new Map(Object.entries(attributesOf(row.attributes)));
      if (value === null) attributes.delete(field.slice(2));
      else attributes.set(field.slice(2), value as string | number | boolean);
      row.attributes = writeAttributes(attributes);
    }
  }

  /** Brings effective values into the columns, with everything that is counted from them (A3). */
  #store(entity: Entity, kind: string, values: readonly (readonly [string, CborValue])[]): void {
    if (kind === 'box') return this.#storeBox(entity, values);
    if (kind === 'frame') for (const [field, value] of values) this.#storeFrame(entity, field, value);
    else if (kind === 'category')
      for (const [field, value] of values) setCategoryField(this.#c, this.#ontology, categoryOf(entity), field, value);
    else if (kind === 'dataset') for (const [field, value] of values) setDatasetField(this.#c, field, value);
    else for (const [field, value] of values) this.#storeComment(entity, field, value);
  }

  #storeBox(id: number, values: readonly (readonly [string, CborValue])[]): void {
    const row = this.#box(id);
    if (row === undefined) return;
    this.#count(row, -1);
    for (const [field, value] of values) this.#setBox(row, field, value);
    row.origin = this.#originOf(row);
    this.#c
      .prepare(
        `update box set category = @category, x = @x, y = @y, w = @w, h = @h, flags = @flags, origin = @origin, live = @live,
         angle = @angle, track = @track, z = @z, attributes = @attributes where id = @id`,
      )
      .run(row);
    this.#count(row, 1);
    this.touch(row.frame);
    this.recheck(row.frame);
  }

  /** A box is a person's as soon as a person's value stands in one of its fields; deleting and ordering are no such values. */
  #originOf(row: BoxRow): number {
    const birth = row.born === null ? 2 : row.provenance === null ? 0 : 1;
    if (birth === 0) return 0;
    return this.#c.prepare("select 1 from head where e = ? and ak = 0 and fld not in ('life', 'z') limit 1").get(row.id) === undefined
      ? birth
      : 0;
  }

  #count(row: BoxRow, by: number): void {
    if (row.live === 0) return;
    this.#c.prepare('update frame set boxes = boxes + ? where id = ?').run(by, row.frame);
    this.#c.prepare('update category set boxes = boxes + ? where id = ?').run(by, row.category);
  }

  #storeFrame(id: number, field: string, value: CborValue): void {
    if (field.startsWith('tag:')) {
      const tag = field.slice(4);
      if (value === 1) this.#c.prepare('insert or ignore into frame_tag (frame, tag) values (?, ?)').run(id, tag);
      else this.#c.prepare('delete from frame_tag where frame = ? and tag = ?').run(id, tag);
    } else if (field === 'split') {
      this.#c.prepare('update frame set split = ? where id = ?').run(value, id);
      this.recheck(id);
    } else if (field === 'assignee') this.#c.prepare('update frame set assignee = ? where id = ?').run(value, id);
    else if (field === 'state') this.#storeState(id, value);
    this.touch(id);
  }

  /** V2: approved and locked count for the boxes they were given for, and for no others, and while people agree about them. */
  #storeState(id: number, value: CborValue): void {
    const [name, basis] = typeof value === 'string' ? [value, null] : (value as readonly [string, Uint8Array]);
    const stale = basis !== null && (this.#disputed(id) || !sameValue(this.digest(id), basis));
    const state = frameStates.indexOf((stale ? 'labeled' : name) as (typeof frameStates)[number]);
    this.#c.prepare('update frame set state = ?, basis = ? where id = ?').run(Math.max(state, 0), basis, id);
    this.#noteChanged(id);
  }

  #disputed(frame: number): boolean {
    return this.#c.prepare('select 1 from conflict where frame = ? and hard = 1 limit 1').get(frame) !== undefined;
  }

  /** Changed since approval: the latest verdict approves, and the frame no longer is what it approved. */
  #noteChanged(frame: number): void {
    const verdicts = this.#c.prepare<{ r: bigint; state: bigint; h: bigint }>('select r, state, h from verdict where frame = ?');
    verdicts.safeIntegers(true);
    let latest: { readonly r: number; readonly state: number; readonly h: bigint } | undefined;
    for (const row of verdicts.all(frame)) {
      const one = { r: Number(row.r), state: Number(row.state), h: row.h };
      if (latest === undefined || one.h > latest.h || (one.h === latest.h && this.#compareReplicas(one.r, latest.r) > 0)) latest = one;
    }
    const approves = latest !== undefined && latest.state >= frameStates.indexOf('approved') ? 1 : 0;
    this.#c.prepare('update frame set changed = ? and state < ? where id = ?').run(approves, frameStates.indexOf('approved'), frame);
  }

  /** V1: verdicts are only ever added; and who worked on the frame when. */
  #noteWork(op: Op, r: number, frame: number): void {
    const isVerdict = op.kind === 'verdict' && op.entity?.kind === 'frame';
    const value = isVerdict ? op.writes.find((write) => write.field === 'state')?.value : undefined;
    const state = frameStates.indexOf((Array.isArray(value) ? value[0] : value) as (typeof frameStates)[number]);
    if (state >= 0) {
      this.#c
        .prepare('insert or ignore into verdict (frame, r, s, h, state, author) values (?, ?, ?, ?, ?, ?)')
        .run(frame, r, op.seq, op.clock, state, op.author);
      this.#noteChanged(frame);
    }
    if (op.actor !== 0) return;
    const none = 0n;
    this.#c
      .prepare(
        `insert into frame_author (frame, author, h, edit_h, labeled_h) values (?, ?, ?, ?, ?) on conflict do update set
         h = max(h, excluded.h), edit_h = max(edit_h, excluded.edit_h), labeled_h = max(labeled_h, excluded.labeled_h)`,
      )
      .run(frame, op.author, op.clock, op.entity?.kind === 'box' ? op.clock : none, frameStates[state] === 'labeled' ? op.clock : none);
  }

  /** A verdict that was given for other boxes no longer counts; one that fits again does. */
  recheck(frame: number): void {
    const row = this.#c.prepare<FrameRow>('select id, state, split, assignee, basis from frame where id = ?').get(frame);
    if (row === undefined || row.basis === null) return;
    const effective = effectiveHead('state', this.#headRows(frame, 'state'), this.#compareReplicas);
    if (effective !== undefined) this.#storeState(frame, effective.value);
  }

  #storeComment(id: number, field: string, value: CborValue): void {
    const row = this.#c.prepare<{ frame: number }>('select frame from comment where id = ?').get(id);
    if (row === undefined) return;
    if (field === 'text') this.#c.prepare('update comment set text = ? where id = ?').run(textOf(value), id);
    else if (field === 'life') this.#c.prepare('update comment set live = ? where id = ?').run(value === 0 ? 0 : 1, id);
    else if (field === 'resolved') this.#c.prepare('update comment set resolved = ? where id = ?').run(value === true ? 1 : 0, id);
    if (field !== 'text') this.countThreads(row.frame);
    this.touch(row.frame);
  }

  // ---------------------------------------------------------------- reading

  /** Marks a frame as changed in this transaction. */
  touch(frame: number): void {
    this.#c.prepare('update frame set rev = ? where id = ?').run(this.rev, frame);
  }

  /** The head that counts, or undefined where the thing does not exist. */
  effective(entity: Entity, kind: string, field: string): Head | undefined {
    const rows = this.#headRows(entity, field);
    if (rows.length > 0) return this.#exists(entity, kind) ? effectiveHead(field, rows, this.#compareReplicas) : undefined;
    return this.#baseHead(entity, kind, field);
  }

  /** All heads of a field, the birth's included. */
  heads(entity: Entity, kind: string, field: string): readonly Head[] {
    const rows = this.#headRows(entity, field);
    if (rows.length > 0) return rows;
    const base = this.#baseHead(entity, kind, field);
    return base === undefined ? [] : [base];
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

  /** A box as history shows it and as a delete remembers it. */
  snapshot(box: number): CborValue {
    const row = this.#box(box);
    if (row === undefined) return null;
    return {
      c: fromHex(this.entities.categoryId(row.category)),
      g: [row.x, row.y, row.w, row.h, row.angle ?? 0],
      k: row.flags,
      t: row.track,
      a: attributesOf(row.attributes),
    };
  }

  digest(frame: number): Uint8Array {
    const boxes = this.#c
      .prepare<BoxRow>('select id, category, x, y, w, h, flags, angle, track, attributes from box where frame = ? and live = 1')
      .all(frame);
    return frameDigest(
      sha256,
      boxes.map((row) => ({
        ...this.entities.frameRef(row.id),
        category: this.entities.categoryId(row.category),
        geometry: [row.x, row.y, row.w, row.h, row.angle ?? 0],
        flags: row.flags,
        track: row.track,
        attributes: attributesOf(row.attributes),
      })),
    );
  }
}

function toHead(row: HeadRow): Head {
  return { r: row.r, s: row.s, clock: packClock(row), actor: row.ak, value: decodeCbor(row.x) };
}

interface Reference {
  readonly n: number;
  readonly origin: string;
}

/** What a comment was born with: its text, and what it is about (older ones name a box or nothing), or the comment that it answers. */
export function commentBirth(value: CborValue | undefined): {
  readonly text: string;
  readonly box: Reference | null;
  readonly point: readonly [number, number] | null;
  readonly issue: string | null;
  readonly parent: Reference | null;
} {
  const [text = '', box = null, point = null, issue = null, parent = null] = (Array.isArray(value) ? value : []) as readonly CborValue[];
  return {
    text: textOf(text),
    box: reference(box),
    point: Array.isArray(point) && typeof point[0] === 'number' && typeof point[1] === 'number' ? [point[0], point[1]] : null,
    issue: typeof issue === 'string' ? issue : null,
    parent: reference(parent),
  };
}

function reference(value: CborValue): Reference | null {
  const [n, origin] = (Array.isArray(value) ? value : []) as readonly CborValue[];
  return typeof n === 'number' && origin instanceof Uint8Array ? { n, origin: toHex(origin) } : null;
}

function textOf(value: CborValue): string {
  return typeof value === 'string' ? value : '';
}

function flagBit(field: string): number {
  if (field === 'k:interpolated') return interpolatedBit;
  const index = boxFlags.indexOf(field.slice(2) as (typeof boxFlags)[number]);
  return index < 0 ? 0 : 1 << index;
}

/** Keys come from data: `constructor` and `__proto__` are names like any other. */
function ownValue(attributes: Attributes, key: string): CborValue {
  return Object.hasOwn(attributes, key) ? (attributes[key] ?? null) : null;
}

export function attributesOf(json: string | null): Attributes {
  return json === null ? {} : (JSON.parse(json) as Attributes);
}

/** Sorted, so that equal attributes are equal text; null for none. */
export function writeAttributes(attributes: ReadonlyMap<string, string | number | boolean>): string | null {
  if (attributes.size === 0) return null;
  const sorted = [...attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}
