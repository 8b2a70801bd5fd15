import { AppError } from '../errors.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const letters = 10;
const pattern = /^b-[a-z2-7]{10}-(0|[1-9]\d{0,9})$/;

/**
 * The portable text of a box id: `b-<origin>-<n>`. `origin` is the 16-byte id of the replica or pack that made the box, in
 * hexadecimal; its text is the **last** 50 bits in base 32 (RFC 4648, lower case), because the first bits of a replica's
 * UUIDv7 are the time and two replicas may begin in the same millisecond. Packs are named by their content, so the same
 * import gives the same box names in every dataset.
 */
export function boxName(origin: string, n: number): string {
  if (!/^[0-9a-f]{32}$/.test(origin) || !Number.isInteger(n) || n < 0 || n >= 2 ** 32) {
    throw new AppError('internal', 'The id of a box cannot be written.', { origin, n });
  }
  let bits = BigInt(`0x${origin.slice(-13)}`) & ((1n << 50n) - 1n);
  let text = '';
  for (let i = 0; i < letters; i++) {
    text = alphabet[Number(bits & 31n)]! + text;
    bits >>= 5n;
  }
  return `b-${text}-${n}`;
}

export function isBoxName(text: string): boolean {
  const match = pattern.exec(text);
  return match !== null && Number(match[1]) < 2 ** 32;
}
