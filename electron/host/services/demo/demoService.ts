import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Progress } from '../../../../shared/contract/common.ts';
import type { HardcaseHandlers } from '../../../../shared/contract/index.ts';
import type { BoxId, DatasetId, FrameId } from '../../../../shared/domain/ids.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';
import type { HostPorts } from '../../ports.ts';
import { readLibrary } from '../triggers/library.ts';

export interface DemoResult {
  readonly id: DatasetId;
  readonly path: string;
  readonly figures: { readonly [name: string]: number | string };
}

/** The main job, end to end, on the demo dataset: what a newcomer sees and what scripts check. */
export interface DemoService {
  run(input: { readonly out?: string | undefined }, context: JobContext<Progress>): Promise<DemoResult>;
}

export interface DemoDeps {
  readonly ports: HostPorts;
  /** The host's own contract: the demo does nothing that a person could not do. */
  readonly handlers: () => HardcaseHandlers;
}

const modelName = 'street-detector';
const triggerName = 'bike_on_rack';
const rackTag = 'rack';
/** Low, so that precision can be measured down to the last box. */
const measureThreshold = 0.01;
/** What people look at: proposals, without the noise below. */
const runThreshold = 0.25;
const draftThreshold = 0.4;
const fixedFrames = 6;

interface CocoImages {
  readonly images: readonly { readonly file_name: string; readonly rack: boolean }[];
}

export function createDemoService({ ports, handlers }: DemoDeps): DemoService {
  return {
    async run({ out }, context) {
      const folder = out ?? path.join(ports.paths.documents, 'Hardcase demo');
      const host = handlers();
      if (existsSync(path.join(folder, 'hardcase.json'))) {
        const { id, path: real, frames, annotations } = await host.datasets.open({ path: folder }, context);
        return { id, path: real, figures: { made: 0, frames, annotations } };
      }
      const source = await mkdtemp(path.join(tmpdir(), 'hardcase-demo-'));
      try {
        return await runMainJob({ ports, host, context, folder, source });
      } finally {
        await rm(source, { recursive: true, force: true });
      }
    },
  };
}

interface Job {
  readonly ports: HostPorts;
  readonly host: HardcaseHandlers;
  readonly context: JobContext<Progress>;
  readonly folder: string;
  /** Where the pictures are drawn before they are imported. */
  readonly source: string;
}

