import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../../../../../electron/host/services/imports/detectFormat.ts';
import { openCoco } from '../../../../../../electron/host/services/imports/openCoco.ts';
import { openImages } from '../../../../../../electron/host/services/imports/openImages.ts';
import { openVoc } from '../../../../../../electron/host/services/imports/openVoc.ts';
import { openYolo } from '../../../../../../electron/host/services/imports/openYolo.ts';
import { ReportCollector } from '../../../../../../shared/formats/reportCollector.ts';
import { jpegBytes, pngBytes } from '../../../../../helpers/imageBytes.ts';
import { readSource } from '../../../../../helpers/readSource.ts';
import { tempFolder, writeFiles } from '../../../../../helpers/tempFolder.ts';

const image = (seed: number): Buffer => pngBytes(100, 50, { seed });
const coco = (names: readonly string[]): string =>
  JSON.stringify({
    images: names.map((file_name, i) => ({ id: i + 1, file_name, width: 100, height: 50 })),
    categories: [{ id: 5, name: 'car' }],
    annotations: names.map((_, i) => ({ id: i + 1, image_id: i + 1, category_id: 5, bbox: [i, 0, 10, 10] })),
  });
const brief = (frames: Awaited<ReturnType<typeof readSource>>['frames']): unknown[] =>
  frames.map((frame) => [frame.name, frame.split, frame.problem ?? frame.boxes.map((box) => [box.name, ...box.bbox])]);

describe('a folder of images', () => {
  test('is read with its folders, in natural order, each folder of a recording a sequence', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'b.png': image(1),
      'drive 1/10.png': image(2),
      'drive 1/9.PNG': image(3),
      '길/images/1.jpg': jpegBytes(20, 10),
      '.hidden/x.png': image(4),
      'note.txt': 'x',
      'train/t.png': image(5),
    });
    await symlink('b.png', path.join(folder, 'link.png'));
    const { frames, codes } = await readSource(openImages, folder);
    expect(frames.map((frame) => [frame.name, frame.sequence])).toEqual([
      ['b.png', null],
      ['drive 1/9.PNG', 'drive 1'],
      ['drive 1/10.png', 'drive 1'],
      ['train/t.png', null],
      ['길/images/1.jpg', '길'],
    ]);
    expect(codes).toEqual({ 'refused link_passed_over': 1 });
    expect(await detectFormat(folder)).toMatchObject([{ format: 'images' }]);
  });

  test('may be one image', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'a.png': image(1), 'b.png': image(2) });
    expect((await readSource(openImages, path.join(folder, 'b.png'))).frames.map((frame) => frame.name)).toEqual(['b.png']);
  });
});

