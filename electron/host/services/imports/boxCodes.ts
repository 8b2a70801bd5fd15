import type { ReportEntry } from '../../../../shared/contract/common.ts';

/** Codes of report lines whose items are boxes and not files, images or categories. */
const boxCodes: ReadonlySet<string> = new Set([
  'annotation_id_used_twice',
  'box_clipped',
  'box_from_outline',
  'box_missing',
  'box_negative_size',
  'box_not_finite',
  'box_of_failed_image',
  'box_of_same_image',
  'box_of_unknown_image',
  'box_outside',
  'box_without_area',
  'box_without_category',
  'box_without_image',
  'category_name_too_long',
  'coco_entry_broken',
  'result_broken',
  'result_of_unknown_category',
  'result_of_unknown_image',
  'score_missing',
  'voc_object_without_name',
  'yolo_class_broken',
  'yolo_class_unknown',
  'yolo_line_broken',
  'yolo_not_normalised',
]);

/** How many boxes a report speaks of with this severity. */
export function boxCount(report: readonly ReportEntry[], severity: 'repaired' | 'refused'): number {
  return report.reduce((sum, entry) => sum + (entry.severity === severity && boxCodes.has(entry.code) ? entry.count : 0), 0);
}
