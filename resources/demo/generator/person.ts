import { type BicycleLook, bicyclePieces } from './bicycle.ts';
import { type Rgb, brighter } from './color.ts';
import { type Figure, type Part, type Piece, groundRectangle } from './figure.ts';
import type { Vec3 } from './geometry.ts';
import type { Random } from './random.ts';

export interface PersonLook {
  readonly skin: Rgb;
  readonly hair: Rgb;
  readonly top: Rgb;
  readonly legs: Rgb;
  readonly shoes: Rgb;
  readonly bag?: Rgb;
  readonly helmet?: Rgb;
  readonly coat: boolean;
  readonly longHair: boolean;
  /** Body height, metres. */
  readonly height: number;
  readonly girth: number;
}

export function personLook(random: Random): PersonLook {
  const child = random.chance(0.13);
  const bag = random.chance(0.3);
  const helmet = random.chance(0.7);
  return {
    skin: random.pick<Rgb>([
      [236, 196, 166],
      [222, 172, 134],
      [188, 132, 94],
      [140, 92, 62],
      [94, 62, 44],
    ]),
    hair: random.pick<Rgb>([
      [34, 26, 22],
      [70, 46, 30],
      [120, 84, 48],
      [190, 150, 92],
      [150, 150, 152],
      [22, 20, 22],
    ]),
    top: random.pick<Rgb>([
      [178, 44, 46],
      [36, 78, 140],
      [238, 236, 230],
      [32, 34, 40],
      [222, 178, 60],
      [62, 122, 82],
      [120, 124, 130],
      [206, 118, 60],
      [110, 66, 122],
      [88, 164, 190],
      [226, 120, 150],
    ]),
    legs: random.pick<Rgb>([
      [38, 48, 78],
      [28, 28, 32],
      [92, 96, 104],
      [148, 132, 104],
      [60, 76, 112],
      [70, 54, 44],
    ]),
    shoes: random.pick<Rgb>([
      [30, 28, 28],
      [228, 228, 226],
      [104, 66, 42],
    ]),
    coat: random.chance(0.3),
    longHair: random.chance(0.4),
    height: child ? random.between(1.05, 1.4) : random.between(1.58, 1.88),
    girth: random.between(0.92, 1.15),
    ...(bag
      ? {
          bag: random.pick<Rgb>([
            [60, 40, 34],
            [34, 58, 92],
            [150, 44, 50],
            [40, 44, 42],
          ]),
        }
      : {}),
    ...(helmet
      ? {
          helmet: random.pick<Rgb>([
            [232, 232, 228],
            [200, 40, 40],
            [30, 32, 36],
            [240, 200, 40],
            [40, 110, 180],
          ]),
        }
      : {}),
  };
}

const rod = (points: readonly Vec3[], width: number, color: Rgb): Piece => ({ kind: 'line', points, width, color });

/** Shoulders to hips as one outline; wider seen from the front than from the side, because it is a slab. */
function torso(look: PersonLook, hip: Vec3, shoulder: Vec3, size: number, hem: number): readonly Piece[] {
  const wide = 0.17 * size * look.girth;
  const low = 0.15 * size * look.girth * (look.coat ? 1.12 : 1);
  const slab = (du: number, dw: number, color: Rgb): Piece => ({
    kind: 'face',
    points: [
      [-low * du + hip[0], hip[1] - hem, hip[2] - low * dw],
      [-wide * du + shoulder[0], shoulder[1] - 0.03 * size, shoulder[2] - wide * dw],
      [-wide * 0.55 * du + shoulder[0], shoulder[1] + 0.05 * size, shoulder[2] - wide * 0.55 * dw],
      [wide * 0.55 * du + shoulder[0], shoulder[1] + 0.05 * size, shoulder[2] + wide * 0.55 * dw],
      [wide * du + shoulder[0], shoulder[1] - 0.03 * size, shoulder[2] + wide * dw],
      [low * du + hip[0], hip[1] - hem, hip[2] + low * dw],
    ],
    color,
    sheen: 'wall',
  });
  return [slab(0, 0.72, brighter(look.top, 0.92)), slab(1, 0, look.top)];
}

function head(look: PersonLook, at: Vec3, size: number, helmet: boolean): readonly Piece[] {
  const r = 0.105 * size;
  const pieces: Piece[] = [
    rod([[at[0], at[1] - r * 1.5, at[2] - 0.01], at], 0.09 * size, brighter(look.skin, 0.85)),
    { kind: 'ball', at, radius: r, tall: 1.2, color: look.skin },
  ];
  const cap = helmet ? look.helmet : undefined;
  if (cap === undefined) {
    pieces.push({
      kind: 'ball',
      at: [at[0], at[1] + r * 0.34, at[2] - r * 0.42],
      radius: r * 1.02,
      tall: look.longHair ? 1.25 : 1.0,
      color: look.hair,
    });
    if (look.longHair)
      pieces.push({ kind: 'ball', at: [at[0], at[1] - r * 0.5, at[2] - r * 0.55], radius: r * 0.95, tall: 1.5, color: look.hair });
  } else {
    pieces.push({ kind: 'ball', at: [at[0], at[1] + r * 0.55, at[2] - r * 0.1], radius: r * 1.18, tall: 0.86, color: cap });
  }
  return pieces;
}

