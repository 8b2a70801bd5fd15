import { boxFlags, flagsOf } from '../../../../shared/domain/annotation.ts';
import type { AttributeValue } from '../../../../shared/domain/annotation.ts';
import { placeCvatTrack } from '../../../../shared/formats/cvat/cvatTracks.ts';
import { CvatReader, type CvatBox, type CvatLabels } from '../../../../shared/formats/cvat/readCvat.ts';
import { planCvat, videoFolder, writeCvat, type CvatPlan } from '../../../../shared/formats/cvat/writeCvat.ts';
import type { ExportSequence } from '../../../../shared/formats/exportSequences.ts';
import type { ExportSource } from '../../../../shared/formats/exportSource.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { motCategory, readMotRows } from '../../../../shared/formats/mot/readMot.ts';
import { motRow, planMot } from '../../../../shared/formats/mot/writeMot.ts';
import { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import { enclosingBox } from '../../../../shared/geometry/rotated.ts';
import type { ManifestBox, ManifestFrame } from '../../../../shared/versions/manifest.ts';
import { streamXml } from '../gates/xmlGate.ts';
import { openInside, type Root } from '../gates/paths.ts';
import { chunksOf } from '../imports/readFile.ts';
import { framesWithPaths, Problems, type CompareContext, type ExportProblem } from './compareExport.ts';

/** Sums of doubles: a corner is `x + w`, and what comes back is `(x + w) - x`. */
const sumTolerance = 1e-9;

/** Boxes as texts that are equal where the boxes are, in an order that is theirs. */
type Boxes = readonly string[];

function differences(frame: ManifestFrame, wanted: Boxes, found: Boxes, problems: Problems): void {
  const [a, b] = [[...wanted].sort(), [...found].sort()];
  if (a.length !== b.length) problems.add(frame.name, `${b.length} boxes came back of ${a.length}.`);
  else if (a.some((text, i) => text !== b[i])) problems.add(frame.name, `A box of ${a.length} came back otherwise.`);
}

/** Reads a MOT export with the reader of imports and compares it with all that MOT carries of its version, to the last bit. */
export async function compareMot(context: CompareContext): Promise<readonly ExportProblem[]> {
  const { source, root, signal } = context;
  const problems = new Problems();
  const plan = await planMot(source);
  const found = new Map<string | null, Map<number, string[]>>();
  for (const sequence of plan.sequences) found.set(sequence.name, await motRowsOf(sequence, root, { problems, signal }));
  for await (const frame of source.frames()) {
    signal.throwIfAborted();
    context.onFrame();
    const sequence = plan.sequences.find(({ name }) => name === frame.sequence) as ExportSequence;
    const number = (sequence.placeOf.get(frame.name) as number) + 1;
    differences(
      frame,
      frame.boxes.map((box) => {
        const { confidence, visibility } = motRow(box);
        return JSON.stringify([
          box.track,
          enclosingBox(box.bbox, box.angle),
          confidence,
          source.categories[box.category]?.name,
          visibility,
        ]);
      }),
      found.get(frame.sequence)?.get(number) ?? [],
      problems,
    );
  }
  return problems.list;
}

async function motRowsOf(
  sequence: ExportSequence,
  root: Root,
  { problems, signal }: { readonly problems: Problems; readonly signal: AbortSignal },
): Promise<Map<number, string[]>> {
  const file = `${sequence.folder}/gt/gt.txt`;
  const labels = (await textOf(root, `${sequence.folder}/gt/labels.txt`, signal)).split('\n').slice(0, -1);
  const report = new ReportCollector();
  const rows = new Map<number, string[]>();
  for (const row of readMotRows(await textOf(root, file, signal), file, report)) {
    const list = rows.get(row.frame) ?? [];
    rows.set(row.frame, list);
    list.push(JSON.stringify([row.id, row.bbox, row.confidence, motCategory(row.category, labels), row.visibility]));
  }
  for (const entry of report.entries()) problems.add(file, `Reading it back says: ${entry.message} (${entry.count})`);
  return rows;
}

async function textOf(root: Root, file: string, signal: AbortSignal): Promise<string> {
  const opened = await openInside(root, file);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let text = '';
    for await (const bytes of chunksOf(opened, signal)) text += decoder.decode(bytes, { stream: true });
    return text + decoder.decode();
  } finally {
    await opened.handle.close();
  }
}

