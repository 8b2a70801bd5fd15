import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportVersion, preflight, type ExportRequest } from '../../../electron/host/services/exports/exportVersion.ts';
import { verifyExport } from '../../../electron/host/services/exports/verifyExport.ts';
import { diffVersions } from '../../../electron/host/services/versions/diffVersions.ts';
import { freezeVersion, type FreezeRequest } from '../../../electron/host/services/versions/freezeVersion.ts';
import { restoreVersion } from '../../../electron/host/services/versions/restoreVersion.ts';
import { verifyVersions } from '../../../electron/host/services/versions/verifyVersions.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ExportResult, VersionDiff } from '../../../shared/contract/versions.ts';
import { pngBytes } from '../../helpers/imageBytes.ts';
import { importInto } from '../../helpers/importInto.ts';
import { makeDataset, type TestDataset } from '../../helpers/makeDataset.ts';
import { sharedData } from '../../helpers/sharedData.ts';
import { writeFiles } from '../../helpers/tempFolder.ts';

const signal = new AbortController().signal;
const progress = (): void => undefined;

async function filled(frames = 6): Promise<TestDataset> {
  const made = await makeDataset();
  const from = path.join(made.folder, 'in');
  const names = Array.from({ length: frames }, (_, i) => `drive ${i % 3}/${i}.png`);
  const files: { [name: string]: Buffer } = {};
  names.forEach((name, i) => (files[name] = pngBytes(97, 53, { seed: i })));
  await writeFiles(from, files);
  const coco = {
    images: names.map((file_name, i) => ({ id: 100 + 7 * i, file_name, width: 97, height: 53 })),
    categories: [
      { id: 90, name: 'car', supercategory: 'vehicle' },
      { id: 3, name: 'bike' },
    ],
    annotations: names.slice(0, -1).flatMap((_, i) => [
      {
        id: 1000 + 2 * i,
        image_id: 100 + 7 * i,
        category_id: 90,
        bbox: [i + 0.1, 0.2, 30.300000000000004, 20.7],
        area: 500.5,
        iscrowd: 0,
      },
      i === 0
        ? {
            id: 1,
            image_id: 100,
            category_id: 3,
            bbox: [5, 5, 9, 9],
            area: 40,
            iscrowd: 1,
            segmentation: { size: [53, 97], counts: [100, 40, 5001] },
          }
        : {
            id: 1001 + 2 * i,
            image_id: 100 + 7 * i,
            category_id: 3,
            bbox: [33.3, 11.1, 1 / 3, 22.2],
            ignore: i === 1 ? 1 : 0,
            attributes: { colour: 'red', track_id: 4 },
          },
    ]),
  };
  await writeFiles(from, { 'x.json': JSON.stringify(coco) });
  const report = await importInto(made, { format: 'coco', from });
  expect(report.frames.added).toBe(frames);
  return made;
}

const freeze = (
  made: TestDataset,
  request: FreezeRequest = {},
  only: Float64Array = new Float64Array(),
): ReturnType<typeof freezeVersion> =>
  freezeVersion(request, { dataset: made.dataset, frameFilter: () => Promise.resolve(only), author: 'tester', signal, progress });

const diff = (made: TestDataset, a: string, b: string, list = false): Promise<VersionDiff> =>
  diffVersions({ a, b, list }, { dataset: made.dataset, signal, progress });

const exporting = (made: TestDataset, request: ExportRequest, stop: AbortSignal = signal): Promise<ExportResult> =>
  exportVersion(request, {
    dataset: made.dataset,
    pathOf: (location) =>
      Promise.resolve(path.join(made.dataset.folder, 'media', location.sha256.slice(0, 2), `${location.sha256}.${location.format ?? ''}`)),
    signal: stop,
    progress,
  });

