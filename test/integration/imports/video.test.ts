import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type SharpOptions } from 'sharp';
import { expect, test } from 'vitest';
import { selectFrames } from '../../../electron/host/services/imports/openVideo.ts';
import { openVideoIn } from '../../../electron/video/client.ts';
import { hasFfmpeg, openWithFfmpeg } from '../../../electron/video/ffmpeg.ts';
import { openVideo } from '../../../electron/video/open.ts';
import { nodeSpawner } from '../../../electron/node/spawner.ts';
import { runImport, type ImportRequest } from '../../../electron/host/services/imports/importService.ts';
import type { ImportReport } from '../../../shared/contract/imports.ts';
import { isAppError } from '../../../shared/errors.ts';
import { drawSequence, sequenceFrames } from '../../helpers/drawnSequence.ts';
import { makeDataset, type TestDataset } from '../../helpers/makeDataset.ts';
import { sharedData } from '../../helpers/sharedData.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

function bring({ dataset, linkRoots }: TestDataset, request: Omit<ImportRequest, 'format'>): Promise<ImportReport> {
  return runImport(
    { format: 'video', ...request },
    {
      dataset,
      linkRoots,
      author: 'test',
      signal: new AbortController().signal,
      progress: () => undefined,
      dryRun: false,
      spawner: nodeSpawner(),
      pathOf: () => Promise.reject(new Error('not asked for')),
    },
  );
}

async function rowsOf({ dataset }: TestDataset) {
  const { ids } = await dataset.db.read('frames.index', {});
  return dataset.db.read('frames.rows', { ids });
}

function pictureOf(red: number): SharpOptions {
  return { create: { width: 40, height: 30, channels: 3, background: { r: red, g: 90, b: 30 } } };
}

/** Five pictures, the middle one for longer than the others. */
async function drawAnimation(folder: string, reds: readonly number[] = [0, 50, 100, 150, 200]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const pictures = await Promise.all(reds.map((red) => sharp(pictureOf(red)).png().toBuffer()));
  const file = path.join(folder, 'walk cycle.gif');
  await sharp(pictures, { join: { animated: true } })
    .gif({ delay: [100, 100, 250, 100, 100] })
    .toFile(file);
  return file;
}

test('an animation becomes a recording of its name, with times; every second frame first, the others later, and then no more', async () => {
  const made = await makeDataset();
  const from = await drawAnimation(path.join(made.folder, 'in'));
  expect(await bring(made, { from, every: 2 })).toMatchObject({ frames: { added: 3, unchanged: 0, failed: 0 } });
  expect(await bring(made, { from })).toMatchObject({ frames: { added: 2, unchanged: 3, failed: 0 } });
  expect(
    (await rowsOf(made)).map(({ name, sequence, index, time, width, height }) => [name, sequence, index, time, width, height]),
  ).toEqual([0, 0.1, 0.2, 0.45, 0.55].map((time, i) => [`walk cycle/00000${i}.jpg`, 'walk cycle', i, time, 40, 30]));
  expect(await bring(made, { from })).toMatchObject({ frames: { added: 0, unchanged: 5, failed: 0 } });
  // Another video of the same name is another recording.
  const other = path.join(made.folder, 'other');
  await drawAnimation(other);
  await sharp({ create: { width: 20, height: 20, channels: 3, background: '#123456' } })
    .gif()
    .toFile(path.join(other, 'walk cycle.gif'));
  await bring(made, { from: path.join(other, 'walk cycle.gif') });
  expect((await rowsOf(made)).map(({ sequence }) => sequence)).toContain('walk cycle (2)');
  // Nothing of the frames on their way is left behind.
  expect((await readdir(path.join(made.dataset.folder, 'media'))).length).toBeGreaterThan(0);
});