/** Reads a CVAT export with the reader of imports and compares it with all that CVAT carries of its version. */
export async function compareCvat(context: CompareContext): Promise<readonly ExportProblem[]> {
  const { source } = context;
  const problems = new Problems();
  const plan = await planCvat(source);
  const videos = new Map<string | null, VideoFound>();
  for (const sequence of plan.videos) {
    const labels = await cvatLabelsOf(`${videoFolder(sequence)}/annotations.xml`, context, problems);
    const boxes = labels === null ? new Map<number, readonly FoundBox[]>() : videoBoxes(labels, sequence);
    videos.set(sequence.name, { sequence, boxes, lengths: lengthsOf(boxes) });
  }
  const stills = plan.stills > 0 ? await cvatLabelsOf('annotations.xml', context, problems) : null;
  const imageBoxes = new Map(stills?.images.map((image) => [image.name, image.boxes]));
  for await (const { frame, path } of framesWithPaths(source, writeCvat(source, plan))) {
    context.signal.throwIfAborted();
    context.onFrame();
    const video = videos.get(frame.sequence);
    const boxes: readonly FoundBox[] =
      video === undefined
        ? (imageBoxes.get(path.slice('images/'.length)) ?? []).map((box) => ({ box, track: null, interpolated: false }))
        : (video.boxes.get(video.sequence.placeOf.get(frame.name) as number) ?? []);
    compareCvatFrame(frame, boxes, { source, plan, problems, lengths: video?.lengths ?? null });
  }
  return problems.list;
}

interface VideoFound {
  readonly sequence: ExportSequence;
  readonly boxes: ReadonlyMap<number, readonly FoundBox[]>;
  readonly lengths: ReadonlyMap<number | null, number>;
}

interface FoundBox {
  readonly box: CvatBox;
  readonly track: number | null;
  readonly interpolated: boolean;
}

async function cvatLabelsOf(file: string, context: CompareContext, problems: Problems): Promise<CvatLabels | null> {
  const report = new ReportCollector();
  const reader = new CvatReader(file, report);
  const opened = await openInside(context.root, file);
  try {
    await streamXml({ bytes: opened.bytes, chunks: chunksOf(opened, context.signal) }, reader);
    return reader.finish();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    problems.add(file, `It cannot be read back: ${error.message}`);
    return null;
  } finally {
    await opened.handle.close();
    for (const entry of report.entries()) problems.add(file, `Reading it back says: ${entry.message} (${entry.count})`);
  }
}

function videoBoxes(labels: CvatLabels, sequence: ExportSequence): ReadonlyMap<number, readonly FoundBox[]> {
  const byPlace = new Map<number, FoundBox[]>();
  for (const track of labels.tracks)
    for (const { box, at, interpolated } of placeCvatTrack(track, sequence.numbers).boxes) {
      const list = byPlace.get(at) ?? [];
      byPlace.set(at, list);
      list.push({ box, track: track.id, interpolated });
    }
  return byPlace;
}

/** Boxes of each track: one alone is a box in no track, whatever its number. */
function lengthsOf(boxes: ReadonlyMap<number, readonly FoundBox[]>): ReadonlyMap<number | null, number> {
  const lengths = new Map<number | null, number>();
  for (const list of boxes.values()) for (const { track } of list) lengths.set(track, (lengths.get(track) ?? 0) + 1);
  return lengths;
}

function compareCvatFrame(
  frame: ManifestFrame,
  found: readonly FoundBox[],
  context: {
    readonly source: ExportSource;
    readonly plan: CvatPlan;
    readonly problems: Problems;
    readonly lengths: ReadonlyMap<number | null, number> | null;
  },
): void {
  const { source, plan, problems, lengths } = context;
  const side = Math.max(frame.width, frame.height);
  if (found.length !== frame.boxes.length) {
    problems.add(frame.name, `${found.length} boxes came back of ${frame.boxes.length}.`);
    return;
  }
  const left = [...found];
  for (const [i, box] of frame.boxes.entries()) {
    const wanted = JSON.stringify(wantedCvat(box, source, { plan, isVideo: lengths !== null }));
    const at = left.findIndex((one) => {
      const isAlone = one.track === null || (lengths?.get(one.track) ?? 1) === 1;
      // A track of one box and a box in no track are the same to CVAT.
      const track = isAlone && box.track === null ? null : one.track;
      const wantedTrack = lengths === null ? null : box.track;
      return (
        track === wantedTrack &&
        JSON.stringify(asFound(one, lengths !== null)) === wanted &&
        one.box.bbox.every((value, n) => Math.abs(value - (box.bbox[n] as number)) <= sumTolerance * side)
      );
    });
    if (at < 0) problems.add(frame.name, `Box ${i + 1} of ${frame.boxes.length} came back otherwise.`);
    else left.splice(at, 1);
  }
}

function wantedCvat(
  box: ManifestBox,
  source: ExportSource,
  { plan, isVideo }: { readonly plan: CvatPlan; readonly isVideo: boolean },
): unknown {
  const types = plan.types[box.category];
  const attributes = Object.entries(box.attributes).map(([key, value]): [string, AttributeValue] => [
    key,
    types?.get(key) === 'text' ? String(value).trim() : value,
  ]);
  return [
    source.categories[box.category]?.name,
    box.angle,
    boxFlags.filter((flag) => box.flags.includes(flag)),
    attributes.sort(byKey),
    isVideo && box.interpolated === true,
  ];
}

function asFound({ box, interpolated }: FoundBox, isVideo: boolean): unknown {
  return [box.label, box.angle, flagsOf(box.flags), Object.entries(box.attributes).sort(byKey), isVideo && interpolated];
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
