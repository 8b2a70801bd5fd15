import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainNext, chainStart } from '../../../../shared/sync/chain.ts';
import { clockZero, packClock, receive, tick, unpackClock } from '../../../../shared/sync/hybridClock.ts';
import { decodeOp, encodeOp, UnknownOperation } from '../../../../shared/sync/operation.ts';
import type { Op } from '../../../../shared/sync/operation.ts';
import { encodeCbor, decodeCbor } from '../../../../shared/sync/cbor.ts';
import { decodePackFrameAt, encodePackFrame } from '../../../../shared/sync/pack.ts';
import { editedWhileDeleted, fieldConflict } from '../../../../shared/sync/conflicts.ts';
import { effectiveHead } from '../../../../shared/sync/register.ts';
import type { Head } from '../../../../shared/sync/register.ts';
import { uuidText, uuidV7 } from '../../../../shared/sync/uuid.ts';
import { stagedFrame } from '../../../helpers/memoryStore.ts';

const own = '01'.repeat(16);
const other = 'f0'.repeat(16);

test('the clock only goes forward, survives a full counter and a wall clock that goes back, and does not follow a wild one', () => {
  let clock = tick(clockZero, 1_000);
  expect(clock).toEqual({ ms: 1_000, counter: 0 });
  expect(tick(clock, 500)).toEqual({ ms: 1_000, counter: 1 });
  expect(tick({ ms: 1_000, counter: 0xffff }, 1_000)).toEqual({ ms: 1_001, counter: 0 });
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { maxLength: 50 }), (walls) => {
      for (const wall of walls) {
        const next = tick(clock, wall);
        expect(packClock(next) > packClock(clock)).toBe(true);
        expect(unpackClock(packClock(next))).toEqual(next);
        clock = next;
      }
    }),
  );
  expect(receive({ ms: 10, counter: 3 }, { ms: 60_005, counter: 0 }, 5)).toEqual({ clock: { ms: 60_005, counter: 0 }, suspect: false });
  expect(receive({ ms: 10, counter: 3 }, { ms: 60_006, counter: 0 }, 5)).toEqual({ clock: { ms: 10, counter: 3 }, suspect: true });
});

const op: Op = {
  seq: 7,
  clock: packClock({ ms: 1_764_000_000_000, counter: 65_535 }),
  t: 6,
  author: '김민',
  actor: 0,
  kind: 'del',
  entity: { kind: 'box', origin: other, n: 12 },
  frame: { origin: other, n: 3 },
  writes: [
    {
      field: 'life',
      value: 0,
      replaces: [
        { replica: other, seq: 2 },
        { replica: own, seq: 3 },
      ],
      before: { g: [1, 2.5, 3, 4, 0] },
      beforeActor: 2,
    },
    { entity: { kind: 'frame', origin: other, n: 3 }, field: 'state', value: ['approved', new Uint8Array(32)], replaces: [], actor: 1 },
  ],
  seen: [{ replica: own, seq: 5 }],
  note: 'undo:4',
};

test('an operation comes back from its bytes, and its bytes are canonical', () => {
  const bytes = encodeOp(op, own);
  const back = decodeOp(bytes, own);
  expect({ ...back, writes: [...back.writes] }).toEqual({ ...op, writes: [...op.writes] });
  expect(encodeOp(back, own)).toEqual(bytes);
});

test('what a newer program wrote is told from what is damaged', () => {
  const map = { ...(decodeCbor(encodeOp(op, own)) as { [key: string]: never }) };
  expect(() => decodeOp(encodeCbor({ ...map, v: 2 }), own)).toThrow(UnknownOperation);
  expect(() => decodeOp(encodeCbor({ ...map, k: 99 }), own)).toThrow(UnknownOperation);
  expect(() => decodeOp(encodeCbor({ ...map, s: -1 }), own)).toThrow(RangeError);
  expect(() => decodeOp(encodeCbor({ ...map, u: 5 }), own)).toThrow(RangeError);
  // An unknown key is kept in the bytes and does not disturb.
  expect(decodeOp(encodeCbor({ ...map, zz: 1 }), own).seq).toBe(7);
});

