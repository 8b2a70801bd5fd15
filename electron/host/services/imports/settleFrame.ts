import { flagsOf, type Attributes, type BoxFlag } from '../../../../shared/domain/annotation.ts';
import type { BoxTable, FrameIndex, LabelFrame, LabelSet, RleMask } from '../../../../shared/formats/labelSet.ts';
import type { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import { settleBox, uprightBox } from '../../../../shared/formats/settleBox.ts';
import type { Box } from '../../../../shared/geometry/box.ts';
import type { ImageHeader } from '../../../../shared/formats/images/imageHeader.ts';

/** A box that goes into the dataset. */
export interface SettledBox {
  /** Index into the categories of its label set. */
  readonly category: number;
  readonly bbox: Box;
  readonly angle: number;
  readonly flags: readonly BoxFlag[];
  readonly attributes: Attributes;
  readonly track: number | null;
  readonly interpolated: boolean;
  readonly area: number | null;
  readonly mask: RleMask | null;
  readonly sourceId: number | null;
}

export interface SettledFrame {
  readonly boxes: readonly SettledBox[];
  readonly repaired: number;
  readonly refused: number;
}

/** YOLO files have six digits: a box at the border may leave the image by a rounded-up half of the last one. */
export const shareTolerance = 2e-6;
/** Sums of doubles: `x + w` may end a hair beyond the border that it was cut at. */
const sumTolerance = 1e-9;

/** Boxes of one frame on its real image: units, orientation, clipping, refusals. Notes go to the report. */
export function settleFrame(
  labels: LabelSet,
  index: FrameIndex,
  frame: number,
  context: { readonly image: ImageHeader; readonly report: ReportCollector },
): SettledFrame {
  const { image, report } = context;
  const label = labels.frames[frame] as LabelFrame;
  const isTurned = isDrawnOnStoredPixels(label, image);
  if (isTurned)
    report.add({
      code: 'boxes_turned',
      severity: 'repaired',
      message: 'Boxes were drawn on an image that lies on its side; they were turned with it.',
      item: label.name,
    });
  else if (label.declared !== null && (label.declared.width !== image.width || label.declared.height !== image.height))
    report.add({
      code: 'size_differs',
      severity: 'warning',
      message: 'The image has another size than its labels say; the boxes were taken as they are.',
      item: label.name,
    });
  const boxes: SettledBox[] = [];
  let repaired = 0;
  let refused = 0;
  const side = Math.max(image.width, image.height);
  const asIs = sumTolerance * side;
  const unnoticed = labels.boxes.encoding === 'share' ? shareTolerance * side : asIs;
  for (let at = index.offsets[frame] as number; at < (index.offsets[frame + 1] as number); at++) {
    const row = index.rows[at] as number;
    const raw = pixelBox(labels.boxes, row, image);
    const drawn = isTurned ? uprightBox(raw, { width: image.storedWidth, height: image.storedHeight }, image.orientation) : raw;
    const settled = settleBox(drawn, image, { asIs, unnoticed });
    if (settled.kind === 'refused') {
      refused++;
      report.add({ code: settled.code, severity: 'refused', message: settled.message, item: label.name });
      continue;
    }
    if (settled.kind === 'clipped') {
      repaired++;
      report.add({
        code: 'box_clipped',
        severity: 'repaired',
        message: 'A box reached beyond its image and was clipped.',
        item: label.name,
      });
    }
    boxes.push(boxOfRow(labels.boxes, row, settled.box));
  }
  return { boxes, repaired, refused };
}

/** The labels' size is that of the stored pixels and not of the upright image: whoever drew them saw it lying. */
function isDrawnOnStoredPixels(label: LabelFrame, image: ImageHeader): boolean {
  const { declared } = label;
  if (declared === null || image.orientation < 5 || image.width === image.height) return false;
  return declared.width === image.storedWidth && declared.height === image.storedHeight;
}

export function pixelBox(boxes: BoxTable, row: number, size: { readonly width: number; readonly height: number }): Box {
  const x = boxes.x.get(row);
  const y = boxes.y.get(row);
  const w = boxes.w.get(row);
  const h = boxes.h.get(row);
  if (boxes.encoding === 'px') return [x, y, w, h];
  return [(x - w / 2) * size.width, (y - h / 2) * size.height, w * size.width, h * size.height];
}

function boxOfRow(boxes: BoxTable, row: number, bbox: Box): SettledBox {
  const extra = boxes.extras.get(row);
  const area = boxes.areas.get(row);
  const sourceId = boxes.sourceIds.get(row);
  return {
    category: boxes.categories.get(row),
    bbox,
    angle: extra?.angle ?? 0,
    flags: flagsOf(boxes.flags.get(row)),
    attributes: extra?.attributes ?? {},
    track: extra?.track ?? null,
    interpolated: extra?.interpolated === true && extra.track !== undefined,
    area: Number.isNaN(area) ? null : area,
    mask: extra?.segmentation ?? null,
    sourceId: Number.isSafeInteger(sourceId) ? sourceId : null,
  };
}
