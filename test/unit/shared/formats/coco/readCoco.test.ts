import { describe, expect, test } from 'vitest';
import { flagsOf } from '../../../../../shared/domain/annotation.ts';
import { readCoco, type CocoLabels } from '../../../../../shared/formats/coco/readCoco.ts';
import { readResults } from '../../../../../shared/formats/coco/readResults.ts';
import { ReportCollector } from '../../../../../shared/formats/reportCollector.ts';

async function* bytesOf(value: unknown): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
  await Promise.resolve();
}

async function read(value: unknown): Promise<{ labels: CocoLabels; codes: { [code: string]: number } }> {
  const report = new ReportCollector();
  const labels = await readCoco(bytesOf(value), { file: 'x.json', split: null, report });
  return { labels, codes: Object.fromEntries(report.entries().map((entry) => [`${entry.severity} ${entry.code}`, entry.count])) };
}

function boxes(labels: CocoLabels): unknown[] {
  const { boxes: table } = labels;
  return Array.from({ length: table.length }, (_, row) => ({
    frame: labels.frames[table.frames.get(row)]?.name,
    category: labels.categories[table.categories.get(row)]?.name,
    box: [table.x.get(row), table.y.get(row), table.w.get(row), table.h.get(row)],
    ...(table.flags.get(row) ? { flags: flagsOf(table.flags.get(row)) } : {}),
    ...(Number.isNaN(table.areas.get(row)) ? {} : { area: table.areas.get(row) }),
    id: table.sourceIds.get(row),
    ...table.extras.get(row),
  }));
}

const images = [
  { id: 9, file_name: 'a.jpg', width: 100, height: 50 },
  { id: 4, file_name: 'b.jpg' },
];
const categories = [
  { id: 90, name: 'car', supercategory: 'vehicle' },
  { id: 3, name: 'bus' },
];

