import { conflictId, conflictKind, editedWhileDeleted, fieldConflict } from '../../../shared/sync/conflicts.ts';
import { decodeOp } from '../../../shared/sync/operation.ts';
import type { Head, LocalDot } from '../../../shared/sync/register.ts';
import type { ReadConnection } from '../connection.ts';
import type { BoxRows } from './boxRows.ts';
import { categoryOf } from './entities.ts';
import type { Entities, Entity } from './entities.ts';
import { sha256 } from './hash.ts';
import type { HeadTable } from './headTable.ts';

/** Table `conflict`: what people have to settle. */
export class ConflictList {
  readonly #c: ReadConnection;
  readonly #entities: Entities;
  readonly #heads: HeadTable;
  readonly #boxes: BoxRows;

  constructor(connection: ReadConnection, entities: Entities, heads: HeadTable, boxes: BoxRows) {
    this.#c = connection;
    this.#entities = entities;
    this.#heads = heads;
    this.#boxes = boxes;
  }

  /** One row a field, as long as its siblings disagree. */
  keep(entity: Entity, kind: string, field: string, heads: readonly Head[]): void {
    this.#c.prepare("delete from conflict where e = ? and fld = ? and kind <> 'edit-vs-delete'").run(entity, field);
    const severity = fieldConflict(field, heads);
    if (severity === 'none') return;
    const what = conflictKind(field, entity < 0);
    const ref =
      kind === 'dataset'
        ? ({ kind } as const)
        : kind === 'category'
          ? this.#entities.categoryRef(categoryOf(entity))
          : this.#entities.ref(kind as 'box' | 'frame' | 'comment', entity);
    const dots = heads.map((head) => this.#entities.globalDot(head));
    const opened = latestClock(heads);
    const frame = kind === 'frame' ? entity : kind === 'box' ? (this.#boxes.get(entity)?.frame ?? null) : null;
    this.#c
      .prepare('insert or replace into conflict (id, e, frame, kind, hard, fld, opened_h) values (?, ?, ?, ?, ?, ?, ?)')
      .run(conflictId(sha256, what, ref, field, dots), entity, frame, what, severity === 'hard' ? 1 : 0, field, opened);
  }

  /** M8: a box that somebody deleted without having seen what somebody else did to it. */
  keepDeletion(box: Entity): void {
    this.#c.prepare("delete from conflict where e = ? and kind = 'edit-vs-delete'").run(box);
    const heads = this.#heads.ofPeople(box);
    if (heads.length === 0) return;
    const dead = this.#heads.of(box, 'life').map((head) => ({ head, seen: head.value === 0 ? this.#seenBy(head) : [] }));
    const unseen = editedWhileDeleted(dead, heads);
    if (unseen.length === 0) return;
    const dots = [...dead.map(({ head }) => head), ...unseen].map((head) => this.#entities.globalDot(head));
    const opened = latestClock([...heads, ...dead.map(({ head }) => head)]);
    this.#c
      .prepare("insert or replace into conflict (id, e, frame, kind, hard, fld, opened_h) values (?, ?, ?, 'edit-vs-delete', 1, 'life', ?)")
      .run(
        conflictId(sha256, 'edit-vs-delete', this.#entities.ref('box', box), 'life', dots),
        box,
        this.#boxes.get(box)?.frame ?? null,
        opened,
      );
  }

  #seenBy(deletion: LocalDot): readonly LocalDot[] {
    const body = this.#c.prepare<{ body: Buffer }>('select body from op where r = ? and s = ?').get(deletion.r, deletion.s)?.body;
    if (body === undefined) return [];
    return (decodeOp(body, this.#entities.originId(deletion.r)).seen ?? []).map((dot) => this.#entities.dot(dot));
  }
}

function latestClock(heads: readonly Head[]): bigint {
  return heads.reduce((latest, head) => (head.clock > latest ? head.clock : latest), 0n);
}
