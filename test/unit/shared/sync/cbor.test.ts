import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCbor, encodeCbor } from '../../../../shared/sync/cbor.ts';
import type { CborValue } from '../../../../shared/sync/cbor.ts';

const hex = (value: CborValue): string => Buffer.from(encodeCbor(value)).toString('hex');

test('encodes as RFC 8949, appendix A, and its rules for determinism say', () => {
  const vectors: readonly (readonly [CborValue, string])[] = [
    [0, '00'],
    [-0, '00'],
    [23, '17'],
    [24, '1818'],
    [1000, '1903e8'],
    [1_000_000, '1a000f4240'],
    [1_000_000_000_000, '1b000000e8d4a51000'],
    [18_446_744_073_709_551_615n, '1bffffffffffffffff'],
    [-1, '20'],
    [-1000, '3903e7'],
    [1.1, 'fb3ff199999999999a'],
    [1.5, 'f93e00'],
    [5.960464477539063e-8, 'f90001'],
    [0.00006103515625, 'f90400'],
    [-4.1, 'fbc010666666666666'],
    [3.4028234663852886e38, 'fa7f7fffff'],
    [false, 'f4'],
    [null, 'f6'],
    [Uint8Array.of(1, 2, 3, 4), '4401020304'],
    ['IETF', '6449455446'],
    ['ü', '62c3bc'],
    ['水', '63e6b0b4'],
    [[1, [2, 3]], '8201820203'],
    [{ b: [2, 3], a: 1 }, 'a26161016162820203'],
    [{ aa: 1, b: 2 }, 'a261620262616101'],
  ];
  for (const [value, expected] of vectors) expect(hex(value)).toBe(expected);
  expect(() => encodeCbor(NaN)).toThrow(RangeError);
  expect(() => encodeCbor(Infinity)).toThrow(RangeError);
  expect(() => encodeCbor('\ud800')).toThrow(RangeError);
});

test('refuses bytes that are not the one form of their value, and cut-off ones', () => {
  for (const bad of [
    '1800',
    '190017',
    'fb3ff8000000000000',
    'fa3fc00000',
    'f97e00',
    'a2616201616102',
    'a2616101616102',
    '5f',
    'c0',
    '64494554',
    '82',
    '0000',
    'f90000',
    '',
  ])
    expect(() => decodeCbor(Buffer.from(bad, 'hex')), bad).toThrow(RangeError);
  expect(() => decodeCbor(Buffer.from('81'.repeat(100) + '00', 'hex'))).toThrow('too deep');
  expect(() => decodeCbor(Buffer.from('9b7fffffffffffffff', 'hex'))).toThrow(RangeError);
});

test('what was encoded decodes to the same value, and encodes to the same bytes', () => {
  const value = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'binary' }),
      fc.uint8Array(),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 5 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (v) => {
      const bytes = encodeCbor(v);
      expect(encodeCbor(decodeCbor(bytes))).toEqual(bytes);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      expect(decodeCbor(encodeCbor(x))).toBe(x === 0 ? 0 : x);
    }),
  );
});
