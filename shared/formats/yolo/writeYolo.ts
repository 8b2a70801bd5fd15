import { enclosingBox } from '../../geometry/rotated.ts';
import type { ReportEntry } from '../../contract/common.ts';
import { clip } from '../../geometry/box.ts';
import type { Box } from '../../geometry/box.ts';
import type { ManifestBox, ManifestCategory, ManifestFrame } from '../../versions/manifest.ts';
import { ExportLayout, SplitFolders, withoutExtension } from '../exportLayout.ts';
import type { ExportEvent, ExportSource } from '../exportSource.ts';
import { ReportCollector } from '../reportCollector.ts';

const layoutOptions = { uniqueStems: true, reservedParts: ['images'] } as const;

/** Digits after the point: an edge on an image 16,384 px wide comes back within 0.0000017 px. */
const digits = 10;

/** Largest distance between an edge of a box and the same edge read back, as a share of the image's side. */
export const yoloRounding = 1e-10;

export interface YoloPlan {
  readonly report: readonly ReportEntry[];
  readonly splits: SplitFolders;
}

export type Fate =
  { readonly kind: 'written'; readonly box: Box; readonly isClipped: boolean } | { readonly kind: 'left out'; readonly code: string };

/** Reads the version once: splits, and what YOLO's five columns cannot carry. Writes nothing. */
export async function planYolo(source: ExportSource): Promise<YoloPlan> {
  const report = new ReportCollector();
  const note = (code: string, severity: ReportEntry['severity'], message: string, item: string): void =>
    report.add({ code, severity, message, item });
  const splits = new Set<string | null>();
  const layouts = new Map<string | null, ExportLayout>();
  for await (const frame of source.frames()) {
    splits.add(frame.split);
    const layout = layouts.get(frame.split) ?? new ExportLayout(layoutOptions);
    layouts.set(frame.split, layout);
    if (layout.place(frame.name, frame.sha256) !== frame.name.normalize('NFC')) {
      note('file_renamed', 'info', 'A file gets another name, because its own is not safe on every system or taken.', frame.name);
    }
    if (withoutExtension(frame.name) === frame.name) {
      note('image_without_ending', 'warning', 'Ultralytics finds images by their ending, and a file has none.', frame.name);
    }
    if (frame.state === 'unlabeled' && frame.boxes.length === 0) {
      note('unlabeled_frame', 'warning', 'A frame that nobody labeled is exported as one with nothing on it.', frame.name);
    }
    for (const box of frame.boxes) {
      const fate = fateOf(box, frame);
      if (fate.kind === 'left out') {
        note(fate.code, 'warning', leftOut[fate.code] ?? 'A box is left out.', frame.name);
        continue;
      }
      if (fate.isClipped) note('box_clipped', 'warning', 'A box is cut to its image: YOLO takes shares from 0 to 1.', frame.name);
      for (const [code, message] of lostFields(box)) note(code, 'warning', message, frame.name);
    }
  }
  if (splits.has(null) && splits.size > 1) {
    note('frames_without_split', 'warning', 'Some frames have no split; they go to “unassigned”, which data.yaml does not name.', '');
  }
  for (const split of ['train', 'val']) {
    if (splits.has(split)) continue;
    note(
      `no_${split}_split`,
      'warning',
      `Ultralytics needs “${split}”, and the version has none: data.yaml names other images for it.`,
      split,
    );
  }
  return { report: report.entries(), splits: new SplitFolders(splits) };
}

const leftOut: { readonly [code: string]: string } = {
  crowd_left_out: 'YOLO has no crowds: written as a box, one would teach the model an object that is many.',
  ignore_left_out: 'YOLO has no regions to ignore: written as a box, one would teach the model an object.',
  box_outside_left_out: 'A box has no area within its image and is left out.',
};

export function fateOf(box: ManifestBox, frame: ManifestFrame): Fate {
  if (box.flags.includes('crowd')) return { kind: 'left out', code: 'crowd_left_out' };
  if (box.flags.includes('ignore')) return { kind: 'left out', code: 'ignore_left_out' };
  const upright = enclosingBox(box.bbox, box.angle);
  const clipped = clip(upright, frame);
  // A box too thin for the digits would come back as one without area.
  const isThin = !(clipped[2] / frame.width >= yoloRounding && clipped[3] / frame.height >= yoloRounding);
  return isThin
    ? { kind: 'left out', code: 'box_outside_left_out' }
    : { kind: 'written', box: clipped, isClipped: isCut(upright, clipped, frame) };
}

