import { describe, expect, it } from 'vitest';
import type { Evidence, OutputTensor } from '../../../../electron/inference/families/family.ts';
import { families, familyOf } from '../../../../electron/inference/families/registry.ts';
import type { FamilyName, ModelCard } from '../../../../electron/inference/modelCard.ts';

const side = 64;
const cells = 64 + 16 + 4;

const tensor = (name: string, dims: readonly number[], data: ArrayLike<number>): OutputTensor => ({
  name,
  dims,
  data: Float32Array.from(data),
});

/** The reading that fits best, and a card made of it. */
function bestMatch(
  outputs: readonly OutputTensor[],
  categories: readonly string[] | null = ['a', 'b'],
): { family: FamilyName; card: ModelCard } {
  const evidence: Evidence = { outputs, width: side, height: side, categories, task: '' };
  const [best] = families.flatMap((family) => family.match(evidence)).sort((a, b) => b.confidence - a.confidence);
  if (best === undefined) throw new Error('nothing matches');
  return {
    family: best.family,
    card: {
      family: best.family,
      input: { ...best.input, name: 'x', dtype: 'float32', free: false, layout: 'nchw', width: side, height: side, sizeInput: null },
      output: best.output,
      categories: categories ?? Array.from({ length: best.categories }, (_, i) => `class ${i}`),
      scoreThreshold: 0.25,
      nmsIou: best.nms ? 0.65 : null,
    },
  };
}

function decode(outputs: readonly OutputTensor[], card: ModelCard, threshold = 0.25): (readonly number[])[] {
  const ordered = card.output.names.map((name) => outputs.find((output) => output.name === name) as OutputTensor);
  const { count, boxes, scores, categories } = familyOf(card.family).decode(ordered, card, threshold);
  return Array.from({ length: count }, (_, i) =>
    [...boxes.subarray(4 * i, 4 * i + 4), scores[i] as number, categories[i] as number].map((v) => Math.round(v * 1000) / 1000),
  );
}

/** Strides 8, 16, 32 row by row: stride and cell of row i. */
function cellOf(i: number): { stride: number; x: number; y: number } {
  if (i < 64) return { stride: 8, x: i % 8, y: Math.floor(i / 8) };
  if (i < 80) return { stride: 16, x: (i - 64) % 4, y: Math.floor((i - 64) / 4) };
  return { stride: 32, x: (i - 80) % 2, y: Math.floor((i - 80) / 2) };
}

/** Rows with one box of 20 × 10 px around (30, 26) in cell 27 (x 3, y 3, stride 8), category 1, score 0.8. */
function rowsOf(kind: 'grid' | 'pixels' | 'unit', objectness: boolean): number[][] {
  return Array.from({ length: cells }, (_, i) => {
    const { stride, x, y } = cellOf(i);
    const hit = i === 27;
    const scores = hit ? [0.1, objectness ? 0.8889 : 0.8] : [0.01, 0.01];
    const lead = objectness ? [hit ? 0.9 : 0.05] : [];
    const [cx, cy, w, h] = hit ? [30, 26, 20, 10] : [(x + 0.5) * stride, (y + 0.5) * stride, stride, stride];
    if (kind === 'grid') return [cx / stride - x, cy / stride - y, Math.log(w / stride), Math.log(h / stride), ...lead, ...scores];
    const unit = kind === 'unit' ? side : 1;
    return [cx / unit, cy / unit, w / unit, h / unit, ...lead, ...scores];
  });
}

const transpose = (rows: readonly (readonly number[])[]): number[] => (rows[0] ?? []).flatMap((_, a) => rows.map((row) => row[a] ?? 0));
const expected = [[20, 21, 40, 31, 0.8, 1]];

