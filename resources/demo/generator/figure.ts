import type { Rgb } from './color.ts';
import { type Vec3, centroid, dot, normalOf, subtract } from './geometry.ts';

/** Gradients laid over a face: `body` and `glass` of vehicles, `wall` of what is built or sewn, `pane` of windows. */
export type Sheen = 'body' | 'glass' | 'wall' | 'pane';

/** A flat piece of a surface in the object's frame, metres. Without a normal it is seen from both sides. */
export interface Face {
  readonly kind: 'face';
  readonly points: readonly Vec3[];
  readonly color: Rgb;
  readonly normal?: Vec3;
  /** Shines by itself: neither shaded nor as hazy as the rest. */
  readonly glows?: boolean;
  readonly opacity?: number;
  readonly sheen?: Sheen;
  /** Drawn on the face, in this order, only where the face itself is seen. */
  readonly decals?: readonly Piece[];
  /** Left out below this scale, image pixels per metre. */
  readonly detail?: number;
}

/** A rod: `width` in metres. */
export interface Line {
  readonly kind: 'line';
  readonly points: readonly Vec3[];
  readonly width: number;
  readonly color: Rgb;
  readonly closed?: boolean;
  readonly glows?: boolean;
  readonly opacity?: number;
  readonly detail?: number;
}

/** A ball, or with `tall` ≠ 1 an egg that stands upright. */
export interface Ball {
  readonly kind: 'ball';
  readonly at: Vec3;
  readonly radius: number;
  readonly tall?: number;
  readonly color: Rgb;
  readonly opacity?: number;
  readonly glows?: boolean;
  readonly detail?: number;
}

/** Light around a lamp: drawn over its figure, belongs to no silhouette. `radius` in metres. */
export interface Glow {
  readonly kind: 'glow';
  readonly at: Vec3;
  readonly radius: number;
  readonly color: Rgb;
  readonly strength: number;
  /** The direction it shines into; none = all around. */
  readonly towards?: Vec3;
}

export type Piece = Face | Line | Ball | Glow;

/** Pieces that are drawn together; parts are drawn from far to near by `at`. */
export interface Part {
  readonly at: Vec3;
  readonly order: 'given' | 'depth';
  readonly pieces: readonly Piece[];
}

/** Something that stands on the road, in its own frame. */
export interface Figure {
  readonly parts: readonly Part[];
  /** Outline on the ground and height, for the shadow, metres. */
  readonly footprint: readonly Vec3[];
  readonly height: number;
}

/** The same face with its normal turned away from `inside`. */
export function facing(face: Omit<Face, 'kind' | 'normal'>, inside: Vec3): Face {
  const normal = normalOf(face.points);
  const outward = dot(normal, subtract(centroid(face.points), inside)) >= 0;
  return { ...face, kind: 'face', normal: outward ? normal : [-normal[0], -normal[1], -normal[2]] };
}

/** An axis-aligned box in the object's frame, without its underside. */
export function box(low: Vec3, high: Vec3, color: Rgb, extra: Partial<Pick<Face, 'sheen' | 'detail' | 'glows'>> = {}): readonly Face[] {
  const [a, b, c] = low;
  const [d, e, f] = high;
  const inside: Vec3 = [(a + d) / 2, (b + e) / 2, (c + f) / 2];
  const sides: readonly (readonly Vec3[])[] = [
    [
      [a, b, c],
      [d, b, c],
      [d, e, c],
      [a, e, c],
    ],
    [
      [a, b, f],
      [d, b, f],
      [d, e, f],
      [a, e, f],
    ],
    [
      [a, b, c],
      [a, b, f],
      [a, e, f],
      [a, e, c],
    ],
    [
      [d, b, c],
      [d, b, f],
      [d, e, f],
      [d, e, c],
    ],
    [
      [a, e, c],
      [d, e, c],
      [d, e, f],
      [a, e, f],
    ],
  ];
  return sides.map((points) => facing({ points, color, ...extra }, inside));
}

/** A disc across the object's u axis at `u`, as a polygon. */
export function disc(u: number, v: number, w: number, radius: number, corners = 18): readonly Vec3[] {
  return Array.from({ length: corners }, (_, i): Vec3 => {
    const angle = (2 * Math.PI * i) / corners;
    return [u, v + radius * Math.cos(angle), w + radius * Math.sin(angle)];
  });
}

/** The piece with its own points elsewhere; what lies on it stays. */
export function mapped(piece: Piece, move: (point: Vec3) => Vec3): Piece {
  if (piece.kind === 'ball' || piece.kind === 'glow') return { ...piece, at: move(piece.at) };
  return { ...piece, points: piece.points.map(move) };
}

export const shifted = (piece: Piece, u: number, v: number, w: number): Piece => mapped(piece, ([a, b, c]) => [a + u, b + v, c + w]);

/** The figure in another size. Widths of rods and balls grow with it. */
export function scaled(figure: Figure, by: number): Figure {
  const grow = ([u, v, w]: Vec3): Vec3 => [u * by, v * by, w * by];
  const piece = (one: Piece): Piece => {
    const moved = mapped(one, grow);
    if (moved.kind === 'face') return { ...moved, ...(moved.decals === undefined ? {} : { decals: moved.decals.map(piece) }) };
    if (moved.kind === 'line') return { ...moved, width: moved.width * by };
    return { ...moved, radius: moved.radius * by };
  };
  return {
    parts: figure.parts.map((part) => ({ ...part, at: grow(part.at), pieces: part.pieces.map(piece) })),
    footprint: figure.footprint.map(grow),
    height: figure.height * by,
  };
}

/** A rectangle on the ground around the object's own middle line. */
export function groundRectangle(half: number, rear: number, front: number): readonly Vec3[] {
  return [
    [-half, 0, rear],
    [half, 0, rear],
    [half, 0, front],
    [-half, 0, front],
  ];
}
