import type { Box, Size } from '../../shared/geometry/box.ts';

/**
 * The part of a frame to show a box in: the box with `pad` times its size around it, of the given aspect (width / height),
 * inside the image where it fits. Everything in px of the upright image.
 */
export function cropAround(frame: Size, box: Box, aspect: number, pad = 0.6): Box {
  const [x, y, w, h] = box;
  const wanted = Math.max(w * (1 + 2 * pad), h * (1 + 2 * pad) * aspect, 48);
  const width = Math.min(wanted, frame.width, frame.height * aspect);
  const height = width / aspect;
  return [inside(x + w / 2 - width / 2, width, frame.width), inside(y + h / 2 - height / 2, height, frame.height), width, height];
}

const inside = (at: number, length: number, limit: number): number => Math.min(Math.max(at, 0), Math.max(limit - length, 0));