test('the chain is as described', () => {
  const sha = (...parts: readonly Uint8Array[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  const start = chainStart(sha, Buffer.from(own, 'hex'), Buffer.from(other, 'hex'));
  expect(start).toEqual(
    createHash('sha256')
      .update('hardcase-ops/1')
      .update(Buffer.from(own + other, 'hex'))
      .digest(),
  );
  const next = chainNext(sha, start, Uint8Array.of(1, 2, 3));
  expect(next).toEqual(
    createHash('sha256')
      .update(start)
      .update(Uint8Array.of(0, 0, 0, 3, 1, 2, 3))
      .digest(),
  );
});

test('which sibling counts: dead over live, people over machines, staying tagged, the older split, the more careful verdict', () => {
  const head = (value: Head['value'], clock: bigint, actor: Head['actor'] = 0, r = 1): Head => ({
    r,
    s: Number(clock),
    clock,
    actor,
    value,
  });
  const shown = (field: string, ...heads: Head[]) => effectiveHead(field, heads, (a, b) => a - b)?.value;
  expect(shown('life', head(0, 1n), head(1, 9n))).toBe(0);
  expect(shown('g', head('person', 1n), head('model', 9n, 1))).toBe('person');
  expect(shown('g', head('import', 1n, 2), head('model', 9n, 1))).toBe('import');
  expect(shown('g', head('late', 9n), head('early', 1n))).toBe('late');
  expect(shown('g', head('a', 5n, 0, 1), head('b', 5n, 0, 2))).toBe('b');
  expect(shown('tag:x', head(1, 1n), head(0, 9n))).toBe(1);
  expect(shown('split', head('test', 1n), head('train', 9n))).toBe('test');
  expect(shown('state', head(['approved', 'd'], 9n), head('needs_fix', 1n))).toBe('needs_fix');
  expect(shown('state', head(['approved', 'd'], 9n), head('labeled', 1n))).toBe('labeled');
});

test('siblings are a conflict where people disagree, and only then', () => {
  const head = (value: Head['value'], actor: Head['actor'] = 0, s = 1): Head => ({ r: 1, s, clock: 1n, actor, value });
  expect(fieldConflict('t', [head(1), head(2)])).toBe('hard');
  expect(fieldConflict('t', [head(1), head(1)])).toBe('none');
  expect(fieldConflict('t', [head(1), head(2, 1)])).toBe('none');
  expect(fieldConflict('g', [head([0, 0, 100, 100, 0]), head([1, 1, 100, 100, 0])])).toBe('soft');
  expect(fieldConflict('g', [head([0, 0, 100, 100, 0]), head([3, 0, 100, 100, 0])])).toBe('hard');
  expect(fieldConflict('g', [head([0, 0, 100, 100, 0]), head([0, 0, 100, 100, 5])])).toBe('hard');
  expect(fieldConflict('tag:x', [head(1), head(0)])).toBe('soft');
  expect(fieldConflict('life', [head(1), head(0)])).toBe('none');
  const edit = head([1, 1, 1, 1, 0], 0, 9);
  expect(editedWhileDeleted([{ head: head(0), seen: [] }], [edit])).toEqual([edit]);
  expect(editedWhileDeleted([{ head: head(0), seen: [{ r: 1, s: 9 }] }], [edit])).toEqual([]);
  expect(editedWhileDeleted([{ head: head(1), seen: [] }], [edit])).toEqual([]);
});

test('a frame of a pack comes back from its record; tags have one order', () => {
  const frame = stagedFrame('길/a.jpg', [[1, 0.1, 2, 3.5, 4]], { tags: ['b', 'a'], split: 'train', time: 1.25, index: 4, sequence: 's' });
  const { media: _, ...plain } = frame;
  const { frame: back, end } = decodePackFrameAt(encodePackFrame(frame), 0);
  expect(end).toBe(encodePackFrame(frame).length);
  expect({ ...back, boxes: [...back.boxes] }).toEqual({ ...plain, tags: ['a', 'b'], sha256: new Uint8Array(frame.sha256) });
  expect(encodePackFrame(back)).toEqual(encodePackFrame(frame));
});

test('a UUIDv7 has its time, version and variant', () => {
  expect(uuidText(uuidV7(0x017f22e279b0, Buffer.from('ffc318c4dc0c0c07398f', 'hex')))).toBe('017f22e2-79b0-7fc3-98c4-dc0c0c07398f');
});