describe('COCO', () => {
  test.each([
    ['beside the images', 'x.json', ''],
    ['in annotations/, images in images/', 'annotations/instances.json', 'images/'],
    ['in annotations/, images by split', 'annotations/instances_train2017.json', 'train2017/'],
    ['in annotations/, images in images/<split>', 'annotations/instances_val.json', 'images/val/'],
    ['in a split of Roboflow', 'valid/_annotations.coco.json', 'valid/'],
  ])('finds its images: %s', async (_what, file, images) => {
    const folder = await tempFolder();
    await writeFiles(folder, { [file]: coco(['a.png', 'sub/b.png']), [`${images}a.png`]: image(1), [`${images}sub/b.png`]: image(2) });
    const fromFolder = await readSource(openCoco, folder);
    expect(fromFolder.frames.map((frame) => [frame.name, frame.problem])).toEqual([
      ['a.png', null],
      ['sub/b.png', null],
    ]);
    const fromFile = await readSource(openCoco, path.join(folder, file));
    expect(brief(fromFile.frames)).toEqual(brief(fromFolder.frames));
    expect((await detectFormat(folder))[0]).toMatchObject({ format: 'coco' });
    expect((await detectFormat(path.join(folder, file)))[0]).toMatchObject({ format: 'coco' });
  });

  test('takes splits from several files, and images from where the user says', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'labels/annotations/instances_train.json': coco(['a.png']),
      'labels/annotations/instances_val.json': coco(['b.png']),
      'labels/annotations/captions_val.json': JSON.stringify({ images: [{ id: 1, file_name: 'c.png' }], annotations: [] }),
      'pictures/a.png': image(1),
      'pictures/b.png': image(2),
    });
    const { frames } = await readSource(openCoco, path.join(folder, 'labels'), { images: path.join(folder, 'pictures') });
    expect(frames.map((frame) => [frame.name, frame.split, frame.problem])).toEqual([
      ['a.png', 'train', null],
      ['b.png', 'val', null],
    ]);
  });

  test('refuses images by name that lie outside, are links, are missing or broken, and takes the rest', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'secret.png': image(9),
      'data/x.json': coco([
        '../secret.png',
        path.join(folder, 'secret.png'),
        'link.png',
        'none.png',
        'cut.png',
        'empty.png',
        'bomb.png',
        'a.png',
      ]),
      'data/cut.png': image(3).subarray(0, 60),
      'data/empty.png': '',
      'data/bomb.png': pngBytes(4, 4, { claims: { width: 30_000, height: 30_000 } }),
      'data/a.png': image(1),
    });
    await symlink('../secret.png', path.join(folder, 'data/link.png'));
    const { frames, codes } = await readSource(openCoco, path.join(folder, 'data'));
    expect(frames.map((frame) => frame.problem)).toEqual([
      'path_refused',
      'path_refused',
      'path_refused',
      'image_missing',
      'image_truncated',
      'empty_file',
      'image_too_large',
      null,
    ]);
    expect(codes['refused path_refused']).toBe(3);
  });

  test('finds an image of another letter case, and one by its name alone where only one has it', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'x.json': coco(['A.PNG', 'far/b.png', 'far/c.png']),
      'a.png': image(1),
      'deep/er/b.png': image(2),
      'p/c.png': image(3),
      'q/c.png': image(4),
    });
    const { frames } = await readSource(openCoco, folder);
    expect(frames.map((frame) => frame.problem)).toEqual([null, null, 'image_missing']);
  });

  test('a file that is cut is refused, another beside it is read; alone it is an error', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'train/x.json': coco(['a.png']),
      'train/a.png': image(1),
      'val/x.json': coco(['b.png']).slice(0, 120),
      'val/b.png': image(2),
    });
    const { frames, codes } = await readSource(openCoco, folder);
    expect(frames.map((frame) => frame.name)).toEqual(['a.png']);
    expect(codes).toEqual({ 'refused json_truncated': 1 });
    await expect(readSource(openCoco, path.join(folder, 'val'))).rejects.toMatchObject({ code: 'refused_input' });
    await expect(readSource(openCoco, path.join(folder, 'none'))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('YOLO', () => {
  const label = '0 0.5 0.5 0.2 0.4\n';
  const box = ['car', 40, 15, 20, 20];

  test.each([
    ['names as a list', 'path: .\ntrain: images/train\nval: images/val\nnames: [car, bus]\n'],
    [
      'names as a dict, a path of another computer',
      'path: /home/somebody/datasets/x\ntrain: images/train\nval: images/val\nnames:\n  0: car\n  1: bus\n',
    ],
    ['folders of another place', 'train: ../x/images/train\nval: C:\\data\\images\\val\nnames: [car, bus]\n'],
  ])('of Ultralytics is read: %s', async (_what, yaml) => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'data.yaml': yaml,
      'images/train/a.png': image(1),
      'labels/train/a.txt': label,
      'images/val/b.png': image(2),
      'labels/val/b.txt': '',
      'images/val/c.png': image(3),
    });
    const { frames, categories } = await readSource(openYolo, folder);
    expect(brief(frames)).toEqual([
      ['a.png', 'train', [box]],
      ['b.png', 'val', []],
      ['c.png', 'val', []],
    ]);
    expect(categories).toEqual(['car', 'bus']);
    expect((await detectFormat(folder))[0]).toMatchObject({ format: 'yolo' });
  });

  test('of Ultralytics is read with list files, an image listed twice stays in its first split', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'data.yaml': 'train: train.txt\nval: val.txt\nnames: [car]\n',
      'train.txt': './images/a.png\n/somewhere/else/images/b.png\n../../secret.png\n',
      'val.txt': './images/a.png\n',
      'images/a.png': image(1),
      'images/b.png': image(2),
      'labels/a.txt': label,
    });
    const { frames, codes } = await readSource(openYolo, folder);
    expect(brief(frames)).toEqual([
      ['a.png', 'train', [box]],
      ['b.png', 'train', []],
      ['../../secret.png', 'train', 'path_refused'],
    ]);
    expect(codes['warning image_in_two_splits']).toBe(1);
  });

  test('reads lists longer than a call has room for arguments', async () => {
    const folder = await tempFolder();
    const count = 150_000;
    await writeFiles(folder, {
      'data.yaml': 'train: train.txt\nnames: [car]\n',
      'train.txt': Array.from({ length: count }, (_, i) => `${i}.png`).join('\n'),
    });
    const source = await openYolo({
      from: folder,
      images: undefined,
      report: new ReportCollector(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    let frames = 0;
    for (const part of source.parts) frames += part.labels.frames.length;
    expect(frames).toBe(count);
  });

  test('of Roboflow is read: ../train/images', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'data.yaml': 'train: ../train/images\nval: ../valid/images\nnc: 1\nnames: [car]\n',
      'train/images/a.png': image(1),
      'train/labels/a.txt': label,
      'valid/images/a.png': image(2),
      'valid/labels/a.txt': label,
    });
    // Two images of one name keep their folders.
    expect(brief((await readSource(openYolo, folder)).frames)).toEqual([
      ['train/images/a.png', 'train', [box]],
      ['valid/images/a.png', 'val', [box]],
    ]);
  });

  test('of darknet is read: paths of another folder, a missing image', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'obj.data': 'classes = 2\ntrain = data/train.txt\nvalid = data/train.txt\nnames = data/obj.names\n',
      'obj.names': 'car\nbus\n',
      'train.txt': 'data/img/a.png\ndata/img/gone.png\n',
      'img/a.png': image(1),
      'img/a.txt': label,
    });
    expect(brief((await readSource(openYolo, folder)).frames)).toEqual([
      ['img/a.png', 'train', [box]],
      ['img/gone.png', 'train', 'image_missing'],
    ]);
    expect((await detectFormat(folder))[0]).toMatchObject({ format: 'yolo' });
  });

  test('as bare folders is read, with names or with numbers', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'images/a.png': image(1), 'labels/a.txt': '3 0.5 0.5 0.2 0.4\n' });
    const numbered = await readSource(openYolo, folder);
    expect(brief(numbered.frames)).toEqual([['a.png', null, [['class 3', ...box.slice(1)]]]]);
    expect(numbered.codes).toMatchObject({ 'warning names_missing': 1 });
    await writeFiles(folder, { 'classes.txt': 'p\nq\nr\ncar\n' });
    expect(brief((await readSource(openYolo, folder)).frames)).toEqual([['a.png', null, [box]]]);
    expect((await detectFormat(folder))[0]).toMatchObject({ format: 'yolo' });
  });

  test('with a bomb for a data.yaml is refused', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'data.yaml': 'a: &a [x,x]\nb: [*a,*a]\nnames: [car]\n', 'images/a.png': image(1) });
    await expect(readSource(openYolo, folder)).rejects.toMatchObject({ code: 'refused_input' });
  });
});

