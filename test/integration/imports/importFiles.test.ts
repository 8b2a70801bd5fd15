import { readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runImport, type ImportRequest } from '../../../electron/host/services/imports/importService.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ImportReport } from '../../../shared/contract/imports.ts';
import type { Progress } from '../../../shared/contract/common.ts';
import { pngBytes } from '../../helpers/imageBytes.ts';
import { makeDataset, type TestDataset } from '../../helpers/makeDataset.ts';
import { writeFiles } from '../../helpers/tempFolder.ts';

const image = (seed: number): Buffer => pngBytes(100, 50, { seed });

async function run(
  made: TestDataset,
  request: ImportRequest,
  options: { readonly dryRun?: boolean; readonly signal?: AbortSignal; readonly progress?: (value: Progress) => void } = {},
): Promise<ImportReport> {
  return runImport(request, {
    dataset: made.dataset,
    linkRoots: made.linkRoots,
    author: 'tester',
    signal: options.signal ?? new AbortController().signal,
    progress: options.progress ?? (() => undefined),
    dryRun: options.dryRun ?? false,
    pathOf: () => Promise.reject(new Error('no labels of these tests look for images in the dataset')),
  });
}

interface Content {
  readonly frames: readonly {
    readonly name: string;
    readonly state: string;
    readonly split: string | null;
    readonly boxes: readonly unknown[];
  }[];
  readonly revision: number;
}

async function contentOf({ dataset }: TestDataset): Promise<Content> {
  const index = await dataset.db.read('frames.index', {});
  const rows = await dataset.db.read('frames.rows', { ids: index.ids });
  const names = new Map((await dataset.db.read('categories.list', {})).map((category) => [category.id, category.name]));
  const frames = [];
  for (const row of rows) {
    const boxes = await dataset.db.read('annotations.list', { frame: row.id, limit: 10_000 });
    frames.push({
      name: row.name,
      state: row.state,
      split: row.split,
      boxes: boxes.map((box) => [names.get(box.category), ...box.bbox, ...box.flags]),
    });
  }
  const changed = await dataset.db.read('annotations.changedSince', { revision: 0 });
  return { frames: frames.sort((a, b) => (a.name < b.name ? -1 : 1)), revision: changed.revision };
}

function cocoFile(boxes: readonly (readonly [number, string, readonly number[], object?])[], files: readonly string[]): string {
  const names = [...new Set(boxes.map((box) => box[1]))];
  return JSON.stringify({
    images: files.map((file_name, i) => ({ id: 10 * i, file_name, width: 100, height: 50 })),
    categories: names.map((name, i) => ({ id: 7 * i + 3, name })),
    annotations: boxes.map(([file, name, bbox, more], i) => ({
      id: i,
      image_id: 10 * file,
      category_id: 7 * names.indexOf(name) + 3,
      bbox,
      ...more,
    })),
  });
}

