import { AppError } from '../../../shared/errors.ts';
import { joinKey, splitKey } from '../../../shared/domain/ids.ts';
import { fromHex, toHex } from '../../../shared/sync/operation.ts';
import type { Dot, EntityRef, Id } from '../../../shared/sync/operation.ts';
import type { LocalDot } from '../../../shared/sync/register.ts';
import type { ReadConnection } from '../connection.ts';

/** A thing by its local number: a key of a frame, box or comment; a category is `-1 - id`; the dataset is below them all. */
export type Entity = number;

/** Category ids end at 65,535. */
export const datasetEntity: Entity = -100_000;

export function categoryEntity(id: number): Entity {
  return -1 - id;
}
export function categoryOf(entity: Entity): number {
  return -1 - entity;
}

/** Numbers of origins (replicas, packs, runs) and categories, both ways. Kept in memory; `forget` after a rollback. */
export class Entities {
  readonly #connection: ReadConnection;
  readonly #numbers = new Map<Id, number>();
  readonly #ids = new Map<number, Id>();
  readonly #categoryIds = new Map<Id, number>();
  readonly #categoryEntities = new Map<number, Id>();

  constructor(connection: ReadConnection) {
    this.#connection = connection;
  }

  forget(): void {
    this.#numbers.clear();
    this.#ids.clear();
    this.#categoryIds.clear();
    this.#categoryEntities.clear();
  }

  /** Interns an origin. `kind` counts only where it is new. */
  originNo(id: Id, kind: 'replica' | 'pack' | 'run' = 'replica'): number {
    let no = this.#numbers.get(id);
    if (no !== undefined) return no;
    no = this.#connection.prepare<{ no: number }>('select no from origin where id = ?').get(fromHex(id))?.no;
    if (no === undefined) {
      no = (this.#connection.prepare<{ no: number | null }>('select max(no) no from origin').get()?.no ?? 0) + 1;
      if (no >= 2 ** 21) throw new AppError('too_large', 'This dataset has too many imports and computers.');
      this.#connection.prepare('insert into origin (no, id, kind) values (?, ?, ?)').run(no, fromHex(id), kind);
    }
    this.#numbers.set(id, no);
    this.#ids.set(no, id);
    return no;
  }

  originId(no: number): Id {
    let id = this.#ids.get(no);
    if (id === undefined) {
      const row = this.#connection.prepare<{ id: Buffer }>('select id from origin where no = ?').get(no);
      if (row === undefined) throw new AppError('corrupt', 'The dataset names an import or computer it does not know.', { origin: no });
      id = toHex(row.id);
      this.#ids.set(no, id);
      this.#numbers.set(id, no);
    }
    return id;
  }

  dot(dot: Dot): LocalDot {
    return { r: this.originNo(dot.replica), s: dot.seq };
  }
  globalDot(dot: LocalDot): Dot {
    return { replica: this.originId(dot.r), seq: dot.s };
  }

  /** The wire id of a category. */
  categoryId(category: number): Id {
    let id = this.#categoryEntities.get(category);
    if (id === undefined) {
      const row = this.#connection.prepare<{ entity: Buffer }>('select entity from category where id = ?').get(category);
      if (row === undefined) throw new AppError('not_found', 'This category does not exist.', { category });
      id = toHex(row.entity);
      this.#categoryEntities.set(category, id);
      this.#categoryIds.set(id, category);
    }
    return id;
  }

  /** The local number of a category, or undefined where it has not arrived. */
  categoryNo(id: Id): number | undefined {
    let category = this.#categoryIds.get(id);
    if (category === undefined) {
      category = this.#connection.prepare<{ id: number }>('select id from category where entity = ?').get(fromHex(id))?.id;
      if (category !== undefined) {
        this.#categoryIds.set(id, category);
        this.#categoryEntities.set(category, id);
      }
    }
    return category;
  }

  key(ref: { readonly origin: Id; readonly n: number }): number {
    return joinKey(this.originNo(ref.origin), ref.n);
  }
  frameRef(key: number): { readonly origin: Id; readonly n: number } {
    const { originNo, n } = splitKey(key);
    return { origin: this.originId(originNo), n };
  }
  ref(kind: 'frame' | 'box' | 'comment', key: number): EntityRef {
    return { kind, ...this.frameRef(key) };
  }
  categoryRef(category: number): EntityRef {
    return { kind: 'category', id: this.categoryId(category) };
  }
  /** Error where a category has not been made yet. */
  local(ref: EntityRef): Entity | undefined {
    if (ref.kind === 'dataset') return datasetEntity;
    if (ref.kind !== 'category') return this.key(ref);
    const category = this.categoryNo(ref.id);
    return category === undefined ? undefined : categoryEntity(category);
  }
}