describe('YOLO layouts', () => {
  it('reads the raw grid of YOLOX', () => {
    const output = [tensor('output', [1, cells, 7], rowsOf('grid', true).flat())];
    const { family, card } = bestMatch(output);
    expect(family).toBe('yolox');
    expect(card.input).toMatchObject({ colour: 'bgr', scale: 1, resize: 'letterboxTopLeft' });
    expect(decode(output, card)).toEqual(expected);
  });
  it.each(['pixels', 'unit'] as const)('reads rows with objectness in %s (YOLOv5)', (kind) => {
    const output = [tensor('output0', [1, cells, 7], rowsOf(kind, true).flat())];
    const { family, card } = bestMatch(output);
    expect([family, card.output.coordinates]).toEqual(['yolov5', kind]);
    expect(decode(output, card)).toEqual(expected);
  });
  it.each(['pixels', 'unit'] as const)('reads columns without objectness in %s (YOLOv8)', (kind) => {
    const output = [tensor('output0', [1, 6, cells], transpose(rowsOf(kind, false)))];
    const { family, card } = bestMatch(output);
    expect([family, card.output.rows, card.output.coordinates]).toEqual(['yolov8', false, kind]);
    expect(decode(output, card)).toEqual(expected);
  });
  it('reads rows without objectness, and files without the batch axis', () => {
    const output = [tensor('output0', [cells, 6], rowsOf('pixels', false).flat())];
    const { family, card } = bestMatch(output);
    expect([family, card.output.rows]).toEqual(['yolov8', true]);
    expect(decode(output, card)).toEqual(expected);
  });
  it('tells 3 categories in columns [1, 7, N] from 2 with objectness, without names', () => {
    const rows = rowsOf('pixels', false).map((row) => [...row, 0.02]);
    const output = [tensor('output0', [1, 7, cells], transpose(rows))];
    const { family, card } = bestMatch(output, null);
    expect([family, card.categories.length]).toEqual(['yolov8', 3]);
  });
  it('applies the logistic function where scores are logits', () => {
    const logit = (p: number): number => Math.log(p / (1 - p));
    const rows = rowsOf('pixels', false).map((row) => [...row.slice(0, 4), ...row.slice(4).map(logit)]);
    const output = [tensor('output0', [1, 6, cells], transpose(rows))];
    const { card } = bestMatch(output);
    expect(card.output.logits).toBe(true);
    expect(decode(output, card)).toEqual(expected);
  });
  it('leaves out what is not finite or empty', () => {
    const rows = rowsOf('pixels', false);
    rows[1] = [NaN, 1, 5, 5, 0.9, 0.1];
    rows[2] = [10, 10, 0, 5, 0.9, 0.1];
    rows[3] = [10, 10, 5, Infinity, 0.9, 0.1];
    rows[4] = [10, 10, 5, 5, NaN, 0.1];
    const { card } = bestMatch([tensor('output0', [1, 6, cells], transpose(rowsOf('pixels', false)))]);
    expect(decode([tensor('output0', [1, 6, cells], transpose(rows))], card)).toEqual(expected);
  });
  it('answers a shape that changed with an error', () => {
    const { card } = bestMatch([tensor('output', [1, cells, 7], rowsOf('grid', true).flat())]);
    expect(() => familyOf('yolox').decode([tensor('output', [1, 50, 7], new Float32Array(350))], card, 0.1)).toThrow(
      expect.objectContaining({ code: 'model_failed' }),
    );
  });
});

