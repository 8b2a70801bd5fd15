import { enclosingBox } from '../../geometry/rotated.ts';
import type { ReportEntry } from '../../contract/common.ts';
import type { ManifestBox, ManifestFrame } from '../../versions/manifest.ts';
import { exportSequences, imageEnding, type ExportSequence } from '../exportSequences.ts';
import type { ExportEvent, ExportSource } from '../exportSource.ts';
import { ReportCollector } from '../reportCollector.ts';

export interface MotPlan {
  readonly report: readonly ReportEntry[];
  readonly sequences: readonly ExportSequence[];
}

/** Reads the version: recordings, and what nine columns cannot carry. Writes nothing. */
export async function planMot(source: ExportSource): Promise<MotPlan> {
  const report = new ReportCollector();
  const note = (code: string, severity: ReportEntry['severity'], message: string, item: string): void =>
    report.add({ code, severity, message, item });
  const sequences = await exportSequences(source);
  for (const { name, frames } of sequences) {
    if (name === null) note('frames_without_sequence', 'warning', 'Frames of no recording go to one of their own.', frames[0]?.name ?? '');
    else if (frameRateOf(frames) === null && frames.some((frame) => frame.time !== null))
      note('times_not_carried', 'info', 'MOT has one frame rate a recording, and times that do not follow one are lost.', name);
  }
  note('names_not_carried', 'info', 'MOT numbers the images of a recording; their names are lost.', '');
  for await (const frame of source.frames()) {
    if (frame.split !== null) note('split_not_carried', 'warning', 'Recordings are exported whole, without splits.', frame.name);
    if (frame.state === 'unlabeled' && frame.boxes.length === 0)
      note('unlabeled_frame', 'warning', 'A frame that nobody labeled is exported as one with nothing on it.', frame.name);
    for (const box of frame.boxes) for (const [code, message] of lostFields(box)) note(code, 'warning', message, frame.name);
  }
  return { report: report.entries(), sequences };
}

function lostFields(box: ManifestBox): readonly (readonly [string, string])[] {
  const lost: [string, string][] = [];
  if (box.track === null) lost.push(['box_without_track', 'A box in no track gets the number -1.']);
  if (box.interpolated === true)
    lost.push(['key_frames_not_carried', 'MOT does not say which boxes are key frames; all come back as such.']);
  if (box.flags.some((flag) => flag !== 'occluded' && flag !== 'ignore'))
    lost.push(['flags_not_carried', 'MOT has no flags but occluded (visibility 0) and ignore (confidence 0).']);
  const others = Object.entries(box.attributes).filter(([key, value]) => !isVisibility(key, value));
  if (others.length > 0) lost.push(['attributes_not_carried', 'MOT has no attributes.']);
  if (box.angle !== 0)
    lost.push(['angle_not_carried', 'MOT has upright boxes: a turned box becomes the upright one around it, and the angle is lost.']);
  return lost;
}

function isVisibility(key: string, value: unknown): boolean {
  return key === 'visibility' && typeof value === 'number' && value > 0 && value < 1;
}

/** What a box becomes, and comes back as. */
export function motRow(box: ManifestBox): { readonly confidence: 0 | 1; readonly visibility: number } {
  const { visibility } = box.attributes;
  const visible = isVisibility('visibility', visibility) ? (visibility as number) : 1;
  return { confidence: box.flags.includes('ignore') ? 0 : 1, visibility: box.flags.includes('occluded') ? 0 : visible };
}

/**
 * Writes a version as MOTChallenge: for each recording `seqinfo.ini`, `gt/gt.txt`, `gt/labels.txt` (the names of the classes in
 * their pinned order, from 1 on) and `img1/000001.jpg` … Numbers are the shortest that read back as the same. Reads the version
 * once; the boxes of a recording are in memory until its last frame. The same version gives the same bytes.
 */
export async function* writeMot(source: ExportSource, plan: MotPlan): AsyncGenerator<ExportEvent> {
  const open = new Map<string | null, { readonly sequence: ExportSequence; left: number; readonly rows: Row[] }>(
    plan.sequences.map((sequence) => [sequence.name, { sequence, left: sequence.frames.length, rows: [] }]),
  );
  for await (const frame of source.frames()) {
    const known = open.get(frame.sequence);
    if (known === undefined) continue;
    const { sequence, rows } = known;
    const number = (sequence.placeOf.get(frame.name) as number) + 1;
    yield { kind: 'image', path: motImagePath(sequence, frame), frame: frame.name, sha256: frame.sha256 };
    for (const box of frame.boxes) rows.push({ number, track: box.track ?? -1, text: rowText(box, number) });
    known.left -= 1;
    if (known.left > 0) continue;
    open.delete(frame.sequence);
    yield* labelFiles(sequence, rows, source);
  }
}

interface Row {
  readonly number: number;
  readonly track: number;
  readonly text: string;
}

export function motImagePath(sequence: ExportSequence, frame: ManifestFrame): string {
  const number = (sequence.placeOf.get(frame.name) as number) + 1;
  return `${sequence.folder}/img1/${String(number).padStart(6, '0')}${imageEnding(frame)}`;
}

function rowText(box: ManifestBox, number: number): string {
  const { confidence, visibility } = motRow(box);
  return [number, box.track ?? -1, ...enclosingBox(box.bbox, box.angle), confidence, box.category + 1, visibility]
    .map((value) => String(value === 0 ? 0 : value))
    .join(',');
}

function* labelFiles(sequence: ExportSequence, rows: Row[], source: ExportSource): Generator<ExportEvent> {
  rows.sort((a, b) => a.number - b.number || a.track - b.track || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const labels = source.categories.map((category) => `${category.name.replace(/[\r\n]/g, ' ')}\n`).join('');
  yield { kind: 'text', path: `${sequence.folder}/seqinfo.ini`, text: sequenceInfo(sequence), isLast: true };
  yield { kind: 'text', path: `${sequence.folder}/gt/labels.txt`, text: labels, isLast: true };
  const path = `${sequence.folder}/gt/gt.txt`;
  const atOnce = 10_000;
  for (let at = 0; at === 0 || at < rows.length; at += atOnce) {
    const text = rows.slice(at, at + atOnce).map((row) => `${row.text}\n`);
    yield { kind: 'text', path, text: text.join(''), isLast: at + atOnce >= rows.length };
  }
}

function sequenceInfo({ name, folder, frames }: ExportSequence): string {
  const [first] = frames;
  const oneLine = (name ?? folder).replace(/[\r\n]/g, ' ');
  return [
    '[Sequence]',
    `name=${oneLine}`,
    'imDir=img1',
    `frameRate=${frameRateOf(frames) ?? 30}`,
    `seqLength=${frames.length}`,
    `imWidth=${first?.width ?? 0}`,
    `imHeight=${first?.height ?? 0}`,
    `imExt=${first === undefined ? '.jpg' : imageEnding(first)}`,
    '',
  ].join('\n');
}

/** Frames a second where the times are those of one rate, to a hundredth of a frame; null where they are not. */
export function frameRateOf(frames: readonly { readonly time: number | null }[]): number | null {
  const [first, second] = frames;
  const last = frames[frames.length - 1];
  if (first?.time == null || second?.time == null || last?.time == null || last.time <= first.time) return null;
  const rate = (frames.length - 1) / (last.time - first.time);
  const isEven = frames.every(({ time }, at) => time !== null && Math.abs((time - (first.time as number)) * rate - at) < 0.01);
  return isEven && first.time === 0 ? Math.round(rate * 1_000) / 1_000 : null;
}
