import { AppError } from '../../../shared/errors.ts';
import { collector } from './collector.ts';
import { type Family, letterboxRgb01, type Match, plainOutput, type OutputTensor } from './family.ts';
import { gridOf } from './grid.ts';

/**
 * Suppression inside the network, one row a detection: x1, y1, x2, y2, score, category (YOLOv10, YOLO26, exports with NMS),
 * or batch, x1, y1, x2, y2, category, score (YOLOv7).
 */
export const endToEnd: Family = {
  names: ['e2e6', 'e2e7'],

  match({ outputs, width, height }) {
    const found: Match[] = [];
    for (const output of outputs) {
      const rows = detections(output);
      if (rows === null) continue;
      const { k, attributes } = rows;
      if (attributes === 7 && output.dims.length !== 2) continue;
      const [first, scoreAt, classAt] = attributes === 6 ? [0, 4, 5] : [1, 6, 5];
      const grid = attributes === 6 ? gridOf(k, width, height) : null;
      let ordered = 0;
      let sensible = 0;
      let highest = 0;
      let top = 0;
      for (let i = 0; i < k; i++) {
        const row = output.data.subarray(i * attributes, (i + 1) * attributes);
        const score = row[scoreAt] as number;
        const category = row[classAt] as number;
        if ((row[first] as number) <= (row[first + 2] as number) && (row[first + 1] as number) <= (row[first + 3] as number)) ordered++;
        // Rows that pad a short list often hold -1.
        if (score >= -1.001 && score <= 1.001 && Number.isInteger(category) && category >= -1 && category < 65_535) sensible++;
        if (category > highest) highest = category;
        for (let j = 0; j < 4; j++) top = Math.max(top, Math.abs(row[first + j] as number));
      }
      if (sensible < k || ordered < 0.9 * k) continue;
      const why = [`“${output.name}” is [${output.dims.join(', ')}]: a list of detections of ${attributes} numbers.`];
      if (k === 0)
        why.push('The trial run found nothing, so px of the input and a category number in the last place are taken for granted.');
      else why.push('In the trial run each row held two corners, a score and a whole number for the category.');
      const unit = k > 0 && top > 0 && top <= 1.5;
      found.push({
        family: attributes === 6 ? 'e2e6' : 'e2e7',
        confidence: k === 0 ? 0.75 : grid !== null && k > 500 ? 0.4 : 0.92,
        output: { ...plainOutput, names: [output.name], coordinates: unit ? 'unit' : 'pixels' },
        categories: Math.max(highest + 1, 0),
        input: letterboxRgb01,
        nms: false,
        why,
      });
    }
    return found;
  },

  decode([output], card, threshold) {
    const rows = output === undefined ? null : detections(output);
    if (output === undefined || rows === null)
      throw new AppError('model_failed', 'The output of the model has another shape than when it was added.');
    const { k, attributes } = rows;
    const [first, scoreAt, classAt] = attributes === 6 ? [0, 4, 5] : [1, 6, 5];
    const [unitX, unitY] = card.output.coordinates === 'unit' ? [card.input.width, card.input.height] : [1, 1];
    const out = collector();
    for (let i = 0; i < k; i++) {
      const at = i * attributes;
      const score = output.data[at + scoreAt] as number;
      const category = Math.round(output.data[at + classAt] as number) - card.output.classBase;
      if (!(score >= threshold && category >= 0 && category < card.categories.length)) continue;
      const corner = (j: number): number => output.data[at + first + j] as number;
      out.add(corner(0) * unitX, corner(1) * unitY, corner(2) * unitX, corner(3) * unitY, score, category);
    }
    return out.finish();
  },
};

function detections(output: OutputTensor): { readonly k: number; readonly attributes: 6 | 7 } | null {
  const { dims } = output;
  const [k, attributes] = dims.length === 3 && dims[0] === 1 ? dims.slice(1) : dims;
  if ((dims.length !== 2 && dims.length !== 3) || k === undefined || k > 5_000) return null;
  return attributes === 6 || attributes === 7 ? { k, attributes } : null;
}
