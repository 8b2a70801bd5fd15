import { boxFlags, flagsOf } from '../../../../shared/domain/annotation.ts';
import { readCoco } from '../../../../shared/formats/coco/readCoco.ts';
import { planCoco, writeCoco } from '../../../../shared/formats/coco/writeCoco.ts';
import type { ExportEvent, ExportSource } from '../../../../shared/formats/exportSource.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { BoxTable, indexByFrame, type FrameIndex, type LabelSet } from '../../../../shared/formats/labelSet.ts';
import { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import { readDataYaml } from '../../../../shared/formats/yolo/readDataYaml.ts';
import { readYoloLabels } from '../../../../shared/formats/yolo/readLabels.ts';
import { fateOf, planYolo, writeYolo, yoloRounding } from '../../../../shared/formats/yolo/writeYolo.ts';
import type { Box } from '../../../../shared/geometry/box.ts';
import type { ManifestBox, ManifestFrame } from '../../../../shared/versions/manifest.ts';
import { openInside, type Root } from '../gates/paths.ts';
import { parseYaml, yamlLimits } from '../gates/yamlGate.ts';
import { pixelBox } from '../imports/settleFrame.ts';
import { chunksOf } from '../imports/readFile.ts';

export interface ExportProblem {
  readonly code: string;
  readonly message: string;
  readonly item: string;
}

export interface CompareContext {
  readonly root: Root;
  readonly source: ExportSource;
  readonly signal: AbortSignal;
  readonly onFrame: () => void;
}

/** A label file of a YOLO import may be no larger either. */
const maxLabelBytes = 8 * 1_048_576;

/** Differences beyond these are not listed one by one. */
const maxProblems = 100;

export class Problems {
  readonly list: ExportProblem[] = [];

  add(item: string, message: string): void {
    if (this.list.length < maxProblems) this.list.push({ code: 'not_equal', message, item });
  }
}

/**
 * Reads a COCO export with the reader of imports and compares it with its version, frame by frame: boxes, areas, masks,
 * flags, attributes and tracks have to be equal to the last bit.
 */
export async function compareCoco(context: CompareContext): Promise<readonly ExportProblem[]> {
  const { source, root, signal } = context;
  const problems = new Problems();
  const plan = await planCoco(source);
  const parts = new Map<string, { readonly labels: LabelSet; readonly index: FrameIndex; readonly frameOf: ReadonlyMap<string, number> }>();
  for (const folder of plan.splits.folders) {
    const file = folder === '' ? 'annotations/instances.json' : `annotations/instances_${folder}.json`;
    const report = new ReportCollector();
    const opened = await openInside(root, file);
    try {
      const labels = await readCoco(chunksOf(opened, signal), { file, split: null, report });
      const frameOf = new Map(labels.frames.map((frame, i) => [frame.path, i]));
      parts.set(folder, { labels, index: indexByFrame(labels.boxes, labels.frames.length), frameOf });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      problems.add(file, `It cannot be read back: ${error.message}`);
    } finally {
      await opened.handle.close();
    }
    for (const entry of report.entries())
      // That a crowd has no mask was so in the version, and the report of the export said it.
      if (entry.severity !== 'info' && entry.code !== 'crowd_without_rle')
        problems.add(file, `Reading it back says: ${entry.message} (${entry.count})`);
  }
  for await (const { frame, path: image } of framesWithPaths(source, writeCoco(source, plan))) {
    context.onFrame();
    const folder = plan.splits.of(frame.split);
    const part = parts.get(folder);
    if (part === undefined) continue;
    const place = part.frameOf.get(image.slice(`images/${folder === '' ? '' : `${folder}/`}`.length));
    if (place === undefined) problems.add(frame.name, 'The frame is not in the export.');
    else compareCocoFrame(frame, place, { ...part, source, problems });
  }
  const count = [...parts.values()].reduce((sum, part) => sum + part.labels.frames.length, 0);
  let expected = 0;
  for await (const frame of source.frames()) if (frame.name !== '') expected++;
  if (count !== expected) problems.add('annotations', `The export has ${count} images, the version ${expected} frames.`);
  return problems.list;
}

function compareCocoFrame(
  frame: ManifestFrame,
  place: number,
  read: { readonly labels: LabelSet; readonly index: FrameIndex; readonly source: ExportSource; readonly problems: Problems },
): void {
  const { labels, index, source, problems } = read;
  const { boxes } = labels;
  const rows = [...index.rows.subarray(index.offsets[place], index.offsets[place + 1])];
  const found = rows.map((row) => {
    const extra = boxes.extras.get(row);
    const bbox: Box = [boxes.x.get(row), boxes.y.get(row), boxes.w.get(row), boxes.h.get(row)];
    return {
      category: labels.categories[boxes.categories.get(row)]?.name,
      bbox,
      angle: extra?.angle ?? 0,
      flags: flagsOf(boxes.flags.get(row)),
      attributes: extra?.attributes ?? {},
      track: extra?.track ?? null,
      interpolated: extra?.interpolated === true,
      area: boxes.areas.get(row),
      mask: extra?.segmentation ?? null,
    };
  });
  const wanted = frame.boxes.map((box) => wantedCoco(box, source));
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    const at = wanted.findIndex((box, i) => JSON.stringify(box) !== JSON.stringify(found[i]));
    problems.add(frame.name, `Box ${at + 1} of ${wanted.length} came back otherwise (${found.length} came back).`);
  }
}