describe('Pascal VOC', () => {
  const xml = (
    filename: string,
    objects = '<object><name>car</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>22</ymax></bndbox></object>',
  ): string =>
    `<annotation><filename>${filename}</filename><path>/wrong/${filename}</path><size><width>100</width><height>50</height></size>${objects}</annotation>`;

  test('is read: endings missing, names that are wrong, degenerate boxes, sets, images without labels', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'Annotations/a.xml': xml('a'),
      'Annotations/b.xml': xml('other.jpg'),
      'Annotations/c.xml': xml(
        'c.png',
        '<object><name>car</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object><object><name>bus</name><difficult>1</difficult><bndbox><xmin>-4</xmin><ymin>0</ymin><xmax>10</xmax><ymax>10</ymax></bndbox></object>',
      ),
      'Annotations/evil.xml': '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><filename>a</filename></annotation>',
      'Annotations/cut.xml': xml('a').slice(0, 60),
      'JPEGImages/a.png': image(1),
      'JPEGImages/b.png': image(2),
      'JPEGImages/c.png': image(3),
      'JPEGImages/d.png': image(4),
      'ImageSets/Main/train.txt': 'a\nc 1\n',
      'ImageSets/Main/val.txt': 'b -1\n',
      'ImageSets/Main/trainval.txt': 'a\nb\nd\n',
      'ImageSets/Main/car_train.txt': 'd 1\n',
    });
    const { frames, codes } = await readSource(openVoc, folder);
    expect(brief(frames)).toEqual([
      ['a.png', 'train', [['car', 1, 2, 10, 20]]],
      ['b.png', 'val', [['car', 1, 2, 10, 20]]],
      ['c.png', 'train', [['bus', 0, 0, 10, 10]]],
      ['d.png', 'trainval', []],
    ]);
    expect(frames[2]?.boxes[0]?.flags).toEqual(['difficult']);
    expect(codes).toEqual({
      'refused xml_truncated': 1,
      'refused xml_document_type': 1,
      'repaired image_name_mended': 2,
      'refused box_without_area': 1,
      'repaired box_clipped': 1,
    });
    expect((await detectFormat(folder))[0]).toMatchObject({ format: 'voc' });
  });

  test('of Roboflow is read: images beside their annotations, splits by folder', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'train/a.xml': xml('a.png'),
      'train/a.png': image(1),
      'valid/a.xml': xml('a.png'),
      'valid/a.png': image(2),
    });
    expect(brief((await readSource(openVoc, folder)).frames)).toEqual([
      ['train/a.png', 'train', [['car', 1, 2, 10, 20]]],
      ['valid/a.png', 'val', [['car', 1, 2, 10, 20]]],
    ]);
  });

  test('with a file name that leads outside takes the image of its own name, or none', async () => {
    const folder = await tempFolder();
    const data = path.join(folder, 'data');
    await writeFiles(folder, {
      'secret.png': image(9),
      'data/Annotations/a.xml': xml('../../secret.png'),
      'data/JPEGImages/b.png': image(1),
    });
    const outcome = async () => (await readSource(openVoc, data)).frames.map(({ name, problem }) => [name, problem]);
    expect(await outcome()).toEqual([
      ['secret.png', 'image_missing'],
      ['b.png', null],
    ]);
    await writeFiles(data, { 'JPEGImages/a.png': image(2) });
    expect(await outcome()).toEqual([
      ['a.png', null],
      ['b.png', null],
    ]);
  });
});

test('detection says nothing of an empty folder and is an error where nothing is', async () => {
  const folder = await tempFolder();
  expect(await detectFormat(folder)).toEqual([]);
  await expect(detectFormat(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'not_found' });
});
