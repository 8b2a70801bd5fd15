import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flagsOf } from '../../../../../shared/domain/annotation.ts';
import { readCoco } from '../../../../../shared/formats/coco/readCoco.ts';
import { planCoco, writeCoco } from '../../../../../shared/formats/coco/writeCoco.ts';
import { ReportCollector } from '../../../../../shared/formats/reportCollector.ts';
import type { ManifestContent } from '../../../../fixtures/versions/arbitraryManifest.ts';
import { arbitraryManifest } from '../../../../fixtures/versions/arbitraryManifest.ts';
import { collectExport, exportSource, versionHash } from '../../../../fixtures/versions/collectExport.ts';
import { box, category, frame } from '../../../../fixtures/versions/manifestHelpers.ts';

async function write(content: ManifestContent) {
  const source = exportSource(content);
  const plan = await planCoco(source);
  return { plan, ...(await collectExport(writeCoco(source, plan))) };
}

interface CocoFile {
  readonly info: unknown;
  readonly categories: readonly { id: number; name: string; supercategory?: string }[];
  readonly images: readonly { id: number; file_name: string; sequence?: string }[];
  readonly annotations: readonly { id: number; image_id: number; category_id: number; [key: string]: unknown }[];
}

async function* bytes(text: string) {
  yield new TextEncoder().encode(text);
}

