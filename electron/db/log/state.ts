import { frameStates } from '../../../shared/domain/frame.ts';
import { splitKey } from '../../../shared/domain/ids.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { fromHex } from '../../../shared/sync/operation.ts';
import type { ActorKind, Op } from '../../../shared/sync/operation.ts';
import { applyWrite } from '../../../shared/sync/register.ts';
import type { Head, LocalDot } from '../../../shared/sync/register.ts';
import type { ReadConnection } from '../connection.ts';
import { BoxRows, noBox } from './boxRows.ts';
import type { BoxRow } from './boxRows.ts';
import { CommentRows } from './commentRows.ts';
import { ConflictList } from './conflictList.ts';
import { categoryEntity, categoryOf, datasetEntity } from './entities.ts';
import type { Entities, Entity } from './entities.ts';
import { FrameVerdicts } from './frameVerdicts.ts';
import { HeadTable } from './headTable.ts';
import { categoryField, setCategoryField, setDatasetField } from './ontology.ts';

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
  readonly headTable: HeadTable;
  readonly boxes: BoxRows;
  readonly verdicts: FrameVerdicts;
  readonly comments: CommentRows;
  readonly #conflicts: ConflictList;
  /** Local numbers for the ids that fields of categories name. */
  readonly #ontology = {
    category: (id: string): number => this.categoryFor(id),
    box: (ref: { readonly origin: string; readonly n: number }): number => this.entities.key(ref),
  };

  constructor(connection: ReadConnection, entities: Entities) {
    this.#c = connection;
    this.entities = entities;
    this.headTable = new HeadTable(connection, entities);
    this.boxes = new BoxRows(connection, entities, (id) => this.categoryFor(id));
    this.verdicts = new FrameVerdicts(connection, this.headTable, this.boxes);
    this.comments = new CommentRows(connection, entities);
    this.#conflicts = new ConflictList(connection, entities, this.headTable, this.boxes);
    this.load();
  }

  load(): void {
    this.vector.clear();
    for (const row of this.#c.prepare<{ no: number; seq: number }>('select no, seq from replica').all()) this.vector.set(row.no, row.seq);
    this.many = this.vector.size > 1;
    this.rev = Number(this.#c.prepare<{ value: number }>("select value from meta where key = 'rev'").get()?.value ?? 0);
  }

  readonly #known = (dot: LocalDot): boolean => dot.s <= (this.vector.get(dot.r) ?? 0);

  /** Applies one operation of replica `r`. The caller has put it into the log. */
  apply(op: Op, r: number): void {
    this.vector.set(r, op.seq);
    if (op.kind === 'meta') return this.#declare(op, r);
    if (op.entity === undefined) return;
    const own: Entity | undefined =
      op.entity.kind === 'category' ? categoryEntity(this.categoryFor(op.entity.id)) : this.entities.local(op.entity);
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
    if (frame !== null) this.verdicts.noteWork(op, r, frame);
  }

  // ---------------------------------------------------------------- births

  #addBox(op: Op, r: number, id: number, frame: number): void {
    if (this.boxes.get(id) !== undefined) {
      // The same id from two hands (a cloned replica): its fields become siblings, nothing is overwritten.
      this.#writeAll(op, r, id, 'box', [...op.writes.filter((w) => w.entity === undefined), { field: 'life', value: 1, replaces: [] }]);
      return;
    }
    const row: BoxRow = { ...noBox, id, frame, category: 0, x: 0, y: 0, w: 0, h: 0, origin: originIndex[op.actor], born: op.seq };
    for (const write of op.writes) {
      if (write.entity !== undefined) continue;
      if (write.field === '@p') this.#setProvenance(row, write.value, r);
      else this.boxes.set(row, write.field, write.value);
    }
    this.boxes.insert(row);
    this.touch(frame);
    if (this.many) this.settle(id, { r, s: op.seq });
    this.verdicts.recheck(frame);
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

  #addCategory(op: Op, r: number, id: number): void {
    const value = Object.fromEntries(op.writes.map((w) => [w.field, w.value]));
    this.addCategoryRow(id, { r, s: op.seq }, value, op);
  }

  /** Also for the categories a pack brings. `fields`: name, super, ord, source. */
  addCategoryRow(id: number, birth: LocalDot, fields: { readonly [field: string]: CborValue | undefined }, op: Op): void {
    const row = this.#c.prepare<{ s: number }>('select s from category where id = ?').get(id);
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

  /** The number of a category, made when it is first heard of; its `add`, or a pack, fills it in. */
  categoryFor(id: string): number {
    const known = this.entities.categoryNo(id);
    if (known !== undefined) return known;
    const no = (this.#c.prepare<{ no: number | null }>('select max(id) no from category').get()?.no ?? -1) + 1;
    this.#c.prepare("insert into category (id, entity, name, ord, r, s) values (?, ?, '', ?, 0, 0)").run(no, fromHex(id), no);
    return no;
  }

  #addComment(op: Op, r: number, id: number, frame: number): void {
    this.comments.add(op, id, frame);
    this.touch(frame);
    if (this.many) this.settle(id, { r, s: op.seq });
  }

  /** A thing has arrived: fields somebody wrote before that get the birth as a sibling, unless it was already replaced. */
  settle(entity: Entity, birth: LocalDot): void {
    for (const field of this.headTable.fields(entity)) {
      const wasReplaced = this.headTable.takeEarly(entity, field, birth);
      const kind = this.#kindOf(entity);
      if (!wasReplaced) {
        const base = this.#baseHead(entity, kind, field);
        if (base !== undefined) this.headTable.insert(entity, field, this.headTable.withClock(base));
      }
      const effective = this.headTable.effective(field, this.headTable.of(entity, field));
      if (effective !== undefined) this.#store(entity, kind, [[field, effective.value]]);
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
    if (kind === 'box' && (writes.some((write) => write.field === 'life') || this.boxes.get(entity)?.live === 0))
      this.#conflicts.keepDeletion(entity);
  }

  /** A2 for one field. Gives the head that counts now, or undefined where the thing itself has not arrived. */
  #write(entity: Entity, kind: string, field: string, head: Head, replaces: readonly LocalDot[]): Head | undefined {
    const rows = this.headTable.of(entity, field);
    const base = rows.length === 0 ? this.#baseHead(entity, kind, field) : undefined;
    const heads = base === undefined ? rows : [base];
    const wasEarly = this.many && this.headTable.takeEarly(entity, field, head);
    const change = applyWrite(heads, head, replaces, wasEarly, this.#known);
    for (const old of rows) if (!change.heads.includes(old)) this.headTable.remove(entity, field, old);
    if (base !== undefined && change.heads.includes(base)) this.headTable.insert(entity, field, this.headTable.withClock(base));
    if (!wasEarly) this.headTable.insert(entity, field, head);
    if (this.many || rows.length > 1 || change.heads.length > 1) this.#conflicts.keep(entity, kind, field, change.heads);
    for (const dot of change.early) this.headTable.noteEarly(entity, field, dot);
    if (base === undefined && rows.length === 0 && !this.#exists(entity, kind)) return undefined;
    return this.headTable.effective(field, change.heads);
  }

  #exists(entity: Entity, kind: string): boolean {
    if (kind === 'dataset') return true;
    if (kind === 'box') return this.boxes.get(entity) !== undefined;
    if (kind === 'frame') return this.#c.prepare('select 1 from frame where id = ?').get(entity) !== undefined;
    if (kind === 'category')
      return (this.#c.prepare<{ s: number }>('select s from category where id = ?').get(categoryOf(entity))?.s ?? 0) !== 0;
    return this.#c.prepare('select 1 from comment where id = ?').get(entity) !== undefined;
  }

  /** The write of the birth, where the thing is here. Its clock is filled in by `withClock` where it matters. */
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
      const row = this.boxes.get(entity);
      if (row === undefined) return undefined;
      if (row.born !== null) return { r: origin, s: row.born, actor: row.provenance === null ? 0 : 1 };
    } else if (this.#c.prepare('select 1 from frame where id = ?').get(entity) === undefined) return undefined;
    const pack = this.#c.prepare<{ r: number | null; s: number | null }>('select r, s from pack where no = ?').get(origin);
    return pack === undefined || pack.r === null || pack.s === null ? undefined : { r: pack.r, s: pack.s, actor: 2 };
  }

  // ---------------------------------------------------------------- columns

  /** The value a field's column shows, as it travels. */
  #column(entity: Entity, kind: string, field: string): CborValue {
    if (kind === 'box') {
      const row = this.boxes.get(entity);
      return row === undefined ? null : this.boxes.field(row, field);
    }
    if (kind === 'frame') {
      if (field.startsWith('tag:'))
        return this.#c.prepare('select 1 from frame_tag where frame = ? and tag = ?').get(entity, field.slice(4)) === undefined ? 0 : 1;
      const row = this.#c
        .prepare<{ state: number; split: string | null; assignee: string | null }>('select state, split, assignee from frame where id = ?')
        .get(entity);
      if (row === undefined) return null;
      if (field === 'state') return frameStates[row.state] ?? 'unlabeled';
      return field === 'split' ? row.split : field === 'assignee' ? row.assignee : null;
    }
    if (kind === 'category') return categoryField(this.#c, categoryOf(entity), field);
    return this.comments.field(entity, field);
  }

  /** Brings effective values into the columns, with everything that is counted from them (A3). */
  #store(entity: Entity, kind: string, values: readonly (readonly [string, CborValue])[]): void {
    if (kind === 'box') return this.#storeBox(entity, values);
    if (kind === 'frame') for (const [field, value] of values) this.#storeFrame(entity, field, value);
    else if (kind === 'category')
      for (const [field, value] of values) setCategoryField(this.#c, this.#ontology, categoryOf(entity), field, value);
    else if (kind === 'dataset') for (const [field, value] of values) setDatasetField(this.#c, field, value);
    else {
      for (const [field, value] of values) {
        const frame = this.comments.store(entity, field, value);
        if (frame !== undefined) this.touch(frame);
      }
    }
  }

  #storeBox(id: number, values: readonly (readonly [string, CborValue])[]): void {
    const row = this.boxes.get(id);
    if (row === undefined) return;
    this.boxes.update(row, () => {
      for (const [field, value] of values) this.boxes.set(row, field, value);
      row.origin = this.#originOf(row);
    });
    this.touch(row.frame);
    this.verdicts.recheck(row.frame);
  }

  /** A box is a person's as soon as a person's value stands in one of its fields. */
  #originOf(row: BoxRow): number {
    const birth = row.born === null ? 2 : row.provenance === null ? 0 : 1;
    if (birth === 0) return 0;
    return this.headTable.isPersons(row.id) ? 0 : birth;
  }

  #storeFrame(id: number, field: string, value: CborValue): void {
    if (field.startsWith('tag:')) {
      const tag = field.slice(4);
      if (value === 1) this.#c.prepare('insert or ignore into frame_tag (frame, tag) values (?, ?)').run(id, tag);
      else this.#c.prepare('delete from frame_tag where frame = ? and tag = ?').run(id, tag);
    } else if (field === 'split') {
      this.#c.prepare('update frame set split = ? where id = ?').run(value, id);
      this.verdicts.recheck(id);
    } else if (field === 'assignee') this.#c.prepare('update frame set assignee = ? where id = ?').run(value, id);
    else if (field === 'state') this.verdicts.store(id, value);
    this.touch(id);
  }

  // ---------------------------------------------------------------- reading

  /** Marks a frame as changed in this transaction. */
  touch(frame: number): void {
    this.#c.prepare('update frame set rev = ? where id = ?').run(this.rev, frame);
  }

  /** The head that counts, or undefined where the thing does not exist. */
  effective(entity: Entity, kind: string, field: string): Head | undefined {
    const rows = this.headTable.of(entity, field);
    if (rows.length > 0) return this.#exists(entity, kind) ? this.headTable.effective(field, rows) : undefined;
    return this.#baseHead(entity, kind, field);
  }

  /** All heads of a field, the birth's included. */
  heads(entity: Entity, kind: string, field: string): readonly Head[] {
    const rows = this.headTable.of(entity, field);
    if (rows.length > 0) return rows;
    const base = this.#baseHead(entity, kind, field);
    return base === undefined ? [] : [base];
  }
}
