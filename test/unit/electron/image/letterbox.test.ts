import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fillTensor, place, type TensorSpec } from '../../../../electron/image/letterbox.ts';
import { imageToTensor } from '../../../../electron/image/tensor.ts';

const spec: TensorSpec = {
  width: 8,
  height: 8,
  layout: 'nchw',
  colour: 'rgb',
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 'letterbox',
  padValue: 114,
};

describe('placing an image in a tensor', () => {
  it('centres, pads at the end, or stretches', () => {
    const image = { width: 16, height: 8 };
    expect(place(image, spec)).toEqual({ padX: 0, padY: 2, width: 8, height: 4, scaleX: 0.5, scaleY: 0.5 });
    expect(place(image, { ...spec, resize: 'letterboxTopLeft' })).toMatchObject({ padX: 0, padY: 0, width: 8, height: 4 });
    expect(place(image, { ...spec, resize: 'stretch' })).toEqual({ padX: 0, padY: 0, width: 8, height: 8, scaleX: 0.5, scaleY: 1 });
    expect(place({ width: 4000, height: 1 }, spec)).toMatchObject({ width: 8, height: 1 });
  });
  it('writes planes or pixels, RGB or BGR, normalised, with padding', () => {
    const pixels = Uint8Array.from({ length: 3 * 8 * 4 }, (_, i) => [10, 20, 30][i % 3] ?? 0);
    const at = place({ width: 16, height: 8 }, spec);
    const planes = new Float32Array(3 * 64);
    fillTensor(pixels, { ...spec, scale: 0.5, mean: [1, 2, 3], std: [2, 2, 2], colour: 'bgr' }, at, planes);
    expect([planes[0], planes[64], planes[128]]).toEqual([(57 - 1) / 2, (57 - 2) / 2, (57 - 3) / 2]);
    expect([planes[16], planes[64 + 16], planes[128 + 16]]).toEqual([(15 - 1) / 2, (10 - 2) / 2, (5 - 3) / 2]);
    expect([planes[48], planes[47]]).toEqual([28, 7]);
    const bytes = new Uint8Array(3 * 64);
    fillTensor(pixels, { ...spec, layout: 'nhwc' }, at, bytes);
    expect([...bytes.subarray(0, 3), ...bytes.subarray(3 * 16, 3 * 16 + 3)]).toEqual([114, 114, 114, 10, 20, 30]);
  });
  it('takes the upright image', async () => {
    // Left half white, right half black as stored; turned by 90° clockwise for display: the top is white.
    const stored = new Uint8Array(3 * 16 * 16).map((_, i) => (Math.floor(i / 3) % 16 < 8 ? 255 : 0));
    const jpeg = await sharp(stored, { raw: { width: 16, height: 16, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const reuse = new ArrayBuffer(4 * 3 * 64);
    const { image, pixels: out } = await imageToTensor(jpeg, spec, { reuse });
    expect(out.buffer).toBe(reuse);
    expect([image.width, image.height]).toEqual([16, 16]);
    expect(out[3]).toBeGreaterThan(250);
    expect(out[60]).toBeLessThan(5);
  });
  it('keeps the size of an image for a network that takes any', async () => {
    const png = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#804020' } })
      .png()
      .toBuffer();
    const free = await imageToTensor(png, { ...spec, layout: 'nhwc', resize: 'stretch' }, { free: true, bytes: true });
    expect(free.input).toEqual({ width: 30, height: 20 });
    expect([...free.pixels.subarray(0, 3)]).toEqual([128, 64, 32]);
    expect(free.pixels).toHaveLength(3 * 30 * 20);
  });
});
