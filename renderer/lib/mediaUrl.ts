import type { DatasetId, FrameId } from '../../shared/domain/ids.ts';

export type MediaVariant = 'original' | 'cover' | `thumb-${number}`;

/** Where a frame's pixels are. Same origin in every shell, so that a canvas stays readable. */
export function mediaUrl(dataset: DatasetId | string, frame: FrameId | number, variant: MediaVariant): string {
  return `/media/${encodeURIComponent(dataset)}/${frame}/${variant}`;
}
