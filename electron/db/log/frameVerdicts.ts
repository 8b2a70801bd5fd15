import { frameStates } from '../../../shared/domain/frame.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import type { Op } from '../../../shared/sync/operation.ts';
import { sameValue } from '../../../shared/sync/reverse.ts';
import type { ReadConnection } from '../connection.ts';
import type { BoxRows } from './boxRows.ts';
import type { HeadTable } from './headTable.ts';

/** The review states of frames: what was said of which boxes, whether it still counts, and who worked when. */
export class FrameVerdicts {
  readonly #c: ReadConnection;
  readonly #heads: HeadTable;
  readonly #boxes: BoxRows;

  constructor(connection: ReadConnection, heads: HeadTable, boxes: BoxRows) {
    this.#c = connection;
    this.#heads = heads;
    this.#boxes = boxes;
  }

  /** V2: approved and locked count for the boxes they were given for, and for no others, and while people agree about them. */
  store(id: number, value: CborValue): void {
    const [name, basis] = typeof value === 'string' ? [value, null] : (value as readonly [string, Uint8Array]);
    const stale = basis !== null && (this.#disputed(id) || !sameValue(this.#boxes.digest(id), basis));
    const state = frameStates.indexOf((stale ? 'labeled' : name) as (typeof frameStates)[number]);
    this.#c.prepare('update frame set state = ?, basis = ? where id = ?').run(Math.max(state, 0), basis, id);
    this.#noteChanged(id);
  }

  /** A verdict that was given for other boxes no longer counts; one that fits again does. */
  recheck(frame: number): void {
    const row = this.#c.prepare<{ basis: Buffer | null }>('select basis from frame where id = ?').get(frame);
    if (row === undefined || row.basis === null) return;
    const effective = this.#heads.effective('state', this.#heads.of(frame, 'state'));
    if (effective !== undefined) this.store(frame, effective.value);
  }

  /** V1: verdicts are only ever added; and who worked on the frame when. */
  noteWork(op: Op, r: number, frame: number): void {
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
      if (latest === undefined || one.h > latest.h || (one.h === latest.h && this.#heads.compareReplicas(one.r, latest.r) > 0))
        latest = one;
    }
    const approves = latest !== undefined && latest.state >= frameStates.indexOf('approved') ? 1 : 0;
    this.#c.prepare('update frame set changed = ? and state < ? where id = ?').run(approves, frameStates.indexOf('approved'), frame);
  }
}