test('a camera that stands still loses no picture: alike or not, each is a frame with its number and time, and its media are stored once', async () => {
  const made = await makeDataset();
  const from = await drawAnimation(path.join(made.folder, 'in'), [0, 200, 0, 200, 0]);
  expect(await bring(made, { from, every: 2 })).toMatchObject({ frames: { added: 3, unchanged: 0, failed: 0 } });
  expect(await bring(made, { from })).toMatchObject({ frames: { added: 2, unchanged: 3, failed: 0 } });
  const rows = await rowsOf(made);
  expect(rows.map(({ name, index, time }) => [name, index, time])).toEqual(
    [0, 0.1, 0.2, 0.45, 0.55].map((time, i) => [`walk cycle/00000${i}.jpg`, i, time]),
  );
  expect(new Set(rows.map(({ sha256 }) => sha256)).size).toBe(2);
  const stored = await readdir(path.join(made.dataset.folder, 'media'), { recursive: true });
  expect(stored.filter((name) => name.endsWith('.jpg'))).toHaveLength(2);
  // The same video under another name is the same recording.
  const renamed = path.join(made.folder, 'copy of it.gif');
  await copyFile(from, renamed);
  expect(await bring(made, { from: renamed })).toMatchObject({ frames: { added: 0, unchanged: 5, failed: 0 } });
  // Pictures that somebody took out of another video show the same: they are frames of that recording.
  const folder = path.join(made.folder, 'standing');
  await mkdir(folder);
  const picture = await sharp(pictureOf(90)).png().toBuffer();
  for (const number of [0, 1, 2, 4]) await writeFile(path.join(folder, `00000${number}.png`), picture);
  expect(await bring(made, { from: folder })).toMatchObject({ frames: { added: 4, unchanged: 0 } });
  expect(await bring(made, { from: folder })).toMatchObject({ frames: { added: 0, unchanged: 4 } });
  // Under another name the folder holds what the dataset has; a picture more is one more.
  const moved = path.join(made.folder, 'moved');
  await cp(folder, moved, { recursive: true });
  expect(await bring(made, { from: moved })).toMatchObject({ frames: { added: 0, unchanged: 4 } });
  await writeFile(path.join(moved, '000003.png'), picture);
  expect(await bring(made, { from: moved })).toMatchObject({ frames: { added: 1, unchanged: 4 } });
  expect((await rowsOf(made)).flatMap(({ sequence, index }) => (sequence === 'moved' ? [index] : []))).toEqual([3]);
});

test('a folder of numbered frames is a recording, with the times that lie beside them', async () => {
  const made = await makeDataset();
  const from = await drawSequence(made.folder);
  await writeFile(path.join(from, 'cover.png'), await sharp(path.join(from, '000000.png')).resize(10).png().toBuffer());
  const report = await bring(made, { from });
  expect(report.frames).toEqual({ added: sequenceFrames, unchanged: 0, failed: 0 });
  expect(report.report.map(({ code, count }) => [code, count])).toEqual([['frame_without_number', 1]]);
  const rows = await rowsOf(made);
  expect(rows.at(-1)).toMatchObject({ name: 'drive/000011.png', sequence: 'drive', index: 11, time: 1.1 });
});

test('what is no video is an error with words, and the dataset is as it was', async () => {
  const made = await makeDataset();
  const noise = path.join(made.folder, 'noise.mp4');
  await writeFile(noise, Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7_919) & 255)));
  const code = await bring(made, { from: noise }).catch((error: unknown) => (isAppError(error) ? error.code : String(error)));
  // Without any ffmpeg nobody can say what the file is.
  expect(['unreadable', 'unavailable']).toContain(code);
  expect(await rowsOf(made)).toEqual([]);
});

test('a video of which no frame can be read is an error that says so; of some that can, they come in', async () => {
  const made = await makeDataset();
  const from = path.join(made.folder, 'frames');
  const whole = await sharp(pictureOf(0)).png().toBuffer();
  await mkdir(from);
  for (const name of ['0001.png', '0002.png']) await writeFile(path.join(from, name), whole.subarray(0, 60));
  const error = await bring(made, { from }).catch((problem: unknown) => problem);
  expect(error).toMatchObject({
    code: 'refused_input',
    message: expect.stringMatching(/^None of the 2 frames of the video could be read\. ./),
    details: { report: [{ severity: 'refused', count: 2 }] },
  });
  expect(await rowsOf(made)).toEqual([]);
  await writeFile(path.join(from, '0003.png'), whole);
  expect((await bring(made, { from })).frames).toEqual({ added: 1, unchanged: 0, failed: 2 });
});

