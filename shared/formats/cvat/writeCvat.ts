import type { ReportEntry } from '../../contract/common.ts';
import { boxFlags } from '../../domain/annotation.ts';
import type { AttributeValue } from '../../domain/annotation.ts';
import type { ManifestBox, ManifestFrame } from '../../versions/manifest.ts';
import { ExportLayout } from '../exportLayout.ts';
import { exportSequences, imageEnding, type ExportSequence } from '../exportSequences.ts';
import { TextBuffer, type ExportEvent, type ExportSource } from '../exportSource.ts';
import { ReportCollector } from '../reportCollector.ts';
import { xmlText } from '../xml/scanXml.ts';

type InputType = 'checkbox' | 'number' | 'text';

export interface CvatPlan {
  readonly report: readonly ReportEntry[];
  /** Recordings with tracks: each becomes a file of the video dialect. */
  readonly videos: readonly ExportSequence[];
  /** Frames of all others, in one file of the images dialect. */
  readonly stills: number;
  /** By category, then attribute. */
  readonly types: readonly ReadonlyMap<string, InputType>[];
}

/** Reads the version: which dialect each frame goes to, the types of attributes, and what is not carried. Writes nothing. */
export async function planCvat(source: ExportSource): Promise<CvatPlan> {
  const report = new ReportCollector();
  const note = (code: string, severity: ReportEntry['severity'], message: string, item: string): void =>
    report.add({ code, severity, message, item });
  const sequences = await exportSequences(source);
  const videos = sequences.filter((sequence) => sequence.name !== null && sequence.hasTracks);
  const isVideo = new Set(videos.map((sequence) => sequence.name));
  const types = source.categories.map(() => new Map<string, InputType>());
  const lengths = new Map<string, number>();
  let stills = 0;
  for await (const frame of source.frames()) {
    const inVideo = isVideo.has(frame.sequence);
    if (!inVideo) stills++;
    if (inVideo && frame.split !== null) note('split_not_carried', 'warning', 'A video is exported whole, without splits.', frame.name);
    if (inVideo && frame.time !== null)
      note('times_not_carried', 'info', 'CVAT numbers the frames of a video; times are lost.', frame.name);
    if (frame.state === 'unlabeled' && frame.boxes.length === 0)
      note('unlabeled_frame', 'warning', 'A frame that nobody labeled is exported as one with nothing on it.', frame.name);
    for (const box of frame.boxes) {
      const known = types[box.category] as Map<string, InputType>;
      for (const [key, value] of Object.entries(box.attributes)) {
        const type = typeOf(value);
        const before = known.get(key);
        if (before !== undefined && before !== type)
          note(
            'attribute_as_text',
            'warning',
            'An attribute has values of several kinds; all are written as text.',
            `${frame.name}: ${key}`,
          );
        known.set(key, before === undefined || before === type ? type : 'text');
        if ((boxFlags as readonly string[]).includes(key))
          note('attribute_like_flag', 'warning', 'An attribute has the name of a flag and comes back as one.', `${frame.name}: ${key}`);
      }
      if (box.flags.some((flag) => flag !== 'occluded'))
        note('flags_as_attributes', 'info', 'CVAT has one flag, occluded; the others are written as attributes.', frame.name);
      if (!inVideo && box.track !== null) note('track_not_carried', 'warning', 'CVAT’s images have no tracks.', frame.name);
      if (inVideo && box.track !== null) {
        const key = `${frame.sequence}\n${box.track}`;
        lengths.set(key, (lengths.get(key) ?? 0) + 1);
      }
      if (box.mask !== null) note('mask_not_carried', 'warning', 'The mask of a crowd is lost; its box is kept.', frame.name);
    }
  }
  for (const [key, length] of lengths)
    if (length === 1)
      note('track_of_one_box', 'info', 'A track of a single box comes back as a box in no track.', key.replace('\n', ', track '));
  if (videos.length > 0) note('names_not_carried', 'info', 'CVAT numbers the images of a video; their names are lost.', '');
  return { report: report.entries(), videos, stills, types };
}

function typeOf(value: AttributeValue): InputType {
  return typeof value === 'boolean' ? 'checkbox' : typeof value === 'number' ? 'number' : 'text';
}

/**
 * Writes a version as CVAT XML 1.1. Each recording with tracks is a file of the video dialect, `<recording>/annotations.xml`
 * with `images/frame_000000.jpg` …; all other frames are one file of the images dialect, `annotations.xml` with `images/…`.
 * Every frame of a track is written, with `keyframe="0"` where it is interpolated, and `outside="1"` where it leaves sight.
 * Corners are the shortest numbers that read back as the same. Reads the version once; the boxes of a video are in memory
 * until its last frame. The same version gives the same bytes.
 */
