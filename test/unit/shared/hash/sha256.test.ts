import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSha256, sha256Hex } from '../../../../shared/hash/sha256.ts';

describe('sha256', () => {
  // FIPS 180-4 examples and NIST's long message.
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
    [
      'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
      'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('NIST vector %#', (text, digest) => {
    expect(sha256Hex(text)).toBe(digest);
  });

  test('equals the runtime’s at every length around the block size, whole and in pieces', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length * 7) & 255);
      const expected = createHash('sha256').update(bytes).digest('hex');
      expect(sha256Hex(bytes)).toBe(expected);
      const cut = (length * 5) % (length + 1);
      expect(createSha256().update(bytes.subarray(0, cut)).update(bytes.subarray(cut)).hex()).toBe(expected);
    }
  });

  test('hashes text as UTF-8', () => {
    expect(sha256Hex('자전거')).toBe(createHash('sha256').update('자전거').digest('hex'));
  });
});
