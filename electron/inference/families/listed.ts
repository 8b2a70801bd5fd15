import { AppError } from '../../../shared/errors.ts';
import { boxAt } from '../../../shared/geometry/box.ts';
import type { OutputSpec } from '../modelCard.ts';
import { collector } from './collector.ts';
import { type Family, letterboxRgb01, type Match, type OutputTensor, plainOutput, stretchRgb01 } from './family.ts';

/** Boxes, scores and labels as separate outputs: torchvision, RT-DETR and DEIM with their post-processing, TensorFlow's detection API. */
export const listed: Family = {
  names: ['detections', 'tfod'],

  match({ outputs, width, height }) {
    const boxes = outputs.filter((output) => output.dims.at(-1) === 4 && output.dims.length >= 2 && lists(output) !== null);
    const found: Match[] = [];
    for (const box of boxes) {
      const k = lists(box) as number;
      const columns = outputs.filter((output) => output !== box && isColumn(output, k));
      const scored = columns.filter((output) => output.data.every((v) => v >= 0 && v <= 1.001));
      const numbered = columns.filter((output) => output.data.every((v) => Number.isInteger(v) && v >= 0));
      const scores = pick(scored, /score|conf/i);
      const labels = pick(
        numbered.filter((output) => output !== scores),
        /label|class/i,
      );
      if (scores === undefined || labels === undefined) continue;
      const tensorflow = /detection_boxes/.test(box.name) || outputs.some((output) => /num_?det/i.test(output.name));
      const top = box.data.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      const coordinates: OutputSpec['coordinates'] = tensorflow || (k > 0 && top > 0 && top <= 1.5) ? 'unit' : 'pixels';
      const highest = labels.data.reduce((m, v) => Math.max(m, v), 0);
      found.push({
        family: tensorflow ? 'tfod' : 'detections',
        confidence: /box/i.test(box.name) && /score/i.test(scores.name) ? 0.93 : 0.7,
        output: {
          ...plainOutput,
          names: [box.name, scores.name, labels.name],
          coordinates,
          corners: tensorflow ? 'yxyx' : 'xyxy',
          // TensorFlow counts from 1, background being 0.
          classBase: tensorflow ? 1 : 0,
        },
        categories: highest + 1,
        input: tensorflow ? { ...stretchRgb01, scale: 1 } : coordinates === 'unit' || width === height ? stretchRgb01 : letterboxRgb01,
        nms: false,
        why: [
          `“${box.name}”, “${scores.name}” and “${labels.name}” are lists of ${k} boxes, scores and category numbers.`,
          tensorflow
            ? 'The names are those of the TensorFlow Object Detection API: corners y, x in shares, categories from 1.'
            : `Boxes are two corners in ${coordinates === 'unit' ? 'shares' : 'px'} of the ${width} × ${height} input.`,
        ],
      });
    }
    return found;
  },

  decode([boxes, scores, labels], card, threshold) {
    const k = boxes === undefined ? null : lists(boxes);
    if (
      boxes === undefined ||
      scores === undefined ||
      labels === undefined ||
      k === null ||
      scores.data.length < k ||
      labels.data.length < k
    ) {
      throw new AppError('model_failed', 'The outputs of the model have other shapes than when it was added.');
    }
    const [unitX, unitY] = card.output.coordinates === 'unit' ? [card.input.width, card.input.height] : [1, 1];
    const swapped = card.output.corners === 'yxyx';
    const out = collector();
    for (let i = 0; i < k; i++) {
      const score = scores.data[i] as number;
      const category = Math.round(labels.data[i] as number) - card.output.classBase;
      if (!(score >= threshold && category >= 0 && category < card.categories.length)) continue;
      const [a, b, c, d] = boxAt(boxes.data, i);
      if (swapped) out.add(b * unitX, a * unitY, d * unitX, c * unitY, score, category);
      else out.add(a * unitX, b * unitY, c * unitX, d * unitY, score, category);
    }
    return out.finish();
  },
};

/** K of [1, K, 4] or [K, 4]. */
function lists(output: OutputTensor): number | null {
  const { dims } = output;
  if (dims.length === 3 && dims[0] === 1) return dims[1] ?? null;
  return dims.length === 2 ? (dims[0] ?? null) : null;
}

const isColumn = (output: OutputTensor, k: number): boolean =>
  (output.dims.length === 1 && output.dims[0] === k) ||
  (output.dims.length === 2 && ((output.dims[0] === 1 && output.dims[1] === k) || (output.dims[0] === k && output.dims[1] === 1)));

/** The output whose name says it, else the only or first one. */
const pick = (outputs: readonly OutputTensor[], name: RegExp): OutputTensor | undefined =>
  outputs.find((output) => name.test(output.name)) ?? outputs[0];
