import type { Attributes } from '../../../shared/domain/annotation.ts';
import { boxFlags, interpolatedBit } from '../../../shared/domain/annotation.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { frameDigest } from '../../../shared/sync/frameDigest.ts';
import { fromHex, toHex } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import { attributesOf, writeAttributes } from './attributeText.ts';
import type { Entities } from './entities.ts';
import { sha256 } from './hash.ts';

/** A row of `box`, as the log works with it. */
export interface BoxRow {
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

/** What a new box starts with, beside what its operation names. */
export const noBox = { flags: 0, live: 1, angle: null, track: null, z: null, score: null, provenance: null, attributes: null };

/** Table `box`: the fields of boxes as they travel, and the counts of frames and categories that follow from them. */
export class BoxRows {
  readonly #c: ReadConnection;
  readonly #entities: Entities;
  readonly #categoryNo: (id: string) => number;

  /** @param categoryNo the local number of a category, made where it is first heard of */
  constructor(connection: ReadConnection, entities: Entities, categoryNo: (id: string) => number) {
    this.#c = connection;
    this.#entities = entities;
    this.#categoryNo = categoryNo;
  }

  get(id: number): BoxRow | undefined {
    return this.#c
      .prepare<BoxRow>(
        'select id, frame, category, x, y, w, h, flags, origin, live, angle, track, z, score, provenance, born, attributes from box where id = ?',
      )
      .get(id);
  }

  insert(row: BoxRow): void {
    this.#c
      .prepare(
        `insert into box (id, frame, category, x, y, w, h, flags, origin, live, angle, track, z, score, provenance, born, attributes)
         values (@id, @frame, @category, @x, @y, @w, @h, @flags, @origin, @live, @angle, @track, @z, @score, @provenance, @born, @attributes)`,
      )
      .run(row);
    this.#count(row, 1);
  }

  /** Brings a row to what `change` makes of it. */
  update(row: BoxRow, change: (row: BoxRow) => void): void {
    this.#count(row, -1);
    change(row);
    this.#c
      .prepare(
        `update box set category = @category, x = @x, y = @y, w = @w, h = @h, flags = @flags, origin = @origin, live = @live,
         angle = @angle, track = @track, z = @z, attributes = @attributes where id = @id`,
      )
      .run(row);
    this.#count(row, 1);
  }

  #count(row: BoxRow, by: number): void {
    if (row.live === 0) return;
    this.#c.prepare('update frame set boxes = boxes + ? where id = ?').run(by, row.frame);
    this.#c.prepare('update category set boxes = boxes + ? where id = ?').run(by, row.category);
  }

  /** The value of a field as it travels. */
  field(row: BoxRow, field: string): CborValue {
    if (field === 'g') return [row.x, row.y, row.w, row.h, row.angle ?? 0];
    if (field === 'c') return fromHex(this.#entities.categoryId(row.category));
    if (field === 't') return row.track;
    if (field === 'z') return row.z;
    if (field === 'life') return row.live;
    if (field.startsWith('k:')) return (row.flags & flagBit(field)) !== 0;
    if (field.startsWith('a:')) return ownValue(attributesOf(row.attributes), field.slice(2));
    return null;
  }

  /** Changes the row alone, not the table. */
  set(row: BoxRow, field: string, value: CborValue): void {
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

  /** A box as history shows it and as a delete remembers it. */
  snapshot(box: number): CborValue {
    const row = this.get(box);
    if (row === undefined) return null;
    return {
      c: fromHex(this.#entities.categoryId(row.category)),
      g: [row.x, row.y, row.w, row.h, row.angle ?? 0],
      k: row.flags,
      t: row.track,
      a: attributesOf(row.attributes),
    };
  }

  /** Names the boxes of a frame by their content: verdicts count for these and no others. */
  digest(frame: number): Uint8Array {
    const boxes = this.#c
      .prepare<BoxRow>('select id, category, x, y, w, h, flags, angle, track, attributes from box where frame = ? and live = 1')
      .all(frame);
    return frameDigest(
      sha256,
      boxes.map((row) => ({
        ...this.#entities.frameRef(row.id),
        category: this.#entities.categoryId(row.category),
        geometry: [row.x, row.y, row.w, row.h, row.angle ?? 0],
        flags: row.flags,
        track: row.track,
        attributes: attributesOf(row.attributes),
      })),
    );
  }
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
