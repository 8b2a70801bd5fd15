import fc from 'fast-check';
import { expect, test } from 'vitest';
import { categoryEntity, datasetEntity } from '../../../electron/db/log/entities.ts';
import { rebuild, stateDigest } from '../../../electron/db/log/rebuild.ts';
import { encodeCbor } from '../../../shared/sync/cbor.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { decodeOp, fromHex, toHex } from '../../../shared/sync/operation.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';

/**
 * Shuffled histories of categories and attributes on three replicas. The model knows no tables: each replica's set of writes
 * it has heard of, and the rule that the latest write nobody replaced shows.
 */
interface ModelWrite {
  readonly id: string;
  readonly replica: string;
  readonly seq: number;
  readonly key: string;
  readonly value: string;
  readonly clock: bigint;
  readonly replaces: readonly string[];
}

const replicaIds = ['01', '02', '03'].map((n) => n.repeat(16));
const importer = 'aa'.repeat(16);

const fields = ['name', 'color', 'place', 'hotkey', 'guide', 'archived', 'grp:vehicle', 'at:pose', 'alias'] as const;

function valueFor(field: (typeof fields)[number], pick: number, ids: readonly string[]): CborValue {
  switch (field) {
    case 'place':
      return pick / 2;
    case 'archived':
    case 'grp:vehicle':
      return pick % 2;
    case 'alias':
      return pick % 3 === 0 ? null : fromHex(ids[pick % ids.length] as string);
    case 'at:pose':
      return pick % 4 === 0
        ? null
        : { order: pick, kind: 'choice', required: true, hotkey: null, default: null, options: [{ value: `v${pick}`, hotkey: null }] };
    default:
      return `${field} ${pick}`;
  }
}

const hex = (value: CborValue): string => Buffer.from(encodeCbor(value)).toString('hex');

type Command =
  | { readonly kind: 'edit'; readonly on: number; readonly thing: number; readonly field: number; readonly pick: number }
  | { readonly kind: 'sync'; readonly from: number; readonly to: number; readonly part: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      on: fc.nat(2),
      thing: fc.nat(2),
      field: fc.nat(fields.length - 1),
      pick: fc.nat(7),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sync' as const), from: fc.nat(2), to: fc.nat(2), part: fc.nat(100) }) },
);

/** What the tables show, by names that mean the same everywhere and in the form of the model. */
function shown(store: MemoryStore): Map<string, string> {
  const out = new Map<string, string>();
  const entityOf = new Map(store.read('categories.entityIds', {}).map(({ id, entity }) => [id as number, entity]));
  const rows = store.c
    .prepare<{
      id: number;
      name: string;
      color: string | null;
      place: number | null;
      hotkey: string | null;
      guideline: string | null;
      archived: number;
      merged_into: number | null;
    }>('select * from category where s > 0')
    .all();
  for (const row of rows) {
    const entity = entityOf.get(row.id) ?? '';
    out.set(`${entity}|name`, hex(row.name));
    out.set(`${entity}|color`, hex(row.color));
    out.set(`${entity}|place`, hex(row.place));
    out.set(`${entity}|hotkey`, hex(row.hotkey));
    out.set(`${entity}|guide`, hex(row.guideline));
    out.set(`${entity}|archived`, hex(row.archived));
    out.set(`${entity}|alias`, hex(row.merged_into === null ? null : fromHex(entityOf.get(row.merged_into) ?? '')));
    const member = store.c.prepare('select 1 from category_group where category = ? and name = ?').get(row.id, 'vehicle');
    out.set(`${entity}|grp:vehicle`, hex(member === undefined ? 0 : 1));
  }
  for (const [entity, id] of [['', -1], ...rows.map((row) => [entityOf.get(row.id) ?? '', row.id] as const)] as const) {
    const spec = store.c.prepare<{ spec: string }>('select spec from attribute where category = ? and key = ?').get(id, 'pose');
    out.set(`${entity}|at:pose`, hex(spec === undefined ? null : (JSON.parse(spec.spec) as CborValue)));
  }
  return out;
}

