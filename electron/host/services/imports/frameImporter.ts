import type { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import { flagBits, interpolatedBit } from '../../../../shared/domain/annotation.ts';
import type { FrameIndex } from '../../../../shared/formats/labelSet.ts';
import type { BoxThere, KnownFrame } from '../../../db/queries/imports.ts';
import type { PackMedia } from '../../../db/log/packMedia.ts';
import type { StagedFrame } from '../../../db/queries/packs.ts';
import type { GatedImage } from '../gates/imageGate.ts';
import type { DatasetReads } from './datasetReads.ts';
import { isAnother, placeOf, SeenPictures, type PicturePlace } from './alikePictures.ts';
import { gatherImages, type GatheredImage } from './gatherImages.ts';
import { freeName, type ImportPlan, type PlannedFrame } from './importPlan.ts';
import type { LabelSource } from './labelSource.ts';
import { newBoxes } from './matchBoxes.ts';
import type { PackStager } from './packStager.ts';
import type { MediaPlacer } from './placeMedia.ts';
import { settleFrame, shareTolerance, type SettledBox } from './settleFrame.ts';

export interface FrameImporterOptions {
  readonly reads: DatasetReads;
  readonly plan: ImportPlan;
  readonly source: LabelSource;
  readonly report: ReportCollector;
  /** Null in a dry run. */
  readonly into: { readonly placer: MediaPlacer; readonly stager: PackStager } | null;
  readonly signal: AbortSignal;
}

/** A frame that was in the dataset without labels and is covered by some now. */
export interface Cover {
  readonly id: number;
  readonly split: string | null;
  readonly labeled: boolean;
}

/** What the dataset knows of the frames of one window. */
interface Known {
  /** The frame with the content of a planned one, and its name or number. */
  readonly same: ReadonlyMap<PlannedFrame, KnownFrame>;
  /** The first frame with the content of those that have neither there, by hash. */
  readonly firstOf: ReadonlyMap<string, KnownFrame>;
  readonly namesTaken: ReadonlySet<string>;
  readonly boxes: ReadonlyMap<number, readonly BoxThere[]>;
}

/** Takes the frames of a plan window by window: gather the images, ask the dataset, decide, stage. */
export class FrameImporter {
  readonly counts = { added: 0, unchanged: 0, failed: 0, boxes: 0 };
  readonly #options: FrameImporterOptions;
  readonly #seen = new SeenPictures();
  /** Frames of the dataset that a picture of this import is. */
  readonly #claimed = new Set<number>();
  /** Hash → the last frame of this content that was asked for. */
  readonly #looked = new Map<string, number>();
  readonly #planned: ReadonlySet<string>;
  readonly covers: Cover[] = [];
  readonly #renamed = new Set<string>();

  constructor(options: FrameImporterOptions) {
    this.#options = options;
    this.#planned = new Set(options.plan.frames.map((frame) => frame.name));
  }

  async take(frames: readonly PlannedFrame[], onImage: () => void): Promise<void> {
    const { into, signal } = this.#options;
    const media = new Map<string, PackMedia>();
    const gathered = await gatherImages(frames, {
      signal,
      onDone: onImage,
      ...(into === null
        ? {}
        : { onImage: async (image: GatedImage, path: string) => void media.set(image.sha256, await into.placer.place(image, path)) }),
    });
    const known = await this.#ask(frames, gathered);
    for (const [i, frame] of frames.entries()) {
      const image = gathered[i] as GatheredImage;
      if (image.kind === 'refused') this.#fail(frame, image);
      else await this.#takeOne(frame, image, { known, media: media.get(image.image.sha256) ?? { place: 'none' } });
    }
  }

  async #ask(frames: readonly PlannedFrame[], gathered: readonly GatheredImage[]): Promise<Known> {
    const { reads } = this.#options;
    const images = frames.flatMap((frame, i) => {
      const image = gathered[i];
      return image?.kind === 'image' ? [{ frame, hash: image.image.sha256 }] : [];
    });
    const pictures = images.map(({ frame, hash }) => ({ hash, name: frame.name, place: this.#statedPlace(frame) }));
    const names = frames.map((frame) => frame.name);
    const [found, taken] = await Promise.all([reads.read('imports.samePicture', { pictures }), reads.read('packs.known', { names })]);
    const same = new Map<PlannedFrame, KnownFrame>();
    images.forEach(({ frame }, i) => {
      const known = found[i];
      if (known != null) same.set(frame, known);
    });
    const others = images.filter(({ frame }) => !same.has(frame)).map(({ hash }) => hash);
    const firstOf = new Map<string, KnownFrame>();
    (await reads.read('imports.byHash', { hashes: others })).forEach((first, i) => {
      if (first !== null) firstOf.set(others[i] as string, first);
    });
    const ids = [...new Set([...same.values(), ...firstOf.values()].map((frame) => frame.id))];
    const there = ids.length === 0 ? [] : await reads.read('imports.boxesThere', { frames: ids });
    return {
      same,
      firstOf,
      namesTaken: new Set(names.filter((_, i) => taken[i] !== null)),
      boxes: new Map(ids.map((id, i) => [id, there[i] ?? []])),
    };
  }

  #placeOf(frame: PlannedFrame): PicturePlace | null {
    return placeOf(frame, this.#options.source.numbered === true);
  }

  #statedPlace(frame: PlannedFrame): { readonly sequence: string; readonly index: number } | null {
    const place = this.#placeOf(frame);
    return place?.isStated === true ? { sequence: place.series, index: place.number } : null;
  }

  /**
   * A frame of the dataset that has the content of a picture, but not its name: the picture under another one, and none that is
   * another picture. Where only one frame has the content, that is it. A frame of a video file is that of its number alone.
   */
  async #elsewhere(frame: PlannedFrame, hash: string, { firstOf }: Known): Promise<KnownFrame | null> {
    const first = firstOf.get(hash);
    if (frame.label.video !== undefined || first === undefined) return null;
    const place = this.#placeOf(frame);
    const isFree = (known: KnownFrame): boolean =>
      !this.#claimed.has(known.id) && !(place?.isStated === true && this.#planned.has(known.name));
    if ((await this.#nextOf(hash, first.id)) === null) return isFree(first) ? first : null;
    for (;;) {
      const next = await this.#nextOf(hash, this.#looked.get(hash) ?? 0);
      // Pictures come in the order of their numbers, and a higher one is for a later picture.
      if (next === null || (place?.isStated === true && (next.index ?? 0) > place.number)) return null;
      this.#looked.set(hash, next.id);
      const isSameNumber = place?.isStated !== true || next.index === null || next.index === place.number;
      if (isSameNumber && isFree(next) && !isAnother(next, place)) return next;
    }
  }

  #nextOf(hash: string, after: number): Promise<KnownFrame | null> {
    return this.#options.reads.read('imports.nextOfContent', { hash, after });
  }

  async #boxesOf(there: KnownFrame, known: Known): Promise<readonly BoxThere[]> {
    const boxes = known.boxes.get(there.id) ?? (await this.#options.reads.read('imports.boxesThere', { frames: [there.id] }))[0];
    return boxes ?? [];
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
    const { report, plan } = this.#options;
    const { image } = gathered;
    if (gathered.how !== 'as_said')
      report.add({
        code: 'image_name_mended',
        severity: 'repaired',
        message: 'The image has another name or place than its labels say.',
        item: frame.label.path,
      });
    const same = context.known.same.get(frame);
    const isOwn = same !== undefined && !this.#claimed.has(same.id);
    const twin = this.#seen.twinOf(image.sha256, frame.name, this.#placeOf(frame));
    if (twin !== null && !isOwn) return this.#isTwin(frame, twin);
    const there = isOwn ? same : await this.#elsewhere(frame, image.sha256, context.known);
    if (there !== null) this.#claimed.add(there.id);
    const settled = settleFrame(frame.part.labels, plan.boxesByFrame.get(frame.part) as FrameIndex, frame.index, {
      image,
      report,
    });
    const categories = plan.categoryMaps.get(frame.part) as readonly number[];
    const boxes = newBoxes(settled.boxes, there === null ? [] : await this.#boxesOf(there, context.known), {
      nameOf: (category) => plan.categories[categories[category] as number]?.name ?? '',
      tolerance: Math.max(image.width, image.height) * (frame.part.labels.boxes.encoding === 'share' ? shareTolerance : 1e-9),
    });
    if (there === null) this.counts.added++;
    else {
      this.counts.unchanged++;
      const isCovered = frame.label.labeled && there.state === 'unlabeled';
      const getsSplit = frame.label.split !== null && there.split === null;
      if (isCovered || getsSplit) this.covers.push({ id: there.id, split: frame.label.split, labeled: frame.label.labeled });
      if (boxes.length === 0) return;
    }
    this.counts.boxes += boxes.length;
    const name = there?.name ?? this.#freeName(frame, image, context.known);
    await this.#options.into?.stager.add(stagedFrame(frame, { name, image, boxes, categories, media: context.media }));
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
