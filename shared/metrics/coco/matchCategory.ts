import type { EvaluationInput, GroupedRows } from '../evaluationInput.ts';
import { crowdBit, ignoreBit } from '../evaluationInput.ts';
import { stableOrderByScore } from '../stableOrder.ts';
import { cocoIou } from './overlap.ts';
import { areaRanges, iouThresholds, maxDetections } from './parameters.ts';

const thresholds = iouThresholds.length;
const most = maxDetections[maxDetections.length - 1]!;
const allBits = (1 << thresholds) - 1;

/** The detections of one category after matching, in the order of frames and then of falling score. N detections. */
export interface MatchedCategory {
  readonly count: number;
  readonly scores: Float64Array;
  /** Place of the detection among those of its frame, by falling score; below 100. */
  readonly ranks: Uint8Array;
  /** Per area range: N bit sets, bit t = matched at IoU threshold t. */
  readonly matched: readonly Uint16Array[];
  /** Per area range: N bit sets, bit t = neither right nor wrong at IoU threshold t. */
  readonly ignored: readonly Uint16Array[];
  /** Per area range: how many ground truths are to be found. */
  readonly positives: readonly number[];
}

/** Buffers that grow to the largest frame; a frame's work allocates nothing. */
class FrameScratch {
  ious = new Float64Array(1024);
  order = new Uint32Array(256);
  sorting = new Uint32Array(256);
  gtOrder = new Uint32Array(64);
  gtIgnored = new Uint8Array(64);
  gtTaken = new Uint16Array(64);

  reserve(detections: number, groundTruths: number): void {
    const kept = Math.min(detections, most);
    if (this.ious.length < kept * groundTruths) this.ious = new Float64Array(2 * kept * groundTruths);
    if (this.order.length < detections) {
      this.order = new Uint32Array(2 * detections);
      this.sorting = new Uint32Array(2 * detections);
    }
    if (this.gtOrder.length < groundTruths) {
      this.gtOrder = new Uint32Array(2 * groundTruths);
      this.gtIgnored = new Uint8Array(2 * groundTruths);
      this.gtTaken = new Uint16Array(2 * groundTruths);
    }
  }
}

/**
 * Matches one category over all frames, as `COCOeval.evaluateImg` does for each image and area range: detections by
 * falling score (the best 100 of a frame), each takes the free ground truth with the highest IoU at or above the
 * threshold, on equal IoU the later one; real ground truths before ignored ones; crowds are never used up.
 */
export function matchCategory(
  input: EvaluationInput,
  k: number,
  groundTruths: GroupedRows,
  detections: GroupedRows,
  honourIgnore: boolean,
): MatchedCategory {
  const dtEnd = detections.starts[k + 1]!;
  const gtEnd = groundTruths.starts[k + 1]!;
  const room = dtEnd - detections.starts[k]!;
  const out = {
    count: 0,
    scores: new Float64Array(room),
    ranks: new Uint8Array(room),
    matched: areaRanges.map(() => new Uint16Array(room)),
    ignored: areaRanges.map(() => new Uint16Array(room)),
    positives: areaRanges.map(() => 0),
  };
  const scratch = new FrameScratch();
  const ignoring = honourIgnore ? crowdBit | ignoreBit : crowdBit;
  const { boxes: gtBoxes, flags: gtFlags } = input.groundTruth;
  const { boxes: dtBoxes, scores: dtScores } = input.detections;
  const ids = input.sourceIds ?? input.groundTruth.ids;

  let dtAt = detections.starts[k]!;
  let gtAt = groundTruths.starts[k]!;
  while (dtAt < dtEnd || gtAt < gtEnd) {
    const frame = Math.min(dtAt < dtEnd ? detections.frames[dtAt]! : Infinity, gtAt < gtEnd ? groundTruths.frames[gtAt]! : Infinity);
    const dtFrom = dtAt;
    while (dtAt < dtEnd && detections.frames[dtAt] === frame) dtAt++;
    const gtFrom = gtAt;
    while (gtAt < gtEnd && groundTruths.frames[gtAt] === frame) gtAt++;
    const found = dtAt - dtFrom;
    const wanted = gtAt - gtFrom;
    scratch.reserve(found, wanted);
    const { ious, order, gtOrder, gtIgnored, gtTaken } = scratch;

    for (let i = 0; i < found; i++) order[i] = detections.rows[dtFrom + i]!;
    stableOrderByScore(dtScores, order, found, scratch.sorting);
    const kept = Math.min(found, most);
    const base = out.count;
    out.count += kept;
    let overlapping = false;
    for (let d = 0; d < kept; d++) {
      const row = order[d]!;
      out.scores[base + d] = dtScores[row]!;
      out.ranks[base + d] = d;
      for (let g = 0; g < wanted; g++) {
        const gtRow = groundTruths.rows[gtFrom + g]!;
        const value = cocoIou(dtBoxes, row, gtBoxes, gtRow, (gtFlags[gtRow]! & crowdBit) !== 0);
        ious[d * wanted + g] = value;
        if (value >= iouThresholds[0]!) overlapping = true;
      }
    }

    for (let a = 0; a < areaRanges.length; a++) {
      const { low, high } = areaRanges[a]!;
      const matched = out.matched[a]!;
      const ignored = out.ignored[a]!;
      let real = 0;
      for (let g = 0; g < wanted; g++) {
        const row = groundTruths.rows[gtFrom + g]!;
        const stated = input.areas === undefined ? NaN : input.areas[row]!;
        const area = Number.isNaN(stated) ? gtBoxes[4 * row + 2]! * gtBoxes[4 * row + 3]! : stated;
        const ignore = (gtFlags[row]! & ignoring) !== 0 || area < low || area > high;
        gtIgnored[g] = ignore ? 1 : 0;
        if (!ignore) gtOrder[real++] = g;
      }
      out.positives[a] = out.positives[a]! + real;
      for (let g = 0, last = real; g < wanted; g++) if (gtIgnored[g] === 1) gtOrder[last++] = g;

      if (overlapping) {
        gtTaken.fill(0, 0, wanted);
        for (let t = 0; t < thresholds; t++) {
          const bit = 1 << t;
          const atLeast = Math.min(iouThresholds[t]!, 1 - 1e-10);
          for (let d = 0; d < kept; d++) {
            let best = atLeast;
            let match = -1;
            for (let o = 0; o < wanted; o++) {
              const g = gtOrder[o]!;
              if ((gtTaken[g]! & bit) !== 0 && (gtFlags[groundTruths.rows[gtFrom + g]!]! & crowdBit) === 0) continue;
              if (match >= 0 && gtIgnored[match] === 0 && gtIgnored[g] === 1) break;
              const value = ious[d * wanted + g]!;
              if (value < best) continue;
              best = value;
              match = g;
            }
            if (match < 0) continue;
            gtTaken[match] = gtTaken[match]! | bit;
            if (gtIgnored[match] === 1) ignored[base + d] = ignored[base + d]! | bit;
            // The trap: pycocotools stores the id of the match, and 0 says "no match" (METHODS 5.1).
            if (ids[groundTruths.rows[gtFrom + match]!] !== 0) matched[base + d] = matched[base + d]! | bit;
          }
        }
      }
      for (let d = 0; d < kept; d++) {
        const row = order[d]!;
        const area = dtBoxes[4 * row + 2]! * dtBoxes[4 * row + 3]!;
        // A miss outside the area range is nobody's concern.
        if (area < low || area > high) ignored[base + d] = ignored[base + d]! | (allBits & ~matched[base + d]!);
      }
    }
  }
  return out;
}
