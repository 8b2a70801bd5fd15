import type { DatasetId, FrameId } from '../../shared/domain/ids.ts';

/** `deep`: the samples of an image with 16 bits a channel. */
export type MediaVariant = 'original' | 'cover' | 'deep' | `thumb-${number}`;

/** Where a frame's pixels are. Same origin in every shell, so that a canvas stays readable. */
export function mediaUrl(dataset: DatasetId | string, frame: FrameId | number, variant: MediaVariant): string {
  return `/media/${encodeURIComponent(dataset)}/${frame}/${variant}`;
}
