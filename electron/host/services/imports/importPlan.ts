import type { LabelCategory, FrameIndex, LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { indexByFrame } from '../../../../shared/formats/labelSet.ts';
import type { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import { compareText } from '../../../../shared/versions/manifest.ts';
import type { LabelPart, LabelSource } from './labelSource.ts';

export interface PlannedFrame {
  readonly part: LabelPart;
  readonly index: number;
  readonly label: LabelFrame;
  /** Unique in the plan. */
  readonly name: string;
}

/** What an import goes through, in the order of names, so that the same files give the same import. */
export interface ImportPlan {
  readonly frames: readonly PlannedFrame[];
  /** Of all parts, each name once, in the order of the files. */
  readonly categories: readonly LabelCategory[];
  /** Index into `categories` by that of a part. */
  readonly categoryMaps: ReadonlyMap<LabelPart, readonly number[]>;
  readonly boxesByFrame: ReadonlyMap<LabelPart, FrameIndex>;
}

export function planImport(source: LabelSource, report: ReportCollector): ImportPlan {
  const categories: LabelCategory[] = [];
  const categoryMaps = new Map<LabelPart, readonly number[]>();
  const boxesByFrame = new Map<LabelPart, FrameIndex>();
  const byName = new Map<string, number>();
  for (const part of source.parts) {
    categoryMaps.set(
      part,
      part.labels.categories.map((category) => {
        let index = byName.get(category.name);
        if (index === undefined) {
          index = categories.length;
          byName.set(category.name, index);
          categories.push(category);
        }
        return index;
      }),
    );
    boxesByFrame.set(part, indexByFrame(part.labels.boxes, part.labels.frames.length));
  }
  return { frames: namedFrames(source, report), categories, categoryMaps, boxesByFrame };
}

/** Two frames of one name (`0001.jpg` of train and of val) get their split in front, or a number behind. */
function namedFrames(source: LabelSource, report: ReportCollector): readonly PlannedFrame[] {
  const counts = new Map<string, number>();
  for (const part of source.parts) for (const frame of part.labels.frames) counts.set(frame.name, (counts.get(frame.name) ?? 0) + 1);
  const taken = new Set<string>();
  const frames: PlannedFrame[] = [];
  for (const part of source.parts) {
    part.labels.frames.forEach((label, index) => {
      const isShared = (counts.get(label.name) ?? 0) > 1;
      const wanted = isShared && label.split !== null ? `${label.split}/${label.name}` : label.name;
      const name = freeName(wanted, (candidate) => taken.has(candidate) || (candidate !== label.name && counts.has(candidate)));
      if (name !== label.name)
        report.add({
          code: 'frame_renamed',
          severity: 'repaired',
          message: 'Two images have the same name; one got a longer name.',
          item: label.name,
        });
      taken.add(name);
      frames.push({ part, index, label, name });
    });
  }
  return frames.sort((a, b) => compareText(a.name, b.name));
}

/** `a.jpg`, `a (2).jpg`, `a (3).jpg` … */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  const dot = wanted.lastIndexOf('.');
  const [stem, ending] = dot > wanted.lastIndexOf('/') + 1 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, ''];
  for (let number = 2; ; number++) {
    const name = `${stem} (${number})${ending}`;
    if (!isTaken(name)) return name;
  }
}
