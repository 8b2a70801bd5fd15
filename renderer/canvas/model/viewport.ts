import type { Box, Size } from '../../../shared/geometry/box.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How the image lies on the canvas: `screen = image * scale + offset`, screen in CSS px, image in px of the upright image. */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const minScale = 0.02;
export const maxScale = 64;

export const toScreen = (viewport: Viewport, point: Point): Point => ({
  x: point.x * viewport.scale + viewport.x,
  y: point.y * viewport.scale + viewport.y,
});

export const toImage = (viewport: Viewport, point: Point): Point => ({
  x: (point.x - viewport.x) / viewport.scale,
  y: (point.y - viewport.y) / viewport.scale,
});

/** Zooms by a factor so that the image point under `at` (screen px) stays where it is. */
export function zoomAt(viewport: Viewport, at: Point, factor: number): Viewport {
  const scale = Math.min(Math.max(viewport.scale * factor, minScale), maxScale);
  const ratio = scale / viewport.scale;
  return { scale, x: at.x - (at.x - viewport.x) * ratio, y: at.y - (at.y - viewport.y) * ratio };
}

export const pan = (viewport: Viewport, dx: number, dy: number): Viewport => ({ ...viewport, x: viewport.x + dx, y: viewport.y + dy });

/** Room to leave at the sides of the canvas, screen px: what floats there must not cover the image. */
export interface Insets {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The whole image in the middle of what the insets leave. Small images grow to at most four times their size. */
export function fit(image: Size, canvas: Size, insets: Insets): Viewport {
  const room = {
    width: Math.max(canvas.width - insets.left - insets.right, 1),
    height: Math.max(canvas.height - insets.top - insets.bottom, 1),
  };
  return pan(fitBox([0, 0, image.width, image.height], room, 0, 4), insets.left, insets.top);
}

/** A part of the image, centred, with a margin around it: a witness pair, a selected box. */
export function fitBox(box: Box, canvas: Size, margin: number, largest: number): Viewport {
  const width = Math.max(canvas.width - 2 * margin, 1);
  const height = Math.max(canvas.height - 2 * margin, 1);
  const wanted = Math.min(width / Math.max(box[2], 1), height / Math.max(box[3], 1), largest);
  const scale = Math.min(Math.max(wanted, minScale), maxScale);
  return { scale, x: canvas.width / 2 - (box[0] + box[2] / 2) * scale, y: canvas.height / 2 - (box[1] + box[3] / 2) * scale };
}

/** One image px on one CSS px, the centre of the canvas staying in place. */
export function actualSize(viewport: Viewport, canvas: Size): Viewport {
  return zoomAt(viewport, { x: canvas.width / 2, y: canvas.height / 2 }, 1 / viewport.scale);
}

/** How far the view must move, screen px, until an image point lies inside the insets; zero on an axis where it does. */
export function revealBy(viewport: Viewport, canvas: Size, point: Point, insets: Insets): Point {
  const at = toScreen(viewport, point);
  const into = (value: number, from: number, to: number): number => Math.max(from - value, 0) + Math.min(to - value, 0);
  return { x: into(at.x, insets.left, canvas.width - insets.right), y: into(at.y, insets.top, canvas.height - insets.bottom) };
}
