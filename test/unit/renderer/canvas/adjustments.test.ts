import { describe, expect, test } from 'vitest';
import { adjust, isNeutral, levelsOf, neutral, readAdjustments, toneTable } from '../../../../renderer/canvas/model/adjustments.ts';
import { suggestedWindow, windowed } from '../../../../shared/pixels/window16.ts';

/** A row of greys from `from` to `to`, RGBA. */
const ramp = (from: number, to: number, count = 256): Uint8ClampedArray =>
  Uint8ClampedArray.from({ length: count * 4 }, (_, i) => (i % 4 === 3 ? 255 : from + ((to - from) * Math.floor(i / 4)) / (count - 1)));

const reds = (pixels: Uint8ClampedArray): number[] => [...pixels].filter((_, i) => i % 4 === 0);

describe('adjustments of what is seen', () => {
  test('neutral ones leave every pixel as it is', () => {
    const pixels = ramp(0, 255);
    adjust(pixels, 16, 16, neutral);
    expect(pixels).toEqual(ramp(0, 255));
    expect(isNeutral({ ...neutral })).toBe(true);
    expect(isNeutral({ ...neutral, gamma: 1.1 })).toBe(false);
  });

  test('brightness moves, contrast spreads around the middle, gamma opens the dark and keeps the ends', () => {
    expect(toneTable({ ...neutral, brightness: 50 }, [0, 255])[100]).toBe(164);
    const contrast = toneTable({ ...neutral, contrast: 50 }, [0, 255]);
    expect([contrast[127], contrast[128]].map((value) => Math.abs((value ?? 0) - 127.5) < 3)).toEqual([true, true]);
    expect((contrast[180] ?? 0) - (contrast[100] ?? 0)).toBeGreaterThan(80);
    const gamma = toneTable({ ...neutral, gamma: 2.2 }, [0, 255]);
    expect([gamma[0], gamma[255]]).toEqual([0, 255]);
    expect(gamma[64]).toBeGreaterThan(120);
  });

  test('auto levels spread a flat image over the whole range', () => {
    const pixels = ramp(90, 140, 10_000);
    const [low, high] = levelsOf(pixels);
    expect(Math.abs(low - 90) <= 2 && Math.abs(high - 140) <= 2).toBe(true);
    adjust(pixels, 100, 100, { ...neutral, autoLevels: true });
    expect(Math.min(...reds(pixels))).toBeLessThan(6);
    expect(Math.max(...reds(pixels))).toBeGreaterThan(249);
  });

  test('a channel is shown grey, luma without colour, invert turns all over', () => {
    const color = (): Uint8ClampedArray => Uint8ClampedArray.of(200, 100, 50, 255);
    const seen = (change: Partial<typeof neutral>): number[] => {
      const pixels = color();
      adjust(pixels, 1, 1, { ...neutral, ...change });
      return [...pixels];
    };
    expect(seen({ channel: 'green' })).toEqual([100, 100, 100, 255]);
    expect(seen({ channel: 'luma' })).toEqual([118, 118, 118, 255]);
    expect(seen({ saturation: 0 })).toEqual([118, 118, 118, 255]);
    expect(seen({ invert: true })).toEqual([55, 155, 205, 255]);
  });

  test('CLAHE brings out what is flat in a dark corner and leaves a plain image nearly alone', () => {
    const side = 64;
    const dark = new Uint8ClampedArray(side * side * 4).fill(255);
    for (let i = 0; i < side * side; i++) {
      const x = i % side;
      const value = x < side / 2 ? 20 + (i % 7) : 200 + (i % 7);
      dark.fill(value, i * 4, i * 4 + 3);
    }
    const spread = (pixels: Uint8ClampedArray): number => {
      const left = reds(pixels).filter((_, i) => i % side < 16);
      return Math.max(...left) - Math.min(...left);
    };
    const before = spread(dark);
    adjust(dark, side, side, { ...neutral, clahe: true });
    expect(before).toBe(6);
    expect(spread(dark)).toBeGreaterThan(12);
  });

  test('what was stored is read back; nonsense is neutral', () => {
    const chosen = { ...neutral, brightness: 20, channel: 'red', window: [100, 4_000] } as const;
    expect(readAdjustments(JSON.stringify(chosen))).toEqual(chosen);
    for (const text of ['', 'x', '[]', 'null', '{"gamma":99,"channel":"pink","window":[1],"contrast":"9"}', undefined]) {
      expect(readAdjustments(text)).toEqual(neutral);
    }
  });
});

describe('16 bit windows', () => {
  test('a 12 bit image suggests its own window and fills black to white with it', () => {
    const samples = Uint16Array.from({ length: 10_000 }, (_, i) => 200 + Math.round((i / 9_999) * 3_800));
    const window = suggestedWindow(samples);
    expect(Math.abs(window[0] - 219) < 5 && Math.abs(window[1] - 3_981) < 5).toBe(true);
    const shown = windowed(samples, 1, window);
    expect([shown[0], shown[9_999 * 4], shown[3]]).toEqual([0, 255, 255]);
    expect(Math.abs((shown[5_000 * 4] ?? 0) - 127) < 3).toBe(true);
  });

  test('three samples a pixel stay colours', () => {
    expect([...windowed(Uint16Array.of(0, 500, 1_000), 3, [0, 1_000])]).toEqual([0, 128, 255, 255]);
  });

  test('an image of one value has the whole range', () => {
    expect(suggestedWindow(new Uint16Array(100).fill(7))).toEqual([0, 65_535]);
  });
});