async function runMainJob({ ports, host, context, folder, source }: Job): Promise<DemoResult> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  const phase = (name: string): JobContext<Progress> => ({ ...context, progress: (value) => context.progress({ ...value, phase: name }) });

  // The pictures: frames to label without their labels, and a fixed test set with them.
  // Loaded here: no other command needs the sources that draw.
  const { generateDemo } = await import('../../../../resources/demo/generateDemo.ts');
  const drawn = await generateDemo({
    out: source,
    signal: context.signal,
    onProgress: ({ done, total }) => context.progress({ phase: 'draw', done, total, unit: 'frames' }),
  });
  const drawSeconds = seconds();
  const { id: dataset, path: real } = await host.datasets.create({ path: folder, name: 'Street demo' }, context);
  const images = path.join(source, drawn.images);
  const racks: string[] = [];
  for (const set of drawn.sets) {
    const file = path.join(source, set.annotations);
    const coco = JSON.parse(await readFile(file, 'utf8')) as CocoImages;
    racks.push(...coco.images.filter((image) => image.rack).map((image) => image.file_name));
    const isTest = set.name === 'test';
    if (!isTest) await writeFile(file, JSON.stringify({ ...coco, annotations: [] }));
    const report = await host.imports.run({ dataset, format: 'coco', from: file, images, media: 'copy' }, phase(`import ${set.name}`));
    if (report.frames.failed > 0) throw new Error(`The demo's own pictures failed to import: ${JSON.stringify(report.report)}`);
    const names = coco.images.map((image) => image.file_name);
    const ids = await idsOfNames(host, dataset, names, context);
    // A file without annotations says "nothing to see here"; the frames to label are still to be labeled.
    if (isTest) await host.frames.setSplit({ dataset, ids, split: 'test' }, context);
    else await host.frames.setState({ dataset, ids, state: 'unlabeled' }, context);
  }
  const rackIds = await idsOfNames(host, dataset, racks, context);
  await host.frames.setTag({ dataset, ids: rackIds, tag: rackTag, on: true }, context);

  // The model has never seen a rack: it proposes two objects there.
  const model = path.join(ports.paths.resources, 'demo', 'streetDetector.onnx');
  await host.models.add({ dataset, path: model, name: modelName }, context);
  const prelabel = (scoreThreshold: number, where?: string) =>
    host.models.prelabel(
      { dataset, model: modelName, scoreThreshold, ...(where === undefined ? {} : { where, name: `${modelName} on the test set` }) },
      { ...context, progress: (value) => context.progress({ ...value, phase: 'pre-label' }) },
    );
  const ordinaryTest = `frame.split = "test" and not frame.tag("${rackTag}")`;
  const measured = await prelabel(measureThreshold, ordinaryTest);
  const evaluation = await host.models.evaluate({ dataset, run: measured.run }, phase('evaluate'));
  // The last run is the active one: what triggers read.
  const run = await prelabel(runThreshold);
  const drafts = await host.models.apply(
    { dataset, run: run.run, scoreThreshold: draftThreshold, where: 'frame.state = "unlabeled"' },
    phase('drafts'),
  );

  // The trigger finds the frames in which it is wrong.
  const text = await triggerText(ports);
  const hits = await host.triggers.run({ dataset, text, source: run.run, limit: 0 }, phase('trigger'));
  const racksHit = await host.triggers.run(
    { dataset, text, source: run.run, where: `frame.tag("${rackTag}")`, limit: 0 },
    phase('trigger'),
  );
  const found = hits.triggers[0]?.frames ?? 0;
  const foundRacks = racksHit.triggers[0]?.frames ?? 0;
  await host.triggers.save({ dataset, name: triggerName, text }, context);
  await host.triggers.arm({ dataset, name: triggerName, armed: true }, context);
  const fixed = await fixSome(host, dataset, text, context);

  // What is labeled is frozen, exported and read back.
  const version = await host.versions.freeze(
    {
      dataset,
      where: 'frame.state = "labeled"',
      note: 'Carried bicycles belong to their vehicle: the first fixed frames and the test set.',
    },
    phase('freeze'),
  );
  const out = path.join(real, 'exports', `${version.name}-coco`);
  const exported = await host.versions.export({ dataset, version: version.name, format: 'coco', out, media: 'link' }, phase('export'));
  const readBack = await host.versions.verifyExport({ out }, phase('verify'));
  const verified = await host.datasets.verify({ dataset }, phase('verify'));
  const others = run.frames - rackIds.length;
  return {
    id: dataset,
    path: real,
    figures: {
      made: 1,
      frames: run.frames,
      rackFrames: rackIds.length,
      drawSeconds,
      provider: run.provider,
      imagesPerSecond: run.imagesPerSecond,
      pipelineEfficiency: run.pipelineEfficiency,
      predictions: run.boxes,
      ap: evaluation.stats[0] ?? -1,
      ap50: evaluation.stats[1] ?? -1,
      drafts: drafts.added,
      hits: hits.triggers[0]?.hits ?? 0,
      triggerMs: hits.triggers[0]?.ms ?? 0,
      rackShare: foundRacks / rackIds.length,
      otherShare: (found - foundRacks) / others,
      fixedFrames: fixed,
      version: version.name,
      versionSha256: version.sha256,
      versionFrames: version.frames,
      versionAnnotations: version.annotations,
      exportedFiles: exported.files,
      reimportedEqual: readBack.ok ? 'yes' : 'no',
      verified: verified.ok ? 'yes' : 'no',
      seconds: seconds(),
    },
  };
}

/** A person's part, played on the first hits: the carried bicycle's box goes, the vehicle's stays, the frame is labeled. */
async function fixSome(host: HardcaseHandlers, dataset: DatasetId, text: string, context: JobContext<Progress>): Promise<number> {
  const drafts = await host.triggers.run({ dataset, text, source: 'gt', where: 'frame.state = "draft"', limit: 200 }, context);
  const boxes = new Map<FrameId, Set<BoxId>>();
  for (const hit of drafts.triggers[0]?.top ?? []) {
    const bicycle = hit.witness[0];
    if (!bicycle || (boxes.size >= fixedFrames && !boxes.has(hit.frameId))) continue;
    boxes.set(hit.frameId, (boxes.get(hit.frameId) ?? new Set()).add(bicycle.id));
  }
  for (const [frame, found] of boxes) {
    for (const box of found) await host.annotations.apply({ dataset, changes: [{ op: 'delete', box }] }, context);
    await host.annotations.apply({ dataset, changes: [{ op: 'state', frame, state: 'labeled' }] }, context);
  }
  await host.frames.setSplit({ dataset, ids: Float64Array.from(boxes.keys()), split: 'train' }, context);
  return boxes.size;
}

async function triggerText(ports: HostPorts): Promise<string> {
  const library = await readLibrary(ports.paths.resources);
  const found = library.find(({ name }) => name === triggerName);
  if (!found) throw new Error(`The trigger ${triggerName} is missing from the library.`);
  return found.text;
}

async function idsOfNames(
  host: HardcaseHandlers,
  dataset: DatasetId,
  names: readonly string[],
  context: JobContext<Progress>,
): Promise<Float64Array<ArrayBuffer>> {
  const rows = await Promise.all(names.map((name) => host.frames.byName({ dataset, name }, context)));
  return Float64Array.from(rows, (row) => row.id);
}
