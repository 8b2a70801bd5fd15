import type { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import { flagBits, interpolatedBit } from '../../../../shared/domain/annotation.ts';
import type { FrameIndex } from '../../../../shared/formats/labelSet.ts';
import type { BoxThere, KnownFrame } from '../../../db/queries/imports.ts';
import type { PackMedia } from '../../../db/log/packMedia.ts';
import type { StagedFrame } from '../../../db/queries/packs.ts';
import type { GatedImage } from '../gates/imageGate.ts';
import type { OpenDataset } from '../openDataset.ts';
import { gatherImages, type GatheredImage } from './gatherImages.ts';
import { freeName, type ImportPlan, type PlannedFrame } from './importPlan.ts';
import type { LabelSource } from './labelSource.ts';
import { newBoxes } from './matchBoxes.ts';
import type { PackStager } from './packStager.ts';
import type { MediaPlacer } from './placeMedia.ts';
import { settleFrame, shareTolerance, type SettledBox } from './settleFrame.ts';

export interface FrameImporterOptions {
  readonly dataset: OpenDataset;
  readonly plan: ImportPlan;
  readonly source: LabelSource;
  readonly report: ReportCollector;
  /** Null in a dry run. */
  readonly placer: MediaPlacer | null;
  readonly stager: PackStager;
  readonly signal: AbortSignal;
}

interface Cover {
  readonly id: number;
  readonly split: string | null;
  readonly labeled: boolean;
}

/** What the dataset knows of the frames of one window. */
interface Known {
  readonly byHash: ReadonlyMap<string, KnownFrame>;
  readonly namesTaken: ReadonlySet<string>;
  readonly boxes: ReadonlyMap<number, readonly BoxThere[]>;
}

/** Takes the frames of a plan window by window: gather the images, ask the dataset, decide, stage. */
export class FrameImporter {
  readonly counts = { added: 0, unchanged: 0, failed: 0, boxes: 0 };
  readonly #options: FrameImporterOptions;
  /** Hash → name, of the images of this import so far. */
  readonly #seen = new Map<string, string>();
  readonly #covers: Cover[] = [];
  readonly #renamed = new Set<string>();

  constructor(options: FrameImporterOptions) {
    this.#options = options;
  }

  async take(frames: readonly PlannedFrame[], onImage: () => void): Promise<void> {
    const { placer, signal } = this.#options;
    const media = new Map<string, PackMedia>();
    const gathered = await gatherImages(frames, {
      signal,
      onDone: onImage,
      ...(placer === null
        ? {}
        : { onImage: async (image: GatedImage, path: string) => void media.set(image.sha256, await placer.place(image, path)) }),
    });
    const known = await this.#ask(frames, gathered);
    for (const [i, frame] of frames.entries()) {
      const image = gathered[i] as GatheredImage;
      if (image.kind === 'refused') this.#fail(frame, image);
      else await this.#takeOne(frame, image, { known, media: media.get(image.image.sha256) ?? { place: 'none' } });
    }
  }

  /** Frames that were in the dataset without labels and are covered by some now. */
  async cover(author: string): Promise<void> {
    for (let at = 0; at < this.#covers.length; at += 5_000)
      await this.#options.dataset.db.write('imports.cover', { author, frames: this.#covers.slice(at, at + 5_000) });
  }

  async #ask(frames: readonly PlannedFrame[], gathered: readonly GatheredImage[]): Promise<Known> {
    const { db } = this.#options.dataset;
    const hashes = gathered.flatMap((image) => (image.kind === 'image' ? [image.image.sha256] : []));
    const names = frames.map((frame) => frame.name);
    const [found, taken] = await Promise.all([db.read('imports.byHash', { hashes }), db.read('packs.known', { names })]);
    const byHash = new Map<string, KnownFrame>();
    found.forEach((frame, i) => {
      if (frame !== null) byHash.set(hashes[i] as string, frame);
    });
    const ids = [...new Set([...byHash.values()].map((frame) => frame.id))];
    const there = ids.length === 0 ? [] : await db.read('imports.boxesThere', { frames: ids });
    return {
      byHash,
      namesTaken: new Set(names.filter((_, i) => taken[i] !== null)),
      boxes: new Map(ids.map((id, i) => [id, there[i] ?? []])),
    };
  }

  #fail(frame: PlannedFrame, refused: { readonly code: string; readonly message: string }): void {
    const { report } = this.#options;
    this.counts.failed++;
    report.add({ code: refused.code, severity: 'refused', message: refused.message, item: frame.label.path });
    const boxes = this.#boxCount(frame);
    if (boxes > 0)
      report.add(
        {
          code: 'box_of_failed_image',
          severity: 'refused',
          message: 'Boxes of images that were not taken are left out.',
          item: frame.label.path,
        },
        boxes,
      );
  }

  async #takeOne(
    frame: PlannedFrame,
    gathered: Extract<GatheredImage, { kind: 'image' }>,
    context: { readonly known: Known; readonly media: PackMedia },
  ): Promise<void> {
    const { report, source, plan } = this.#options;
    const { image } = gathered;
    if (gathered.how !== 'as_said')
      report.add({
        code: 'image_name_mended',
        severity: 'repaired',
        message: 'The image has another name or place than its labels say.',
        item: frame.label.path,
      });
    const twin = this.#seen.get(image.sha256);
    if (twin !== undefined) return this.#isTwin(frame, twin);
    this.#seen.set(image.sha256, frame.name);
    const settled = settleFrame(frame.part.labels, plan.boxesByFrame.get(frame.part) as FrameIndex, frame.index, {
      image,
      emptyBoxes: source.emptyBoxes,
      report,
    });
    const categories = plan.categoryMaps.get(frame.part) as readonly number[];
    const there = context.known.byHash.get(image.sha256);
    const boxes = newBoxes(settled.boxes, there === undefined ? [] : (context.known.boxes.get(there.id) ?? []), {
      nameOf: (category) => plan.categories[categories[category] as number]?.name ?? '',
      tolerance: Math.max(image.width, image.height) * (frame.part.labels.boxes.encoding === 'share' ? shareTolerance : 1e-9),
    });
    if (there === undefined) this.counts.added++;
    else {
      this.counts.unchanged++;
      const isCovered = frame.label.labeled && there.state === 'unlabeled';
      const getsSplit = frame.label.split !== null && there.split === null;
      if (isCovered || getsSplit) this.#covers.push({ id: there.id, split: frame.label.split, labeled: frame.label.labeled });
      if (boxes.length === 0) return;
    }
    this.counts.boxes += boxes.length;
    const name = there?.name ?? this.#freeName(frame, image, context.known);
    await this.#options.stager.add(stagedFrame(frame, { name, image, boxes, categories, media: context.media }));
  }

  #isTwin(frame: PlannedFrame, twin: string): void {
    const { report } = this.#options;
    this.counts.unchanged++;
    report.add({
      code: 'same_image_twice',
      severity: 'warning',
      message: 'The same image is there under two names; it becomes one frame.',
      item: `${frame.label.path} = ${twin}`,
    });
    const boxes = this.#boxCount(frame);
    if (boxes > 0)
      report.add(
        {
          code: 'box_of_same_image',
          severity: 'refused',
          message: 'Boxes of an image that is there twice are taken from the first.',
          item: frame.label.path,
        },
        boxes,
      );
  }

  /** A new image whose name belongs to another image of the dataset gets the beginning of its hash into its name. */
  #freeName(frame: PlannedFrame, image: GatedImage, known: Known): string {
    const isTaken = (name: string): boolean => known.namesTaken.has(name) || this.#renamed.has(name);
    if (!isTaken(frame.name)) return frame.name;
    this.#options.report.add({
      code: 'frame_renamed',
      severity: 'repaired',
      message: 'Another image has this name; the new one got a longer name.',
      item: frame.name,
    });
    const dot = frame.name.lastIndexOf('.');
    const at = dot > 0 ? dot : frame.name.length;
    const name = freeName(`${frame.name.slice(0, at)}~${image.sha256.slice(0, 8)}${frame.name.slice(at)}`, isTaken);
    this.#renamed.add(name);
    return name;
  }

  #boxCount(frame: PlannedFrame): number {
    const { offsets } = this.#options.plan.boxesByFrame.get(frame.part) as FrameIndex;
    return (offsets[frame.index + 1] ?? 0) - (offsets[frame.index] ?? 0);
  }
}

