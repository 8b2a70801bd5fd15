import { AppError } from '../../../shared/errors.ts';
import type { FamilyName, OutputSpec } from '../modelCard.ts';
import { collector, logit, sigmoid } from './collector.ts';
import { type Family, letterboxRgb01, type Match, type OutputTensor, plainOutput } from './family.ts';
import { correlation, gridOf, makeGrid } from './grid.ts';

/**
 * One output with a row (or column) a box: x, y, w, h, perhaps an objectness, then one score a category. YOLOv5, v6, v7,
 * YOLOX with and without its grid, v8, v9, v11, v12, v13.
 */
export const yolo: Family = {
  names: ['yolox', 'yolov5', 'yolov8'],

  match({ outputs, width, height, categories, task }) {
    const found: Match[] = [];
    for (const output of outputs) {
      const size = flat(output);
      if (size === null) continue;
      for (const rows of [true, false]) {
        const [n, attributes] = rows ? size : [size[1], size[0]];
        if (n < 8 || attributes < 5) continue;
        for (const objectness of [true, false]) {
          const lead = objectness ? 5 : 4;
          const columns = attributes - lead;
          // Masks and key points stand behind the scores; only the metadata tells how many of the columns are scores.
          const known = categories?.length ?? null;
          const count = known !== null && known < columns && /segment|pose|obb/.test(task) ? known : columns;
          if (count < 1) continue;
          const match = judge({ output, rows, objectness, n, attributes, count, known, width, height });
          if (match !== null) found.push(match);
        }
      }
    }
    return found;
  },

  decode([output], card, threshold) {
    const size = output === undefined ? null : flat(output);
    if (output === undefined || size === null)
      throw new AppError('model_failed', 'The output of the model has another shape than when it was added.');
    const { data } = output;
    const spec = card.output;
    const [n, attributes] = spec.rows ? size : [size[1], size[0]];
    const lead = spec.objectness ? 5 : 4;
    const count = Math.min(card.categories.length, attributes - lead);
    const at = spec.rows
      ? (i: number, a: number): number => data[i * attributes + a] as number
      : (i: number, a: number): number => data[a * n + i] as number;
    const cells = spec.coordinates === 'grid' ? gridOf(n, card.input.width, card.input.height) : null;
    if (spec.coordinates === 'grid' && cells === null)
      throw new AppError('model_failed', `The model gave ${n} rows, which is no grid of its input.`);
    const grid = cells === null ? null : makeGrid(card.input.width, card.input.height, cells.strides, cells.anchors);
    const [unitX, unitY] = spec.coordinates === 'unit' ? [card.input.width, card.input.height] : [1, 1];
    const rawThreshold = spec.logits ? logit(threshold) : threshold;
    const out = collector();
    for (let i = 0; i < n; i++) {
      const objectness = spec.objectness ? at(i, 4) : 1;
      // A product of two probabilities cannot exceed either of them.
      if (spec.objectness && !(objectness >= rawThreshold)) continue;
      let best = -Infinity;
      let category = -1;
      for (let c = 0; c < count; c++) {
        const value = at(i, lead + c);
        if (value > best) {
          best = value;
          category = c;
        }
      }
      if (category < 0 || !(best >= rawThreshold)) continue;
      const score = (spec.logits ? sigmoid(best) : best) * (spec.objectness && spec.logits ? sigmoid(objectness) : objectness);
      if (!(score >= threshold)) continue;
      let x = at(i, 0) * unitX;
      let y = at(i, 1) * unitY;
      let w = at(i, 2) * unitX;
      let h = at(i, 3) * unitY;
      if (grid !== null) {
        const stride = grid.stride[i] as number;
        // The network's offset counts from the cell's corner, the grid holds its centre.
        x = (x - 0.5) * stride + (grid.x[i] as number);
        y = (y - 0.5) * stride + (grid.y[i] as number);
        w = Math.exp(w) * stride;
        h = Math.exp(h) * stride;
      }
      if (spec.corners === 'xyxy') out.add(x, y, w, h, score, category);
      else out.add(x - w / 2, y - h / 2, x + w / 2, y + h / 2, score, category);
    }
    return out.finish();
  },
};

/** [A, B] of an output [1, A, B] or [A, B]. */
function flat(output: OutputTensor): [number, number] | null {
  const dims = output.dims.length === 3 && output.dims[0] === 1 ? output.dims.slice(1) : output.dims;
  const [a, b] = dims;
  return dims.length === 2 && a !== undefined && b !== undefined ? [a, b] : null;
}

