import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LeakAudit } from '../../../../shared/versions/leaks.ts';
import { createSplitter } from '../../../../shared/versions/split.ts';

const shares = { train: 0.8, val: 0.1, test: 0.1 };
const many = Array.from({ length: 10_000 }, (_, i) => `sequence:${i}`);

describe('splits by group', () => {
  test('the rule is that of METHODS 8.2: first 8 bytes of SHA-256 of seed, zero byte and group', () => {
    const split = createSplitter(shares, 7);
    for (const group of many.slice(0, 200)) {
      const u = Number(createHash('sha256').update(`7\0${group}`).digest().readBigUInt64BE()) / 2 ** 64;
      expect(split(group)).toBe(u < 0.1 ? 'test' : u < 0.2 ? 'val' : 'train');
    }
  });

  test('shares hold over many groups, and another seed gives another cut', () => {
    const split = createSplitter(shares);
    const counts = { train: 0, val: 0, test: 0 };
    for (const group of many) counts[split(group) as keyof typeof counts]++;
    expect(counts.test / many.length).toBeCloseTo(0.1, 1);
    expect(counts.train / many.length).toBeCloseTo(0.8, 1);
    const other = createSplitter(shares, 1);
    expect(many.filter((group) => other(group) !== split(group)).length).toBeGreaterThan(1000);
  });

  test('what an earlier version decided stays, whatever the shares say', () => {
    const split = createSplitter({ train: 1 }, 0, new Map([['sequence:1', 'test']]));
    expect(split('sequence:1')).toBe('test');
    expect(split('sequence:2')).toBe('train');
  });

  test('shares that are no shares are refused', () => {
    expect(() => createSplitter({})).toThrow(/at least one/);
    expect(() => createSplitter({ train: 0.5, val: 0.4 })).toThrow(/add up to 1/);
    expect(() => createSplitter({ train: 1.5, val: -0.5 })).toThrow(/from 0 to 1/);
    expect(() => createSplitter({ train: NaN, val: 1 })).toThrow(/from 0 to 1/);
    expect(() => createSplitter({ '': 1 })).toThrow(/name/);
    expect(createSplitter({ a: 0.7, b: 0.2, c: 0.1 })('x')).toMatch(/[abc]/);
  });

  test('a split without a share gets nothing', () => {
    const split = createSplitter({ train: 1, val: 0, test: 0 });
    expect(new Set(many.map(split))).toEqual(new Set(['train']));
  });
});

describe('leakage audit', () => {
  const hash = (digit: string) => digit.repeat(64);

  test('finds one image in two splits and one sequence in two splits, and nothing else', () => {
    const audit = new LeakAudit();
    audit.add({ name: 'a', sha256: hash('1'), sequence: 's', split: 'train' });
    audit.add({ name: 'b', sha256: hash('1'), sequence: 't', split: 'test' });
    audit.add({ name: 'c', sha256: hash('2'), sequence: 's', split: 'val' });
    audit.add({ name: 'd', sha256: hash('3'), sequence: 's', split: 'val' });
    audit.add({ name: 'e', sha256: hash('1'), sequence: 's', split: null });
    const entries = audit.entries();
    expect(entries.map((entry) => [entry.code, entry.item, entry.count])).toEqual([
      ['image_in_two_splits', 'b', 1],
      ['sequence_in_two_splits', 's', 1],
    ]);
  });

  test('clean splits give no line', () => {
    const audit = new LeakAudit();
    for (let i = 0; i < 10; i++) audit.add({ name: `${i}`, sha256: hash(`${i}`), sequence: `${i}`, split: i < 8 ? 'train' : 'test' });
    expect(audit.entries({ train: 0.8, test: 0.2 })).toEqual([]);
  });

  test('a split that came out empty or far from its share is named', () => {
    const audit = new LeakAudit();
    for (let i = 0; i < 10; i++) audit.add({ name: `${i}`, sha256: hash(`${i}`), sequence: null, split: i < 5 ? 'train' : 'val' });
    const codes = audit.entries({ train: 0.8, val: 0.1, test: 0.1 }).map((entry) => entry.code);
    expect(codes).toEqual(['split_off_share', 'split_empty']);
  });
});
