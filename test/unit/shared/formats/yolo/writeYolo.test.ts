import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { BoxTable } from '../../../../../shared/formats/labelSet.ts';
import { ReportCollector } from '../../../../../shared/formats/reportCollector.ts';
import { readDataYaml } from '../../../../../shared/formats/yolo/readDataYaml.ts';
import { readYoloLabels } from '../../../../../shared/formats/yolo/readLabels.ts';
import { planYolo, writeYolo, yoloRounding } from '../../../../../shared/formats/yolo/writeYolo.ts';
import type { ManifestContent } from '../../../../fixtures/versions/arbitraryManifest.ts';
import { collectExport, exportSource } from '../../../../fixtures/versions/collectExport.ts';
import { box, category, frame } from '../../../../fixtures/versions/manifestHelpers.ts';

async function write(content: ManifestContent) {
  const source = exportSource(content);
  const plan = await planYolo(source);
  return { plan, ...(await collectExport(writeYolo(source, plan))) };
}

const categories = [category('car', 3), category('bicycle', 1)];
const size = { width: 100, height: 50 };

describe('YOLO export', () => {
  test('one label file an image, an empty one for a background, classes in their pinned order', async () => {
    const { files, images, plan } = await write({
      categories,
      frames: [
        frame('cam/a.jpg', [box(1, [10, 10, 20, 20], { category: 1 }), box(2, [0, 0, 100, 50])], { ...size, split: 'train' }),
        frame('cam/b.png', [], { split: 'val' }),
      ],
    });
    expect(files.get('labels/train/cam/a.txt')).toBe(
      '1 0.2000000000 0.4000000000 0.2000000000 0.4000000000\n0 0.5000000000 0.5000000000 1.0000000000 1.0000000000\n',
    );
    expect(files.get('labels/val/cam/b.txt')).toBe('');
    expect(images.map((image) => image.path)).toEqual(['images/train/cam/a.jpg', 'images/val/cam/b.png']);
    expect(plan.report).toEqual([]);
    const yaml = readDataYaml(parse(files.get('data.yaml')!));
    expect(yaml).toEqual({
      path: null,
      splits: [
        { split: 'train', paths: ['images/train'] },
        { split: 'val', paths: ['images/val'] },
      ],
      names: ['car', 'bicycle'],
    });
  });

  test('without splits both train and val name all images, and preflight says so', async () => {
    const { files, images, plan } = await write({ categories, frames: [frame('a.jpg', [])] });
    expect(parse(files.get('data.yaml')!)).toMatchObject({ train: 'images', val: 'images' });
    expect([...files.keys()]).toEqual(['data.yaml', 'labels/a.txt']);
    expect(images).toEqual([{ path: 'images/a.jpg', frame: 'a.jpg' }]);
    expect(plan.report.map((line) => line.code)).toEqual(['no_train_split', 'no_val_split']);
  });

  test('names that YAML would read as something else stay texts', async () => {
    const odd = ['yes', '1', 'null', 'a: b', '- x', '"q"', '자전거', '#c', '\u0085', ''.padEnd(3, '\\'), "it's", '{', '\u2028', '😀'];
    const { files } = await write({ categories: odd.map((name) => category(name)), frames: [] });
    expect(Object.values((parse(files.get('data.yaml')!) as { names: Record<string, string> }).names)).toEqual(odd);
  });

  test('preflight names what YOLO cannot carry, and these boxes are left out or cut', async () => {
    const { files, plan } = await write({
      categories,
      frames: [
        frame(
          'a.jpg',
          [
            box(1, [0, 0, 10, 10], { flags: ['crowd'] }),
            box(2, [0, 0, 10, 10], { flags: ['ignore'] }),
            box(3, [-10, 0, 20, 25], { flags: ['occluded'], attributes: { a: 1 }, track: 4, angle: 180 }),
            box(4, [200, 0, 20, 20]),
            box(5, [5, 5, 0, 5]),
          ],
          { ...size, split: 'train' },
        ),
        frame('b', [], { state: 'unlabeled', split: 'val' }),
      ],
    });
    expect(files.get('labels/train/a.txt')).toBe('0 0.0500000000 0.2500000000 0.1000000000 0.5000000000\n');
    expect(plan.report.map((line) => [line.code, line.count])).toEqual([
      ['crowd_left_out', 1],
      ['ignore_left_out', 1],
      ['box_clipped', 1],
      ['flags_not_carried', 1],
      ['attributes_not_carried', 1],
      ['track_not_carried', 1],
      ['angle_not_carried', 1],
      ['box_outside_left_out', 2],
      ['image_without_ending', 1],
      ['unlabeled_frame', 1],
    ]);
  });

  test('a box that an earlier export rounded over the edge of its image is not called cut; one that stands out is', async () => {
    const cutBy = async (over: number): Promise<readonly string[]> => {
      const frames = [frame('a.jpg', [box(1, [50, 0, 50 + over, 50])], { ...size, split: 'train' }), frame('b.jpg', [], { split: 'val' })];
      return (await write({ categories, frames })).plan.report.map((line) => line.code);
    };
    expect(await cutBy(0.9 * yoloRounding * size.width)).toEqual([]);
    expect(await cutBy(2 * yoloRounding * size.width)).toEqual(['box_clipped']);
  });

  test('a turned box becomes the upright one around it', async () => {
    const { files } = await write({
      categories,
      frames: [frame('a.jpg', [box(1, [60, 40, 40, 20], { angle: -90 })], { width: 200, height: 100 })],
    });
    // A quarter around (80, 50): 20 wide and 40 high.
    expect(files.get('labels/a.txt')).toBe('0 0.4000000000 0.5000000000 0.1000000000 0.4000000000\n');
  });

  test('every edge comes back within the stated rounding', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    return fc.assert(
      fc.asyncProperty(share, share, share, share, fc.integer({ min: 1, max: 16_384 }), async (x, y, w, h, width) => {
        const height = 777;
        const bbox = [x * width, y * height, w * (1 - x) * width, h * (1 - y) * height] as const;
        const { files } = await write({ categories, frames: [frame('a.jpg', [box(1, bbox)], { width, height })] });
        const table = new BoxTable('share');
        const options = { file: 'a.txt', frame: 0, categories: [0, 1], report: new ReportCollector() };
        readYoloLabels(files.get('labels/a.txt')!, table, options);
        if (bbox[2] / width < yoloRounding || bbox[3] / height < yoloRounding) return;
        expect(table.length).toBe(1);
        const [cx, cy, rw, rh] = [table.x.get(0), table.y.get(0), table.w.get(0), table.h.get(0)];
        const near = (read: number, meant: number, side: number) =>
          expect(Math.abs(read * side - meant)).toBeLessThanOrEqual(yoloRounding * side);
        near(cx - rw / 2, bbox[0], width);
        near(cx + rw / 2, bbox[0] + bbox[2], width);
        near(cy - rh / 2, bbox[1], height);
        near(cy + rh / 2, bbox[1] + bbox[3], height);
      }),
      { numRuns: 300 },
    );
  });
});
