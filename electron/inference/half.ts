/** IEEE 754 half precision as bits in a Uint16Array: what float16 tensors travel as. */
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Nearest half-precision number, ties to even. */
export function toHalf(value: number): number {
  float[0] = value;
  const x = bits[0] as number;
  const sign = (x >>> 16) & 0x8000;
  const exponent = (x >>> 23) & 255;
  const fraction = x & 0x7fffff;
  if (exponent === 255) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const e = exponent - 112;
  if (e >= 31) return sign | 0x7c00;
  if (e <= 0) {
    if (e < -10) return sign;
    const mantissa = fraction | 0x800000;
    const shift = 14 - e;
    const rest = mantissa & ((1 << shift) - 1);
    const middle = 1 << (shift - 1);
    const kept = mantissa >>> shift;
    return sign | (kept + (rest > middle || (rest === middle && (kept & 1) === 1) ? 1 : 0));
  }
  const rest = fraction & 0x1fff;
  const kept = (e << 10) | (fraction >>> 13);
  // A carry out of the fraction rightly raises the exponent.
  return sign | (kept + (rest > 0x1000 || (rest === 0x1000 && (kept & 1) === 1) ? 1 : 0));
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

export function toHalves(values: Float32Array, out: Uint16Array): void {
  for (let i = 0; i < values.length; i++) out[i] = toHalf(values[i] as number);
}

let table: Float32Array | undefined;

export function fromHalves(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, i) => fromHalf(i));
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) out[i] = table[halves[i] as number] as number;
  return out;
}