describe('COCO export', () => {
  test('ids with gaps are kept; what has none or shares one gets the numbers after the largest', async () => {
    const { plan, files } = await write({
      categories: [category('person', 1), category('stop sign', 13), category('bike'), category('double', 13)],
      frames: [
        frame('a.jpg', [box(1, [1, 2, 3, 4], { sourceId: 900 }), box(2, [1, 2, 3, 4])], { sourceId: 42 }),
        frame('b.jpg', [box(1, [1, 2, 3, 4], { sourceId: 900, category: 1 })], { sourceId: 42 }),
        frame('c.jpg', [], { sourceId: 7 }),
      ],
    });
    const file = JSON.parse(files.get('annotations/instances.json')!) as CocoFile;
    expect(file.categories.map((c) => c.id)).toEqual([1, 13, 14, 15]);
    expect(file.images.map((i) => i.id)).toEqual([42, 43, 7]);
    expect(file.annotations.map((a) => [a.id, a.image_id, a.category_id])).toEqual([
      [900, 42, 1],
      [901, 42, 1],
      [902, 43, 13],
    ]);
    expect(plan.report.map((line) => [line.code, line.count])).toEqual([
      ['category_ids_renumbered', 1],
      ['image_ids_renumbered', 1],
      ['annotation_ids_renumbered', 1],
    ]);
    expect(file.info).toEqual({ description: 'Exported by Hardcase', version: versionHash });
  });

  test('splits have their own file and folder, file names are relative to it', async () => {
    const { plan, files, images } = await write({
      categories: [category('car')],
      frames: [
        frame('cam/a.jpg', [box(1, [0, 0, 1, 1])], { split: 'train' }),
        frame('cam/b.jpg', [], { split: 'val' }),
        frame('cam/c.jpg', [box(2, [0, 0, 1, 1])], { split: null }),
      ],
    });
    expect([...files.keys()].sort()).toEqual(['train', 'unassigned', 'val'].map((split) => `annotations/instances_${split}.json`));
    expect(images).toEqual([
      { path: 'images/train/cam/a.jpg', frame: 'cam/a.jpg' },
      { path: 'images/val/cam/b.jpg', frame: 'cam/b.jpg' },
      { path: 'images/unassigned/cam/c.jpg', frame: 'cam/c.jpg' },
    ]);
    const val = JSON.parse(files.get('annotations/instances_val.json')!) as CocoFile;
    expect(val.images.map((image) => image.file_name)).toEqual(['cam/b.jpg']);
    expect(val.annotations).toEqual([]);
    const other = JSON.parse(files.get('annotations/instances_unassigned.json')!) as CocoFile;
    expect(other.annotations[0]).toMatchObject({ id: 2, image_id: 3 });
    expect(plan.report.map((line) => line.code)).toEqual(['frames_without_split']);
  });

  test('preflight names what COCO carries otherwise', async () => {
    const { plan } = await write({
      categories: [category('car')],
      frames: [
        frame('a:b.jpg', [box(1, [0, 0, 1, 1], { angle: 3, sourceId: 0 }), box(2, [0, 0, 1, 1], { flags: ['crowd'] })]),
        frame('b.jpg', [box(3, [0, 0, 1, 1], { flags: ['ignore'] }), box(4, [0, 0, 1, 1], { flags: ['ignore', 'crowd'] })]),
        frame('c.jpg', [], { state: 'unlabeled' }),
      ],
    });
    expect(plan.report.map((line) => [line.code, line.severity, line.item])).toEqual([
      ['file_renamed', 'info', 'a:b.jpg'],
      ['angle_extra_field', 'warning', 'a:b.jpg'],
      ['crowd_without_mask', 'info', 'a:b.jpg'],
      ['ignore_not_read', 'warning', 'b.jpg'],
      ['unlabeled_frame', 'warning', 'c.jpg'],
      ['annotation_id_zero', 'warning', 'annotation 0'],
    ]);
  });

  test('a turned box is the upright one around it to others, and itself to us', async () => {
    const { files } = await write({
      categories: [category('car')],
      frames: [frame('a.jpg', [box(1, [60, 40, 40, 20], { angle: 90, area: null })])],
    });
    const text = files.get('annotations/instances.json')!;
    const [annotation] = (JSON.parse(text) as CocoFile).annotations;
    expect(annotation).toMatchObject({ bbox: [70, 30, 20, 40], area: 800, angle: 90, unrotated_bbox: [60, 40, 40, 20] });
    const { boxes } = await readCoco(bytes(text), { file: 'a.json', split: null, report: new ReportCollector() });
    expect([boxes.x.get(0), boxes.y.get(0), boxes.w.get(0), boxes.h.get(0), boxes.extras.get(0)?.angle]).toEqual([60, 40, 40, 20, 90]);
  });

  test('a version with nothing in it is a file with nothing in it', async () => {
    const { files } = await write({ categories: [], frames: [] });
    expect(JSON.parse(files.get('annotations/instances.json')!)).toMatchObject({ categories: [], images: [], annotations: [] });
  });

  test('a large export comes in pieces that join to one document', async () => {
    const frames = Array.from({ length: 3_000 }, (_, i) => frame(`${String(i).padStart(5, '0')}.jpg`, [box(i, [i, 0.1, 1, 1])]));
    const { files } = await write({ categories: [category('car')], frames });
    const file = JSON.parse(files.get('annotations/instances.json')!) as CocoFile;
    expect(file.images).toHaveLength(3_000);
    expect(file.annotations[2_999]).toMatchObject({ id: 3_000, image_id: 3_000, bbox: [2_999, 0.1, 1, 1] });
  });

  test('the reader gives back every box exactly, and the same version the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryManifest, async (content) => {
        const { files, plan } = await write(content);
        expect((await write(content)).files).toEqual(files);
        for (const folder of plan.splits.folders) {
          const name = folder === '' ? 'annotations/instances.json' : `annotations/instances_${folder}.json`;
          const labels = await readCoco(bytes(files.get(name)!), { file: name, split: null, report: new ReportCollector() });
          const frames = content.frames.filter((one) => plan.splits.of(one.split) === folder);
          expect(labels.frames).toHaveLength(frames.length);
          // Names come back as they are, blanks too; of one name there is one category.
          expect(labels.categories.map(({ name }) => name)).toEqual([...new Set(content.categories.map(({ name }) => name))]);
          const wanted = frames.flatMap((one) => one.boxes);
          const read = labels.boxes;
          expect(read.length).toBe(wanted.length);
          for (let row = 0; row < wanted.length; row++) {
            const box = wanted[row]!;
            expect([read.x.get(row), read.y.get(row), read.w.get(row), read.h.get(row)]).toEqual(box.bbox.map((value) => value + 0));
            expect(flagsOf(read.flags.get(row))).toEqual(expect.arrayContaining([...box.flags]));
            expect(read.extras.get(row)?.track ?? null).toBe(box.track);
            expect(read.extras.get(row)?.angle ?? 0).toBe(box.angle + 0);
            if (box.flags.includes('crowd') && box.mask !== null) expect(read.extras.get(row)?.segmentation).toEqual(box.mask);
            if (box.area !== null) expect(read.areas.get(row)).toBe(box.area + 0);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