describe('an import', () => {
  test('brings frames, boxes, categories, states and splits, and copies the media by content', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, {
      'annotations/instances_train.json': cocoFile(
        [
          [0, 'car', [0.1, 0.2, 30.300000000000004, 20]],
          [0, 'car', [90, 40, 20, 20], { iscrowd: 1, segmentation: { size: [50, 100], counts: [5, 10, 4985] } }],
          [1, 'bus', [-5, 0, 4, 4]],
        ],
        ['a.png', 'b.png', 'none.png'],
      ),
      'images/a.png': image(1),
      'images/b.png': image(2),
    });
    const phases: string[] = [];
    const report = await run(made, { format: 'auto', from }, { progress: (value) => phases.push(value.phase) });
    expect(report).toMatchObject({
      format: 'coco',
      frames: { added: 2, unchanged: 0, failed: 1 },
      annotations: { added: 2, repaired: 1, refused: 1 },
      categories: ['car', 'bus'],
    });
    expect(report.report.map((entry) => [entry.severity, entry.code, entry.count])).toEqual([
      ['repaired', 'box_clipped', 1],
      ['refused', 'box_outside', 1],
      ['refused', 'image_missing', 1],
    ]);
    expect([...new Set(phases)]).toEqual(['Reading labels', 'Reading images', 'Writing']);
    expect((await contentOf(made)).frames).toEqual([
      {
        name: 'a.png',
        state: 'labeled',
        split: 'train',
        boxes: [
          ['car', 0.1, 0.2, 30.300000000000004, 20],
          ['car', 90, 40, 10, 10, 'crowd'],
        ],
      },
      { name: 'b.png', state: 'labeled', split: 'train', boxes: [] },
    ]);
    expect(
      (await readdir(path.join(made.dataset.folder, 'media'), { recursive: true })).filter((name) => name.endsWith('.png')),
    ).toHaveLength(2);
  });

  test('dry, writes nothing and says the same', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, {
      'x.json': cocoFile([[0, 'car', [1, 1, 5, 5]]], ['a.png', 'b.png']),
      'a.png': image(1),
      'b.png': image(2).subarray(0, 50),
    });
    const before = await contentOf(made);
    const files = await readdir(made.dataset.folder);
    const dry = await run(made, { format: 'coco', from }, { dryRun: true });
    expect(await contentOf(made)).toEqual(before);
    expect((await readdir(made.dataset.folder)).filter((name) => name === 'media')).toEqual([]);
    expect(files).not.toContain('media');
    const real = await run(made, { format: 'coco', from });
    expect({ ...dry, ms: 0 }).toEqual({ ...real, ms: 0 });
  });

  test.each(['coco', 'yolo'] as const)('of %s, refuses boxes without width or height, with their images', async (format) => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, { 'a.png': image(1), 'b.png': image(2) });
    if (format === 'coco') {
      const boxes = [
        [0, 'car', [1, 1, 0, 5]],
        [0, 'car', [1, 1, 4, 5]],
        [1, 'car', [2, 2, 9, 0]],
      ] as const;
      await writeFiles(from, { 'x.json': cocoFile(boxes, ['a.png', 'b.png']) });
    } else {
      await writeFiles(from, {
        'classes.txt': 'car\n',
        'a.txt': '0 0.5 0.5 0 0.5\n0 0.5 0.5 0.5 0.5\n',
        'b.txt': '0 0.5 0.5 0.5 0\n',
      });
    }
    const { annotations, report } = await run(made, { format, from });
    expect(annotations).toEqual({ added: 1, repaired: 0, refused: 2 });
    expect(report.find(({ code }) => code === 'box_without_area')).toMatchObject({
      severity: 'refused',
      count: 2,
      item: 'a.png',
      examples: ['b.png'],
    });
  });

  test.each(['coco', 'yolo', 'voc', 'images'] as const)('of %s, done again, changes nothing', async (format) => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, { 'a.png': image(1), 'b.png': image(2) });
    if (format === 'coco')
      await writeFiles(from, {
        'x.json': cocoFile(
          [
            [0, 'car', [1, 1, 5.1, 5]],
            [1, 'car', [2, 2, 9, 9]],
          ],
          ['a.png', 'b.png'],
        ),
      });
    if (format === 'yolo')
      await writeFiles(from, { 'classes.txt': 'car\n', 'a.txt': '0 0.3333333 0.5 0.1234567 0.1\n0 0.3333333 0.5 0.1234567 0.1\n' });
    if (format === 'voc')
      await writeFiles(from, {
        'a.xml':
          '<annotation><filename>a.png</filename><object><name>car</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>',
      });
    const first = await run(made, { format: 'auto', from });
    expect(first.format).toBe(format);
    expect(first.frames.added).toBe(format === 'voc' ? 1 : 2);
    const before = await contentOf(made);
    const again = await run(made, { format, from });
    expect(again.frames).toEqual({ added: 0, unchanged: first.frames.added, failed: 0 });
    expect(again.annotations.added).toBe(0);
    expect(await contentOf(made)).toEqual(before);
  });

  test('of labels for images that are there adds the boxes, and says that the frames are labeled', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, { 'deep/a.png': image(1), 'b.png': image(2) });
    await run(made, { format: 'images', from });
    expect((await contentOf(made)).frames.map((frame) => [frame.name, frame.state])).toEqual([
      ['b.png', 'unlabeled'],
      ['deep/a.png', 'unlabeled'],
    ]);
    const labels = path.join(made.folder, 'labels');
    await writeFiles(labels, {
      'data.yaml': 'train: images\nval: images\nnames: [car]\n',
      'images/other.png': image(1),
      'labels/other.txt': '0 0.5 0.5 0.2 0.4\n',
    });
    const report = await run(made, { format: 'auto', from: labels });
    expect(report).toMatchObject({ frames: { added: 0, unchanged: 1 }, annotations: { added: 1 } });
    expect((await contentOf(made)).frames).toMatchObject([
      { name: 'b.png', state: 'unlabeled', boxes: [] },
      { name: 'deep/a.png', state: 'labeled', boxes: [['car', 40, 15, 20, 20]] },
    ]);
  });

  test('again, after people moved, relabelled and deleted its boxes, leaves them so', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, {
      'classes.txt': 'car\nbus\n',
      'a.png': image(1),
      'b.png': image(2),
      'a.txt': '0 0.2 0.2 0.1 0.1\n0 0.5 0.5 0.1 0.1\n1 0.8 0.8 0.1 0.1\n',
    });
    await run(made, { format: 'yolo', from });
    const { db } = made.dataset;
    const [frame] = await db.read('frames.rows', { ids: (await db.read('frames.index', {})).ids });
    const [moved, relabelled, deleted] = await db.read('annotations.list', { frame: frame!.id, limit: 10 });
    const bus = (await db.read('categories.list', {})).find((category) => category.name === 'bus');
    await db.write('annotations.apply', {
      author: 'tester',
      changes: [
        { op: 'set', box: moved!.id, bbox: [1, 2, 3, 4] },
        { op: 'set', box: relabelled!.id, category: bus!.id },
        { op: 'delete', box: deleted!.id },
      ],
    });
    const before = await contentOf(made);
    // Another image makes it another import; the labels of the first are the same.
    await writeFiles(from, { 'c.png': image(3), 'c.txt': '0 0.5 0.5 0.5 0.5\n' });
    const report = await run(made, { format: 'yolo', from });
    expect(report).toMatchObject({ frames: { added: 1, unchanged: 2 }, annotations: { added: 1 } });
    expect((await contentOf(made)).frames.slice(0, 2)).toEqual(before.frames);
  });

  test('gives two images of one name two names, and one image of two names one frame', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, { 'a.png': image(1), 'copy.png': image(1) });
    const report = await run(made, { format: 'images', from });
    expect(report.frames).toEqual({ added: 1, unchanged: 1, failed: 0 });
    await writeFile(path.join(from, 'a.png'), image(2));
    await rm(path.join(from, 'copy.png'));
    expect((await run(made, { format: 'images', from })).frames.added).toBe(1);
    expect((await contentOf(made)).frames.map((frame) => frame.name)).toEqual(['a.png', expect.stringMatching(/^a~[0-9a-f]{8}\.png$/)]);
  });

  test('leaves linked images where they are, and finds them after both folders moved', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'pictures');
    await writeFiles(from, { 'sub/a.png': image(1) });
    await run(made, { format: 'images', from, media: 'link' });
    const { ids } = await made.dataset.db.read('frames.index', {});
    const [media] = await made.dataset.db.read('frames.media', { ids });
    expect(media).toMatchObject({ place: 'link', path: 'sub/a.png', rootRelative: '../pictures' });
    expect(await readdir(made.dataset.folder)).not.toContain('media');
    expect(JSON.stringify(media)).not.toContain(made.folder);
  });

  test('stopped in the middle leaves whole frames and a report, and goes on when it is done again', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    const count = 1_500;
    const files: { [name: string]: Buffer } = {};
    const names = Array.from({ length: count }, (_, i) => `${String(i).padStart(5, '0')}.png`);
    names.forEach((name, i) => (files[name] = pngBytes(8, 8, { seed: i })));
    await writeFiles(from, files);
    await writeFiles(from, {
      'x.json': cocoFile(
        names.map((_, i) => [i, 'car', [1, 1, 3, 3]] as const),
        names,
      ),
    });
    const controller = new AbortController();
    const stopped = await run(
      made,
      { format: 'coco', from },
      {
        signal: controller.signal,
        progress: (value) => {
          if (value.phase === 'Reading images' && value.done > 600) controller.abort(new AppError('cancelled', 'Cancelled'));
        },
      },
    );
    expect(stopped.cancelled).toBe(true);
    const partly = await contentOf(made);
    expect(partly.frames.length).toBe(stopped.frames.added);
    expect(partly.frames.length).toBeGreaterThan(0);
    expect(partly.frames.length).toBeLessThan(count);
    expect(partly.frames.every((frame) => frame.boxes.length === 1)).toBe(true);
    expect(stopped.frames.failed).toBe(0);
    const rest = await run(made, { format: 'coco', from });
    expect(rest.frames).toEqual({ added: count - stopped.frames.added, unchanged: stopped.frames.added, failed: 0 });
    const whole = await contentOf(made);
    expect(whole.frames.length).toBe(count);
    expect(whole.frames.every((frame) => frame.boxes.length === 1)).toBe(true);
  });
});

