import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { svgToJpeg } from '../../../../electron/image/renderSvg.ts';
import { generateDemo } from '../../../../resources/demo/generateDemo.ts';
import { type DemoSet, demoSets } from '../../../../resources/demo/generator/demoSets.ts';
import { isAppError } from '../../../../shared/errors.ts';

// As it is, but for the test that decides when a picture is encoded.
vi.mock(import('../../../../electron/image/renderSvg.ts'), async (load) => {
  const real = await load();
  return { ...real, svgToJpeg: vi.fn(real.svgToJpeg) };
});
beforeEach(() => {
  vi.mocked(svgToJpeg).mockClear();
});

const folders: string[] = [];
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hardcase demo '));
  folders.push(path);
  return path;
}
afterEach(async () => {
  await Promise.all(folders.splice(0).map((path) => rm(path, { recursive: true, force: true })));
});

const small: readonly DemoSet[] = [
  {
    name: 'label',
    sequences: [
      { name: 'seq_01', frames: 2, light: 'day' },
      { name: 'seq_02', frames: 2, light: 'dusk', rack: 'rear' },
    ],
  },
  { name: 'test', sequences: [{ name: 'test_01', frames: 1, light: 'wet' }] },
];

interface CocoFile {
  readonly images: readonly {
    readonly id: number;
    readonly file_name: string;
    readonly sequence: string;
    readonly frame_index: number;
    readonly timestamp: number;
    readonly rack: boolean;
    readonly width: number;
    readonly height: number;
  }[];
  readonly annotations: readonly {
    readonly id: number;
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: readonly number[];
    readonly area: number;
  }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

test('pictures and COCO files agree, and a second run writes the same bytes', async () => {
  const [first, second] = [await folder(), await folder()];
  const ticks: number[] = [];
  const demo = await generateDemo({ out: first, sets: small, onProgress: ({ done }) => ticks.push(done) });
  await generateDemo({ out: second, sets: small });
  expect(ticks).toEqual([1, 2, 3, 4, 5]);
  expect(demo).toMatchObject({ frames: 5, racks: 2, images: 'images' });
  for (const set of demo.sets) {
    const text = await readFile(join(first, set.annotations), 'utf8');
    expect(await readFile(join(second, set.annotations), 'utf8')).toBe(text);
    const coco: CocoFile = JSON.parse(text);
    expect(coco.images).toHaveLength(set.frames);
    expect(coco.annotations).toHaveLength(set.boxes);
    expect(coco.images.filter((image) => image.rack)).toHaveLength(set.racks);
    expect(coco.categories.map((category) => category.name)).toEqual(['person', 'bicycle', 'car', 'truck', 'bus']);
    expect(new Set(coco.annotations.map((one) => one.id)).size).toBe(coco.annotations.length);
    for (const image of coco.images) {
      expect(image.file_name.startsWith(`${image.sequence}/`)).toBe(true);
      const [a, b] = await Promise.all([first, second].map((out) => readFile(join(out, 'images', image.file_name))));
      expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
    }
    const ids = new Set(coco.images.map((image) => image.id));
    for (const one of coco.annotations) {
      expect(ids.has(one.image_id)).toBe(true);
      expect(one.area).toBeCloseTo((one.bbox[2] ?? 0) * (one.bbox[3] ?? 0), 1);
    }
  }
  const times = (JSON.parse(await readFile(join(first, 'annotations/instances_label.json'), 'utf8')) as CocoFile).images.map((image) => [
    image.frame_index,
    image.timestamp,
  ]);
  expect(times[0]).toEqual([0, 0]);
  expect(times[1]?.[1]).toBeGreaterThan(0);
});

test('cancelling stops with a coded error and leaves no annotation file', async () => {
  const out = await folder();
  const stop = new AbortController();
  const error: unknown = await generateDemo({ out, sets: small, signal: stop.signal, onProgress: () => stop.abort() }).catch(
    (caught: unknown) => caught,
  );
  expect(isAppError(error, 'cancelled')).toBe(true);
  expect(await readdir(join(out, 'annotations'))).toEqual([]);
});

test('a picture that fails between others fails the run, and nothing else: once the others are written', async () => {
  const out = await folder();
  const [first, third] = [Promise.withResolvers<Buffer<ArrayBuffer>>(), Promise.withResolvers<Buffer<ArrayBuffer>>()];
  vi.mocked(svgToJpeg).mockReturnValueOnce(first.promise).mockRejectedValueOnce(new Error('no memory')).mockReturnValueOnce(third.promise);
  let ended = false;
  const outcome = generateDemo({ out, sets: [{ name: 'label', sequences: [{ name: 'seq_01', frames: 4, light: 'day' }] }] })
    .then(
      () => 'made',
      (error: unknown) => String(error),
    )
    .finally(() => (ended = true));
  // The second has failed, while the first is awaited: were its failure nobody's, it would end the process.
  await vi.waitFor(() => expect(svgToJpeg).toHaveBeenCalledTimes(3));
  await new Promise(setImmediate);
  first.resolve(Buffer.from('one'));
  await vi.waitFor(() => expect(svgToJpeg).toHaveBeenCalledTimes(4));
  await vi.mocked(svgToJpeg).mock.results[3]?.value;
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  third.resolve(Buffer.from('three'));
  expect(await outcome).toBe('Error: no memory');
  expect(await readFile(join(out, 'images/seq_01/000002.jpg'), 'utf8')).toBe('three');
});

test('the demo has the frames that the figures speak of', () => {
  const count = (name: DemoSet['name'], rack: boolean): number =>
    demoSets()
      .filter((set) => set.name === name)
      .flatMap((set) => set.sequences)
      .filter((one) => (one.rack !== undefined) === rack)
      .reduce((sum, one) => sum + one.frames, 0);
  expect([count('label', false), count('label', true), count('test', false), count('test', true)]).toEqual([200, 42, 80, 22]);
  const names = demoSets().flatMap((set) => set.sequences.map((one) => one.name));
  expect(new Set(names).size).toBe(names.length);
});
