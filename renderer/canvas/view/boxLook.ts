import type { SceneBox } from '../model/sceneBox.ts';

/** How boxes look; a change of it draws all of them again. */
export interface BoxLook {
  colorOf(box: SceneBox): string;
  nameOf(box: SceneBox): string;
  /** Name and marks, for a tag that says everything. */
  tagOf(box: SceneBox): string;
  /** CSS px of a resting box's line. */
  readonly lineWidth: number;
  /** 0 … 1 of a resting box's line. */
  readonly opacity: number;
  /** 0 … 1 of the colour inside a resting box. */
  readonly fill: number;
  /** Which boxes carry a tag: as room allows, those under the pointer and in the selection alone, or none. */
  readonly tags: 'auto' | 'chosen' | 'none';
}

/** What helps to aim and to see. */
export interface CanvasAids {
  readonly crosshair: 'draw' | 'always' | 'off';
  /** Lines through the pointer, or lines that leave its surroundings clear. */
  readonly crosshairStyle: 'lines' | 'gap';
  /** A line between the pixels of the image from 800 % on. */
  readonly pixelGrid: boolean;
}

/** The part of a 2D context that Konva's own wrapper and a plain canvas share. */
export type Context2d = CanvasRenderingContext2D;

/** CSS px of the canvas. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