interface Reading {
  readonly output: OutputTensor;
  readonly rows: boolean;
  readonly objectness: boolean;
  readonly n: number;
  readonly attributes: number;
  readonly count: number;
  readonly known: number | null;
  readonly width: number;
  readonly height: number;
}

function judge({ output, rows, objectness, n, attributes, count, known, width, height }: Reading): Match | null {
  const lead = objectness ? 5 : 4;
  const column = (a: number): Float64Array => {
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) values[i] = (rows ? output.data[i * attributes + a] : output.data[a * n + i]) as number;
    return values;
  };
  const why = [`“${output.name}” is [${output.dims.join(', ')}]: ${n} ${rows ? 'rows' : 'columns'} of ${attributes} numbers.`];
  let confidence = 0.3;
  const cells = gridOf(n, width, height);
  if (cells !== null) {
    confidence += 0.2;
    why.push(
      `${n} is the number of cells of a ${width} × ${height} input at strides ${cells.strides.join(', ')}${cells.anchors > 1 ? `, ${cells.anchors} anchors each` : ''}.`,
    );
  } else if (n <= attributes) return null;
  if (known !== null) {
    if (count !== known) return null;
    confidence += 0.25;
    why.push(`${attributes} = 4${objectness ? ' + 1' : ''} + ${known} categories as named.`);
  } else if (count === 80) {
    confidence += 0.15;
    why.push(`${attributes} = 4${objectness ? ' + 1' : ''} + 80: the categories of COCO.`);
  }
  // Networks with objectness (v5, v7, YOLOX) list rows, those without (v8 and later) columns; only a re-export turns them.
  confidence += rows === objectness ? 0.1 : -0.1;

  const xs = column(0);
  const ys = column(1);
  const ws = column(2);
  const hs = column(3);
  const grid = cells === null ? null : makeGrid(width, height, cells.strides, cells.anchors);
  const fit = grid === null ? null : (correlation(xs, grid.x) + correlation(ys, grid.y)) / 2;
  const largest = Math.max(highest(xs), highest(ys), highest(ws), highest(hs));
  let coordinates: OutputSpec['coordinates'];
  let family: FamilyName = objectness ? 'yolov5' : 'yolov8';
  if (fit !== null && fit > 0.7) {
    coordinates = largest <= 2 ? 'unit' : 'pixels';
    confidence += 0.15;
    why.push(
      `In the trial run the boxes stood where their cells are, in ${coordinates === 'unit' ? 'shares of the input' : 'px of the input'}.`,
    );
  } else if (fit !== null && cells?.anchors === 1 && objectness && largest < 64) {
    coordinates = 'grid';
    family = 'yolox';
    confidence += 0.15;
    why.push(
      'In the trial run the first two numbers were small and not the place of the cell: offsets in a grid, sizes as logarithms (YOLOX).',
    );
  } else {
    coordinates = largest <= 2 ? 'unit' : 'pixels';
    confidence -= 0.15;
    if (fit !== null) why.push('In the trial run the boxes did not stand where their cells are; they are read as px all the same.');
  }
  const scores: number[] = [Infinity, -Infinity];
  for (let a = 4; a < lead + count; a++) {
    const values = column(a);
    scores[0] = Math.min(scores[0] as number, lowest(values));
    scores[1] = Math.max(scores[1] as number, highest(values));
  }
  const logits = (scores[0] as number) < -0.001 || (scores[1] as number) > 1.001;
  if (logits) {
    confidence -= 0.05;
    why.push('Scores in the trial run lay outside 0 … 1, so the logistic function is applied.');
  }
  return {
    family,
    confidence: Math.max(0.05, Math.min(0.98, confidence)),
    output: { ...plainOutput, names: [output.name], coordinates, corners: 'cxcywh', logits, rows, objectness },
    categories: count,
    input: family === 'yolox' ? { ...letterboxRgb01, colour: 'bgr', scale: 1, resize: 'letterboxTopLeft' } : letterboxRgb01,
    nms: true,
    why,
  };
}

const highest = (values: Float64Array): number => values.reduce((m, v) => Math.max(m, v), -Infinity);
const lowest = (values: Float64Array): number => values.reduce((m, v) => Math.min(m, v), Infinity);