describe('other layouts', () => {
  it('reads [1, K, 6] with suppression inside', () => {
    const output = [tensor('output0', [1, 3, 6], [20, 21, 40, 31, 0.8, 1, 0, 0, 5, 5, 0.1, 0, 0, 0, 0, 0, 0, 0])];
    const { family, card } = bestMatch(output);
    expect([family, card.nmsIou]).toEqual(['e2e6', null]);
    expect(decode(output, card)).toEqual(expected);
  });
  it('reads [K, 7] of YOLOv7', () => {
    const output = [tensor('output', [2, 7], [0, 20, 21, 40, 31, 1, 0.8, 0, 1, 1, 5, 5, 0, 0.1])];
    const { family, card } = bestMatch(output);
    expect(family).toBe('e2e7');
    expect(decode(output, card)).toEqual(expected);
  });
  it('reads the TensorFlow Object Detection API: y first, shares, categories from 1', () => {
    const output = [
      tensor('num_detections', [1], [2]),
      tensor('detection_boxes', [1, 2, 4], [21 / 64, 20 / 64, 31 / 64, 40 / 64, 0, 0, 0.1, 0.1]),
      tensor('detection_scores', [1, 2], [0.8, 0.1]),
      tensor('detection_classes', [1, 2], [2, 1]),
    ];
    const { family, card } = bestMatch(output);
    expect(family).toBe('tfod');
    expect(decode(output, card)).toEqual(expected);
  });
  it('reads boxes, scores and labels in any order', () => {
    const output = [
      tensor('labels', [1, 2], [1, 0]),
      tensor('boxes', [1, 2, 4], [20, 21, 40, 31, 0, 0, 9, 9]),
      tensor('scores', [1, 2], [0.8, 0.1]),
    ];
    const { family, card } = bestMatch(output);
    expect(family).toBe('detections');
    expect(decode(output, card)).toEqual(expected);
  });
  it('reads a DETR without post-processing, a query for several categories', () => {
    const output = [
      tensor('pred_boxes', [1, 2, 4], [30 / 64, 26 / 64, 20 / 64, 10 / 64, 0.5, 0.5, 0.1, 0.1]),
      tensor('logits', [1, 2, 2], [Math.log(0.5 / 0.5), Math.log(0.8 / 0.2), -5, -5]),
    ];
    const { family, card } = bestMatch(output);
    expect(family).toBe('detr');
    expect(decode(output, card).sort((a, b) => (b[4] ?? 0) - (a[4] ?? 0))).toEqual([...expected, [20, 21, 40, 31, 0.5, 0]]);
  });
  it('reads softmaxed scores with a background and corners in shares (UltraFace, SSD)', () => {
    const n = 1_200;
    const scores = new Float32Array(2 * n).map((_, i) => (i % 2 === 0 ? 0.95 : 0.05));
    scores.set([0.2, 0.8], 0);
    const boxes = new Float32Array(4 * n).map((_, i) => [0.1, 0.1, 0.2, 0.2][i % 4] ?? 0);
    boxes.set([20 / 64, 21 / 64, 40 / 64, 31 / 64], 0);
    const output = [tensor('scores', [1, n, 2], scores), tensor('boxes', [1, n, 4], boxes)];
    const { family, card } = bestMatch(output, ['face']);
    expect([family, card.output.background, card.output.corners]).toEqual(['scoresBoxes', 'first', 'xyxy']);
    expect(decode(output, card)).toEqual([[20, 21, 40, 31, 0.8, 0]]);
  });
  it('reads the distances of NanoDet by their distributions', () => {
    const outputs = [8, 16, 32].flatMap((stride) => {
      const n = (side / stride) ** 2;
      const scores = new Float32Array(2 * n).fill(0.01);
      // 8 bins a side; a distribution on one bin gives that distance in strides.
      const distances = new Float32Array(32 * n);
      if (stride === 8) {
        scores[2 * 27 + 1] = 0.8;
        for (const [s, bin] of [1, 2, 3, 1].entries()) distances[27 * 32 + s * 8 + bin] = 60;
      }
      return [tensor(`cls${stride}`, [1, n, 2], scores), tensor(`dis${stride}`, [1, n, 32], distances)];
    });
    const { family, card } = bestMatch(outputs);
    expect(family).toBe('nanodet');
    // The cell's centre is (28, 28).
    expect(decode(outputs, card)).toEqual([[20, 12, 52, 36, 0.8, 1]]);
  });
  it('takes nothing for a detector that is none', () => {
    const evidence = (outputs: readonly OutputTensor[]): Evidence => ({ outputs, width: 224, height: 224, categories: null, task: '' });
    for (const outputs of [
      [tensor('probabilities', [1, 1000], new Float32Array(1000).fill(0.001))],
      [tensor('features', [1, 512, 7, 7], new Float32Array(512 * 49))],
      [tensor('mask', [1, 1, 224, 224], new Float32Array(224 * 224))],
    ]) {
      expect(families.flatMap((family) => family.match(evidence(outputs)))).toEqual([]);
    }
  });
});
