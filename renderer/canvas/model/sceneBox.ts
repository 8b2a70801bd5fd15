import type { Attributes, BoxFlag, Origin } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';

/** A box as the canvas knows it: enough to draw it, hit it and name it. */
export interface SceneBox {
  readonly id: BoxId;
  readonly category: CategoryId;
  readonly bbox: Box;
  readonly angle: number;
  readonly score: number | null;
  readonly origin: Origin;
  readonly flags: readonly BoxFlag[];
  /** A prediction that is no annotation, or a locked box: drawn, never edited. */
  readonly readOnly: boolean;
  /** As `sourceOf` and `sourceOfRun` name it; the origin where absent. */
  readonly source?: string;
  readonly track?: number | null;
  readonly attributes?: Attributes;
}