describe('the COCO reader', () => {
  test('keeps ids with gaps, the order of categories, exact doubles, area, crowd RLE, ignore, attributes and tracks', async () => {
    const rle = { size: [50, 100], counts: [10, 20, 4970] };
    const { labels, codes } = await read({
      // Any order of the sections.
      annotations: [
        {
          id: 0,
          image_id: 9,
          category_id: 3,
          bbox: [0.1, 0.2, 33.300000000000004, 1e-3],
          area: 12.5,
          iscrowd: 0,
          segmentation: [[1, 2, 3, 4, 5, 6]],
        },
        { id: 7, image_id: 4, category_id: 90, bbox: [1, 2, 3, 4], iscrowd: 1, segmentation: rle },
        {
          id: 8,
          image_id: 4,
          category_id: 90,
          bbox: [1, 2, 3, 4],
          ignore: 1,
          attributes: { occluded: true, colour: 'red', track_id: 5, deep: { x: 1 } },
        },
      ],
      categories,
      images,
    });
    expect(labels.categories).toEqual([
      { name: 'car', supercategory: 'vehicle', sourceId: 90 },
      { name: 'bus', supercategory: null, sourceId: 3 },
    ]);
    expect(labels.frames.map(({ name, sourceId, declared }) => ({ name, sourceId, declared }))).toEqual([
      { name: 'a.jpg', sourceId: 9, declared: { width: 100, height: 50 } },
      { name: 'b.jpg', sourceId: 4, declared: null },
    ]);
    expect(boxes(labels)).toEqual([
      { frame: 'a.jpg', category: 'bus', box: [0.1, 0.2, 33.300000000000004, 1e-3], area: 12.5, id: 0 },
      { frame: 'b.jpg', category: 'car', box: [1, 2, 3, 4], flags: ['crowd'], id: 7, segmentation: rle },
      { frame: 'b.jpg', category: 'car', box: [1, 2, 3, 4], flags: ['occluded', 'ignore'], id: 8, attributes: { colour: 'red' }, track: 5 },
    ]);
    expect(codes).toEqual({ 'info polygons_not_kept': 1 });
  });

  test('takes ids that are texts, and texts that are numbers as those', async () => {
    const { labels } = await read({
      images: [
        { id: 'x', file_name: 'a.jpg' },
        { id: '12', file_name: 'b.jpg' },
      ],
      annotations: [
        { image_id: 'x', category_id: 'c', bbox: [1, 1, 1, 1] },
        { image_id: 12, category_id: 'c', bbox: [2, 2, 2, 2] },
      ],
      categories: [{ id: 'c', name: 'car' }],
    });
    expect(boxes(labels)).toEqual([
      { frame: 'a.jpg', category: 'car', box: [1, 1, 1, 1], id: Number.NaN },
      { frame: 'b.jpg', category: 'car', box: [2, 2, 2, 2], id: Number.NaN },
    ]);
  });

  test('keeps sequence, place and time of frames', async () => {
    const { labels } = await read({
      images: [{ id: 1, file_name: 'a.jpg', sequence: 'drive 3', frame_index: 7, timestamp: 0.35, license: 4 }],
      annotations: [],
    });
    expect(labels.frames[0]).toMatchObject({ sequence: 'drive 3', index: 7, time: 0.35, labeled: false });
  });

  test('refuses single boxes with a reason and reads the rest', async () => {
    const { labels, codes } = await read(
      JSON.stringify({
        images,
        categories,
        annotations: [
          { id: 1, image_id: 9, category_id: 90, bbox: ['@', 1, 1, 1] },
          { id: 2, image_id: 9, category_id: 90, bbox: [1, 1, 1] },
          { id: 3, image_id: 77, category_id: 90, bbox: [1, 1, 1, 1] },
          { id: 4, category_id: 90, bbox: [1, 1, 1, 1] },
          { id: 5, image_id: 9, bbox: [1, 1, 1, 1] },
          5,
          { id: 6, image_id: 9, category_id: 90, bbox: [1, 1, null, 1] },
          { id: 7, image_id: 9, category_id: 55, bbox: [1, 1, 1, 1] },
          { id: 8, image_id: 9, category_id: 90, bbox: [5, 5, 5, 5], __proto__x: 1 },
        ],
      }).replace('"@"', 'NaN'),
    );
    expect(boxes(labels)).toMatchObject([
      { category: 'category 55', id: 7 },
      { category: 'car', id: 8 },
    ]);
    expect(codes).toEqual({
      'refused box_not_finite': 2,
      'refused box_missing': 1,
      'refused box_of_unknown_image': 1,
      'refused box_without_image': 1,
      'refused box_without_category': 1,
      'refused coco_entry_broken': 1,
      'warning category_not_listed': 1,
    });
  });

  test('mends doubles: annotation ids, images listed twice, categories of one name', async () => {
    const { labels, codes } = await read({
      images: [...images, images[0], { id: 9, file_name: 'c.jpg' }],
      categories: [{ id: 0, name: 'car' }, ...categories],
      annotations: [1, 1, 5, 1].map((id, i) => ({ id, image_id: 9, category_id: [0, 90, 3, 3][i], bbox: [i, 0, 1, 1] })),
    });
    expect(labels.categories.map((category) => category.name)).toEqual(['car', 'bus']);
    expect(boxes(labels)).toMatchObject([
      { category: 'car', id: 1 },
      { category: 'car', id: 6 },
      { category: 'bus', id: 5 },
      { category: 'bus', id: 7 },
    ]);
    expect(labels.frames.map((frame) => [frame.name, frame.sourceId])).toEqual([
      ['a.jpg', 9],
      ['b.jpg', 4],
      ['c.jpg', null],
    ]);
    expect(codes).toEqual({
      'repaired image_listed_twice': 1,
      'warning image_id_used_twice': 1,
      'repaired category_named_twice': 1,
      'repaired annotation_id_used_twice': 2,
    });
  });

  test('makes a missing box from its outline', async () => {
    const { labels, codes } = await read({
      images,
      categories,
      annotations: [{ id: 1, image_id: 9, category_id: 3, segmentation: [[1, 2, 9, 2, 9, 8]] }],
    });
    expect(boxes(labels)).toMatchObject([{ box: [1, 2, 8, 6] }]);
    expect(codes['repaired box_from_outline']).toBe(1);
  });

  test.each([
    ['another JSON object', { a: [1], b: {} }, 'not_coco'],
    ['a cut file', '{"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"id"', 'json_truncated'],
    ['an empty file', '', 'empty_file'],
    ['a deep file', `{"images":[],"annotations":[{"bbox":${'['.repeat(100)}`, 'json_too_deep'],
  ])('refuses %s as a whole', async (_what, value, code) => {
    await expect(read(value)).rejects.toMatchObject({ code });
  });
});

describe('the results reader', () => {
  test('keeps order and doubles, and refuses what belongs nowhere', async () => {
    const report = new ReportCollector();
    const table = await readResults(
      bytesOf(
        JSON.stringify([
          { image_id: 9, category_id: 1, bbox: [0.1, 0.2, 0.30000000000000004, 700], score: 0.123456789012345678 },
          { image_id: 8, category_id: 1, bbox: [1, 1, 1, 1], score: 0.5 },
          { image_id: 9, category_id: 2, bbox: [1, 1, 1, 1], score: 0.5 },
          { image_id: 9, category_id: 1, bbox: [1, 1, 1, 1] },
          { image_id: 9, category_id: 1, bbox: [1, 1, -1, 1], score: 0.5 },
          { image_id: 9, category_id: 1, bbox: [-5, 1, 1, '?'], score: 0.5 },
          { image_id: 9, category_id: 1, bbox: [-5, 0, 1, 0], score: 1 },
        ]).replace('"?"', 'Infinity'),
      ),
      {
        file: 'r.json',
        report,
        frameOfId: (id) => (id === 9 ? 3 : undefined),
        categoryOfId: (id) => (id === 1 ? 0 : undefined),
      },
    );
    const rows = Array.from({ length: table.scores.length }, (_, i) => [
      table.frames.get(i),
      table.x.get(i),
      table.w.get(i),
      table.scores.get(i),
    ]);
    expect(rows).toEqual([
      [3, 0.1, 0.30000000000000004, 0.123456789012345678],
      [3, -5, 1, 1],
    ]);
    expect(report.count('refused')).toBe(5);
  });
});