function run(commands: readonly Command[]): void {
  const base = memoryStore(importer);
  importFrames(base, [stagedFrame('a.jpg', [[0, 1, 2, 3, 4]])]);
  const ids = base.read('categories.entityIds', {}).map(({ entity }) => entity);
  const stores = replicaIds.map((id) => base.clone(id));
  const heard = replicaIds.map(() => new Set<ModelWrite>());
  const log = new Map<string, { readonly seq: number; readonly write: ModelWrite }[]>(replicaIds.map((id) => [id, []]));
  for (const [key, value] of shown(base)) {
    // Attributes of the dataset have no birth: nobody wrote that there are none.
    if (key.startsWith('|')) continue;
    for (const set of heard) set.add({ id: `${importer}:1`, replica: importer, seq: 1, key, value, clock: 0n, replaces: [] });
  }
  base.close();
  stores.forEach((store, i) => (store.c.log.now = () => 1_700_000_000_000 + i * 37_000));

  const heads = (on: number, key: string): ModelWrite[] => {
    const writes = [...(heard[on] as Set<ModelWrite>)].filter((write) => write.key === key);
    const replaced = new Set(writes.flatMap((write) => write.replaces));
    return writes
      .filter((write) => !replaced.has(write.id))
      .sort((a, b) => {
        if ((a.replica === importer) !== (b.replica === importer)) return a.replica === importer ? -1 : 1;
        return a.clock === b.clock ? (a.replica < b.replica ? -1 : 1) : a.clock < b.clock ? -1 : 1;
      });
  };

  const edit = (on: number, thing: number, field: (typeof fields)[number], pick: number): void => {
    const store = stores[on] as MemoryStore;
    const entity = thing === 2 ? '' : (ids[thing] as string);
    if (thing === 2 && field !== 'at:pose') return;
    const key =
      thing === 2
        ? ({ kind: 'dataset', key: datasetEntity } as const)
        : ({ kind: 'category', key: categoryEntity(store.c.log.entities.categoryNo(entity) as number) } as const);
    const value = valueFor(field, pick, ids);
    store.c.log.mark();
    store.c.db.transaction(() => {
      store.c.log.step({ author: `p${on}`, actor: 0 }, (step) => step.op({ kind: 'put', entity: key, writes: [{ field, value }] }));
      store.c.log.flush();
    })();
    store.c.log.collect();
    const replica = replicaIds[on] as string;
    const { s, body } = store.c
      .prepare<{ s: number; body: Buffer }>('select s, body from op where r = ? order by s desc limit 1')
      .get(store.c.log.replicaNo) as { s: number; body: Buffer };
    const modelKey = `${entity}|${field}`;
    const seen = heads(on, modelKey).at(-1);
    const write: ModelWrite = {
      id: `${replica}:${s}`,
      replica,
      seq: s,
      key: modelKey,
      value: hex(value),
      clock: decodeOp(body, replica).clock,
      replaces: seen === undefined ? [] : [seen.id],
    };
    log.get(replica)?.push({ seq: s, write });
    heard[on]?.add(write);
  };

  const deliver = (from: number, to: number, part: number): void => {
    const source = stores[from] as MemoryStore;
    const target = stores[to] as MemoryStore;
    for (const row of source.c.prepare<{ no: number; id: Buffer; seq: number }>('select no, id, seq from replica').all()) {
      const id = toHex(row.id);
      if (id === replicaIds[to] || id === importer || (part % 3 === 0 && id !== replicaIds[from])) continue;
      const have = target.c.prepare<{ seq: number }>('select seq from replica where id = ?').get(row.id)?.seq ?? 0;
      const upTo = have + Math.ceil(((row.seq - have) * part) / 100);
      const bodies = source.c
        .prepare<{ body: Buffer }>('select body from op where r = ? and s > ? and s <= ? order by s')
        .all(row.no, have, upTo);
      target.c.log.mark();
      target.c.db.transaction(() => {
        target.c.log.receive(
          id,
          bodies.map(({ body }) => body),
        );
        target.c.log.flush();
      })();
      target.c.log.collect();
      for (const { seq, write } of log.get(id) ?? []) if (seq > have && seq <= upTo) heard[to]?.add(write);
    }
  };

  const compare = (on: number): void => {
    for (const [key, value] of shown(stores[on] as MemoryStore))
      expect(value, `replica ${on}: ${key}`).toBe(heads(on, key).at(-1)?.value ?? hex(null));
  };

  for (const step of commands) {
    if (step.kind === 'edit') edit(step.on, step.thing, fields[step.field] as (typeof fields)[number], step.pick);
    else if (step.from !== step.to) {
      deliver(step.from, step.to, step.part);
      compare(step.to);
    }
  }
  for (let round = 0; round < 2; round++)
    for (let from = 0; from < 3; from++) for (let to = 0; to < 3; to++) if (from !== to) deliver(from, to, 100);
  for (let on = 0; on < 3; on++) compare(on);
  // Names never collide by themselves here; what matters is that everybody has the same.
  const [first, ...others] = stores.map((store) => JSON.stringify([...shown(store)].sort()));
  for (const other of others) expect(other).toBe(first);
  const last = stores[2] as MemoryStore;
  const before = stateDigest(last.c);
  last.c.log.mark();
  last.c.db.transaction(() => rebuild(last.c, last.c.log))();
  expect(stateDigest(last.c)).toBe(before);
  for (const store of stores) store.close();
}

test('three replicas that change categories and attributes at once agree with the plain model, with each other and with a rebuild', () => {
  fc.assert(fc.property(fc.array(command, { minLength: 5, maxLength: 50, size: 'max' }), run), {
    numRuns: Number(process.env.HARDCASE_RUNS ?? 40),
  });
}, 60_000);
