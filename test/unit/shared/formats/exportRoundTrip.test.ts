import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { flagsOf } from '../../../../shared/domain/annotation.ts';
import type { Box } from '../../../../shared/geometry/box.ts';
import { readCoco } from '../../../../shared/formats/coco/readCoco.ts';
import { planCoco, writeCoco } from '../../../../shared/formats/coco/writeCoco.ts';
import { BoxTable, indexByFrame } from '../../../../shared/formats/labelSet.ts';
import { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import { readYoloLabels } from '../../../../shared/formats/yolo/readLabels.ts';
import { planYolo, writeYolo, yoloRounding } from '../../../../shared/formats/yolo/writeYolo.ts';
import { boxName } from '../../../../shared/versions/boxName.ts';
import { compareText } from '../../../../shared/versions/manifest.ts';
import type { ManifestFrame } from '../../../../shared/versions/manifest.ts';
import type { ManifestContent } from '../../../fixtures/versions/arbitraryManifest.ts';
import { collectExport, exportSource } from '../../../fixtures/versions/collectExport.ts';
import { encode } from '../../../fixtures/versions/manifestHelpers.ts';

const file = fileURLToPath(new URL('../../../../../shared/data/coco_cc_by/instances.json', import.meta.url));
const present = existsSync(file);

/** A COCO text as the content of a version. */
async function contentOf(text: Uint8Array): Promise<ManifestContent> {
  const chunks = (async function* () {
    yield text;
  })();
  const labels = await readCoco(chunks, { file: 'instances.json', split: null, report: new ReportCollector() });
  const index = indexByFrame(labels.boxes, labels.frames.length);
  const frames = labels.frames.map((frame, f): ManifestFrame => {
    const rows = [...index.rows.subarray(index.offsets[f], index.offsets[f + 1])];
    return {
      name: frame.name,
      sha256: '0'.repeat(64),
      width: frame.declared!.width,
      height: frame.declared!.height,
      state: 'labeled',
      split: frame.split,
      sequence: frame.sequence,
      index: frame.index,
      time: frame.time,
      sourceId: frame.sourceId as number,
      boxes: rows.map((row) => {
        const { boxes } = labels;
        const extra = boxes.extras.get(row);
        return {
          id: boxName('0'.repeat(32), row),
          category: boxes.categories.get(row),
          bbox: [boxes.x.get(row), boxes.y.get(row), boxes.w.get(row), boxes.h.get(row)] as Box,
          angle: extra?.angle ?? 0,
          flags: flagsOf(boxes.flags.get(row)),
          attributes: extra?.attributes ?? {},
          track: extra?.track ?? null,
          area: boxes.areas.get(row),
          mask: extra?.segmentation ?? null,
          sourceId: boxes.sourceIds.get(row),
        };
      }),
    };
  });
  return { categories: labels.categories, frames: frames.sort((a, b) => compareText(a.name, b.name)) };
}

describe('real labels, exported and read back', () => {
  beforeEach((context) => context.skip(!present, 'real data is not here: ../shared/data/coco_cc_by'));

  test('COCO: the content has the same hash', async () => {
    const content = await contentOf(readFileSync(file));
    expect(content.frames.reduce((sum, frame) => sum + frame.boxes.length, 0)).toBe(749);
    const source = exportSource(content);
    const plan = await planCoco(source);
    expect(plan.report).toEqual([]);
    const { files, images } = await collectExport(writeCoco(source, plan));
    expect(images.map((image) => image.path)).toEqual(content.frames.map((frame) => `images/${frame.name}`));
    const back = await contentOf(new TextEncoder().encode(files.get('annotations/instances.json')));
    expect(encode(back).summary).toEqual(encode(content).summary);
  });

  test('YOLO: every box but the crowds, within the stated rounding', async () => {
    const content = await contentOf(readFileSync(file));
    const source = exportSource(content);
    const plan = await planYolo(source);
    const crowds = plan.report.find((line) => line.code === 'crowd_left_out')!.count;
    expect(crowds).toBe(11);
    const { files } = await collectExport(writeYolo(source, plan));
    let read = 0;
    for (const frame of content.frames) {
      const table = new BoxTable('share');
      const categories = content.categories.map((_, i) => i);
      const report = new ReportCollector();
      readYoloLabels(files.get(`labels/${frame.name.replace('.jpg', '.txt')}`)!, table, { file: 'x', frame: 0, categories, report });
      expect(report.entries()).toEqual([]);
      const wanted = frame.boxes.filter((box) => !box.flags.includes('crowd'));
      expect(table.length).toBe(wanted.length);
      read += table.length;
      for (let row = 0; row < table.length; row++) {
        const box = wanted[row]!;
        expect(table.categories.get(row)).toBe(box.category);
        const left = (table.x.get(row) - table.w.get(row) / 2) * frame.width;
        const bottom = (table.y.get(row) + table.h.get(row) / 2) * frame.height;
        expect(Math.abs(left - box.bbox[0])).toBeLessThanOrEqual(yoloRounding * frame.width);
        expect(Math.abs(bottom - box.bbox[1] - box.bbox[3])).toBeLessThanOrEqual(yoloRounding * frame.height);
      }
    }
    expect(read).toBe(749 - crowds);
  });
});