test('a full disk is told as such, not as damage of the video', async ({ skip }) => {
  if (!existsSync('/dev/full')) return skip('this system has no /dev/full');
  const folder = await tempFolder();
  const from = await drawAnimation(path.join(folder, 'in'));
  await symlink('/dev/full', path.join(folder, '1.jpg'));
  const opened = await openVideoIn(nodeSpawner().spawn('video/process'), from);
  opened.start(Uint32Array.of(0, 1, 2), folder);
  expect(await opened.frame(0)).toBe(path.join(folder, '0.jpg'));
  expect(await opened.frame(1)).toBeNull();
  expect(opened.failure).toMatchObject({ code: 'disk_full', message: 'The disk is full: not all frames could be written.' });
  opened.close();
});

test('frames are chosen by number or by the beat', () => {
  const times = Float64Array.from({ length: 10 }, (_, i) => i / 10);
  expect(selectFrames(times, {})).toHaveLength(10);
  expect(selectFrames(times, { every: 4 })).toEqual([0, 4, 8]);
  expect(selectFrames(times, { perSecond: 3 })).toEqual([0, 4, 7]);
  expect(selectFrames(times, { perSecond: 100 })).toHaveLength(10);
  expect(selectFrames(Float64Array.of(0, 2, 2.1, 5), { perSecond: 1 })).toEqual([0, 1, 3]);
});

/** Whether something here decodes H.264; the reason is printed where nothing does. */
async function canDecode(file: string, skip: (why: string) => void): Promise<boolean> {
  try {
    await openVideo(file);
    return true;
  } catch (error) {
    if (!isAppError(error, 'unavailable')) throw error;
    skip('neither @napi-rs/webcodecs nor ffmpeg is here');
    return false;
  }
}

test('an MP4 has all of its frames with their times, and one that was cut has those before the cut', async (context) => {
  const video = sharedData(context, 'video_intel_ccby', 'car-detection.mp4');
  if (!(await canDecode(video, (why) => context.skip(why)))) return;
  const made = await makeDataset();
  const cut = path.join(await tempFolder(), 'cut.mp4');
  await copyFile(video, cut);
  await truncate(cut, 700_000);
  const report = await bring(made, { from: video, perSecond: 1 });
  expect(report.frames).toEqual({ added: 31, unchanged: 0, failed: 0 });
  const rows = await rowsOf(made);
  expect(rows.map(({ time }) => Math.round((time ?? -1) * 100) / 100).slice(0, 4)).toEqual([0, 1.04, 2, 3.04]);
  expect(rows[0]).toMatchObject({ width: 768, height: 432, sequence: 'car-detection' });
  const broken = await bring(made, { from: cut, every: 20 }).catch((error: unknown) => error);
  // Where its list of frames lies at its end, nothing of a cut file can be found; else frames are missing, in one line.
  if (isAppError(broken)) expect(['unreadable', 'unavailable']).toContain(broken.code);
  else {
    const { frames, report: lines } = broken as ImportReport;
    expect(frames.failed).toBeGreaterThan(0);
    expect(lines.find(({ code }) => code === 'video_frame_missing')?.count).toBe(frames.failed);
  }
});

test('ffmpeg, where it is installed, gives the same frames at the same times', async (context) => {
  const video = sharedData(context, 'video_udacity_mit', 'test_video.mp4');
  if (!(await hasFfmpeg())) return context.skip('ffmpeg is not installed');
  const source = await openWithFfmpeg(video, null);
  expect([source.times.length, source.width, source.height]).toEqual([38, 1280, 720]);
  const seen: [number, number, number][] = [];
  await source.decode(new Set([3, 37]), (place, { data, width, channels }) => {
    seen.push([place, width, data.length / channels]);
    return Promise.resolve();
  });
  expect(seen).toEqual([
    [3, 1280, 1280 * 720],
    [37, 1280, 1280 * 720],
  ]);
});
