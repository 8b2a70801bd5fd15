import type { CategoryId } from './ids.ts';

/** A category (COCO's word for class). `order` is the order of the import and the class order of exports: pinned. */
export interface Category {
  readonly id: CategoryId;
  readonly name: string;
  readonly supercategory: string | null;
  readonly order: number;
  /** The id it had in the file it came from (COCO ids have gaps); kept for export. */
  readonly sourceId: number | null;
  /** `#rrggbb` chosen by somebody, or null for the palette's. */
  readonly color: string | null;
}
