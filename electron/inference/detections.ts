import { AppError } from '../../shared/errors.ts';
import type { Placement } from '../image/letterbox.ts';
import type { OutputTensor } from './families/family.ts';
import { familyOf } from './families/registry.ts';
import type { ModelCard } from './modelCard.ts';
import { suppress } from './nms.ts';

/** Boxes of one image, by falling score. N boxes. */
export interface Detections {
  /** 4 N numbers: x, y, w, h in px of the upright image, inside it. */
  readonly boxes: Float64Array;
  readonly scores: Float64Array;
  /** Indices into the model's categories. */
  readonly categories: Uint16Array;
}

export interface DetectionOptions {
  readonly scoreThreshold: number;
  /** Null: no suppression. */
  readonly nmsIou: number | null;
  readonly maxDetections: number;
}

/** What the network gave for one image → boxes. Pure. Error: model_failed. */
export function readDetections(
  outputs: readonly OutputTensor[],
  card: ModelCard,
  options: DetectionOptions,
  image: { readonly width: number; readonly height: number },
  at: Placement,
): Detections {
  const candidates = familyOf(card.family).decode(inOrder(outputs, card.output.names), card, options.scoreThreshold);
  const kept = suppress(candidates, options.nmsIou, options.maxDetections);
  const boxes = new Float64Array(4 * kept.length);
  const scores = new Float64Array(kept.length);
  const categories = new Uint16Array(kept.length);
  let n = 0;
  for (const i of kept) {
    const side = (j: number, pad: number, scale: number, size: number): number =>
      Math.min(Math.max(((candidates.boxes[4 * i + j] as number) - pad) / scale, 0), size);
    const x1 = side(0, at.padX, at.scaleX, image.width);
    const y1 = side(1, at.padY, at.scaleY, image.height);
    const w = side(2, at.padX, at.scaleX, image.width) - x1;
    const h = side(3, at.padY, at.scaleY, image.height) - y1;
    // Wholly in the padding: the clipped box is empty.
    if (!(w > 0 && h > 0)) continue;
    boxes.set([x1, y1, w, h], 4 * n);
    scores[n] = candidates.scores[i] as number;
    categories[n] = candidates.categories[i] as number;
    n++;
  }
  return { boxes: boxes.slice(0, 4 * n), scores: scores.slice(0, n), categories: categories.slice(0, n) };
}

function inOrder(outputs: readonly OutputTensor[], names: readonly string[]): readonly OutputTensor[] {
  return names.map((name) => {
    const output = outputs.find((candidate) => candidate.name === name);
    if (output === undefined) throw new AppError('model_failed', `The model did not give its output “${name}”.`);
    return output;
  });
}
