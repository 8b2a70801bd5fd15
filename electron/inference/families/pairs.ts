import { AppError } from '../../../shared/errors.ts';
import { collector, logit, sigmoid } from './collector.ts';
import { type Family, type Match, type OutputTensor, plainOutput, stretchRgb01 } from './family.ts';

/** A table of scores [N, C] and a table of boxes [N, 4]: DETR and its kin without post-processing, and SSD-like face detectors before NMS. */
export const pairs: Family = {
  names: ['detr', 'scoresBoxes'],

  match({ outputs, categories }) {
    const found: Match[] = [];
    for (const boxes of outputs) {
      const n = table(boxes)?.[1] === 4 ? (table(boxes)?.[0] ?? 0) : 0;
      if (n < 1) continue;
      for (const scores of outputs) {
        const size = table(scores);
        if (scores === boxes || size === null || size[0] !== n) continue;
        const columns = size[1];
        const inside = scores.data.every((v) => v >= -0.001 && v <= 1.001);
        const softmaxed = inside && sums(scores.data, columns);
        const known = categories?.length ?? null;
        const background = (softmaxed && columns > 1) || (known !== null && columns === known + 1) || columns === 92;
        const count = background ? columns - 1 : columns;
        if (known !== null && count !== known) continue;
        const detr = !inside && n <= 1_000;
        const ordered = orderedShare(boxes.data) > 0.99;
        const top = boxes.data.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
        found.push({
          family: detr ? 'detr' : 'scoresBoxes',
          confidence: detr ? (top <= 1.5 ? 0.9 : 0.5) : 0.8,
          output: {
            ...plainOutput,
            names: [scores.name, boxes.name],
            coordinates: top <= 4 ? 'unit' : 'pixels',
            corners: detr || !ordered ? 'cxcywh' : 'xyxy',
            logits: !inside,
            background: background ? (detr ? 'last' : 'first') : 'none',
          },
          categories: count,
          input: detr ? stretchRgb01 : { ...stretchRgb01, scale: 1, mean: [127, 127, 127], std: [128, 128, 128] },
          nms: !detr,
          why: [
            `“${scores.name}” [${scores.dims.join(', ')}] and “${boxes.name}” [${boxes.dims.join(', ')}] hold ${n} ${detr ? 'queries' : 'boxes'} with a score for each category.`,
            detr
              ? 'Scores are logits and there are few rows: a DETR without post-processing.'
              : `There are many rows${background ? ' and a background column' : ''}: boxes before suppression, as SSD-like detectors give them. The pixel range is the usual one of such models, (p − 127) / 128.`,
          ],
        });
      }
    }
    return found;
  },

  decode([scores, boxes], card, threshold) {
    const size = scores === undefined ? null : table(scores);
    if (scores === undefined || boxes === undefined || size === null || boxes.data.length !== 4 * size[0]) {
      throw new AppError('model_failed', 'The outputs of the model have other shapes than when it was added.');
    }
    const [n, columns] = size;
    const spec = card.output;
    const [unitX, unitY] = spec.coordinates === 'unit' ? [card.input.width, card.input.height] : [1, 1];
    const first = spec.background === 'first' ? 1 : 0;
    const count = Math.min(card.categories.length, columns - (spec.background === 'none' ? 0 : 1));
    // With a background, logits are meant for a softmax over the row.
    const softmax = spec.logits && spec.background !== 'none';
    const rawThreshold = spec.logits && !softmax ? logit(threshold) : threshold;
    const several = card.family === 'detr';
    const out = collector();
    for (let i = 0; i < n; i++) {
      const norm = softmax ? softmaxNorm(scores.data, i * columns, columns) : null;
      const [a, b, c, d] = [0, 1, 2, 3].map((j) => (boxes.data[4 * i + j] as number) * (j % 2 === 0 ? unitX : unitY)) as [
        number,
        number,
        number,
        number,
      ];
      const box = spec.corners === 'cxcywh' ? ([a - c / 2, b - d / 2, a + c / 2, b + d / 2] as const) : ([a, b, c, d] as const);
      let best = -Infinity;
      let bestCategory = -1;
      for (let k = 0; k < count; k++) {
        const raw = scores.data[i * columns + first + k] as number;
        const value = norm === null ? raw : Math.exp(raw - norm.top) / norm.sum;
        if (!(value >= rawThreshold)) continue;
        // A query of a DETR may answer for several categories: that is how these models are evaluated.
        if (several) out.add(...box, norm === null && spec.logits ? sigmoid(value) : value, k);
        else if (value > best) {
          best = value;
          bestCategory = k;
        }
      }
      if (bestCategory >= 0) out.add(...box, norm === null && spec.logits ? sigmoid(best) : best, bestCategory);
    }
    return out.finish();
  },
};

function table(output: OutputTensor): [number, number] | null {
  const dims = output.dims.length === 3 && output.dims[0] === 1 ? output.dims.slice(1) : output.dims;
  const [a, b] = dims;
  return dims.length === 2 && a !== undefined && b !== undefined && b > 0 ? [a, b] : null;
}

function sums(data: Float32Array, columns: number): boolean {
  for (let i = 0; i + columns <= data.length; i += columns) {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += data[i + c] as number;
    if (Math.abs(sum - 1) > 0.01) return false;
  }
  return true;
}

function orderedShare(boxes: Float32Array): number {
  let ordered = 0;
  for (let i = 0; i + 4 <= boxes.length; i += 4) {
    if ((boxes[i] as number) <= (boxes[i + 2] as number) && (boxes[i + 1] as number) <= (boxes[i + 3] as number)) ordered++;
  }
  return boxes.length === 0 ? 0 : (4 * ordered) / boxes.length;
}

function softmaxNorm(data: Float32Array, from: number, length: number): { readonly top: number; readonly sum: number } {
  let top = -Infinity;
  for (let i = 0; i < length; i++) top = Math.max(top, data[from + i] as number);
  let sum = 0;
  for (let i = 0; i < length; i++) sum += Math.exp((data[from + i] as number) - top);
  return { top, sum };
}