describe('hostile input', () => {
  test('is refused item by item with a reason; the rest goes in; nothing outside is read', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(made.folder, { 'secret.png': image(99) });
    const names = [
      '../secret.png',
      '/etc/passwd',
      'link.png',
      'C:\\x.png',
      'bomb.png',
      'empty.png',
      'cut.png',
      'text.png',
      'a\u202e.png',
      'good.png',
    ];
    const text = cocoFile(
      [
        ...names.map((_, i) => [i, 'car', [1, 1, 5, 5]] as const),
        [9, 'car', [1, 1, -5, 5]],
        [9, 'car', [400, 1, 5, 5]],
        [9, 'bus', ['@@', 1, 5, 5] as never],
      ],
      names,
    ).replace('"@@"', 'NaN');
    await writeFiles(from, {
      'x.json': `{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, ${text.slice(1)}`,
      'bomb.png': pngBytes(4, 4, { claims: { width: 30_000, height: 30_000 } }),
      'empty.png': '',
      'cut.png': image(4).subarray(0, 70),
      'text.png': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'good.png': image(5),
    });
    await symlink('../secret.png', path.join(from, 'link.png'));
    const report = await run(made, { format: 'auto', from });
    expect(report.frames).toEqual({ added: 1, unchanged: 0, failed: 9 });
    expect(Object.fromEntries(report.report.map((entry) => [entry.code, entry.count]))).toEqual({
      box_not_finite: 1,
      box_negative_size: 1,
      box_outside: 1,
      path_refused: 5,
      box_of_failed_image: 9,
      image_too_large: 1,
      empty_file: 1,
      image_truncated: 1,
      not_an_image: 1,
    });
    expect(JSON.stringify(report)).not.toContain('\u202e');
    expect((await contentOf(made)).frames).toEqual([{ name: 'good.png', state: 'labeled', split: null, boxes: [['car', 1, 1, 5, 5]] }]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('as a whole is an error with its code, and nothing is written', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, {
      'deep/x.json': `{"images":[],"annotations":[{"bbox":${'['.repeat(5_000)}`,
      'cut/x.json': '{"images":[{"id":1,"file_name":"a.png"}],"annotations":[{"id":1,',
      'voc/a.xml': '<!DOCTYPE a [<!ENTITY x "y">]><annotation><filename>a.png</filename></annotation>',
      'yolo/data.yaml': 'names: &n [car]\ntrain: *n\n',
      'nothing/readme.txt': 'x',
    });
    const before = await contentOf(made);
    for (const [folder, format, code] of [
      ['deep', 'coco', 'refused_input'],
      ['cut', 'coco', 'refused_input'],
      ['voc', 'auto', 'refused_input'],
      ['yolo', 'yolo', 'refused_input'],
      ['nothing', 'auto', 'unknown_format'],
      ['nothing', 'images', 'not_found'],
      ['missing', 'auto', 'not_found'],
    ] as const)
      await expect(run(made, { format, from: path.join(from, folder) }), folder).rejects.toMatchObject({ code });
    expect(await contentOf(made)).toEqual(before);
  });
});