export async function* writeCvat(source: ExportSource, plan: CvatPlan): AsyncGenerator<ExportEvent> {
  const open = new Map(plan.videos.map((sequence) => [sequence.name, { sequence, left: sequence.frames.length, boxes: [] as VideoBox[] }]));
  const layout = stillLayout();
  const stills = new TextBuffer('annotations.xml');
  let id = 0;
  const labels = labelsXml(source, plan);
  if (plan.stills > 0) {
    const event = stills.add(head({ labels, name: 'images', size: plan.stills, mode: 'annotation', extra: '' }));
    if (event !== null) yield event;
  }
  for await (const frame of source.frames()) {
    const video = open.get(frame.sequence);
    if (video === undefined) {
      const path = layout.place(frame.name, frame.sha256);
      yield { kind: 'image', path: `images/${path}`, frame: frame.name, sha256: frame.sha256 };
      const event = stills.add(imageXml(frame, path, id++, source, plan));
      if (event !== null) yield event;
      continue;
    }
    const { sequence, boxes } = video;
    yield { kind: 'image', path: cvatImagePath(sequence, frame), frame: frame.name, sha256: frame.sha256 };
    const at = sequence.placeOf.get(frame.name) as number;
    for (const box of frame.boxes) boxes.push({ at, box });
    video.left -= 1;
    if (video.left > 0) continue;
    open.delete(frame.sequence);
    yield* videoXml(sequence, boxes, source, { plan, labels });
  }
  if (plan.stills > 0) yield stills.end('</annotations>\n');
}

/** `annotations.xml` of the images dialect lies beside `images`, and folders of videos beside both. */
export function stillLayout(): ExportLayout {
  return new ExportLayout({ uniqueStems: false, reservedParts: [] });
}

export function cvatImagePath(sequence: ExportSequence, frame: ManifestFrame): string {
  const number = sequence.numbers[sequence.placeOf.get(frame.name) as number];
  return `${videoFolder(sequence)}/images/frame_${String(number).padStart(6, '0')}${imageEnding(frame)}`;
}

/** The folder of a video must not be that of the single images. */
export function videoFolder(sequence: ExportSequence): string {
  return sequence.folder.toLowerCase() === 'images' ? `${sequence.folder}_` : sequence.folder;
}

interface VideoBox {
  readonly at: number;
  readonly box: ManifestBox;
}

function* videoXml(
  sequence: ExportSequence,
  boxes: readonly VideoBox[],
  source: ExportSource,
  { plan, labels }: { readonly plan: CvatPlan; readonly labels: string },
): Generator<ExportEvent> {
  const { frames, numbers } = sequence;
  const text = new TextBuffer(`${videoFolder(sequence)}/annotations.xml`);
  const [first] = frames;
  const extra =
    `<start_frame>${numbers[0] ?? 0}</start_frame>\n<stop_frame>${numbers[numbers.length - 1] ?? 0}</stop_frame>\n<frame_filter></frame_filter>\n` +
    `<original_size>\n<width>${first?.width ?? 0}</width>\n<height>${first?.height ?? 0}</height>\n</original_size>\n`;
  const start = text.add(head({ labels, name: sequence.name ?? '', size: frames.length, mode: 'interpolation', extra }));
  if (start !== null) yield start;
  for (const [id, track] of tracksOf(boxes).entries()) {
    const event = text.add(trackXml(track, id, { numbers, source, plan }));
    if (event !== null) yield event;
  }
  yield text.end('</annotations>\n');
}

interface WrittenTrack {
  /** Null for boxes in no track: each is a track of one frame. */
  readonly number: number | null;
  readonly category: number;
  readonly boxes: readonly VideoBox[];
}

/**
 * Tracks by number and category (CVAT's tracks have one category each), then single boxes by frame. `id` is the track's own
 * number wherever that is free.
 */
