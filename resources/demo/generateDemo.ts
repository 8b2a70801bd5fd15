import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { svgToJpeg } from '../../electron/image/renderSvg.ts';
import { AppError } from '../../shared/errors.ts';
import { type Scene, demoCategories, drawFrame } from './generator/drawFrame.ts';
import { type DemoSet, demoSets, planDemoSequence } from './generator/demoSets.ts';

/** Size of every picture, pixels. */
export const demoWidth = 960;
export const demoHeight = 540;

export interface DemoProgress {
  readonly done: number;
  readonly total: number;
}

export interface GenerateDemoOptions {
  /** A folder; made where there is none. Files of an earlier run with the same names are replaced. */
  readonly out: string;
  /** Another seed gives other streets. The demo's figures hold for the default. */
  readonly seed?: string;
  /** Other sets than the demo's own. */
  readonly sets?: readonly DemoSet[];
  readonly onProgress?: (progress: DemoProgress) => void;
  readonly signal?: AbortSignal;
}

export interface GeneratedSet {
  readonly name: DemoSet['name'];
  /** COCO annotation file, relative to `out`. */
  readonly annotations: string;
  readonly sequences: number;
  readonly frames: number;
  /** Frames that show a carried bicycle. */
  readonly racks: number;
  readonly boxes: number;
}

export interface GeneratedDemo {
  /** Folder of the pictures, relative to `out`. */
  readonly images: string;
  readonly frames: number;
  readonly racks: number;
  readonly boxes: number;
  readonly sets: readonly GeneratedSet[];
}

/**
 * Draws the demo: `images/<sequence>/<number>.jpg`, and for every set one COCO file `annotations/instances_<set>.json` whose images also carry
 * `sequence`, `frame_index`, `timestamp` (seconds from the sequence's start), `light` and `rack`. Boxes are [x, y, w, h] in pixels, clipped to the
 * picture, around what is seen; what is hidden for the most part has none; a carried bicycle is part of its vehicle's box.
 * Same seed, same bytes (with the pinned sharp). Errors: cancelled; whatever the disk says. Nothing is written any more once it has ended.
 */
export async function generateDemo(options: GenerateDemoOptions): Promise<GeneratedDemo> {
  const seed = options.seed ?? 'demo';
  const sets = options.sets ?? demoSets();
  const total = sets.reduce((sum, set) => sum + set.sequences.reduce((frames, one) => frames + one.frames, 0), 0);
  let done = 0;
  const images = join(options.out, 'images');
  await mkdir(join(options.out, 'annotations'), { recursive: true });
  const made: GeneratedSet[] = [];
  for (const set of sets) {
    const coco: CocoLists = { images: [], annotations: [] };
    let racks = 0;
    for (const sequence of set.sequences) {
      const plan = planDemoSequence(seed, sequence);
      await mkdir(join(images, sequence.name), { recursive: true });
      const scenes = function* (): Iterable<readonly [file: string, Scene]> {
        for (let index = 0; index < plan.frames; index++) {
          if (options.signal?.aborted === true) throw new AppError('cancelled', 'Making the demo was cancelled.', { done, total });
          const scene = drawFrame(plan, index, demoWidth, demoHeight);
          const name = `${sequence.name}/${String(index).padStart(6, '0')}.jpg`;
          addToCoco(coco, sequence.name, name, scene);
          if (scene.rack) racks++;
          yield [join(images, name), scene];
        }
      };
      await writePictures(scenes(), () => options.onProgress?.({ done: ++done, total }));
    }
    const file = `annotations/instances_${set.name}.json`;
    const document = {
      info: { description: `Hardcase demo streets, ${set.name} set`, version: '1', seed },
      licenses: [{ id: 1, name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' }],
      ...coco,
      categories: demoCategories.map((name, i) => ({ id: i + 1, name, supercategory: name === 'person' ? 'person' : 'vehicle' })),
    };
    await writeFile(join(options.out, file), `${JSON.stringify(document)}\n`);
    made.push({
      name: set.name,
      annotations: file,
      sequences: set.sequences.length,
      frames: coco.images.length,
      racks,
      boxes: coco.annotations.length,
    });
  }
  const sum = (of: (set: GeneratedSet) => number): number => made.reduce((all, set) => all + of(set), 0);
  return { images: 'images', frames: sum((set) => set.frames), racks: sum((set) => set.racks), boxes: sum((set) => set.boxes), sets: made };
}

interface CocoLists {
  readonly images: object[];
  readonly annotations: object[];
}

function addToCoco({ images, annotations }: CocoLists, sequence: string, name: string, scene: Scene): void {
  const imageId = images.length + 1;
  images.push({
    id: imageId,
    file_name: name,
    width: scene.width,
    height: scene.height,
    sequence,
    frame_index: scene.index,
    timestamp: scene.time,
    light: scene.light,
    rack: scene.rack,
  });
  for (const box of scene.boxes) {
    annotations.push({
      id: annotations.length + 1,
      image_id: imageId,
      category_id: demoCategories.indexOf(box.category) + 1,
      bbox: box.bbox,
      area: Math.round(box.bbox[2] * box.bbox[3] * 100) / 100,
      iscrowd: 0,
    });
  }
}

/** Encodes and writes two pictures while the next one is drawn. */
async function writePictures(scenes: Iterable<readonly [file: string, Scene]>, onWritten: () => void): Promise<void> {
  const writing: Promise<void>[] = [];
  try {
    for (const [file, { svg }] of scenes) {
      const written = svgToJpeg(svg)
        .then((bytes) => writeFile(file, bytes))
        .then(onWritten);
      // Its failure is told where it is awaited, which may be a picture later: until then it counts as handled.
      written.catch(() => undefined);
      writing.push(written);
      await writing.at(-3);
    }
    await Promise.all(writing);
  } finally {
    await Promise.allSettled(writing);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, seed: { type: 'string' } } });
  if (values.out === undefined) {
    console.error('Usage: node resources/demo/generateDemo.ts --out DIR [--seed TEXT]');
    process.exitCode = 2;
  } else {
    const begin = performance.now();
    const demo = await generateDemo({ out: values.out, ...(values.seed === undefined ? {} : { seed: values.seed }) });
    console.log(JSON.stringify({ ...demo, ms: Math.round(performance.now() - begin) }));
  }
}