/** What reads back equal was not cut: boxes that came from such files stand out by the last digit. */
function isCut(box: Box, clipped: Box, { width, height }: ManifestFrame): boolean {
  const edges = ([x, y, w, h]: Box): number[] => [x / width, y / height, (x + w) / width, (y + h) / height];
  const cut = edges(clipped);
  return edges(box).some((edge, i) => Math.abs(edge - (cut[i] ?? edge)) > yoloRounding);
}

function lostFields(box: ManifestBox): readonly (readonly [string, string])[] {
  const lost: [string, string][] = [];
  if (box.flags.length > 0) lost.push(['flags_not_carried', 'YOLO has no flags (occluded, truncated, difficult).']);
  if (Object.keys(box.attributes).length > 0) lost.push(['attributes_not_carried', 'YOLO has no attributes.']);
  if (box.track !== null) lost.push(['track_not_carried', 'YOLO detection labels have no tracks.']);
  if (box.angle !== 0)
    lost.push([
      'angle_not_carried',
      'YOLO detection labels are upright: a turned box becomes the upright one around it, and the angle is lost.',
    ]);
  return lost;
}

/**
 * Writes a version as Ultralytics YOLO: `data.yaml` with the classes in their pinned order, `images/<split>/…` and
 * `labels/<split>/….txt` (without splits: `images/…`, `labels/…`), one line `class cx cy w h` a box with 10 digits after the
 * point, an empty file for a frame with nothing on it. Boxes are cut to their image; see the plan's report for what is left
 * out. Reads the version once. The same version gives the same bytes.
 */
export async function* writeYolo(source: ExportSource, plan: YoloPlan): AsyncGenerator<ExportEvent> {
  yield { kind: 'text', path: 'data.yaml', text: dataYaml(source, plan.splits), isLast: true };
  const layouts = new Map(plan.splits.folders.map((folder) => [folder, new ExportLayout(layoutOptions)]));
  for await (const frame of source.frames()) {
    const folder = plan.splits.of(frame.split);
    const below = `${folder === '' ? '' : `${folder}/`}${layouts.get(folder)!.place(frame.name, frame.sha256)}`;
    yield { kind: 'text', path: `labels/${withoutExtension(below)}.txt`, text: labelsText(frame), isLast: true };
    yield { kind: 'image', path: `images/${below}`, frame: frame.name, sha256: frame.sha256 };
  }
}

function labelsText(frame: ManifestFrame): string {
  let text = '';
  for (const box of frame.boxes) {
    const fate = fateOf(box, frame);
    if (fate.kind === 'left out') continue;
    const [x, y, w, h] = fate.box;
    const shares = [(x + w / 2) / frame.width, (y + h / 2) / frame.height, w / frame.width, h / frame.height];
    text += `${box.category} ${shares.map((share) => share.toFixed(digits)).join(' ')}\n`;
  }
  return text;
}

/** Without `path`: Ultralytics then takes the folder of the file itself, wherever the export lies. */
function dataYaml(source: ExportSource, splits: SplitFolders): string {
  const folderOf = (split: string): string | null => {
    const folder = splits.of(split);
    return folder === '' ? null : `images/${folder}`;
  };
  const first = splits.folders[0]!;
  const any = first === '' ? 'images' : `images/${first}`;
  const train = folderOf('train') ?? folderOf('val') ?? folderOf('test') ?? any;
  const val = folderOf('val') ?? folderOf('test') ?? train;
  const test = folderOf('test');
  const lines = [`# Exported by Hardcase; version ${source.sha256}`, `train: ${yamlText(train)}`, `val: ${yamlText(val)}`];
  if (test !== null) lines.push(`test: ${yamlText(test)}`);
  lines.push('names:', ...source.categories.map((category, i) => `  ${i}: ${yamlText(category.name)}`));
  if (source.categories.length === 0) lines[lines.length - 1] = 'names: {}';
  return `${lines.join('\n')}\n`;
}

/** A double-quoted scalar of YAML 1.1 and 1.2: JSON's, and every character that YAML does not print is escaped. */
function yamlText(value: ManifestCategory['name']): string {
  return JSON.stringify(value.toWellFormed()).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