function tracksOf(boxes: readonly VideoBox[]): readonly WrittenTrack[] {
  const byKey = new Map<string, { readonly number: number; readonly category: number; readonly boxes: VideoBox[] }>();
  const single: WrittenTrack[] = [];
  for (const one of boxes) {
    const { track: number, category } = one.box;
    if (number === null) {
      single.push({ number: null, category, boxes: [one] });
      continue;
    }
    const key = `${number} ${category}`;
    let track = byKey.get(key);
    if (track === undefined) byKey.set(key, (track = { number, category, boxes: [] }));
    track.boxes.push(one);
  }
  const tracks = [...byKey.values()].sort((a, b) => a.number - b.number || a.category - b.category);
  for (const track of tracks) track.boxes.sort((a, b) => a.at - b.at);
  return [...tracks, ...single.sort((a, b) => (a.boxes[0]?.at ?? 0) - (b.boxes[0]?.at ?? 0))];
}

interface Written {
  readonly source: ExportSource;
  readonly plan: CvatPlan;
}

function trackXml(track: WrittenTrack, place: number, context: Written & { readonly numbers: readonly number[] }): string {
  const { numbers, source } = context;
  const label = source.categories[track.category]?.name ?? '';
  let text = `<track id="${track.number ?? `${2_000_000_000 + place}`}" label="${xmlText(label)}" source="manual">\n`;
  track.boxes.forEach(({ at, box }, i) => {
    text += boxXml(box, context, frameAttributes(numbers[at] as number, false, box.interpolated !== true));
    const next = track.boxes[i + 1]?.at;
    // Out of sight from the frame behind the last one that it is seen on.
    if (next !== at + 1 && at + 1 < numbers.length) text += boxXml(box, context, frameAttributes(numbers[at + 1] as number, true, true));
  });
  return `${text}</track>\n`;
}

function frameAttributes(number: number, isOutside: boolean, isKey: boolean): string {
  return `frame="${number}" outside="${isOutside ? 1 : 0}" keyframe="${isKey ? 1 : 0}" `;
}

function imageXml(frame: ManifestFrame, path: string, id: number, source: ExportSource, plan: CvatPlan): string {
  const subset = frame.split === null ? '' : ` subset="${xmlText(frame.split)}"`;
  const boxes = frame.boxes.map((box) =>
    boxXml(box, { source, plan }, `label="${xmlText(source.categories[box.category]?.name ?? '')}" source="manual" `),
  );
  return `<image id="${id}" name="${xmlText(path)}"${subset} width="${frame.width}" height="${frame.height}">\n${boxes.join('')}</image>\n`;
}

function boxXml(box: ManifestBox, { plan }: Written, more: string): string {
  const [x, y, w, h] = box.bbox;
  const corners = `xtl="${x}" ytl="${y}" xbr="${x + w}" ybr="${y + h}"`;
  const turn = box.angle === 0 ? '' : ` rotation="${box.angle}"`;
  const flags = box.flags.filter((flag) => flag !== 'occluded').map((flag) => attributeXml(flag, 'true'));
  const types = plan.types[box.category] as ReadonlyMap<string, InputType>;
  const attributes = Object.entries(box.attributes).map(([key, value]) =>
    attributeXml(key, String(types.get(key) === 'number' && value === 0 ? 0 : value)),
  );
  const inside = [...flags, ...attributes].join('');
  const start = `<box ${more}occluded="${box.flags.includes('occluded') ? 1 : 0}" ${corners}${turn} z_order="0"`;
  return inside === '' ? `${start}/>\n` : `${start}>\n${inside}</box>\n`;
}

function attributeXml(name: string, value: string): string {
  return `<attribute name="${xmlText(name)}">${xmlText(value)}</attribute>\n`;
}

function labelsXml(source: ExportSource, plan: CvatPlan): string {
  const labels = source.categories.map((category, i) => {
    const attributes = [...(plan.types[i] ?? [])]
      .filter(([name]) => !(boxFlags as readonly string[]).includes(name))
      .map(
        ([name, type]) =>
          `<attribute>\n<name>${xmlText(name)}</name>\n<mutable>True</mutable>\n<input_type>${type}</input_type>\n<default_value></default_value>\n<values></values>\n</attribute>\n`,
      );
    return `<label>\n<name>${xmlText(category.name)}</name>\n<attributes>\n${attributes.join('')}</attributes>\n</label>\n`;
  });
  return `<labels>\n${labels.join('')}</labels>\n`;
}

function head(task: {
  readonly labels: string;
  readonly name: string;
  readonly size: number;
  readonly mode: 'annotation' | 'interpolation';
  readonly extra: string;
}): string {
  return (
    `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n<meta>\n<task>\n<name>${xmlText(task.name)}</name>\n` +
    `<size>${task.size}</size>\n<mode>${task.mode}</mode>\n${task.extra}${task.labels}</task>\n<source>${xmlText(task.name)}</source>\n</meta>\n`
  );
}
