import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyChange } from '../../../electron/db/log/edit.ts';
import { rebuild } from '../../../electron/db/log/rebuild.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { splitKey } from '../../../shared/domain/ids.ts';
import { decodeOp, toHex } from '../../../shared/sync/operation.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';

/**
 * Shuffled histories of four replicas on the real code against a plain model. The model knows nothing of tables: it keeps, for
 * each replica, the set of writes it has heard of, and looks a field up by the rules of references/SYNC.md 2.6 every time.
 */

interface ModelWrite {
  readonly id: string; // replica:seq
  readonly replica: string;
  readonly seq: number;
  readonly key: string; // entity|field
  readonly value: string;
  readonly clock: bigint;
  readonly human: boolean;
  readonly replaces: readonly string[];
}

const replicaIds = ['01', '02', '03', '04'].map((n) => n.repeat(16));
const importer = 'aa'.repeat(16);

class Model {
  readonly heard = new Set<ModelWrite>();
  readonly born = new Set<string>();

  heads(key: string): ModelWrite[] {
    const writes = [...this.heard].filter((w) => w.key === key);
    const replaced = new Set([...this.heard].filter((w) => w.key === key).flatMap((w) => w.replaces));
    return writes.filter((w) => !replaced.has(w.id));
  }

  value(key: string): ModelWrite | undefined {
    const heads = this.heads(key).sort((a, b) => {
      if (a.human !== b.human) return a.human ? 1 : -1;
      if (a.clock !== b.clock) return a.clock < b.clock ? -1 : 1;
      return a.replica < b.replica ? -1 : a.replica > b.replica ? 1 : a.seq - b.seq;
    });
    if (key.endsWith('|life')) return heads.find((w) => w.value === '0') ?? heads.at(-1);
    if (key.includes('|tag:')) return heads.find((w) => w.value === '1') ?? heads.at(-1);
    if (key.endsWith('|split')) return heads.toSorted((a, b) => (a.clock < b.clock ? -1 : 1))[0];
    return heads.at(-1);
  }
}

type Command =
  | { readonly kind: 'edit'; readonly on: number; readonly pick: number; readonly what: number; readonly value: number }
  | { readonly kind: 'sync'; readonly from: number; readonly to: number; readonly part: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('edit' as const), on: fc.nat(3), pick: fc.nat(50), what: fc.nat(9), value: fc.nat(6) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sync' as const), from: fc.nat(3), to: fc.nat(3), part: fc.nat(100) }) },
);

function globalId(store: MemoryStore, key: number): string {
  const { originNo, n } = splitKey(key);
  return `${store.c.log.entities.originId(originNo)}:${n}`;
}

function localKey(store: MemoryStore, id: string): number {
  const [origin = '', n] = id.split(':');
  return store.c.log.entities.key({ origin, n: Number(n) });
}

/** The effective state of every box and frame of a store, by names that mean the same everywhere. */
function shown(store: MemoryStore): Map<string, string> {
  const out = new Map<string, string>();
  const category = new Map(
    store.c
      .prepare<{ id: number; entity: Buffer }>('select id, entity from category')
      .all()
      .map((row) => [row.id, row.entity.toString('hex')]),
  );
  for (const row of store.c
    .prepare<{
      id: number;
      category: number;
      x: number;
      y: number;
      w: number;
      h: number;
      live: number;
      flags: number;
      attributes: string | null;
      track: number | null;
    }>('select * from box')
    .all()) {
    const id = globalId(store, row.id);
    out.set(`${id}|life`, String(row.live));
    out.set(`${id}|g`, JSON.stringify([row.x, row.y, row.w, row.h, 0]));
    out.set(`${id}|c`, category.get(row.category) ?? '');
    out.set(`${id}|k:occluded`, String((row.flags & 1) === 1));
    out.set(`${id}|t`, JSON.stringify(row.track));
    out.set(
      `${id}|a:colour`,
      JSON.stringify(row.attributes === null ? null : ((JSON.parse(row.attributes) as { colour?: unknown }).colour ?? null)),
    );
  }
  for (const row of store.c.prepare<{ id: number; split: string | null }>('select id, split from frame').all())
    out.set(`${globalId(store, row.id)}|split`, JSON.stringify(row.split));
  return out;
}