/** With its keys in the order of `found` and its lists in the order of the reader. */
function wantedCoco(box: ManifestBox, source: ExportSource): object {
  return {
    category: source.categories[box.category]?.name,
    bbox: box.bbox,
    angle: box.angle,
    flags: boxFlags.filter((flag) => box.flags.includes(flag)),
    attributes: box.attributes,
    track: box.track,
    interpolated: box.interpolated === true,
    area: box.area ?? box.bbox[2] * box.bbox[3],
    mask: box.flags.includes('crowd') && box.mask !== null ? { size: box.mask.size, counts: box.mask.counts } : null,
  };
}

/**
 * Reads a YOLO export with the reader of imports and compares it with what the format can carry of its version: categories
 * are equal, and edges lie within the format's own rounding (`yoloRounding`, a share of the image's side).
 */
export async function compareYolo(context: CompareContext): Promise<readonly ExportProblem[]> {
  const { source, root, signal } = context;
  const problems = new Problems();
  const names = await namesOf(root, problems);
  if (JSON.stringify(names) !== JSON.stringify(source.categories.map((category) => category.name)))
    problems.add('data.yaml', 'The names of the classes came back otherwise.');
  const indices = source.categories.map((_, i) => i);
  const plan = await planYolo(source);
  for await (const { frame, path: image } of framesWithPaths(source, writeYolo(source, plan))) {
    signal.throwIfAborted();
    context.onFrame();
    const file = labelFileOf(image);
    const report = new ReportCollector();
    const boxes = new BoxTable('share');
    const opened = await openInside(root, file).catch(() => null);
    if (opened === null) {
      problems.add(file, 'The label file is missing.');
      continue;
    }
    try {
      if (opened.bytes > maxLabelBytes) {
        const reason = `The file is larger than ${maxLabelBytes / 1_048_576} MB.`;
        problems.add(file, `It cannot be read back: ${reason}`);
        continue;
      }
      readYoloLabels((await opened.handle.readFile()).toString('utf8'), boxes, { file, frame: 0, categories: indices, report });
    } finally {
      await opened.handle.close();
    }
    compareYoloFrame(frame, boxes, problems);
    for (const entry of report.entries()) problems.add(file, `Reading it back says: ${entry.message} (${entry.count})`);
  }
  return problems.list;
}

function labelFileOf(image: string): string {
  const below = image.slice('images/'.length);
  const dot = below.lastIndexOf('.');
  return `labels/${dot > below.lastIndexOf('/') + 1 ? below.slice(0, dot) : below}.txt`;
}

function compareYoloFrame(frame: ManifestFrame, boxes: BoxTable, problems: Problems): void {
  const wanted = frame.boxes.flatMap((box) => {
    const fate = fateOf(box, frame);
    return fate.kind === 'written' ? [{ category: box.category, box: fate.box }] : [];
  });
  if (boxes.length !== wanted.length) {
    problems.add(frame.name, `${boxes.length} boxes came back of ${wanted.length}.`);
    return;
  }
  // Half a unit of the last digit for the centre and a quarter for half the size, and the sum of two doubles.
  const tolerance = yoloRounding * Math.max(frame.width, frame.height);
  const at = wanted.findIndex(({ category, box }, row) => {
    const read = pixelBox(boxes, row, frame);
    const edges = [read[0] - box[0], read[1] - box[1], read[0] + read[2] - box[0] - box[2], read[1] + read[3] - box[1] - box[3]];
    return boxes.categories.get(row) !== category || edges.some((edge) => Math.abs(edge) > tolerance);
  });
  if (at >= 0) problems.add(frame.name, `Box ${at + 1} of ${wanted.length} came back otherwise than its rounding allows.`);
}

async function namesOf(root: Root, problems: Problems): Promise<readonly (string | null)[]> {
  const opened = await openInside(root, 'data.yaml');
  try {
    if (opened.bytes > yamlLimits.bytes) throw new FormatError('yaml_too_large', 'The YAML file is larger than 1 MB.');
    return readDataYaml(parseYaml(await opened.handle.readFile())).names;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    problems.add('data.yaml', `It cannot be read back: ${error.message}`);
    return [];
  } finally {
    await opened.handle.close();
  }
}

/** Each frame of the version beside the path that the writer gives its image: both come in the same order. */
export async function* framesWithPaths(
  source: ExportSource,
  events: AsyncGenerator<ExportEvent>,
): AsyncGenerator<{ readonly frame: ManifestFrame; readonly path: string }> {
  try {
    for await (const frame of source.frames()) {
      let event = await events.next();
      while (event.done !== true && event.value.kind !== 'image') event = await events.next();
      if (event.done === true || event.value.kind !== 'image') return;
      yield { frame, path: event.value.path };
    }
  } finally {
    await events.return(undefined);
  }
}
