import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyChange } from '../../../electron/db/log/edit.ts';
import { rebuild, stateDigest } from '../../../electron/db/log/rebuild.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { splitKey } from '../../../shared/domain/ids.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import { toHex } from '../../../shared/sync/operation.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';

/**
 * Shuffled histories of four replicas that judge and edit one another's frames, comment on them and answer one another: whatever arrives
 * in whatever order, all come to the same verdicts and threads, V1 to V3 of references/SYNC.md 2.7 hold, and the log alone gives the same state.
 */
const replicaIds = ['01', '02', '03', '04'].map((n) => n.repeat(16));

type Command =
  | { readonly kind: 'do'; readonly on: number; readonly what: number; readonly pick: number; readonly value: number }
  | { readonly kind: 'sync'; readonly from: number; readonly to: number; readonly part: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('do' as const), on: fc.nat(3), what: fc.nat(12), pick: fc.nat(30), value: fc.nat(9) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sync' as const), from: fc.nat(3), to: fc.nat(3), part: fc.nat(100) }) },
);

function name(store: MemoryStore, key: number): string {
  const { originNo, n } = splitKey(key);
  return `${store.c.log.entities.originId(originNo).slice(0, 2)}:${n}`;
}

interface Shown {
  readonly frames: readonly string[];
  readonly comments: readonly string[];
  /** As they are listed on the screen. */
  readonly threads: readonly (readonly string[])[];
  readonly verdicts: readonly string[];
  readonly work: readonly string[];
}

function shown(store: MemoryStore): Shown {
  const all = <T>(sql: string): readonly T[] => store.c.prepare<T>(sql).all();
  return {
    frames: all<{ id: number; state: number; changed: number; open_comments: number; comments: number; assignee: string | null }>(
      'select id, state, changed, open_comments, comments, assignee from frame',
    )
      .map((f) => `${name(store, f.id)} ${frameStates[f.state]} ${f.changed} ${f.comments}/${f.open_comments} ${f.assignee}`)
      .sort(),
    comments: all<{ id: number; text: string; resolved: number; live: number; x: number | null; issue: string | null }>(
      'select id, text, resolved, live, x, issue from comment',
    )
      .map((c) => `${name(store, c.id)} ${c.text} ${c.resolved} ${c.live} ${c.x} ${c.issue}`)
      .sort(),
    threads: all<{ id: number }>('select id from frame order by name').map(({ id: frame }) =>
      store
        .read('annotations.load', { frame, author: '' })
        .comments.map(({ id, parent, text }) => `${name(store, Number(id))} ${parent === null ? '' : name(store, Number(parent))} ${text}`),
    ),
    verdicts: all<{ frame: number; r: number; s: number; state: number; author: string }>('select frame, r, s, state, author from verdict')
      .map((v) => `${name(store, v.frame)} ${store.c.log.entities.originId(v.r).slice(0, 2)}.${v.s} ${v.state} ${v.author}`)
      .sort(),
    work: all<{ frame: number; author: string; edit: number; labeled: number }>(
      'select frame, author, edit_h >> 16 edit, labeled_h >> 16 labeled from frame_author',
    )
      .map((w) => `${name(store, w.frame)} ${w.author} ${w.edit} ${w.labeled}`)
      .sort(),
  };
}

