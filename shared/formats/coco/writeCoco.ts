import { enclosingBox } from '../../geometry/rotated.ts';
import type { ReportEntry } from '../../contract/common.ts';
import type { Attributes } from '../../domain/annotation.ts';
import { compareText } from '../../versions/manifest.ts';
import type { ManifestBox, ManifestFrame } from '../../versions/manifest.ts';
import { ExportLayout, SplitFolders } from '../exportLayout.ts';
import { TextBuffer } from '../exportSource.ts';
import type { ExportEvent, ExportSource } from '../exportSource.ts';
import { PinnedIds } from '../pinnedIds.ts';
import { ReportCollector } from '../reportCollector.ts';

const layoutOptions = { uniqueStems: false, reservedParts: [] } as const;

/** What a first pass over the version found out; the same for the same version. */
export interface CocoPlan {
  readonly report: readonly ReportEntry[];
  readonly splits: SplitFolders;
  /** Per category of the version: its id in the export. */
  readonly categoryIds: readonly number[];
  readonly imageIds: PinnedIds;
  readonly annotationIds: PinnedIds;
}

/** Reads the version once: ids, splits, and what COCO cannot carry or will carry otherwise. Writes nothing. */
export async function planCoco(source: ExportSource): Promise<CocoPlan> {
  const report = new ReportCollector();
  const categories = new PinnedIds();
  for (const category of source.categories) categories.add(category.sourceId);
  const assign = categories.assigner();
  const categoryIds = source.categories.map((category) => assign(category.sourceId));
  if (categories.renumbered > 0)
    note(report, 'category_ids_renumbered', 'info', 'Categories shared an id; the later ones got new ids.', '', categories.renumbered);

  const imageIds = new PinnedIds();
  const annotationIds = new PinnedIds();
  const splits = new Set<string | null>();
  const layouts = new Map<string | null, ExportLayout>();
  for await (const frame of source.frames()) {
    splits.add(frame.split);
    imageIds.add(frame.sourceId);
    for (const box of frame.boxes) annotationIds.add(box.sourceId);
    const layout = layouts.get(frame.split) ?? new ExportLayout(layoutOptions);
    layouts.set(frame.split, layout);
    if (layout.place(frame.name, frame.sha256) !== frame.name.normalize('NFC')) {
      note(report, 'file_renamed', 'info', 'A file gets another name, because its own is not safe on every system or taken.', frame.name);
    }
    noteFrame(report, frame);
  }
  if (imageIds.renumbered > 0)
    note(report, 'image_ids_renumbered', 'info', 'Images shared an id; the later ones got new ids.', '', imageIds.renumbered);
  if (annotationIds.renumbered > 0) {
    note(report, 'annotation_ids_renumbered', 'info', 'Boxes shared an id; the later ones got new ids.', '', annotationIds.renumbered);
  }
  if (annotationIds.hasZero) {
    note(
      report,
      'annotation_id_zero',
      'warning',
      'A box keeps its annotation id 0; pycocotools takes a match with it for a miss.',
      'annotation 0',
    );
  }
  if (splits.has(null) && splits.size > 1) {
    note(report, 'frames_without_split', 'warning', 'Some frames have no split; they go to “unassigned”.', '');
  }
  return { report: report.entries(), splits: new SplitFolders(splits), categoryIds, imageIds, annotationIds };
}

function note(report: ReportCollector, code: string, severity: ReportEntry['severity'], message: string, item: string, count = 1): void {
  report.add({ code, severity, message, item }, count);
}

function noteFrame(report: ReportCollector, frame: ManifestFrame): void {
  if (frame.state === 'unlabeled' && frame.boxes.length === 0) {
    note(report, 'unlabeled_frame', 'warning', 'A frame that nobody labeled is exported as one with nothing on it.', frame.name);
  }
  for (const box of frame.boxes) {
    if (box.angle !== 0) {
      note(
        report,
        'angle_extra_field',
        'warning',
        'COCO knows upright boxes only: `bbox` is the upright box around a turned one; the turned one is kept in extra fields.',
        frame.name,
      );
    }
    if (box.flags.includes('ignore') && !box.flags.includes('crowd')) {
      note(
        report,
        'ignore_not_read',
        'warning',
        'pycocotools reads “iscrowd” and not “ignore”: there, an ignore region counts as an object.',
        frame.name,
      );
    }
    if (box.flags.includes('crowd') && box.mask === null) {
      note(report, 'crowd_without_mask', 'info', 'A crowd has no run-length mask; its box is written.', frame.name);
    }
  }
}

