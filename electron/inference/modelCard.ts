import type { TensorSpec } from '../image/letterbox.ts';

export const familyNames = ['yolox', 'yolov5', 'yolov8', 'e2e6', 'e2e7', 'tfod', 'detections', 'detr', 'scoresBoxes', 'nanodet'] as const;
export type FamilyName = (typeof familyNames)[number];

/** In words, for people. */
export const familyTitles: { readonly [F in FamilyName]: string } = {
  yolox: 'YOLOX (raw grid)',
  yolov5: 'YOLOv5 style [N, 5 + categories]',
  yolov8: 'YOLOv8 style [4 + categories, N]',
  e2e6: 'end-to-end [K, 6]',
  e2e7: 'end-to-end [K, 7]',
  tfod: 'TensorFlow Object Detection API',
  detections: 'boxes, scores and labels',
  detr: 'DETR (logits and boxes)',
  scoresBoxes: 'scores and boxes before NMS',
  nanodet: 'NanoDet (distribution over distances)',
};

export interface InputSpec extends TensorSpec {
  readonly name: string;
  readonly dtype: 'float32' | 'float16' | 'uint8';
  /** The network takes any size and resizes by itself: images go in as they are, and width and height are those of the trial run. */
  readonly free: boolean;
  /** A second input that wants the image's size, or null. The network's input size is given, so boxes come back in its px. */
  readonly sizeInput: { readonly name: string; readonly dtype: 'int64' | 'int32' | 'float32'; readonly order: 'wh' | 'hw' } | null;
}

/** What the trial run showed of the outputs: all that a family needs to read them. */
export interface OutputSpec {
  /** Names of the outputs in the order the family reads them. */
  readonly names: readonly string[];
  /** `pixels` of the input, shares of the input (`unit`), or offsets in the cells of a grid. */
  readonly coordinates: 'pixels' | 'unit' | 'grid';
  readonly corners: 'xyxy' | 'cxcywh' | 'yxyx';
  /** Scores still need the logistic function. */
  readonly logits: boolean;
  /** Attributes stand in rows ([N, A]) or columns ([A, N]). */
  readonly rows: boolean;
  readonly objectness: boolean;
  /** Number that the first category has in the output. */
  readonly classBase: number;
  /** Place of a background column among the scores. */
  readonly background: 'none' | 'first' | 'last';
}

/** Everything needed to run a model: found by recognition, corrected by a card file, kept with the dataset. JSON. */
export interface ModelCard {
  readonly family: FamilyName;
  readonly input: InputSpec;
  readonly output: OutputSpec;
  /** Names of the model's categories, in the order of its scores. */
  readonly categories: readonly string[];
  readonly scoreThreshold: number;
  /** Null: the model's output needs no suppression. */
  readonly nmsIou: number | null;
}

export const defaultScoreThreshold = 0.25;
export const defaultNmsIou = 0.65;
export const defaultMaxDetections = 300;
