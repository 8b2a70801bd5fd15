import { describe, expect, test } from 'vitest';
import { holdsEnd } from '../../../../../shared/formats/images/imageEnd.ts';
import { imageLimits, NeedsMoreBytes, readImageHeader, type ImageHeader } from '../../../../../shared/formats/images/imageHeader.ts';
import { exifBlock, jpegBytes, pngBytes } from '../../../../helpers/imageBytes.ts';

function bmp(width: number, height: number): Buffer {
  const rowBytes = Math.ceil((width * 24) / 32) * 4;
  const head = Buffer.alloc(54);
  head.write('BM', 'latin1');
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  return Buffer.concat([head, Buffer.alloc(rowBytes * Math.abs(height))]);
}

function tiff(width: number, height: number, orientation: number, little: boolean): Buffer {
  const tags = [
    [0x100, 3, width],
    [0x101, 4, height],
    [0x111, 4, 8 + 2 + 5 * 12 + 4],
    [0x112, 3, orientation],
    [0x117, 4, width * height],
  ] as const;
  const file = Buffer.alloc(8 + 2 + 5 * 12 + 4 + width * height);
  const u16 = (value: number, at: number): void => void (little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at));
  const u32 = (value: number, at: number): void => void (little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at));
  file.write(little ? 'II' : 'MM', 'latin1');
  u16(42, 2);
  u32(8, 4);
  u16(tags.length, 8);
  tags.forEach(([tag, type, value], i) => {
    const at = 10 + i * 12;
    u16(tag, at);
    u16(type, at + 2);
    u32(1, at + 4);
    if (type === 3) u16(value, at + 8);
    else u32(value, at + 8);
  });
  return file;
}

function webp(kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number, orientation?: number): Buffer {
  const chunk = (name: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const body = Buffer.alloc(20);
  if (kind === 'VP8 ') {
    body.set([0x9d, 0x01, 0x2a], 3);
    body.writeUInt16LE(width, 6);
    body.writeUInt16LE(height, 8);
  } else if (kind === 'VP8L') {
    body[0] = 0x2f;
    body.writeUInt32LE(width - 1 + (height - 1) * 16_384, 1);
  } else {
    body[0] = orientation === undefined ? 0 : 8;
    body.writeUIntLE(width - 1, 4, 3);
    body.writeUIntLE(height - 1, 7, 3);
  }
  const chunks = [chunk(kind, body.subarray(0, kind === 'VP8X' ? 10 : 20))];
  if (orientation !== undefined) chunks.push(chunk('EXIF', exifBlock(orientation)));
  const all = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]);
  const head = Buffer.alloc(8);
  head.write('RIFF', 'latin1');
  head.writeUInt32LE(all.length, 4);
  return Buffer.concat([head, all]);
}

const files: readonly (readonly [string, Buffer, object])[] = [
  ['a PNG', pngBytes(30, 20), { format: 'png', width: 30, height: 20, orientation: 1 }],
  ['a turned PNG', pngBytes(30, 20, { orientation: 8 }), { format: 'png', width: 20, height: 30, orientation: 8 }],
  ['a JPEG', jpegBytes(640, 480), { format: 'jpeg', width: 640, height: 480, orientation: 1 }],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(
    (orientation) =>
      [
        `a JPEG of orientation ${orientation}`,
        jpegBytes(640, 480, { orientation }),
        {
          format: 'jpeg',
          width: orientation < 5 ? 640 : 480,
          height: orientation < 5 ? 480 : 640,
          orientation,
          storedWidth: 640,
          storedHeight: 480,
        },
      ] as const,
  ),
  ['a JPEG of an orientation that does not exist', jpegBytes(640, 480, { orientation: 9 }), { width: 640, orientation: 1 }],
  ['a BMP', bmp(30, 20), { format: 'bmp', width: 30, height: 20 }],
  ['a BMP from top to bottom', bmp(30, -20), { format: 'bmp', width: 30, height: 20 }],
  ['a TIFF', tiff(30, 20, 1, true), { format: 'tiff', width: 30, height: 20 }],
  ['a turned TIFF of the other order', tiff(30, 20, 6, false), { format: 'tiff', width: 20, height: 30, orientation: 6 }],
  ['a lossy WebP', webp('VP8 ', 300, 200), { format: 'webp', width: 300, height: 200 }],
  ['a lossless WebP', webp('VP8L', 300, 200), { format: 'webp', width: 300, height: 200 }],
  ['an extended WebP, turned', webp('VP8X', 300, 200, 5), { format: 'webp', width: 200, height: 300, orientation: 5 }],
];

function endsWhole(header: ImageHeader, bytes: Uint8Array): boolean {
  return bytes.length >= header.leastBytes && holdsEnd(header, bytes, 0);
}

describe('the image header', () => {
  test.each(files)('of %s is read, and the file is whole', (_what, bytes, expected) => {
    const header = readImageHeader(bytes);
    expect(header).toMatchObject(expected);
    expect(endsWhole(header, bytes)).toBe(true);
  });

  test.each(files)('of %s that is cut in half is noticed', (_what, bytes) => {
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    let isWhole = false;
    try {
      isWhole = endsWhole(readImageHeader(half), half);
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^image_(truncated|broken)$/) as string });
    }
    expect(isWhole).toBe(false);
  });

  test.each(files)('of %s asks for more of a part at hand', (_what, bytes) => {
    let at = 12;
    for (;;) {
      try {
        expect(readImageHeader(bytes.subarray(0, at), bytes.length)).toEqual(readImageHeader(bytes));
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(NeedsMoreBytes);
        at++;
      }
    }
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'empty_file'],
    ['a text', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not_an_image'],
    ['a GIF', Buffer.from('GIF89a\u0001\u0000\u0001\u0000'), 'not_an_image'],
    ['a bomb of 30000 a side', pngBytes(4, 4, { claims: { width: 30_000, height: 30_000 } }), 'image_too_large'],
    ['a long thin bomb', pngBytes(4, 4, { claims: { width: 4_000_000_000, height: 1 } }), 'image_too_large'],
    ['no pixels', pngBytes(4, 4, { claims: { width: 0, height: 4 } }), 'image_broken'],
    ['zeros behind the magic of a JPEG', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(100)]), 'image_broken'],
  ])('of %s is refused', (_what, bytes, code) => {
    expect(() => readImageHeader(bytes)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('of a file of more than 256 MB is refused without looking', () => {
    expect(() => readImageHeader(pngBytes(4, 4), imageLimits.bytes + 1)).toThrow(
      expect.objectContaining({ code: 'image_too_large' }) as Error,
    );
  });

  test('never throws anything else on damaged bytes', () => {
    for (const [, bytes] of files)
      for (let seed = 1; seed < 400; seed++) {
        const damaged = Buffer.from(bytes);
        for (let i = 0; i < 4; i++) damaged[(seed * 7919 * (i + 1)) % Math.min(damaged.length, 120)] = (seed * 31 + i * 57) & 255;
        try {
          readImageHeader(damaged);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(image_|not_an_image)/) as string });
        }
      }
  });
});