/**
 * Writes a version as COCO: `annotations/instances_<split>.json` and `images/<split>/…`, without splits
 * `annotations/instances.json` and `images/…`; `file_name` is relative to that folder of images. Category, image and
 * annotation ids are those of the import where they are unique. Boxes, areas, crowds with their masks, `ignore`, flags,
 * attributes, tracks and sequences are written so that readCoco gives them back; numbers as the shortest text of the same
 * float64. Reads the version twice. The same version gives the same bytes.
 */
export async function* writeCoco(source: ExportSource, plan: CocoPlan): AsyncGenerator<ExportEvent> {
  const files = new Map<string, TextBuffer>();
  const layouts = new Map<string, ExportLayout>();
  const isFirst = new Map<string, boolean>();
  const entry = (folder: string, json: string): string => {
    const separator = isFirst.get(folder) === true ? '\n' : ',\n';
    isFirst.set(folder, false);
    return separator + json;
  };

  for (const folder of plan.splits.folders) {
    const buffer = new TextBuffer(folder === '' ? 'annotations/instances.json' : `annotations/instances_${folder}.json`);
    files.set(folder, buffer);
    layouts.set(folder, new ExportLayout(layoutOptions));
    isFirst.set(folder, true);
    const info = JSON.stringify({ description: 'Exported by Hardcase', version: source.sha256 });
    const categories = source.categories.map((category, i) =>
      JSON.stringify({
        id: plan.categoryIds[i]!,
        name: category.name,
        ...(category.supercategory === null ? {} : { supercategory: category.supercategory }),
      }),
    );
    const event = buffer.add(`{"info":${info},\n"licenses":[],\n"categories":[${categories.map((c) => `\n${c}`).join(',')}],\n"images":[`);
    if (event !== null) yield event;
  }

  const imageId = plan.imageIds.assigner();
  for await (const frame of source.frames()) {
    const folder = plan.splits.of(frame.split);
    const fileName = layouts.get(folder)!.place(frame.name, frame.sha256);
    const event = files.get(folder)!.add(entry(folder, imageText(frame, imageId(frame.sourceId), fileName)));
    if (event !== null) yield event;
    yield { kind: 'image', path: `images/${folder === '' ? '' : `${folder}/`}${fileName}`, frame: frame.name, sha256: frame.sha256 };
  }

  for (const [folder, buffer] of files) {
    isFirst.set(folder, true);
    const event = buffer.add('],\n"annotations":[');
    if (event !== null) yield event;
  }
  const imageIdAgain = plan.imageIds.assigner();
  const annotationId = plan.annotationIds.assigner();
  for await (const frame of source.frames()) {
    const folder = plan.splits.of(frame.split);
    const image = imageIdAgain(frame.sourceId);
    for (const box of frame.boxes) {
      const text = annotationText(box, annotationId(box.sourceId), image, plan.categoryIds[box.category]!);
      const event = files.get(folder)!.add(entry(folder, text));
      if (event !== null) yield event;
    }
  }
  for (const buffer of files.values()) yield buffer.end(']}\n');
}

function imageText(frame: ManifestFrame, id: number, fileName: string): string {
  return JSON.stringify({
    id,
    file_name: fileName,
    width: frame.width,
    height: frame.height,
    ...(frame.sequence === null ? {} : { sequence: frame.sequence }),
    ...(frame.index === null ? {} : { frame_index: frame.index }),
    ...(frame.time === null ? {} : { time: frame.time }),
  });
}

function annotationText(box: ManifestBox, id: number, image: number, category: number): string {
  const has = (flag: ManifestBox['flags'][number]): boolean => box.flags.includes(flag);
  return JSON.stringify({
    id,
    image_id: image,
    category_id: category,
    // Whoever knows nothing of turned boxes gets the upright one around it.
    bbox: enclosingBox(box.bbox, box.angle),
    area: box.area ?? box.bbox[2] * box.bbox[3],
    segmentation: box.mask === null ? [] : { size: box.mask.size, counts: box.mask.counts },
    iscrowd: has('crowd') ? 1 : 0,
    ...(has('ignore') ? { ignore: 1 } : {}),
    ...(has('occluded') ? { occluded: 1 } : {}),
    ...(has('truncated') ? { truncated: 1 } : {}),
    ...(has('difficult') ? { difficult: 1 } : {}),
    ...(box.track === null ? {} : { track_id: box.track }),
    ...(box.interpolated === true ? { keyframe: false } : {}),
    ...(box.angle === 0 ? {} : { angle: box.angle, unrotated_bbox: box.bbox }),
    ...(Object.keys(box.attributes).length === 0 ? {} : { attributes: sorted(box.attributes) }),
  });
}

function sorted(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => compareText(a, b)));
}
