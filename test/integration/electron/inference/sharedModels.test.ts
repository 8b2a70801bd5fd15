import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { coco80, coco90 } from '../../../../electron/inference/cocoNames.ts';
import type { DetectedImage, Inspected } from '../../../../electron/inference/types.ts';
import type { BoxColumns } from '../../../../shared/domain/columns.ts';
import { boxAt, iou, type Box } from '../../../../shared/geometry/box.ts';
import { evaluateCoco } from '../../../../shared/metrics/coco/evaluateCoco.ts';
import { testClient } from '../../../helpers/inference.ts';

// Real detectors and photographs; not part of the repository.
const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const present = existsSync(`${data}models`) && existsSync(`${data}coco_cc_by/instances.json`);

interface Row {
  readonly id?: number;
  readonly image_id: number;
  readonly category_id: number;
  readonly bbox: Box;
  readonly score?: number;
  readonly area?: number;
  readonly iscrowd?: number;
}
interface Coco {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly Row[];
  readonly categories: readonly { readonly id: number }[];
}

const json = (path: string): unknown => JSON.parse(readFileSync(data + path, 'utf8'));

describe('real detectors', () => {
  beforeEach((context) => context.skip(!present, 'real data is not here: ../shared/data'));

  // One process each: starting more would take longer than these few images.
  const client = testClient({}, 1);
  afterAll(() => client.close());
  const coco = present ? (json('coco_cc_by/instances.json') as Coco) : { images: [], annotations: [], categories: [] };

  /** Detections by image and score as COCO rows. */
  async function detect(file: string, images: Coco['images'], inspected?: Inspected): Promise<Row[]> {
    const path = `${data}models/${file}.onnx`;
    const { inspection, card } = inspected ?? (await client.inspect(path));
    const model = { path, sha256: inspection.sha256, bytes: inspection.bytes, card };
    const detector = await client.open({ model, provider: 'cpu' });
    const found: DetectedImage[] = [];
    await detector.run({
      frames: images.length,
      pathOf: (i) => Promise.resolve(`${data}coco_cc_by/images/${images[i]?.file_name ?? ''}`),
      options: { scoreThreshold: 0.05, nmsIou: model.card.nmsIou, maxDetections: 100 },
      onResult(i, result) {
        if ('error' in result) throw new Error(result.error.message);
        found[i] = result.image;
      },
      signal: new AbortController().signal,
    });
    detector.close();
    return found.flatMap((image, i) =>
      Array.from(image.scores, (score, k) => ({
        image_id: images[i]?.id ?? -1,
        category_id: coco90.indexOf(model.card.categories[image.categories[k] ?? -1] ?? '') + 1,
        bbox: boxAt(image.boxes, k),
        score,
      })),
    );
  }

  function columns(rows: readonly Row[]): BoxColumns {
    const perFrame = coco.images.map((image) => rows.filter((row) => row.image_id === image.id));
    const offsets = new Uint32Array(perFrame.length + 1);
    perFrame.forEach((boxes, f) => (offsets[f + 1] = (offsets[f] ?? 0) + boxes.length));
    const all = perFrame.flat();
    return {
      frameIds: Float64Array.from(perFrame, (_, f) => f),
      offsets,
      ids: Float64Array.from(all, (row, i) => row.id ?? i + 1),
      categories: Uint16Array.from(all, (row) => row.category_id),
      scores: Float64Array.from(all, (row) => row.score ?? NaN),
      boxes: Float64Array.from(all.flatMap((row) => row.bbox)),
      tracks: new Int32Array(all.length).fill(-1),
      flags: Uint8Array.from(all, (row) => (row.iscrowd === 1 ? 8 : 0)),
      origins: new Uint8Array(all.length),
    };
  }

  function averagePrecision(rows: readonly Row[]): number {
    const groundTruth = columns(coco.annotations);
    const areas = Float64Array.from(
      coco.images.flatMap((image) => coco.annotations.filter((row) => row.image_id === image.id)),
      (row) => row.area ?? NaN,
    );
    const categories = coco.categories.map((category) => category.id).sort((a, b) => a - b);
    return evaluateCoco({ groundTruth, detections: columns(rows), categories, areas }).stats[0] ?? -1;
  }

  const models: readonly [file: string, family: string, reference: string][] = [
    ['yolox_nano_416', 'yolox', 'yolox__yolox_nano_416_kazuhito'],
    ['nanodet_m_416', 'nanodet', 'nanodet__nanodet_m_416_kazuhito'],
    ['deimv2_atto_320', 'detections', 'deimv2__deimv2_hgnetv2_atto_coco'],
    ['derived/deimv2_atto_raw_detr', 'detr', 'derived__deimv2_atto_raw_detr'],
    ['derived/yolox_nano_as_yolov5_layout', 'yolov5', 'derived__yolox_nano_as_yolov5_layout'],
    ['derived/yolox_nano_as_yolov8_layout', 'yolov8', 'derived__yolox_nano_as_yolov8_layout'],
    ['derived/yolox_nano_e2e_1xKx6', 'e2e6', 'derived__yolox_nano_e2e_1xKx6'],
    ['derived/yolox_nano_fp16_io', 'yolox', 'derived__yolox_nano_fp16_io'],
    ['derived/yolox_nano_tfod_uint8_nhwc', 'tfod', 'derived__yolox_nano_tfod_uint8_nhwc'],
  ];

  it.each(models)('%s is recognised as %s and finds what the reference found', async (file, family, reference) => {
    const inspected = await client.inspect(`${data}models/${file}.onnx`);
    const { inspection } = inspected;
    expect(inspection.family).toBe(family);
    expect(inspection.confidence).toBeGreaterThanOrEqual(0.7);
    expect(inspection.categories.filter((name) => !name.startsWith('class '))).toEqual(coco80);
    const images = coco.images.slice(0, 8);
    const rows = await detect(file, images, inspected);
    const expected = (json(`reference/detections_coco_cc_by/${reference}.json`) as Row[]).filter(
      (row) => (row.score ?? 0) >= 0.3 && images.some((image) => image.id === row.image_id),
    );
    const met = expected.filter((want) =>
      rows.some(
        (row) =>
          row.image_id === want.image_id &&
          row.category_id === want.category_id &&
          Math.abs((row.score ?? 0) - (want.score ?? 0)) < 0.1 &&
          iou(row.bbox, want.bbox) > 0.85,
      ),
    );
    expect(expected.length).toBeGreaterThan(5);
    expect(met.length / expected.length).toBeGreaterThan(0.9);
  });

  it('ultraface_rfb_320 is recognised as scores and boxes before suppression', async () => {
    const { inspection } = await client.inspect(`${data}models/ultraface_rfb_320.onnx`, { categories: ['face'] });
    expect(inspection).toMatchObject({ family: 'scoresBoxes', categories: ['face'] });
  });

  it('yolox_nano_416 reaches the AP of the reference on 85 photographs', async () => {
    const own = averagePrecision(await detect('yolox_nano_416', coco.images));
    const reference = averagePrecision(json('reference/detections_coco_cc_by/yolox__yolox_nano_416_kazuhito.json') as Row[]);
    expect(reference).toBeCloseTo(0.3083, 4);
    expect(Math.abs(own - reference)).toBeLessThan(0.005);
    expect(own).toBeGreaterThanOrEqual(0.3);
  }, 60_000);
});