function run(commands: readonly Command[]): void {
  const base = memoryStore('aa'.repeat(16));
  base.c.log.now = () => 1_600_000_000_000;
  importFrames(base, [stagedFrame('a.jpg', [[0, 10, 10, 20, 20]]), stagedFrame('b.jpg', [[1, 5, 5, 40, 30]])]);
  const stores = replicaIds.map((id) => base.clone(id));
  base.close();
  stores.forEach((store, i) => {
    // Two clocks are equal, so that things are said at the very same time.
    let time = 1_700_000_000_000 + Math.max(0, i - 1) * 41_000;
    store.c.log.now = () => (time += 1_000);
  });

  const deliver = (from: number, to: number, part: number): void => {
    const source = stores[from] as MemoryStore;
    const target = stores[to] as MemoryStore;
    const have = new Map(
      target.c
        .prepare<{ id: Buffer; seq: number }>('select id, seq from replica')
        .all()
        .map((row) => [toHex(row.id), row.seq]),
    );
    for (const row of source.c.prepare<{ no: number; id: Buffer; seq: number }>('select no, id, seq from replica').all()) {
      const id = toHex(row.id);
      if (id === replicaIds[to] || !replicaIds.includes(id)) continue;
      // Sometimes only the sender's own work, so that it arrives before what it builds on.
      if (part % 3 === 0 && id !== replicaIds[from]) continue;
      const known = have.get(id) ?? 0;
      const bodies = source.c
        .prepare<{ body: Buffer }>('select body from op where r = ? and s > ? and s <= ? order by s')
        .all(row.no, known, known + Math.ceil(((row.seq - known) * part) / 100))
        .map(({ body }) => body);
      target.c.log.mark();
      target.c.db.transaction(() => {
        target.c.log.receive(id, bodies);
        target.c.log.flush();
      })();
      target.c.log.collect();
    }
  };

  const act = ({ on, what, pick, value }: Extract<Command, { kind: 'do' }>): void => {
    const store = stores[on] as MemoryStore;
    const frames = store.c.prepare<{ id: number }>('select id from frame order by name').all();
    const frame = frames[pick % frames.length]?.id ?? 0;
    const boxes = store.c.prepare<{ id: number }>('select id from box where live = 1 order by id').all();
    const comments = store.c
      .prepare<{
        id: number;
        frame: number;
        author: string;
        reachable: number;
      }>(
        `select id, frame, author, parent is null or exists (select 1 from comment p where p.id = c.parent) reachable
         from comment c where live = 1 order by id`,
      )
      .all()
      // Where what it answers has not come in yet, a reply cannot be answered.
      .filter(({ reachable }) => reachable === 1);
    const box = boxes[pick % Math.max(boxes.length, 1)]?.id;
    const comment = comments[pick % Math.max(comments.length, 1)];
    const author = `p${on}`;
    const own = comment?.author === author;
    const change = ((): object | null => {
      switch (what) {
        case 0:
        case 1:
          return { op: 'state', frame, state: frameStates[value % frameStates.length] };
        case 2:
          return box === undefined ? null : { op: 'set', box, bbox: [value, value, 5, 5] };
        case 3:
          return { op: 'add', frame, category: value % 2, bbox: [value, pick, 4, 4] };
        case 4:
          return box === undefined ? null : { op: 'delete', box };
        case 5:
          return { op: 'comment', frame, text: `t${value}`, ...(value > 4 ? { point: [value, pick], issue: 'missing' } : {}) };
        case 6:
        case 7:
          return comment === undefined ? null : { op: 'editComment', comment: String(comment.id), resolved: value % 2 === 0 };
        case 8:
          return comment === undefined || !own ? null : { op: 'editComment', comment: String(comment.id), text: `e${value}` };
        case 9:
        case 10:
        case 11:
          return comment === undefined ? null : { op: 'comment', frame: comment.frame, parent: String(comment.id), text: `r${value}` };
        default:
          return comment === undefined || !own ? null : { op: 'deleteComment', comment: String(comment.id) };
      }
    })();
    if (change === null) return;
    store.c.log.mark();
    store.c.db.transaction(() => {
      store.c.log.step({ author, actor: 0 }, (step) => applyChange(store.c, step, change as Change, 0));
      store.c.log.flush();
    })();
    store.c.log.collect();
  };

  /** What the rules say of every frame of a store, from the log alone. */
  const holds = (store: MemoryStore): void => {
    for (const { id, state, changed, basis } of store.c
      .prepare<{ id: number; state: number; changed: number; basis: Buffer | null }>('select id, state, changed, basis from frame')
      .all()) {
      const name = frameStates[state];
      const disputed = store.c.prepare('select 1 from conflict where frame = ? and hard = 1').get(id) !== undefined;
      // V2: approved only of exactly these boxes, and while nobody is at odds about them.
      if (name === 'approved' || name === 'locked') {
        expect(basis?.equals(Buffer.from(store.c.log.state.boxes.digest(id)))).toBe(true);
        expect(disputed).toBe(false);
        expect(changed).toBe(0);
      }
      // V3: where a rejection has not been answered, it holds.
      const heads = store.c.log.state.heads(id, 'frame', 'state').map(({ value }) => value);
      if (heads.includes('needs_fix')) expect(name).toBe('needs_fix');
      // Threads are counted: one stands while a word of it does, and is open until its first comment is resolved.
      const comments = store.c
        .prepare<{ id: number; parent: number | null; live: number; resolved: number }>(
          'select id, parent, live, resolved from comment where frame = ?',
        )
        .all(id);
      const standing = new Set(comments.filter(({ live }) => live === 1).map((one) => one.parent ?? one.id));
      const closed = comments.filter((one) => standing.has(one.id) && one.parent === null && one.resolved === 1);
      expect(store.c.prepare('select comments, open_comments from frame where id = ?').get(id)).toEqual({
        comments: standing.size,
        open_comments: standing.size - closed.length,
      });
    }
  };

  for (const one of commands) {
    if (one.kind === 'do') act(one);
    else if (one.from !== one.to) {
      deliver(one.from, one.to, one.part);
      holds(stores[one.to] as MemoryStore);
    }
  }
  for (let round = 0; round < 2; round++)
    for (let from = 0; from < 4; from++) for (let to = 0; to < 4; to++) if (from !== to) deliver(from, to, 100);
  const states = stores.map(shown);
  for (const other of states) expect(other).toEqual(states[0]);
  for (const store of stores) {
    holds(store);
    // V1: verdicts are only ever added, so everybody has every one that was given.
    const given = store.c.prepare<{ n: number }>('select count(*) n from op where k = 6').get()?.n;
    expect(store.c.prepare<{ n: number }>('select count(*) n from verdict').get()?.n).toBe(given);
    // Nothing that was said is lost, and every word that stands is on the screen.
    const said = store.c.prepare<{ n: number }>('select count(*) n from op where k = 7').get()?.n;
    expect(store.c.prepare<{ n: number }>('select count(*) n from comment').get()?.n).toBe(said);
    const standing = store.c.prepare<{ n: number }>('select count(*) n from comment where live = 1').get()?.n;
    const listed = store.c
      .prepare<{ id: number }>('select id from frame')
      .all()
      .flatMap(({ id }) => store.read('annotations.load', { frame: id, author: '' }).comments);
    expect(listed.filter(({ removed }) => !removed)).toHaveLength(standing ?? -1);
  }
  const [first] = stores as [MemoryStore];
  const before = stateDigest(first.c);
  first.c.log.mark();
  first.c.db.transaction(() => rebuild(first.c, first.c.log))();
  expect(stateDigest(first.c)).toBe(before);
  for (const store of stores) store.close();
}

test('verdicts and threads of four replicas come to the same in every order, and approved is said of what was judged alone', () => {
  fc.assert(fc.property(fc.array(command, { minLength: 8, maxLength: 50, size: 'max' }), run), {
    numRuns: Number(process.env.HARDCASE_RUNS ?? 40),
  });
}, 120_000);
