import type { ImportFormat } from '../../../../shared/contract/imports.ts';
import type { LabelSet } from '../../../../shared/formats/labelSet.ts';
import type { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import type { FoundImage } from './imageFinder.ts';

/** Labels of one file or folder, and the way to their images. */
export interface LabelPart {
  readonly labels: LabelSet;
  /** Where the image of frame `index` is. */
  readonly find: (index: number) => Promise<FoundImage>;
}

/** What a reader makes of a path: nothing is written and no image has been opened. */
export interface LabelSource {
  readonly format: ImportFormat;
  readonly parts: readonly LabelPart[];
  /** Boxes without area are evaluated by COCO and thus kept; elsewhere they are mistakes. */
  readonly emptyBoxes: 'keep' | 'refuse';
}

export interface OpenSourceOptions {
  readonly from: string;
  readonly images: string | undefined;
  readonly report: ReportCollector;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, unit: string, total: number | null) => void;
}