/** A person on foot, w forward; `phase` is the step's angle, radians; `stride` 0 stands still. */
export function walkingPerson(look: PersonLook, phase: number, stride: number): Figure {
  const h = look.height / 1.75;
  const swing = Math.sin(phase) * stride;
  const bob = Math.abs(Math.cos(phase)) * 0.02 * stride * h;
  const hip: Vec3 = [0, 0.9 * h + bob, 0];
  const shoulder: Vec3 = [0, 1.4 * h + bob, 0.03 * h];
  const leg = (side: number, forward: number): Piece[] => {
    const lift = Math.max(0, -forward) * 0.14 * h;
    const foot: Vec3 = [side * 0.09 * h, 0.06 * h + lift, forward * 0.36 * h];
    const knee: Vec3 = [side * 0.1 * h, 0.48 * h + lift * 0.4, (forward * 0.2 + 0.05) * h];
    return [
      rod([[side * 0.085 * h, hip[1], 0], knee, foot], 0.135 * h * look.girth, look.legs),
      rod([foot, [foot[0], foot[1] - 0.015 * h, foot[2] + 0.14 * h]], 0.085 * h, look.shoes),
    ];
  };
  const arm = (side: number, forward: number): Piece[] => {
    const elbow: Vec3 = [side * 0.24 * h, 1.13 * h + bob, (forward * 0.14 - 0.02) * h];
    const hand: Vec3 = [side * 0.25 * h, 0.9 * h + bob, (forward * 0.28 + 0.06) * h];
    return [
      rod([[side * 0.18 * h, shoulder[1] - 0.04 * h, shoulder[2]], elbow, hand], 0.088 * h, brighter(look.top, 0.88)),
      { kind: 'ball', at: hand, radius: 0.045 * h, color: look.skin },
    ];
  };
  const bag: Part[] =
    look.bag === undefined
      ? []
      : [
          {
            at: [0, 1.15 * h, -0.22 * h],
            order: 'given',
            pieces: [{ kind: 'ball', at: [0, 1.18 * h, -0.17 * h], radius: 0.15 * h, tall: 1.35, color: look.bag }],
          },
        ];
  const parts: readonly Part[] = [
    { at: [-0.2, 0.8, swing * 0.1], order: 'given', pieces: [...arm(-1, -swing)] },
    { at: [0.2, 0.8, -swing * 0.1], order: 'given', pieces: [...arm(1, swing)] },
    { at: [-0.085, 0.8, swing * 0.2], order: 'given', pieces: leg(-1, swing) },
    { at: [0.085, 0.8, -swing * 0.2], order: 'given', pieces: leg(1, -swing) },
    { at: [0, 0.8, 0], order: 'given', pieces: torso(look, hip, shoulder, h, look.coat ? 0.3 * h : 0.08 * h) },
    ...bag,
    { at: [0, 0.8, 0.0], order: 'given', pieces: head(look, [0, 1.61 * h + bob, 0.05 * h], h, false) },
  ];
  return {
    parts,
    footprint: groundRectangle(0.2, -0.2, 0.2),
    height: look.height,
  };
}

/** Somebody on a bicycle. Bicycle and rider are two objects of one pose: what is drawn belongs to one or the other. */
export function riderOn(
  look: PersonLook,
  bicycle: BicycleLook,
  crank: number,
): { readonly behind: Part; readonly before: readonly Part[] } {
  const s = bicycle.size;
  const sporty = bicycle.style === 'road' ? 1 : bicycle.style === 'mountain' ? 0.55 : 0.1;
  const hip: Vec3 = [0, 0.98 * s, -0.22 * s];
  const shoulder: Vec3 = [0, (1.46 - 0.12 * sporty) * s, (0.0 + 0.22 * sporty) * s];
  const hand: Vec3 = [0.25, 1.03 * s, 0.33 * s];
  const leg = (side: number, angle: number): Piece[] => {
    const foot: Vec3 = [side * 0.11, (0.29 + Math.cos(angle) * 0.17) * s, (-0.08 + Math.sin(angle) * 0.17) * s];
    const span = Math.sqrt((hip[1] - foot[1]) ** 2 + (hip[2] - foot[2]) ** 2);
    const bend = Math.sqrt(Math.max(0.01, 0.46 * 0.46 - (span / 2) ** 2 * 0.92));
    const knee: Vec3 = [side * 0.12, (hip[1] + foot[1]) / 2 + bend * 0.45, (hip[2] + foot[2]) / 2 + bend];
    return [
      rod([[side * 0.09, hip[1], hip[2]], knee], 0.145, look.legs),
      rod([knee, foot], 0.11, look.legs),
      rod([foot, [foot[0], foot[1] - 0.01, foot[2] + 0.13]], 0.08, look.shoes),
    ];
  };
  const arm = (side: number): Piece[] => [
    rod(
      [
        [side * 0.18, shoulder[1] - 0.04, shoulder[2]],
        [side * 0.25, (shoulder[1] + hand[1]) / 2 - 0.06, (shoulder[2] + hand[2]) / 2],
        [side * hand[0], hand[1], hand[2]],
      ],
      0.085,
      brighter(look.top, 0.88),
    ),
  ];
  return {
    behind: { at: [0, 0.5, 0], order: 'given', pieces: bicyclePieces(bicycle, crank) },
    before: [
      { at: [-0.14, 0.8, -0.1], order: 'given', pieces: leg(-1, crank + Math.PI) },
      { at: [0.14, 0.8, -0.1], order: 'given', pieces: leg(1, crank) },
      { at: [-0.24, 0.9, 0.1], order: 'given', pieces: arm(-1) },
      { at: [0.24, 0.9, 0.1], order: 'given', pieces: arm(1) },
      { at: [0, 0.8, -0.1], order: 'given', pieces: torso(look, hip, shoulder, 1, 0.06) },
      { at: [0, 0.8, -0.12], order: 'given', pieces: head(look, [0, shoulder[1] + 0.2, shoulder[2] + 0.06], 1, true) },
    ],
  };
}
