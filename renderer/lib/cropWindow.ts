import type { Box } from '../../shared/geometry/box.ts';

/**
 * The part of a frame that a thumbnail shows: the largest window of the given aspect (width / height), centred, moved so that `keep` lies in view
 * with a margin; where `keep` is larger than the window, centred on it. Everything in px of the upright image.
 */
export function cropWindow(width: number, height: number, aspect: number, keep: Box | null): Box {
  const w = width / height > aspect ? height * aspect : width;
  const h = width / height > aspect ? height : width / aspect;
  const margin = Math.max(w, h) * 0.03;
  return [place(width, w, keep?.[0], keep?.[2], margin), place(height, h, keep?.[1], keep?.[3], margin), w, h];
}

function place(size: number, window: number, start: number | undefined, length: number | undefined, margin: number): number {
  let at = (size - window) / 2;
  if (start !== undefined && length !== undefined) {
    const end = start + length;
    if (length > window) at = (start + end - window) / 2;
    else if (start - margin < at) at = Math.max(start - margin, end - window);
    else if (end + margin > at + window) at = Math.min(end + margin - window, start);
  }
  return Math.max(0, Math.min(size - window, at));
}

/** The smallest box around all of them, or null for none. */
export function union(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x1 = Math.min(...boxes.map((b) => b[0]));
  const y1 = Math.min(...boxes.map((b) => b[1]));
  const x2 = Math.max(...boxes.map((b) => b[0] + b[2]));
  const y2 = Math.max(...boxes.map((b) => b[1] + b[3]));
  return [x1, y1, x2 - x1, y2 - y1];
}