function display(value: unknown): string {
  if (value instanceof Uint8Array) return toHex(value);
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

const lifeOrTag = /\|(life|tag:.*)$/;

function run(commands: readonly Command[]): void {
  const base = memoryStore(importer);
  importFrames(base, [
    stagedFrame('a.jpg', [
      [0, 10, 10, 20, 20],
      [1, 50, 50, 9, 9],
    ]),
    stagedFrame('b.jpg', [[1, 5, 5, 40, 30]]),
  ]);
  const stores = replicaIds.map((id) => base.clone(id));
  const models = replicaIds.map(() => new Model());
  const log: Map<string, { readonly seq: number; readonly body: Buffer; readonly writes: readonly ModelWrite[] }[]> = new Map(
    replicaIds.map((id) => [id, []]),
  );
  const frames = base.c
    .prepare<{ id: number }>('select id from frame order by id')
    .all()
    .map((row) => globalId(base, row.id));
  const baseValues = shown(base);
  base.close();
  // What the import wrote: one write a field, by the importer's first operation.
  for (const model of models)
    for (const [key, value] of baseValues)
      model.heard.add({ id: `${importer}:1`, replica: importer, seq: 1, key, value, clock: 0n, human: false, replaces: [] });
  for (const id of new Set([...baseValues.keys()].map((key) => key.split('|')[0] ?? ''))) for (const model of models) model.born.add(id);
  stores.forEach((store, i) => (store.c.log.now = () => 1_700_000_000_000 + i * 37_000));

  const deliver = (from: number, to: number, part: number): void => {
    const target = stores[to] as MemoryStore;
    const vector = new Map(
      target.c
        .prepare<{ id: Buffer; seq: number }>('select id, seq from replica')
        .all()
        .map((row) => [toHex(row.id), row.seq]),
    );
    const source = stores[from] as MemoryStore;
    for (const row of source.c.prepare<{ no: number; id: Buffer; seq: number }>('select no, id, seq from replica').all()) {
      const id = toHex(row.id);
      if (id === replicaIds[to] || id === importer) continue;
      // Sometimes only the sender's own work, so that it arrives before what it builds on.
      if (part % 3 === 0 && id !== replicaIds[from]) continue;
      const have = vector.get(id) ?? 0;
      const upTo = have + Math.ceil(((row.seq - have) * part) / 100);
      // Some of it again: what is known already must do nothing.
      const bodies = source.c
        .prepare<{ body: Buffer }>('select body from op where r = ? and s > ? and s <= ? order by s')
        .all(row.no, Math.max(0, have - 1), upTo);
      target.c.log.mark();
      target.c.db.transaction(() => {
        target.c.log.receive(
          id,
          bodies.map((b) => b.body),
        );
        target.c.log.flush();
      })();
      target.c.log.collect();
      for (const entry of log.get(id) ?? [])
        if (entry.seq > have && entry.seq <= upTo) for (const write of entry.writes) (models[to] as Model).heard.add(write);
    }
  };

  const edit = (on: number, pick: number, what: number, value: number): void => {
    const store = stores[on] as MemoryStore;
    const model = models[on] as Model;
    const boxes = store.c.prepare<{ id: number; live: number }>('select id, live from box order by id').all();
    const box = boxes[pick % boxes.length];
    const frameId = frames[pick % frames.length] ?? '';
    const frame = localKey(store, frameId);
    const categories = store.c.prepare<{ id: number }>('select id from category order by ord').all();
    const category = categories[value % categories.length]?.id ?? 0;
    const before = store.c.log.seq;
    store.c.log.mark();
    store.c.db.transaction(() => {
      store.c.log.step({ author: `p${on}`, actor: 0 }, (step) => {
        const change = (c: unknown): unknown => applyChange(store.c, step, c as Change, 0);
        if (what <= 1 || box === undefined)
          change({ op: 'add', frame, category, bbox: [value, pick, 10, 10], ...(value > 3 ? { flags: ['occluded'] } : {}) });
        else if (what === 8)
          step.op({ kind: 'put', entity: { kind: 'frame', key: frame }, frame, writes: [{ field: 'split', value: `s${value}` }] });
        else if (box.live === 0) {
          if (what === 2) step.op({ kind: 'undel', entity: { kind: 'box', key: box.id }, writes: [{ field: 'life', value: 1 }] });
        } else if (what === 2 || what === 3) change({ op: 'delete', box: box.id });
        else if (what === 4 || what === 5) change({ op: 'set', box: box.id, bbox: [value, value, 5, 5] });
        else if (what === 6) change({ op: 'set', box: box.id, category, track: value });
        else if (what === 7)
          change({ op: 'set', box: box.id, flags: value % 2 ? ['occluded'] : [], attributes: { colour: value % 3 ? `c${value}` : null } });
        else change({ op: 'set', box: box.id, track: null });
      });
      store.c.log.flush();
    })();
    store.c.log.collect();
    for (const { s, body } of store.c
      .prepare<{ s: number; body: Buffer }>('select s, body from op where r = ? and s > ? order by s')
      .all(store.c.log.replicaNo, before)) {
      const replica = replicaIds[on] as string;
      const op = decodeOp(body, replica);
      const entity = op.entity === undefined || !('origin' in op.entity) ? '' : `${op.entity.origin}:${op.entity.n}`;
      const writes: ModelWrite[] = [];
      const push = (key: string, shownValue: string, replaces: readonly string[]): void => {
        writes.push({ id: `${replica}:${s}`, replica, seq: s, key, value: shownValue, clock: op.clock, human: true, replaces });
      };
      if (op.kind === 'add')
        for (const [field, initial] of [
          ['life', '1'],
          ['k:occluded', 'false'],
          ['t', 'null'],
          ['a:colour', 'null'],
        ] as const)
          if (!op.writes.some((w) => w.field === field)) push(`${entity}|${field}`, initial, []);
      for (const w of op.writes) {
        if (w.field === 'state') continue;
        const key = `${w.entity === undefined ? entity : ''}|${w.field}`;
        // The model says itself what this write replaces: the value that was on the screen, for life all that is known of it.
        const seen =
          op.kind === 'add'
            ? []
            : lifeOrTag.test(key) && w.field === 'life'
              ? model.heads(key)
              : [model.value(key)].filter((x) => x !== undefined);
        push(
          key,
          display(w.value),
          seen.map((x) => x.id),
        );
        expect(w.replaces.map((dot) => `${dot.replica}:${dot.seq}`).sort(), key).toEqual(seen.map((x) => x.id).sort());
      }
      log.get(replica)?.push({ seq: s, body, writes });
      for (const write of writes) model.heard.add(write);
      if (op.kind === 'add') model.born.add(entity);
    }
  };

  const compare = (i: number): void => {
    const store = stores[i] as MemoryStore;
    const model = models[i] as Model;
    for (const [key, value] of shown(store)) {
      const expected = model.value(key);
      if (expected !== undefined) expect(value, `replica ${i}: ${key}`).toBe(expected.value);
    }
    // Never lost: every head of the model that has rows is a head of the store, and no other.
    const heads = new Map<string, string[]>();
    for (const row of store.c
      .prepare<{ e: number; fld: string; r: number; s: number }>('select e, fld, r, s from head where e > 0')
      .all()) {
      if (row.fld === 'state') continue;
      const key = `${globalId(store, row.e)}|${row.fld}`;
      heads.set(key, [...(heads.get(key) ?? []), `${store.c.log.entities.originId(row.r)}:${row.s}`]);
    }
    for (const [key, dots] of heads)
      expect(dots.sort(), `heads of ${key} on ${i}`).toEqual(
        model
          .heads(key)
          .map((w) => w.id)
          .sort(),
      );
    // A deleted box is visible only where every known delete was named by something that brought it back.
    for (const [key, value] of shown(store))
      if (key.endsWith('|life') && value === '1') expect(model.heads(key).every((w) => w.value === '1')).toBe(true);
  };

  for (const c of commands) {
    if (c.kind === 'edit') edit(c.on, c.pick, c.what, c.value);
    else if (c.from !== c.to) {
      deliver(c.from, c.to, c.part);
      compare(c.to);
    }
  }
  for (let round = 0; round < 2; round++)
    for (let from = 0; from < 4; from++) for (let to = 0; to < 4; to++) if (from !== to) deliver(from, to, 100);
  for (let i = 0; i < 4; i++) compare(i);
  const [first, ...others] = stores.map((store) => JSON.stringify([...shown(store)].sort()));
  for (const other of others) expect(other).toBe(first);
  // Everybody sees the same conflicts, and one wherever people's values differ.
  const conflicts = stores.map((store) =>
    store.c
      .prepare<{ id: Buffer; hard: number; kind: string }>('select id, hard, kind from conflict')
      .all()
      .map((row) => `${row.kind} ${row.id.toString('hex')} ${row.hard}`)
      .sort(),
  );
  for (const list of conflicts) expect(list).toEqual(conflicts[0]);
  const keys = new Set([...(models[0] as Model).heard].map((write) => write.key));
  const disputed = [...keys].filter(
    (key) =>
      !key.endsWith('|life') &&
      new Set(
        (models[0] as Model)
          .heads(key)
          .filter((w) => w.human)
          .map((w) => w.value),
      ).size > 1,
  );
  const fields = conflicts[0]?.filter((row) => !row.startsWith('edit-vs-delete'));
  expect(fields?.length).toBe(disputed.length);
  // The state follows from the log alone.
  const last = stores[3] as MemoryStore;
  const before = JSON.stringify([...shown(last)].sort());
  last.c.log.mark();
  last.c.db.transaction(() => rebuild(last.c, last.c.log))();
  expect(JSON.stringify([...shown(last)].sort())).toBe(before);
  compare(3);
  for (const store of stores) store.close();
}

test('four replicas with shuffled histories agree with the plain model and with each other', () => {
  fc.assert(fc.property(fc.array(command, { minLength: 10, maxLength: 60, size: 'max' }), run), {
    numRuns: Number(process.env.HARDCASE_RUNS ?? 60),
  });
}, 120_000);