async function boxesOf({ dataset }: TestDataset): Promise<readonly unknown[]> {
  const index = await dataset.db.read('frames.index', {});
  const names = new Map((await dataset.db.read('categories.list', {})).map((category) => [category.id, category.name]));
  const all = [];
  for (const row of await dataset.db.read('frames.rows', { ids: index.ids })) {
    const boxes = await dataset.db.read('annotations.list', { frame: row.id, limit: 1_000 });
    const shown = boxes.map((box) => [names.get(box.category), ...box.bbox, box.flags, box.attributes, box.track]);
    all.push({
      sha256: row.sha256,
      split: row.split,
      state: row.state,
      boxes: shown.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    });
  }
  return all.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

async function edit(made: TestDataset): Promise<{ moved: number; deleted: number }> {
  const { db } = made.dataset;
  const boxes = await db.read('annotations.list', { limit: 100 });
  const [moved, relabelled, deleted] = boxes.filter((box) => box.flags.length === 0);
  const bike = (await db.read('categories.list', {})).find((category) => category.name === 'bike');
  await db.write('annotations.apply', {
    author: 'tester',
    changes: [
      { op: 'set', box: moved!.id, bbox: [1, 2, 3, 4] },
      { op: 'set', box: relabelled!.id, category: relabelled!.category === bike!.id ? moved!.category : bike!.id },
      { op: 'delete', box: deleted!.id },
      { op: 'add', frame: moved!.frame, category: bike!.id, bbox: [0.5, 0.25, 7.1, 8] },
      { op: 'state', frame: moved!.frame, state: 'approved' },
    ],
  });
  return { moved: moved!.id, deleted: deleted!.id };
}

describe('freezing', () => {
  test('makes a version that is the same again, and whose name belongs to it', async () => {
    const made = await filled();
    const first = await freeze(made, { note: 'first' });
    expect(first).toMatchObject({ name: 'data-1', frames: 6, annotations: 10, splits: {}, parent: null, note: 'first', leaks: [] });
    expect(await freeze(made, { name: 'data-1' })).toMatchObject({ name: 'data-1', sha256: first.sha256, createdAt: first.createdAt });
    expect(await freeze(made)).toMatchObject({ name: 'data-2', sha256: first.sha256, parent: 'data-1' });
    await edit(made);
    await expect(freeze(made, { name: 'data-1' })).rejects.toMatchObject({ code: 'already_exists' });
    await expect(freeze(made, { name: 'DATA-1' })).rejects.toMatchObject({ code: 'already_exists' });
    expect((await freeze(made)).sha256).not.toBe(first.sha256);
    for (const name of ['../out', 'a/b', '.hidden', 'con', 'a:b', 'trail.'])
      await expect(freeze(made, { name }), name).rejects.toMatchObject({ code: 'invalid_request' });
    expect((await readdir(path.join(made.dataset.folder, 'versions'))).sort()).toEqual(['data-1', 'data-2', 'data-3']);
  });

  test('keeps sequences together, gives the same splits again, and holds only the frames that are asked for', async () => {
    const made = await filled(30);
    const split = { train: 0.5, val: 0.25, test: 0.25 };
    const first = await freeze(made, { split });
    expect(Object.values(first.splits).reduce((sum, count) => sum + count, 0)).toBe(30);
    expect(first.leaks.filter((entry) => entry.code === 'sequence_in_two_splits')).toEqual([]);
    expect((await freeze(made, { split })).sha256).toBe(first.sha256);
    const alone = await freeze(made, { split, groupBy: 'none', seed: 3 });
    expect(Object.keys(alone.splits).length).toBeGreaterThan(1);
    expect(alone.leaks.some((entry) => entry.code === 'sequence_in_two_splits')).toBe(true);
    const { ids } = await made.dataset.db.read('frames.index', {});
    expect(await freeze(made, { where: 'x' }, ids.slice(0, 4))).toMatchObject({ frames: 4, where: 'x' });
    await expect(freeze(made, { split: { train: 0.5 } })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('takes over what a freeze left that ended before its row was written', async () => {
    const made = await filled();
    const first = await freeze(made, { name: 'v' });
    const left = path.join(made.dataset.folder, 'versions', 'w');
    await mkdir(left);
    await writeFile(path.join(left, 'version.json'), JSON.stringify({ sha256: first.sha256 }));
    await mkdir(path.join(made.dataset.folder, 'versions', '.freeze-abc'));
    expect(await freeze(made, { name: 'w' })).toMatchObject({ sha256: first.sha256 });
    expect(await verifyVersions.run(made.dataset, signal)).toEqual({ checked: 4, problems: [] });
  });

  test('leaves alone what lies in its place and is no version', async () => {
    const made = await filled();
    for (const [name, text] of [
      ['a', '{"sha256": '],
      ['b', 'null'],
      ['c', '[]'],
    ] as const) {
      await writeFiles(path.join(made.dataset.folder, 'versions', name), { 'version.json': text });
      await expect(freeze(made, { name })).rejects.toMatchObject({ code: 'already_exists' });
      expect(await readFile(path.join(made.dataset.folder, 'versions', name, 'version.json'), 'utf8')).toBe(text);
    }
    await mkdir(path.join(made.dataset.folder, 'versions', 'd'));
    await expect(freeze(made, { name: 'd' })).rejects.toMatchObject({ code: 'already_exists' });
  });

  test('notices every change of its files', async () => {
    const made = await filled();
    await freeze(made, { name: 'v' });
    const folder = path.join(made.dataset.folder, 'versions', 'v');
    const check = async (): Promise<readonly string[]> =>
      (await verifyVersions.run(made.dataset, signal)).problems.map((problem) => problem.code);
    expect(await check()).toEqual([]);
    for (const name of ['manifest.ndjson', 'version.json']) {
      const file = path.join(folder, name);
      const whole = await readFile(file);
      for (let at = 0; at < whole.length; at += Math.max(1, Math.floor(whole.length / 40))) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at]! ^ 1) & 0xff;
        await writeFile(file, changed);
        expect(await check(), `${name} ${at}`).toContain('damaged_version');
      }
      await writeFile(file, whole.subarray(0, -1));
      expect(await check(), name).toContain('damaged_version');
      await rm(file);
      expect(await check(), name).toContain('damaged_version');
      await writeFile(file, whole);
    }
    await writeFile(path.join(folder, 'more.txt'), 'x');
    expect(await check()).toEqual(['unexpected_file']);
  });
});

describe('comparing and restoring', () => {
  test('shows each change, brings back what was there, and is undone as one', async () => {
    const made = await filled();
    const first = await freeze(made, { name: 'a' });
    const before = await boxesOf(made);
    await edit(made);
    const edited = await boxesOf(made);
    await freeze(made, { name: 'b' });
    const difference = await diff(made, 'a', 'b', true);
    expect(difference).toMatchObject({
      frames: { added: 0, removed: 0 },
      boxes: { added: 1, removed: 1, moved: 1, relabelled: 1 },
      splitMoves: 0,
    });
    expect(difference.list?.map((line) => line.kind).sort()).toEqual(['added', 'moved', 'relabelled', 'removed']);
    expect(await diff(made, 'a', 'a')).toMatchObject({ boxes: { added: 0, removed: 0, moved: 0, relabelled: 0 } });
    await writeFiles(path.join(made.folder, 'more'), { 'late.png': pngBytes(10, 10, { seed: 77 }) });
    await importInto(made, { format: 'images', from: path.join(made.folder, 'more') });
    const restored = await restoreVersion({ version: 'a' }, { dataset: made.dataset, author: 'tester', signal, progress });
    expect(restored).toMatchObject({ boxes: 4, later: 1 });
    expect((await boxesOf(made)).filter((frame) => (frame as { boxes: unknown[]; state: string }).state !== 'unlabeled')).toEqual(before);
    const { ids } = await made.dataset.db.read('frames.index', {});
    const late = await made.dataset.db.read('frames.byName', { name: 'late.png' });
    const again = await freeze(
      made,
      { name: 'c', where: 'not the late one' },
      ids.filter((id) => id !== late?.id),
    );
    // Areas and masks of boxes that were moved and moved back as well.
    expect(again.sha256).toBe(first.sha256);
    expect(await diff(made, 'a', 'c')).toMatchObject({
      frames: { added: 0, removed: 0 },
      boxes: { added: 0, removed: 0, moved: 0, relabelled: 0 },
    });
    // Nothing is left to do the second time.
    expect(await restoreVersion({ version: 'a' }, { dataset: made.dataset, author: 'tester', signal, progress })).toEqual({
      frames: 0,
      boxes: 0,
      later: 1,
    });
    await made.dataset.db.write('annotations.undo', { author: 'tester', direction: 'undo' });
    expect((await boxesOf(made)).filter((frame) => (frame as { state: string }).state !== 'unlabeled')).toEqual(edited);
  });

  test('gives a renamed category its name back', async () => {
    const made = await filled();
    const { sha256 } = await freeze(made, { name: 'a' });
    const [car] = await made.dataset.db.read('categories.list', {});
    await made.dataset.db.write('categories.update', { author: 'tester', category: car!.id, name: 'automobile' });
    await restoreVersion({ version: 'a' }, { dataset: made.dataset, author: 'tester', signal, progress });
    expect((await freeze(made, { name: 'b' })).sha256).toBe(sha256);
  });
});

describe('exporting', () => {
  test.each(['coco', 'yolo'] as const)(
    'to %s gives the same bytes for the same version, verified, and the same boxes when imported',
    async (format) => {
      const made = await filled();
      await edit(made);
      await freeze(made, { name: 'v', split: { train: 0.5, val: 0.25, test: 0.25 }, groupBy: 'none' });
      const one = await exporting(made, { version: 'v', format, out: path.join(made.folder, 'one') });
      const two = await exporting(made, { version: 'v', format, out: path.join(made.folder, 'two') });
      expect({ ...two, out: '' }).toEqual({ ...one, out: '' });
      const names = async (folder: string): Promise<string[]> =>
        (await readdir(path.join(made.folder, folder), { recursive: true })).sort();
      expect(await names('two')).toEqual(await names('one'));
      for (const name of await names('one'))
        if ((await stat(path.join(made.folder, 'one', name))).isFile())
          expect(
            (await readFile(path.join(made.folder, 'two', name))).equals(await readFile(path.join(made.folder, 'one', name))),
            name,
          ).toBe(true);
      expect(await verifyExport(one.out, { signal, progress })).toEqual({ ok: true, checked: one.files, problems: [] });
      const other = await makeDataset();
      const report = await importInto(other, { format: 'auto', from: one.out });
      expect(report).toMatchObject({ format, frames: { added: 6, failed: 0 }, annotations: { refused: 0, repaired: 0 } });
      const strip = (frames: readonly unknown[]): unknown =>
        (frames as { sha256: string; boxes: unknown[][] }[]).map(({ sha256, boxes }) => ({
          sha256,
          boxes:
            format === 'coco'
              ? boxes
              : boxes
                  // YOLO has no crowds and no regions to ignore, no flags, attributes and tracks; edges within 1e-8 px here.
                  .filter((box) => (box[5] as string[]).length === 0)
                  .map((box) => [box[0], ...[box[1], box[2], box[3], box[4]].map((value) => Math.round((value as number) * 1e7) / 1e7)]),
        }));
      expect(strip(await boxesOf(other))).toEqual(strip(await boxesOf(made)));
      await freeze(other, { name: 'v' });
      if (format === 'coco')
        expect((await other.dataset.db.read('versions.byName', { name: 'v' }))?.splits).toEqual(
          (await made.dataset.db.read('versions.byName', { name: 'v' }))?.splits,
        );
      // Into the dataset it came from: nothing new.
      expect(await importInto(made, { format: 'auto', from: one.out })).toMatchObject({
        frames: { added: 0, unchanged: 6 },
        annotations: { added: 0 },
      });
    },
  );

  test.each(['coco', 'yolo'] as const)('to %s without splits and without images can be verified', async (format) => {
    const made = await filled();
    await freeze(made, { name: 'v' });
    const { out, files } = await exporting(made, { version: 'v', format, out: path.join(made.folder, 'out'), media: 'none' });
    expect(await verifyExport(out, { signal, progress })).toEqual({ ok: true, checked: files, problems: [] });
    expect((await readdir(out)).sort()).toEqual(
      format === 'coco'
        ? ['annotations', 'hardcase-export.json', 'hardcase-manifest.ndjson']
        : ['data.yaml', 'hardcase-export.json', 'hardcase-manifest.ndjson', 'labels'],
    );
    expect(await preflight({ version: 'v', format }, { dataset: made.dataset, signal })).toBeInstanceOf(Array);
  });

  test('a crowd that was moved has no mask any more, and that is no difference in what is read back', async () => {
    const made = await filled();
    const crowd = (await made.dataset.db.read('annotations.list', { limit: 100 })).find((box) => box.flags.includes('crowd'));
    await made.dataset.db.write('annotations.apply', {
      author: 'tester',
      changes: [{ op: 'set', box: crowd!.id, bbox: [6, 6, 9, 9] }],
    });
    await freeze(made, { name: 'v' });
    const out = path.join(made.folder, 'out');
    const { report } = await exporting(made, { version: 'v', format: 'coco', out });
    expect(report.map(({ code }) => code)).toContain('crowd_without_mask');
    expect(await verifyExport(out, { signal, progress })).toMatchObject({ ok: true, problems: [] });
  });

  test('links images where it can, never overwrites, and leaves nothing when it fails', async () => {
    const made = await filled();
    await freeze(made, { name: 'v' });
    const out = path.join(made.folder, 'out');
    await mkdir(out);
    const { files } = await exporting(made, { version: 'v', format: 'coco', out, media: 'link' });
    const image = (await readdir(path.join(out, 'images'), { recursive: true })).find((name) => name.endsWith('.png'));
    expect((await stat(path.join(out, 'images', image!))).nlink).toBe(2);
    expect(await verifyExport(out, { signal, progress })).toMatchObject({ ok: true, checked: files });
    await expect(exporting(made, { version: 'v', format: 'coco', out })).rejects.toMatchObject({ code: 'already_exists' });
    await expect(exporting(made, { version: 'none', format: 'coco', out: path.join(made.folder, 'b') })).rejects.toMatchObject({
      code: 'not_found',
    });
    const stop = new AbortController();
    stop.abort(new AppError('cancelled', 'Cancelled'));
    await expect(exporting(made, { version: 'v', format: 'yolo', out: path.join(made.folder, 'c') }, stop.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
    // An image that is no longer what was imported.
    const media = path.join(made.dataset.folder, 'media');
    const damaged = (await readdir(media, { recursive: true })).find((name) => name.endsWith('.png'));
    await rm(path.join(media, damaged!));
    await writeFile(path.join(media, damaged!), pngBytes(9, 9));
    await expect(exporting(made, { version: 'v', format: 'yolo', out: path.join(made.folder, 'd') })).rejects.toMatchObject({
      code: 'corrupt',
    });
    expect((await readdir(made.folder)).sort()).toEqual(
      ['dataset', 'in', 'out', 'userData'].filter((name) => existsSync(path.join(made.folder, name))),
    );
  });

  test.each(['coco', 'yolo'] as const)('to %s: every changed byte, missing and additional file is found', async (format) => {
    const made = await filled(3);
    await freeze(made, { name: 'v' });
    const { out } = await exporting(made, { version: 'v', format, out: path.join(made.folder, 'out') });
    const check = async (): Promise<readonly string[]> =>
      (await verifyExport(out, { signal, progress })).problems.map((problem) => problem.code);
    const files = (await readdir(out, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const file of files.filter((name) => name !== path.join(out, 'hardcase-export.json'))) {
      const whole = await readFile(file);
      for (const at of [0, Math.floor(whole.length / 2), whole.length - 1]) {
        const changed = Buffer.from(whole);
        if (changed.length > 0) changed[at] = (changed[at]! ^ 1) & 0xff;
        await rm(file);
        await writeFile(file, changed.length > 0 ? changed : 'x');
        expect(await check(), `${file} ${at}`).toEqual(['damaged_file']);
      }
      await rm(file);
      expect(await check(), file).toEqual(['missing_file']);
      await writeFile(file, whole);
    }
    const list = path.join(out, 'hardcase-export.json');
    const whole = await readFile(list);
    for (let at = 0; at < whole.length; at += 17) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at]! ^ 1) & 0xff;
      await writeFile(list, changed);
      expect(await check(), `list ${at}`).toEqual(['damaged_list']);
    }
    await writeFile(list, whole);
    expect(await check()).toEqual([]);
    await writeFile(path.join(out, '.hidden'), 'x');
    expect(await check()).toEqual(['unexpected_file']);
    await rm(path.join(out, '.hidden'));
    await symlink('/etc/hostname', path.join(out, 'link'));
    expect(await check()).toEqual(['unexpected_file']);
    await rm(path.join(out, 'link'));
    await appendFile(list, '\n');
    expect(await check()).toEqual(['damaged_list']);
    await rm(list);
    await expect(check()).rejects.toMatchObject({ code: 'unknown_format' });
  });

  test('labels that were changed with their hashes are found by reading them back', async () => {
    const made = await filled(3);
    await freeze(made, { name: 'v' });
    const { out } = await exporting(made, { version: 'v', format: 'coco', out: path.join(made.folder, 'out') });
    const { listLines } = await import('../../../electron/host/services/exports/exportList.ts');
    const { createHash } = await import('node:crypto');
    const labels = path.join(out, 'annotations', 'instances.json');
    const text = (await readFile(labels, 'utf8')).replace('"bbox":[1.1,', '"bbox":[1.2,');
    await writeFile(labels, text);
    const list = JSON.parse(await readFile(path.join(out, 'hardcase-export.json'), 'utf8')) as {
      version: string;
      files: { path: string; bytes: number; sha256: string }[];
    };
    const files = list.files.map((file) =>
      file.path === 'annotations/instances.json' ? { ...file, sha256: createHash('sha256').update(text).digest('hex') } : file,
    );
    await writeFile(
      path.join(out, 'hardcase-export.json'),
      [...listLines({ format: 'coco', version: list.version, media: 'copy' }, files)].join(''),
    );
    expect((await verifyExport(out, { signal, progress })).problems.map((problem) => problem.code)).toEqual(['not_equal']);
  });
});

describe('real datasets', () => {
  test.for([
    ['coco_cc_by', 85, 749, ['coco', 'yolo']],
    ['bccd_voc', 364, 4_886, ['yolo']],
    ['yolo_mark_yolo', 10, 35, ['coco']],
  ] as const)('%s goes in, out and in again', async ([folder, frames, boxes, formats], context) => {
    const from = sharedData(context, folder);
    const made = await makeDataset();
    const first = await importInto(made, { format: 'auto', from, media: 'link' });
    expect(first.frames.added).toBe(frames);
    expect(first.annotations.added).toBe(boxes);
    expect(await importInto(made, { format: 'auto', from, media: 'link' })).toMatchObject({
      frames: { added: 0 },
      annotations: { added: 0 },
    });
    const version = await freeze(made, { name: 'v' });
    const pathOf = async (sha256: string): Promise<string> => {
      const [known] = await made.dataset.db.read('imports.byHash', { hashes: [sha256] });
      const [media] = await made.dataset.db.read('frames.media', { ids: Float64Array.of(known!.id) });
      return path.join(made.linkRoots.resolve(made.dataset, media!.root!, media!.rootRelative)!, media!.path!);
    };
    for (const format of formats) {
      const out = path.join(made.folder, format);
      await exportVersion(
        { version: 'v', format, out },
        { dataset: made.dataset, pathOf: (location) => pathOf(location.sha256), signal, progress },
      );
      expect(await verifyExport(out, { signal, progress })).toMatchObject({ ok: true, problems: [] });
      const other = await makeDataset();
      const report = await importInto(other, { format: 'auto', from: out, media: 'link' });
      expect(report).toMatchObject({ format, frames: { added: frames, failed: 0 }, annotations: { refused: 0, repaired: 0 } });
      if (format === 'coco') {
        expect(await boxesOf(other)).toEqual(await boxesOf(made));
        expect((await freeze(other, { name: 'v' })).annotations).toBe(version.annotations);
      }
    }
  });
});
