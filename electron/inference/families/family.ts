import type { ModelCard, OutputSpec, FamilyName, InputSpec } from '../modelCard.ts';

/** One output of the network. Integers and half floats arrive as float32 numbers. */
export interface OutputTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Boxes before suppression, in px of the network's input. N boxes. */
export interface Candidates {
  readonly count: number;
  /** 4 N numbers: x1, y1, x2, y2. */
  readonly boxes: Float64Array;
  readonly scores: Float64Array;
  readonly categories: Uint16Array;
}

/** What recognition knows after the trial run. */
export interface Evidence {
  readonly outputs: readonly OutputTensor[];
  readonly width: number;
  readonly height: number;
  /** From the metadata, a names file or the card; null where nobody says. */
  readonly categories: readonly string[] | null;
  /** `task` of the metadata (detect, segment, pose …), or ''. */
  readonly task: string;
}

export interface Match {
  readonly family: FamilyName;
  /** 0 … 1 */
  readonly confidence: number;
  readonly output: OutputSpec;
  /** Number of the model's categories. */
  readonly categories: number;
  /** The preprocessing models of this family usually want. */
  readonly input: Pick<InputSpec, 'colour' | 'scale' | 'mean' | 'std' | 'resize' | 'padValue'>;
  readonly nms: boolean;
  /** One sentence each. */
  readonly why: readonly string[];
}

export interface Family {
  readonly names: readonly FamilyName[];
  /** All readings of the outputs that make sense, or none. Pure. */
  match(evidence: Evidence): readonly Match[];
  /** Candidates with at least `threshold`. Outputs are in the order of `card.output.names`. Pure. Error: model_failed (shape changed). */
  decode(outputs: readonly OutputTensor[], card: ModelCard, threshold: number): Candidates;
}

const noNormalisation = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
/** Ultralytics and what follows it. */
export const letterboxRgb01: Match['input'] = { colour: 'rgb', scale: 1 / 255, ...noNormalisation, resize: 'letterbox', padValue: 114 };
export const stretchRgb01: Match['input'] = { colour: 'rgb', scale: 1 / 255, ...noNormalisation, resize: 'stretch', padValue: 0 };

export const plainOutput: Omit<OutputSpec, 'names'> = {
  coordinates: 'pixels',
  corners: 'xyxy',
  logits: false,
  rows: true,
  objectness: false,
  classBase: 0,
  background: 'none',
};
