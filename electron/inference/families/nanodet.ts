import { AppError } from '../../../shared/errors.ts';
import { collector, logit, sigmoid } from './collector.ts';
import { type Family, type OutputTensor, plainOutput } from './family.ts';

/**
 * NanoDet and PicoDet heads (generalised focal loss): per stride a table of scores [cells, C] and one of distances
 * [cells, 4 · (R + 1)], each side a distribution over 0 … R strides. Paired by their number of cells, not by name.
 */
export const nanodet: Family = {
  names: ['nanodet'],

  match({ outputs, width, height, categories }) {
    const levels = pair(outputs, width, height, categories?.length ?? null);
    if (levels === null) return [];
    const logits = levels.some((level) => level.scores.data.some((v) => v < -0.001 || v > 1.001));
    return [
      {
        family: 'nanodet',
        confidence: 0.92,
        output: { ...plainOutput, names: levels.flatMap((level) => [level.scores.name, level.distances.name]), logits },
        categories: levels[0]?.columns ?? 0,
        input: { colour: 'bgr', scale: 1, mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395], resize: 'stretch', padValue: 0 },
        nms: true,
        why: [
          `Outputs come in pairs of scores and distance distributions at strides ${levels.map((level) => level.stride).join(', ')}: a NanoDet head.`,
          'Pixels are normalised as NanoDet does: BGR, mean 103.5/116.3/123.7, deviation 57.4/57.1/58.4.',
        ],
      },
    ];
  },

  decode(outputs, card, threshold) {
    const { width, height } = card.input;
    const rawThreshold = card.output.logits ? logit(threshold) : threshold;
    const out = collector();
    for (let l = 0; l + 1 < outputs.length; l += 2) {
      const scores = size(outputs[l]);
      const distances = size(outputs[l + 1]);
      const stride = scores === null ? null : strideOf(scores.n, width, height);
      if (scores === null || distances === null || stride === null || scores.n !== distances.n || distances.columns % 4 !== 0) {
        throw new AppError('model_failed', 'The outputs of the model have other shapes than when it was added.');
      }
      const bins = distances.columns / 4;
      const columns = Math.ceil(width / stride);
      for (let i = 0; i < scores.n; i++) {
        let best = -Infinity;
        let category = -1;
        for (let c = 0; c < Math.min(scores.columns, card.categories.length); c++) {
          const value = scores.data[i * scores.columns + c] as number;
          if (value > best) {
            best = value;
            category = c;
          }
        }
        if (category < 0 || !(best >= rawThreshold)) continue;
        const centre = 0.5;
        const cx = ((i % columns) + centre) * stride;
        const cy = (Math.floor(i / columns) + centre) * stride;
        const side = (s: number): number => stride * expectation(distances.data, (4 * i + s) * bins, bins);
        out.add(cx - side(0), cy - side(1), cx + side(2), cy + side(3), card.output.logits ? sigmoid(best) : best, category);
      }
    }
    return out.finish();
  },
};

interface Level {
  readonly stride: number;
  readonly scores: OutputTensor;
  readonly distances: OutputTensor;
  readonly columns: number;
}

function pair(outputs: readonly OutputTensor[], width: number, height: number, known: number | null): Level[] | null {
  if (outputs.length < 4 || outputs.length % 2 !== 0) return null;
  const tables = outputs.map((output) => ({ output, size: size(output) }));
  // The distances have the same width at each stride, a multiple of 4; so have the scores.
  const widths = [...new Set(tables.map((entry) => entry.size?.columns ?? -1))];
  if (widths.length !== 2 || widths.includes(-1)) return null;
  const candidates = widths.filter((w) => w % 4 === 0 && w >= 20 && w !== known);
  const distanceWidth = candidates.length === 1 ? candidates[0] : candidates.find((w) => [32, 36, 68].includes(w) && w !== 80);
  if (distanceWidth === undefined) return null;
  const levels: Level[] = [];
  for (const { output, size: own } of tables) {
    if (own === null || own.columns === distanceWidth) continue;
    const partner = tables.find((entry) => entry.size?.n === own.n && entry.size.columns === distanceWidth);
    const stride = strideOf(own.n, width, height);
    if (partner === undefined || stride === null) return null;
    levels.push({ stride, scores: output, distances: partner.output, columns: own.columns });
  }
  return levels.length === outputs.length / 2 ? levels.sort((a, b) => a.stride - b.stride) : null;
}

const strideOf = (n: number, width: number, height: number): number | null =>
  [4, 8, 16, 32, 64, 128].find((s) => Math.ceil(width / s) * Math.ceil(height / s) === n) ?? null;

function size(output: OutputTensor | undefined): { readonly n: number; readonly columns: number; readonly data: Float32Array } | null {
  if (output === undefined) return null;
  const dims = output.dims.length === 3 && output.dims[0] === 1 ? output.dims.slice(1) : output.dims;
  const [n, columns] = dims;
  return dims.length === 2 && n !== undefined && columns !== undefined ? { n, columns, data: output.data } : null;
}

/** Mean of the distribution softmax(data[from … from + length)) over 0, 1, 2 … */
function expectation(data: Float32Array, from: number, length: number): number {
  let top = -Infinity;
  for (let i = 0; i < length; i++) top = Math.max(top, data[from + i] as number);
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < length; i++) {
    const p = Math.exp((data[from + i] as number) - top);
    sum += p;
    weighted += i * p;
  }
  return weighted / sum;
}
