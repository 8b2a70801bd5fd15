import type { ImportFormat } from '../../../../shared/contract/imports.ts';
import type { LabelSet } from '../../../../shared/formats/labelSet.ts';
import type { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import type { VideoProcess } from '../../../video/client.ts';
import type { FoundImage } from './imageFinder.ts';

/** A recording that the dataset has already. */
export interface ExistingSequence {
  readonly name: string;
  /** In their order; `path` gives the image's absolute path. */
  readonly frames: readonly { readonly name: string; readonly index: number | null; readonly path: () => Promise<string> }[];
}

export interface ExistingFrames {
  /** The recording with one of these names, or whose name without ending or folder is one. */
  sequence(names: readonly string[]): Promise<ExistingSequence | null>;
}

/** What opening a video needs. */
export interface VideoOptions {
  readonly spawn: () => VideoProcess;
  readonly selection: { readonly every?: number | undefined; readonly perSecond?: number | undefined };
  /** The recording that a video of this name and content is or becomes, and which of its frames are there. */
  readonly known: (name: string, sha256: string) => Promise<{ readonly sequence: string; readonly frames: ReadonlySet<number> }>;
}

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
  /** `index` numbers the pictures of a recording, and is not only their place among the files. */
  readonly numbered?: true;
  /** Frames that an earlier import brought, and that are in no part. */
  readonly unchanged?: number;
  /** Images come one after the other and are found once: a video is decoded once. */
  readonly once?: true;
  /** Gives back what the source holds. */
  readonly close?: () => Promise<void>;
}

export interface OpenSourceOptions {
  readonly from: string;
  readonly images: string | undefined;
  readonly report: ReportCollector;
  readonly signal: AbortSignal;
  /** Frames of the dataset, for labels that come without their images. */
  readonly existing?: ExistingFrames | undefined;
  readonly video?: VideoOptions | undefined;
  readonly onProgress: (done: number, unit: string, total: number | null) => void;
}