function extraOf({ sourceId, video }: PlannedFrame['label']): string | null {
  const extra = {
    ...(typeof sourceId === 'number' && Number.isSafeInteger(sourceId) ? { sourceId } : {}),
    ...(video === undefined ? {} : { video: video.sha256, videoFrame: video.frame }),
  };
  return Object.keys(extra).length > 0 ? JSON.stringify(extra) : null;
}

function stagedFrame(
  frame: PlannedFrame,
  what: {
    readonly name: string;
    readonly image: GatedImage;
    readonly boxes: readonly SettledBox[];
    readonly categories: readonly number[];
    readonly media: PackMedia;
  },
): StagedFrame {
  const { label } = frame;
  const { image } = what;
  return {
    name: what.name,
    sha256: Buffer.from(image.sha256, 'hex'),
    width: image.width,
    height: image.height,
    sequence: label.sequence,
    index: label.index !== null && Number.isSafeInteger(label.index) && label.index >= 0 ? label.index : null,
    time: label.time,
    split: label.split?.slice(0, 64) ?? null,
    state: label.labeled ? 'labeled' : 'unlabeled',
    tags: [],
    extra: extraOf(label),
    boxes: what.boxes.map((box) => ({
      category: what.categories[box.category] as number,
      bbox: box.bbox,
      angle: box.angle,
      flags: flagBits(box.flags) | (box.interpolated ? interpolatedBit : 0),
      track: box.track,
      attributes: Object.keys(box.attributes).length > 0 ? box.attributes : null,
      sourceId: box.sourceId,
      area: box.area,
      extra: box.mask === null ? null : JSON.stringify({ segmentation: box.mask }),
    })),
    media: what.media,
  };
}
