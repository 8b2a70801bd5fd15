import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { detectFormat } from '../../../electron/host/services/imports/detectFormat.ts';
import { openCvat } from '../../../electron/host/services/imports/openCvat.ts';
import { openMot } from '../../../electron/host/services/imports/openMot.ts';
import { ReportCollector } from '../../../shared/formats/reportCollector.ts';
import { carAt, drawSequence, sequenceFrames } from '../../helpers/drawnSequence.ts';
import { codeOf } from '../../helpers/hostWorld.ts';
import { startHost } from '../../helpers/prelabelFixture.ts';
import { sharedData } from '../../helpers/sharedData.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

const options = (from: string) => ({
  from,
  images: undefined,
  report: new ReportCollector(),
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

test('a track drawn in the app goes out as CVAT and MOT, is verified, and comes back into an empty dataset as it was', async () => {
  const folder = await tempFolder();
  const { client, close } = await startHost(path.join(folder, 'user'));
  onTestFinished(close);
  const { id } = await client.datasets.create({ path: path.join(folder, 'set') });
  await client.imports.run({ dataset: id, format: 'video', from: await drawSequence(folder) });
  const category = await client.categories.add({ dataset: id, name: 'car' });
  const { ids } = await client.frames.query({ dataset: id, selection: { facets: { sequence: ['drive'] } }, order: 'name' });
  const at = (place: number) => ids[place] as never;
  const add = (place: number) => ({ op: 'add' as const, frame: at(place), category: category.id, bbox: carAt(place) });
  const { results } = await client.annotations.apply({ dataset: id, changes: [add(0), add(8)] });
  const boxes = results.map(({ box }) => box as never);
  await client.tracks.edit({
    dataset: id,
    frame: at(0),
    edits: [
      { op: 'create', boxes, bridged: true },
      { op: 'cut', track: 1, from: at(3), to: at(4) },
    ],
  });
  await client.versions.freeze({ dataset: id, name: 'one' });
  const shown = async (dataset: typeof id) => {
    const { boxes: list } = await client.annotations.list({ dataset, source: 'gt' });
    return list.map(({ bbox, category: of, track, interpolated }) => JSON.stringify([of, track, bbox, interpolated ?? false])).sort();
  };
  const before = await shown(id);
  expect(before).toHaveLength(7);
  for (const format of ['cvat', 'mot'] as const) {
    const out = path.join(folder, `out-${format}`);
    await client.versions.export({ dataset: id, version: 'one', format, out });
    expect(await client.versions.verifyExport({ out })).toMatchObject({ ok: true, problems: [] });
    expect((await detectFormat(out))[0]).toMatchObject({ format });
    const other = await client.datasets.create({ path: path.join(folder, `back-${format}`) });
    const report = await client.imports.run({ dataset: other.id, format: 'auto', from: out });
    expect(report).toMatchObject({ format, frames: { added: sequenceFrames }, annotations: { added: 7, refused: 0 } });
    // MOT does not say which boxes are key frames.
    expect(await shown(other.id)).toEqual(format === 'mot' ? before.map((text) => text.replace('true]', 'false]')).sort() : before);
    expect(await client.imports.run({ dataset: other.id, format, from: out })).toMatchObject({ annotations: { added: 0 } });
  }
});

test('pictures that are alike go out and come back with their own boxes; the same again changes nothing, and every second keeps its place', async () => {
  const folder = await tempFolder();
  const { client, close } = await startHost(path.join(folder, 'user'));
  onTestFinished(close);
  const { id } = await client.datasets.create({ path: path.join(folder, 'set') });
  const drive = await drawSequence(folder, 'parked');
  for (const place of [1, 2, 4, 6]) await cp(path.join(drive, '000000.png'), path.join(drive, `00000${place}.png`));
  expect(await client.imports.run({ dataset: id, format: 'video', from: drive, every: 2 })).toMatchObject({ frames: { added: 6 } });
  const category = await client.categories.add({ dataset: id, name: 'car' });
  const { ids } = await client.frames.query({ dataset: id, selection: {}, order: 'name' });
  const boxes = [0, 1, 2, 3, 4].map((place) => carAt(place));
  const changes = boxes.map((bbox, place) => ({ op: 'add' as const, frame: ids[place] as never, category: category.id, bbox }));
  await client.annotations.apply({ dataset: id, changes });
  const shown = async (dataset: typeof id) => {
    const list = await client.annotations.list({ dataset, source: 'gt' });
    const { ids: order } = await client.frames.query({ dataset, selection: {}, order: 'name' });
    const names = (await client.frames.rows({ dataset, ids: Float64Array.from(order) })).map(({ name }) => name);
    return list.boxes.map(({ frame, bbox }) => [names.indexOf(frame), ...bbox]).sort(([a = 0], [b = 0]) => a - b);
  };
  const before = await shown(id);
  expect(before.map(([place]) => place)).toEqual([0, 1, 2, 3, 4]);
  await client.versions.freeze({ dataset: id, name: 'one' });
  for (const format of ['cvat', 'mot', 'coco', 'yolo'] as const) {
    const out = path.join(folder, `out-${format}`);
    await client.versions.export({ dataset: id, version: 'one', format, out });
    expect(await client.versions.verifyExport({ out })).toMatchObject({ ok: true, problems: [] });
    const same = await client.imports.run({ dataset: id, format, from: out });
    expect([format, same.frames, same.annotations.added]).toEqual([format, { added: 0, unchanged: 6, failed: 0 }, 0]);
    const other = await client.datasets.create({ path: path.join(folder, `back-${format}`) });
    expect(await client.imports.run({ dataset: other.id, format, from: out })).toMatchObject({ frames: { added: 6 } });
    const there = await shown(other.id);
    expect([format, there.map((row) => row.map((value) => Math.round(value * 1e6) / 1e6))]).toEqual([format, before]);
  }
  expect(await client.datasets.verify({ dataset: id })).toMatchObject({ ok: true });
});

test('detections become a run over a recording that is there; labels without images find theirs in the dataset', async () => {
  const folder = await tempFolder();
  const { client, close } = await startHost(path.join(folder, 'user'));
  onTestFinished(close);
  const { id } = await client.datasets.create({ path: path.join(folder, 'set') });
  const det = path.join(folder, 'drive-labels', 'drive', 'det');
  await mkdir(det, { recursive: true });
  const rows = Array.from({ length: sequenceFrames }, (_, i) => [i + 1, -1, ...carAt(i), 0.5 + i / 100].join(','));
  await writeFile(path.join(det, 'det.txt'), `${rows.join('\n')}\n99,-1,1,1,1,1,0.5\n`);
  const request = { dataset: id, format: 'auto', from: path.join(folder, 'drive-labels'), source: 'public' } as const;
  expect(await codeOf(client.imports.run(request))).toBe('not_found');
  await client.imports.run({ dataset: id, format: 'video', from: await drawSequence(folder) });
  const report = await client.imports.run(request);
  expect(report).toMatchObject({ run: 'public', annotations: { added: sequenceFrames }, categories: ['pedestrian'] });
  expect(report.report.map(({ code, count }) => [code, count])).toEqual([['frame_missing', 1]]);
  const { boxes } = await client.annotations.list({ dataset: id, source: 'public' });
  expect(boxes.map(({ bbox }) => [...bbox])).toEqual(Array.from({ length: sequenceFrames }, (_, i) => [...carAt(i)]));

  // The same file as ground truth, by hand and with the numbers of tracks.
  const gt = path.join(folder, 'gt-only', 'drive', 'gt');
  await cp(det, gt, { recursive: true });
  await rm(path.join(gt, 'det.txt'));
  await writeFile(path.join(gt, 'gt.txt'), rows.map((row) => row.replace(',-1,', ',4,')).join('\n'));
  const labels = await client.imports.run({ dataset: id, format: 'mot', from: path.join(folder, 'gt-only') });
  expect(labels).toMatchObject({ frames: { added: 0, unchanged: sequenceFrames }, annotations: { added: sequenceFrames } });
  const { ids } = await client.frames.query({ dataset: id, selection: {}, order: 'name' });
  expect((await client.tracks.list({ dataset: id, frame: ids[0] as never })).tracks.map(({ number }) => number)).toEqual([4]);

  // And an object is followed by what it looks like, to the end of the recording.
  await client.tracks.edit({ dataset: id, frame: ids[0] as never, edits: [{ op: 'delete', track: 4 }] });
  const change = { op: 'add', frame: ids[0] as never, category: 0 as never, bbox: carAt(0) } as const;
  const { results } = await client.annotations.apply({ dataset: id, changes: [change] });
  const followed = await client.tracks.follow({ dataset: id, box: results[0]?.box as never, frames: 50 });
  expect(followed).toMatchObject({ boxes: sequenceFrames - 1, stopped: 'end', frame: null });
  const { boxes: found } = await client.annotations.list({ dataset: id, source: 'gt' });
  const mine = found.filter(({ track }) => track === followed.track);
  mine.forEach(({ bbox }, i) => expect(Math.abs(bbox[0] - carAt(i)[0])).toBeLessThan(4));
});

test.for([
  ['mot_dataset/mot_seq', 'mot', openMot],
  ['cvat_dataset/for_video', 'cvat', openCvat],
  ['cvat_dataset/for_images/export_task', 'cvat', openCvat],
] as const)('files of Datumaro’s tests: %s', async ([below, format, open], context) => {
  const from = sharedData(context, 'annotations', 'datumaro_assets', ...below.split('/'));
  expect((await detectFormat(from))[0]).toMatchObject({ format });
  const source = await open(options(from));
  const [part] = source.parts;
  expect(part?.labels.frames.length).toBeGreaterThan(0);
  expect(part?.labels.boxes.length).toBeGreaterThan(0);
  for (const [index] of (part?.labels.frames ?? []).entries()) expect((await part?.find(index))?.kind).toBe('found');
});
