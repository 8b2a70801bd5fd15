import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../../../electron/inference/half.ts';

describe('half floats', () => {
  it('survive there and back for all 65,536 patterns', () => {
    for (let bits = 0; bits < 65_536; bits++) {
      const value = fromHalf(bits);
      if (Number.isNaN(value)) expect(Number.isNaN(fromHalf(toHalf(value)))).toBe(true);
      else if (toHalf(value) !== bits) expect.fail(`${bits} became ${toHalf(value)}`);
    }
  });
  it('round to the nearest, ties to even', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const low = fromHalf(bits);
      const high = fromHalf(bits + 1);
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      if (toHalf(middle) !== even || toHalf(-middle) !== (even | 0x8000)) expect.fail(`tie above ${low}`);
      if (toHalf(low + (middle - low) * 0.99) !== bits || toHalf(high - (high - middle) * 0.99) !== bits + 1)
        expect.fail(`nearest to ${low}`);
    }
    expect(fromHalf(toHalf(1e9))).toBe(Infinity);
    expect(toHalf(1e-12)).toBe(0);
    expect(fromHalf(toHalf(-0))).toBe(-0);
  });
});
