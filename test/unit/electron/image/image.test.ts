import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../electron/image/decode.ts';
import { probeImage } from '../../../../electron/image/probe.ts';
import { makeThumbnail } from '../../../../electron/image/thumbnail.ts';
import { measureImage, statisticsOf } from '../../../../electron/image/statistics.ts';

/** Four flat quarters: red, green / blue, white. */
function quarters(width: number, height: number): Uint8Array {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255, 255, 255],
      ][(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] ?? [0, 0, 0];
      data.set(colour, 3 * (y * width + x));
    }
  }
  return data;
}

const names = (rgb: Uint8Array): string => {
  const [r = 0, g = 0, b = 0] = rgb;
  if (r > 200 && g > 200 && b > 200) return 'w';
  if (r > 180 && g < 80) return 'r';
  if (g > 180 && r < 80) return 'g';
  if (b > 180 && r < 80) return 'b';
  return '?';
};

function corners(image: { width: number; height: number; data: Uint8Array }): string {
  const at = (x: number, y: number): string => names(image.data.subarray(3 * (y * image.width + x)));
  const [x0, x1] = [Math.floor(image.width / 4), Math.floor((3 * image.width) / 4)];
  const [y0, y1] = [Math.floor(image.height / 4), Math.floor((3 * image.height) / 4)];
  return at(x0, y0) + at(x1, y0) + at(x0, y1) + at(x1, y1);
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardcase-image-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('EXIF orientation', () => {
  const stored = (orientation: number): Promise<Buffer> =>
    sharp(quarters(64, 48), { raw: { width: 64, height: 48, channels: 3 } })
      .withMetadata({ orientation })
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer();
  // What a viewer must show of stored pixels "r g / b w", from the EXIF specification: where row 0 and column 0 are.
  const upright: readonly [number, string][] = [
    [1, 'rgbw'],
    [2, 'grwb'],
    [3, 'wbgr'],
    [4, 'bwrg'],
    [5, 'rbgw'],
    [6, 'brwg'],
    [7, 'wgbr'],
    [8, 'gwrb'],
  ];
  it.each(upright)('case %i is made upright by the decoder, the probe and thumbnails', async (orientation, expected) => {
    const bytes = await stored(orientation);
    const turned = orientation > 4;
    const size = turned ? { width: 48, height: 64 } : { width: 64, height: 48 };
    expect(await probeImage(bytes)).toMatchObject({ ...size, orientation, format: 'jpeg' });
    const decoded = await decodeImage(bytes);
    expect(decoded).toMatchObject(size);
    expect(corners(decoded)).toBe(expected);
    const thumbnail = await makeThumbnail(bytes, 32);
    expect([thumbnail.width, thumbnail.height]).toEqual(turned ? [24, 32] : [32, 24]);
    expect(corners(await decodeImage(thumbnail.bytes))).toBe(expected);
  });
});

describe('formats', () => {
  const source = () => sharp(quarters(40, 20), { raw: { width: 40, height: 20, channels: 3 } });
  it('reads JPEG, PNG, WebP and TIFF, grey, alpha and 16 bit among them, as 8 bit RGB', async () => {
    for (const bytes of await Promise.all([
      source().jpeg().toBuffer(),
      source().png().toBuffer(),
      source().webp({ lossless: true }).toBuffer(),
      source().tiff().toBuffer(),
      source().ensureAlpha(0.5).png().toBuffer(),
      source().toColourspace('rgb16').png().toBuffer(),
    ])) {
      const decoded = await decodeImage(bytes);
      expect(decoded.data.length).toBe(3 * 40 * 20);
      expect(corners(decoded)).toBe('rgbw');
    }
    const grey = await decodeImage(await source().greyscale().png().toBuffer());
    expect(grey.data.length).toBe(3 * 40 * 20);
  });

  it('reads BMP with rows bottom up, padded rows and a palette', async () => {
    const bmp = (bits: 8 | 24): Uint8Array => {
      const row = Math.ceil((3 * bits) / 32) * 4;
      const dataAt = 54 + (bits === 8 ? 1024 : 0);
      const bytes = Buffer.alloc(dataAt + row * 2);
      bytes.write('BM');
      bytes.writeUInt32LE(dataAt, 10);
      bytes.writeUInt32LE(40, 14);
      bytes.writeInt32LE(3, 18);
      bytes.writeInt32LE(2, 22);
      bytes.writeUInt16LE(bits, 28);
      if (bits === 8) {
        bytes.writeUInt32LE(0x0000ff00, 54 + 4 * 7);
        bytes.fill(7, dataAt);
      } else {
        // The lower row first: blue; then the upper row: red.
        for (let x = 0; x < 3; x++) bytes[dataAt + 3 * x] = 255;
        for (let x = 0; x < 3; x++) bytes[dataAt + row + 3 * x + 2] = 255;
      }
      return bytes;
    };
    const decoded = await decodeImage(bmp(24));
    expect([decoded.width, decoded.height]).toEqual([3, 2]);
    expect(names(decoded.data)).toBe('r');
    expect(names(decoded.data.subarray(9))).toBe('b');
    expect(names((await decodeImage(bmp(8))).data)).toBe('g');
    await expect(decodeImage(bmp(24).subarray(0, 60))).rejects.toMatchObject({ code: 'unreadable' });
  });
});

describe('the image gate', () => {
  const pngHeader = (width: number, height: number): Buffer => {
    const chunk = (type: string, body: Buffer): Buffer => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(body.length);
      head.write(type, 4);
      const crc = Buffer.alloc(4);
      crc.writeUInt32BE(crc32(Buffer.concat([Buffer.from(type), body])));
      return Buffer.concat([head, body, crc]);
    };
    const ihdr = Buffer.alloc(13);
    ihdr.writeUInt32BE(width);
    ihdr.writeUInt32BE(height, 4);
    ihdr.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', ihdr),
      chunk('IDAT', deflateSync(Buffer.alloc(1000))),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  };
  it('refuses a bomb by its header, before a pixel is decoded', async () => {
    const before = process.memoryUsage().rss;
    for (const [width, height] of [
      [30_000, 30_000],
      [16_385, 10],
      [16_384, 16_385],
    ] as const) {
      const bytes = pngHeader(width, height);
      await expect(probeImage(bytes)).rejects.toMatchObject({ code: 'refused_image' });
      await expect(decodeImage(bytes)).rejects.toMatchObject({ code: 'refused_image' });
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
  it('refuses what is no image, and says what it is', async () => {
    const cases: [string, string, RegExp][] = [
      ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /SVG/],
      ['a.jpg', 'GIF89a..........', /GIF/],
      ['b.jpg', '%PDF-1.7 ......', /PDF/],
      ['c.jpg', 'hello, world ......', /unknown format/],
    ];
    for (const [name, text, message] of cases) {
      const path = join(folder, name);
      writeFileSync(path, text);
      await expect(probeImage(path)).rejects.toMatchObject({ code: 'refused_image', message: expect.stringMatching(message) });
    }
  });
  it('says that empty, cut and garbled files are damaged', async () => {
    const whole = await sharp(quarters(400, 300), { raw: { width: 400, height: 300, channels: 3 } })
      .jpeg()
      .toBuffer();
    await expect(decodeImage(new Uint8Array(0))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(decodeImage(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(decodeImage(whole.subarray(0, 20))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(decodeImage(pngHeader(64, 64))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(decodeImage(join(folder, 'absent.jpg'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(decodeImage(folder)).rejects.toMatchObject({ code: 'refused_image' });
  });
  it.skipIf(process.platform === 'win32')('does not hang on a pipe that stands in place of an image', async () => {
    const path = join(folder, 'pipe.jpg');
    execFileSync('mkfifo', [path]);
    await expect(probeImage(path)).rejects.toMatchObject({ code: 'refused_image' });
  });
});

describe('image statistics', () => {
  it('knows the numbers of pictures one can work out by hand', () => {
    const flat = statisticsOf(new Uint8Array(3 * 64).fill(100), 8, 8);
    expect(flat.brightness).toBeCloseTo(100, 4);
    expect(flat.lumaP95).toBe(100);
    expect(flat.contrast).toBeCloseTo(0, 2);
    expect(flat.sharpness).toBe(0);
    // Half black, half white, in checks of one pixel: every Laplacian is ±4 · 255.
    const checks = new Uint8Array(3 * 64);
    for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) checks.fill((x + y) % 2 === 0 ? 0 : 255, 3 * (8 * y + x), 3 * (8 * y + x) + 3);
    const sharpest = statisticsOf(checks, 8, 8);
    expect(sharpest.brightness).toBeCloseTo(127.5, 3);
    expect(sharpest.contrast).toBeCloseTo(127.5, 3);
    expect(sharpest.lumaP95).toBe(255);
    expect(sharpest.sharpness).toBeCloseTo((4 * 255) ** 2, -1);
  });
  it('is defined for a picture of one pixel', async () => {
    const bytes = await sharp(new Uint8Array([9, 9, 9]), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toBuffer();
    expect(await measureImage(bytes)).toEqual({
      brightness: expect.closeTo(9, 4),
      lumaP95: 9,
      contrast: expect.closeTo(0, 2),
      sharpness: 0,
    });
  });
});