describe('a results array', () => {
  const truth = (): string =>
    cocoFile(
      [
        [0, 'car', [1, 1, 5, 5]],
        [1, 'bus', [1, 1, 5, 5]],
      ],
      ['a.png', 'b.png', 'c.png'],
    );
  const results = JSON.stringify([
    { image_id: 10, category_id: 3, bbox: [0.1, 0.2, 0.30000000000000004, 7], score: 0.5 },
    { image_id: 0, category_id: 10, bbox: [1, 2, 3, 4], score: 0.5 },
    { image_id: 0, category_id: 3, bbox: [5, 6, 7, 8], score: 0.5 },
    { image_id: 0, category_id: 3, bbox: [9, 9, 200, 9], score: 0.9 },
    { image_id: 999, category_id: 3, bbox: [1, 2, 3, 4], score: 0.5 },
  ]);

  test('becomes a run with every double, by the ids of the ground truth or of the dataset', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    await writeFiles(from, { 'x.json': truth(), 'a.png': image(1), 'b.png': image(2), 'c.png': image(3) });
    await writeFiles(made.folder, { 'dets.json': results });
    await run(made, { format: 'coco', from });
    const request = { format: 'coco', from: path.join(made.folder, 'dets.json') } as const;
    const report = await run(made, { ...request, source: 'theirs', groundTruth: path.join(from, 'x.json') });
    expect(report).toMatchObject({ run: 'theirs', annotations: { added: 4, refused: 1 }, frames: { unchanged: 3 } });
    await run(made, { ...request, source: 'again' });
    const names = new Map((await made.dataset.db.read('categories.list', {})).map((category) => [category.id as number, category.name]));
    for (const name of ['theirs', 'again']) {
      const columns = await made.dataset.db.read('runs.columns', { name });
      expect([...columns.offsets]).toEqual([0, 3, 4, 4]);
      expect([...columns.scores]).toEqual([0.9, 0.5, 0.5, 0.5]);
      expect([...columns.boxes]).toEqual([9, 9, 200, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0.1, 0.2, 0.30000000000000004, 7]);
      expect([...columns.categories].map((id) => names.get(id))).toEqual(['car', 'bus', 'car', 'car']);
    }
    // The same again changes nothing; other boxes under the name are an error.
    expect((await run(made, { ...request, source: 'theirs' })).annotations.added).toBe(0);
    await writeFiles(made.folder, { 'dets.json': results.replace('0.9', '0.8') });
    await expect(run(made, { ...request, source: 'theirs' })).rejects.toMatchObject({ code: 'already_exists' });
  });

  test('killed while it became a run is written again as a whole', async () => {
    const made = await makeDataset();
    const from = path.join(made.folder, 'in');
    const mot = path.join(made.folder, 'mot', 'drive');
    await writeFiles(from, { 'x.json': truth(), 'a.png': image(1), 'b.png': image(2), 'c.png': image(3) });
    await writeFiles(made.folder, { 'dets.json': results });
    await writeFiles(mot, { 'img1/000001.png': image(4), 'gt/gt.txt': '1,1,1,2,3,4,1,1,1\n' });
    await run(made, { format: 'coco', from });
    await run(made, { format: 'mot', from: path.dirname(mot) });
    await rm(path.join(mot, 'gt'), { recursive: true });
    await writeFiles(mot, { 'det/det.txt': '1,-1,1,2,3,4,0.5\n1,-1,5,6,7,8,0.9\n' });
    for (const [format, file, added] of [
      ['coco', path.join(made.folder, 'dets.json'), 4],
      ['mot', path.dirname(mot), 2],
    ] as const) {
      const request = { format, from: file, source: format };
      expect((await run(made, request)).annotations.added).toBe(added);
      const whole = await made.dataset.db.read('runs.byName', { name: format });
      if (whole === null) throw new Error('no run');
      // What the owner of the dataset makes of it at the next open.
      await made.dataset.db.write('runs.update', { run: whole.id, status: 'interrupted' });
      expect((await run(made, request)).annotations.added).toBe(added);
      expect(await made.dataset.db.read('runs.byName', { name: format })).toMatchObject({ status: 'done', boxes: added });
      expect((await run(made, request)).annotations.added).toBe(0);
    }
  });

  test('without ids that anybody knows is an error', async () => {
    const made = await makeDataset();
    await writeFiles(made.folder, { 'dets.json': results });
    await expect(run(made, { format: 'auto', from: path.join(made.folder, 'dets.json') })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});

test('a dataset that was moved still has its copies', async () => {
  const made = await makeDataset();
  await writeFiles(made.folder, { 'in/a.png': image(1) });
  await run(made, { format: 'images', from: path.join(made.folder, 'in') });
  await made.dataset.db.close();
  await rename(made.dataset.folder, path.join(made.folder, 'moved'));
  expect(
    (await readdir(path.join(made.folder, 'moved', 'media'), { recursive: true })).filter((name) => name.endsWith('.png')),
  ).toHaveLength(1);
});
