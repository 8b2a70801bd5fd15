import type { CborValue } from '../../../shared/sync/cbor.ts';
import { toHex } from '../../../shared/sync/operation.ts';
import type { Op } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import type { Entities } from './entities.ts';

/** Table `comment`, and how many threads each frame has. */
export class CommentRows {
  readonly #c: ReadConnection;
  readonly #entities: Entities;

  constructor(connection: ReadConnection, entities: Entities) {
    this.#c = connection;
    this.#entities = entities;
  }

  add(op: Op, id: number, frame: number): void {
    const { text, box, point, issue, parent } = commentBirth(op.writes.find((w) => w.field === 'text')?.value);
    this.#c
      .prepare(
        `insert or ignore into comment (id, frame, box, text, author, time, live, born, x, y, issue, parent)
         values (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        frame,
        box === null ? null : this.#entities.key(box),
        text,
        op.author,
        Number(op.clock >> 16n),
        op.seq,
        point?.[0] ?? null,
        point?.[1] ?? null,
        issue,
        parent === null ? null : this.#entities.key(parent),
      );
    this.countThreads(frame);
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

  /** The value of a field as it travels. */
  field(id: number, field: string): CborValue {
    const row = this.#c
      .prepare<{ live: number; text: string; resolved: number }>('select live, text, resolved from comment where id = ?')
      .get(id);
    if (row === undefined) return null;
    return field === 'life' ? row.live : field === 'text' ? row.text : field === 'resolved' ? row.resolved === 1 : null;
  }

  /** Gives the frame of the comment, or undefined where it is not here. */
  store(id: number, field: string, value: CborValue): number | undefined {
    const row = this.#c.prepare<{ frame: number }>('select frame from comment where id = ?').get(id);
    if (row === undefined) return undefined;
    if (field === 'text') this.#c.prepare('update comment set text = ? where id = ?').run(textOf(value), id);
    else if (field === 'life') this.#c.prepare('update comment set live = ? where id = ?').run(value === 0 ? 0 : 1, id);
    else if (field === 'resolved') this.#c.prepare('update comment set resolved = ? where id = ?').run(value === true ? 1 : 0, id);
    if (field !== 'text') this.countThreads(row.frame);
    return row.frame;
  }
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
