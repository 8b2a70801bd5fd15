import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { gateImage, type GatedImage } from '../../../../../../electron/host/services/gates/imageGate.ts';
import { openReal } from '../../../../../../electron/host/services/gates/paths.ts';
import { jpegBytes, pngBytes } from '../../../../../helpers/imageBytes.ts';
import { tempFolder } from '../../../../../helpers/tempFolder.ts';

async function gate(bytes: Buffer): Promise<GatedImage> {
  const file = path.join(await tempFolder(), 'image');
  await writeFile(file, bytes);
  const opened = await openReal(file);
  try {
    return await gateImage(opened);
  } finally {
    await opened.handle.close();
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A JPEG whose header is pushed behind `count` application segments of 64 kB. */
function withSegments(image: Buffer, count: number): Buffer {
  const segment = Buffer.alloc(65_537, 0x20);
  segment.set([0xff, 0xe2, 0xff, 0xff]);
  return Buffer.concat([image.subarray(0, 2), ...Array.from({ length: count }, () => segment), image.subarray(2)]);
}

describe('the image gate', () => {
  test('gives size, hash and bytes in one pass', async () => {
    const bytes = jpegBytes(640, 480, { orientation: 6 });
    expect(await gate(bytes)).toMatchObject({ format: 'jpeg', width: 480, height: 640, sha256: sha256(bytes), bytes: bytes.length });
  });

  test('reads files of several pieces, and a header behind the first piece', async () => {
    const bytes = withSegments(jpegBytes(64, 32), 100);
    expect(bytes.length).toBeGreaterThan(6 * 1_048_576);
    expect(await gate(bytes)).toMatchObject({ width: 64, height: 32, sha256: sha256(bytes) });
    // Phones write a film behind the picture.
    for (const image of [pngBytes(8, 8), jpegBytes(8, 8)]) {
      const film = Buffer.concat([image, Buffer.alloc(9 * 1_048_576)]);
      expect(await gate(film)).toMatchObject({ width: 8, height: 8, sha256: sha256(film) });
    }
  });

  test('finds an end that two pieces share', async () => {
    const image = jpegBytes(64, 32);
    for (const shift of [0, 1, 2]) {
      const inside = Buffer.alloc(4 * 1_048_576 - image.length + 1 + shift, 0x55);
      const bytes = Buffer.concat([image.subarray(0, -2), inside, image.subarray(-2)]);
      expect(await gate(bytes), String(shift)).toMatchObject({ sha256: sha256(bytes) });
    }
  });

  test('refuses a large file that is cut', async () => {
    const bytes = withSegments(jpegBytes(64, 32), 100);
    await expect(gate(bytes.subarray(0, -2))).rejects.toMatchObject({ code: 'image_truncated' });
    await expect(gate(bytes.subarray(0, 3 * 1_048_576))).rejects.toMatchObject({ code: 'image_truncated' });
  });

  test('gives up on a header that never comes', async () => {
    await expect(gate(withSegments(jpegBytes(64, 32), 600))).rejects.toMatchObject({ code: 'image_broken' });
  });
});
