import { type BicycleLook, bicycleLook, bicyclePieces } from './bicycle.ts';
import { type Rgb, brighter, mix, white } from './color.ts';
import { type Ball, type Face, type Figure, type Glow, type Line, type Part, type Piece, box, disc, facing } from './figure.ts';
import { type Vec3, centroid } from './geometry.ts';
import type { Random } from './random.ts';

export type CarBody = 'hatchback' | 'sedan' | 'estate' | 'suv';
export type Rack = 'rear' | 'roof' | 'both';

export interface VehicleLook {
  readonly category: 'car' | 'truck' | 'bus';
  readonly body: CarBody | 'box' | 'flatbed' | 'city';
  readonly paint: Rgb;
  /** Second colour: a truck's cab, a bus's band. */
  readonly accent: Rgb;
  readonly scale: number;
  /** Bicycles it carries: behind it, across; on its roof, along. Their pixels are the vehicle's. */
  readonly behind: readonly BicycleLook[];
  readonly above: readonly BicycleLook[];
}

const paints: readonly [Rgb, ...Rgb[]] = [
  [232, 233, 235],
  [196, 200, 204],
  [128, 134, 140],
  [44, 46, 52],
  [26, 28, 32],
  [168, 30, 34],
  [32, 74, 142],
  [20, 44, 88],
  [62, 108, 84],
  [204, 168, 60],
  [186, 172, 150],
  [92, 132, 168],
  [130, 44, 52],
  [214, 108, 44],
];

/** How unlike two colours are, 0 to 765. */
const contrast = (a: Rgb, b: Rgb): number => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);

export function carLook(random: Random, rack?: Rack): VehicleLook {
  const body = random.pick<CarBody>(['hatchback', 'sedan', 'estate', 'suv']);
  // A carried bicycle is the demo's subject: it stands out from the car, so that whoever looks at the picture sees it at once.
  const paint = until(
    () => random.pick(paints),
    (one) => rack === undefined || one[0] + one[1] + one[2] > 250,
  );
  const bicycles = (most: number): readonly BicycleLook[] =>
    Array.from({ length: random.whole(1, most) }, () =>
      until(
        () => bicycleLook(random),
        (one) => contrast(one.frame, paint) > 190,
      ),
    );
  return {
    category: 'car',
    body: rack !== undefined && body === 'sedan' ? 'estate' : body,
    paint,
    accent: [40, 42, 46],
    scale: random.between(0.96, 1.05),
    behind: rack === 'rear' || rack === 'both' ? bicycles(2) : [],
    above: rack === 'roof' || rack === 'both' ? bicycles(2) : [],
  };
}

/** Draws until one is good, or takes the twentieth. */
function until<T>(draw: () => T, good: (one: T) => boolean): T {
  let one = draw();
  for (let i = 0; i < 20 && !good(one); i++) one = draw();
  return one;
}

export function truckLook(random: Random): VehicleLook {
  return {
    category: 'truck',
    body: random.chance(0.8) ? 'box' : 'flatbed',
    paint: random.pick<Rgb>([
      [236, 236, 232],
      [214, 216, 218],
      [52, 92, 150],
      [186, 52, 44],
      [224, 178, 52],
      [74, 124, 92],
    ]),
    accent: random.pick<Rgb>([
      [228, 228, 226],
      [34, 72, 134],
      [176, 40, 38],
      [46, 48, 54],
      [58, 112, 84],
      [232, 150, 40],
    ]),
    scale: random.between(0.92, 1.08),
    behind: [],
    above: [],
  };
}

export function busLook(random: Random): VehicleLook {
  return {
    category: 'bus',
    body: 'city',
    paint: random.pick<Rgb>([
      [206, 48, 42],
      [38, 100, 172],
      [236, 186, 44],
      [52, 138, 96],
      [232, 232, 228],
      [88, 60, 128],
    ]),
    accent: random.pick<Rgb>([
      [240, 240, 236],
      [30, 34, 42],
      [252, 206, 70],
    ]),
    scale: random.between(0.97, 1.04),
    behind: [],
    above: [],
  };
}

/** Length, width, height, metres. */
export function vehicleSize(look: VehicleLook): readonly [number, number, number] {
  const s = look.scale;
  if (look.category === 'bus') return [11 * s, 2.44 * s, 3 * s];
  if (look.category === 'truck') return [7.2 * s, 2.24 * s, 3.05 * s];
  return [bodies[look.body as CarBody].length * s, 1.76 * s, (look.body === 'suv' ? 1.7 : 1.5) * s];
}

/** Cross-sections of a body from the rear bottom over the top to the front bottom: along, height, half width. */
type Profile = readonly (readonly [w: number, v: number, half: number])[];

interface BodyShape {
  readonly length: number;
  readonly hull: Profile;
  readonly cabin: Profile;
  /** Side windows between these places along the car, and the pillar between them. */
  readonly windows: readonly (readonly Vec3[])[];
  readonly axle: readonly [number, number];
  readonly wheel: number;
}

/** Side windows as outlines [0, v, w]; u is filled in for either side. */
const pane = (...corners: readonly (readonly [w: number, v: number])[]): readonly Vec3[] => corners.map(([w, v]): Vec3 => [0, v, w]);

const bodies: Readonly<Record<CarBody, BodyShape>> = {
  hatchback: {
    length: 4.1,
    hull: [
      [-1.98, 0.28, 0.74],
      [-2.05, 0.42, 0.8],
      [-2.05, 0.62, 0.82],
      [-2.0, 0.84, 0.82],
      [-1.92, 0.96, 0.82],
      [0.85, 0.98, 0.84],
      [1.5, 0.88, 0.83],
      [1.86, 0.76, 0.8],
      [2.02, 0.6, 0.74],
      [2.05, 0.42, 0.72],
      [1.98, 0.24, 0.68],
    ],
    cabin: [
      [-1.96, 0.94, 0.8],
      [-1.62, 1.36, 0.66],
      [-1.35, 1.46, 0.62],
      [-0.2, 1.5, 0.62],
      [0.12, 1.44, 0.62],
      [1.0, 0.95, 0.78],
    ],
    windows: [
      pane([-1.62, 1.02], [-1.36, 1.36], [-0.62, 1.4], [-0.62, 1.02]),
      pane([-0.52, 1.02], [-0.52, 1.4], [0.04, 1.38], [0.66, 1.02]),
    ],
    axle: [-1.28, 1.26],
    wheel: 0.32,
  },
  sedan: {
    length: 4.6,
    hull: [
      [-2.22, 0.28, 0.76],
      [-2.3, 0.42, 0.82],
      [-2.3, 0.66, 0.83],
      [-2.24, 0.92, 0.82],
      [-1.5, 0.99, 0.84],
      [0.9, 0.97, 0.86],
      [1.66, 0.86, 0.85],
      [2.08, 0.74, 0.8],
      [2.26, 0.58, 0.74],
      [2.3, 0.4, 0.72],
      [2.2, 0.24, 0.68],
    ],
    cabin: [
      [-1.86, 0.95, 0.76],
      [-1.1, 1.38, 0.63],
      [-0.85, 1.42, 0.61],
      [0.0, 1.44, 0.61],
      [0.25, 1.38, 0.62],
      [1.12, 0.94, 0.78],
    ],
    windows: [pane([-1.5, 1.01], [-1.02, 1.31], [-0.5, 1.35], [-0.5, 1.01]), pane([-0.4, 1.01], [-0.4, 1.35], [0.14, 1.33], [0.78, 1.01])],
    axle: [-1.4, 1.42],
    wheel: 0.33,
  },
  estate: {
    length: 4.7,
    hull: [
      [-2.28, 0.28, 0.76],
      [-2.35, 0.42, 0.82],
      [-2.35, 0.62, 0.84],
      [-2.3, 0.86, 0.84],
      [-2.24, 0.98, 0.83],
      [0.95, 0.98, 0.86],
      [1.7, 0.87, 0.85],
      [2.1, 0.75, 0.8],
      [2.3, 0.58, 0.74],
      [2.35, 0.4, 0.72],
      [2.25, 0.24, 0.68],
    ],
    cabin: [
      [-2.26, 0.96, 0.8],
      [-2.02, 1.38, 0.68],
      [-1.8, 1.47, 0.64],
      [-0.1, 1.5, 0.64],
      [0.2, 1.44, 0.64],
      [1.14, 0.95, 0.8],
    ],
    windows: [
      pane([-2.0, 1.04], [-1.84, 1.36], [-1.36, 1.4], [-1.36, 1.02]),
      pane([-1.28, 1.02], [-1.28, 1.4], [-0.5, 1.41], [-0.5, 1.02]),
      pane([-0.4, 1.02], [-0.4, 1.41], [0.12, 1.38], [0.78, 1.02]),
    ],
    axle: [-1.42, 1.44],
    wheel: 0.33,
  },
  suv: {
    length: 4.55,
    hull: [
      [-2.18, 0.36, 0.8],
      [-2.26, 0.5, 0.87],
      [-2.26, 0.76, 0.89],
      [-2.2, 1.0, 0.89],
      [-2.14, 1.12, 0.88],
      [0.9, 1.12, 0.9],
      [1.65, 1.04, 0.89],
      [2.04, 0.92, 0.85],
      [2.22, 0.7, 0.8],
      [2.26, 0.5, 0.78],
      [2.16, 0.34, 0.74],
    ],
    cabin: [
      [-2.18, 1.08, 0.86],
      [-1.92, 1.56, 0.74],
      [-1.7, 1.66, 0.7],
      [-0.05, 1.7, 0.7],
      [0.26, 1.63, 0.7],
      [1.06, 1.09, 0.86],
    ],
    windows: [
      pane([-1.88, 1.18], [-1.7, 1.54], [-1.26, 1.58], [-1.26, 1.16]),
      pane([-1.16, 1.16], [-1.16, 1.58], [-0.46, 1.6], [-0.46, 1.16]),
      pane([-0.36, 1.16], [-0.36, 1.6], [0.16, 1.56], [0.72, 1.16]),
    ],
    axle: [-1.36, 1.38],
    wheel: 0.38,
  },
};

const glass: Rgb = [34, 42, 52];
const rubber: Rgb = [24, 24, 26];
const red: Rgb = [196, 26, 28];

interface Lamps {
  readonly on: boolean;
  readonly braking: boolean;
}

export function vehicleFigure(look: VehicleLook, lamps: Lamps, roll: number): Figure {
  if (look.category === 'bus') return busFigure(look, lamps, roll);
  if (look.category === 'truck') return truckFigure(look, lamps, roll);
  return carFigure(look, lamps, roll);
}

/** Strips across the body between neighbouring cross-sections, and the two sides. */
function shell(
  profile: Profile,
  color: Rgb,
  decals: (index: number, points: readonly Vec3[]) => Partial<Face>,
  side: Partial<Face> & { readonly of?: (u: -1 | 1) => readonly Piece[] },
): readonly Face[] {
  const inside = centroid(profile.map(([w, v]): Vec3 => [0, v, w]));
  const faces: Face[] = [];
  for (let i = 0; i + 1 < profile.length; i++) {
    const a = profile[i];
    const b = profile[i + 1];
    if (a === undefined || b === undefined) continue;
    const points: readonly Vec3[] = [
      [-a[2], a[1], a[0]],
      [a[2], a[1], a[0]],
      [b[2], b[1], b[0]],
      [-b[2], b[1], b[0]],
    ];
    faces.push(facing({ points, color, ...decals(i, points) }, inside));
  }
  const { of, ...plain } = side;
  for (const u of [-1, 1] as const) {
    const points = profile.map(([w, v, half]): Vec3 => [u * half, v, w]);
    faces.push({ kind: 'face', points, color, normal: [u, 0.05, 0], ...plain, ...(of === undefined ? {} : { decals: of(u) }) });
  }
  return faces;
}

/** The wheel as seen from outside, flush with the side. */
function wheelFace(u: number, w: number, radius: number, roll: number, rim: Rgb): readonly Piece[] {
  const side = u < 0 ? -1 : 1;
  const spokes: Piece[] = Array.from({ length: 5 }, (_, i): Line => {
    const angle = roll + (2 * Math.PI * i) / 5;
    return {
      kind: 'line',
      points: [
        [u + side * 0.012, radius, w],
        [u + side * 0.012, radius + Math.cos(angle) * radius * 0.58, w + Math.sin(angle) * radius * 0.58],
      ],
      width: 0.075,
      color: rim,
      detail: 26,
    };
  });
  return [
    { kind: 'face', points: disc(u + side * 0.004, radius, w, radius), color: rubber },
    { kind: 'face', points: disc(u + side * 0.008, radius, w, radius * 0.66), color: brighter(rim, 0.42) },
    { kind: 'line', points: disc(u + side * 0.012, radius, w, radius * 0.62), width: 0.035, color: rim, closed: true, detail: 18 },
    ...spokes,
    { kind: 'ball', at: [u + side * 0.012, radius, w], radius: radius * 0.16, color: brighter(rim, 1.05), detail: 20 },
  ];
}

function arch(u: number, w: number, radius: number, color: Rgb): Face {
  const points = Array.from({ length: 13 }, (_, i): Vec3 => {
    const angle = -Math.PI / 2 - 0.25 + ((Math.PI + 0.5) * i) / 12;
    return [u, radius + Math.cos(angle) * radius * 1.2, w + Math.sin(angle) * radius * 1.2];
  });
  return { kind: 'face', points, color };
}

function tyres(axles: readonly number[], half: number, radius: number, thick: number): readonly Part[] {
  return axles.flatMap((w) =>
    ([-1, 1] as const).map((u): Part => {
      const inner = u * (half - thick);
      const outer = u * half;
      return {
        at: [u * half * 0.5, radius, w],
        order: 'given',
        pieces: [
          { kind: 'face', points: disc(inner, radius, w, radius), color: [14, 14, 16] },
          ...box([Math.min(inner, outer), 0, w - radius * 0.96], [Math.max(inner, outer), radius * 1.2, w + radius * 0.96], [20, 20, 22]),
        ],
      };
    }),
  );
}

const under = (half: number, low: number, from: number, to: number): Part => ({
  at: [0, 0.2, 0],
  order: 'depth',
  pieces: box([-half * 0.86, 0.16, from + 0.2], [half * 0.86, low + 0.2, to - 0.2], [14, 15, 18]),
});

const quad = (u0: number, v0: number, u1: number, v1: number, w: number): readonly Vec3[] => [
  [u0, v0, w],
  [u1, v0, w],
  [u1, v1, w],
  [u0, v1, w],
];

function lampGlow(at: Vec3, towards: Vec3, color: Rgb, strength: number, radius: number): Glow {
  return { kind: 'glow', at, radius, color, strength, towards };
}

function tailLights(half: number, v: number, w: number, size: readonly [number, number], lamps: Lamps): readonly Piece[] {
  const shine = lamps.on || lamps.braking;
  const color: Rgb = lamps.braking ? [255, 62, 48] : lamps.on ? [236, 40, 36] : red;
  return ([-1, 1] as const).flatMap((u): Piece[] => [
    { kind: 'face', points: quad(u * half, v, u * (half - size[0]), v + size[1], w), color, glows: shine },
    {
      kind: 'face',
      points: quad(u * (half - size[0] * 0.2), v + size[1] * 0.34, u * (half - size[0] * 0.8), v + size[1] * 0.54, w),
      color: shine ? [255, 150, 130] : [228, 96, 84],
      glows: shine,
      detail: 22,
    },
    ...(shine
      ? [
          lampGlow(
            [u * (half - size[0] / 2), v + size[1] / 2, w],
            [0, 0, -1],
            [255, 60, 40],
            lamps.braking ? 0.75 : 0.5,
            lamps.braking ? 0.62 : 0.46,
          ),
        ]
      : []),
  ]);
}

function headLights(half: number, v: number, w: number, size: readonly [number, number], lamps: Lamps): readonly Piece[] {
  return ([-1, 1] as const).flatMap((u): Piece[] => [
    {
      kind: 'face',
      points: [
        [u * half, v + size[1] * 0.4, w - 0.12],
        [u * (half - size[0]), v, w + 0.02],
        [u * (half - size[0]), v + size[1] * 0.8, w - 0.02],
        [u * half, v + size[1] * 1.15, w - 0.16],
      ],
      color: lamps.on ? [255, 252, 236] : [206, 214, 222],
      glows: lamps.on,
    },
    {
      kind: 'ball',
      at: [u * (half - size[0] * 0.5), v + size[1] * 0.5, w + 0.01],
      radius: size[1] * 0.34,
      color: [250, 250, 246],
      glows: lamps.on,
      detail: 18,
    },
    ...(lamps.on ? [lampGlow([u * (half - size[0] / 2), v + size[1] / 2, w], [0, 0, 1], [244, 244, 255], 0.85, 0.95)] : []),
  ]);
}

function plate(v: number, w: number): readonly Face[] {
  return [
    { kind: 'face', points: quad(-0.27, v, 0.27, v + 0.12, w), color: [238, 238, 230] },
    { kind: 'face', points: quad(-0.2, v + 0.04, 0.2, v + 0.08, w), color: [120, 122, 124], opacity: 0.7, detail: 24 },
  ];
}

function carFigure(look: VehicleLook, lamps: Lamps, roll: number): Figure {
  const shape = bodies[look.body as CarBody];
  const { hull, cabin, axle, wheel } = shape;
  const rear = Math.min(...hull.map(([w]) => w));
  const front = Math.max(...hull.map(([w]) => w));
  const half = Math.max(...hull.map(([, , h]) => h));
  const belt = cabin[0]?.[1] ?? 0.95;
  const roof = Math.max(...cabin.map(([, v]) => v));
  const tall = look.body === 'suv';
  const rim: Rgb = look.paint[0] + look.paint[1] > 240 ? [172, 176, 182] : [150, 154, 160];
  const trim: Rgb = [30, 31, 34];
  const base = hull[1]?.[1] ?? 0.4;

  const hullDecals = (i: number): Partial<Face> => {
    if (i === 0) return { color: trim };
    if (i === 2) {
      // The tall part of the tail carries lamps and plate; the neighbours stay plain.
      return {
        decals: [
          ...tailLights(half - 0.05, belt - 0.27, rear - 0.005, tall ? [0.2, 0.26] : [0.3, 0.17], lamps),
          ...plate(belt - 0.3, rear - 0.01),
        ],
      };
    }
    if (i === 1)
      return {
        decals: [
          { kind: 'face', points: quad(-half * 0.9, base + 0.02, half * 0.9, base + 0.1, rear - 0.005), color: trim },
          { kind: 'ball', at: [-half * 0.8, base + 0.12, rear - 0.01], radius: 0.03, color: red, detail: 40 },
          { kind: 'ball', at: [half * 0.8, base + 0.12, rear - 0.01], radius: 0.03, color: red, detail: 40 },
        ],
      };
    if (i === 7) {
      return {
        decals: [
          { kind: 'face', points: quad(-0.46, base + 0.17, 0.46, base + 0.34, front - 0.06), color: trim },
          {
            kind: 'line',
            points: [
              [-0.42, base + 0.26, front - 0.04],
              [0.42, base + 0.26, front - 0.04],
            ],
            width: 0.025,
            color: [186, 190, 196],
            detail: 20,
          },
          ...headLights(half - 0.03, base + 0.2, front - 0.02, [0.34, 0.15], lamps),
        ],
      };
    }
    if (i === 8)
      return {
        decals: [
          { kind: 'face', points: quad(-0.6, base + 0.0, 0.6, base + 0.12, front + 0.005), color: trim },
          ...plate(base + 0.06, front + 0.012),
        ],
      };
    if (i === hull.length - 2) return { color: trim };
    return {};
  };

  const sideDecals = (u: -1 | 1): readonly Piece[] => {
    const at = u * (half + 0.002);
    const door = (w: number, top: number): Line => ({
      kind: 'line',
      points: [
        [at, base + 0.06, w - 0.03],
        [at, top, w],
      ],
      width: 0.014,
      color: brighter(look.paint, 0.5),
      detail: 20,
    });
    return [
      {
        kind: 'face',
        points: [
          [at, base - 0.12, axle[0]],
          [at, base - 0.12, axle[1]],
          [at, base + 0.0, axle[1]],
          [at, base + 0.0, axle[0]],
        ],
        color: trim,
      },
      {
        kind: 'line',
        points: [
          [at, belt - 0.12, rear + 0.25],
          [at, belt - 0.09, 0.9],
          [at, belt - 0.2, front - 0.35],
        ],
        width: 0.02,
        color: mix(look.paint, white, 0.35),
        opacity: 0.7,
        detail: 14,
      },
      door(-0.45, belt - 0.01),
      door(0.62, belt - 0.02),
      door(-1.28, belt - 0.03),
      {
        kind: 'line',
        points: [
          [at, belt - 0.16, -0.72],
          [at, belt - 0.16, -0.58],
        ],
        width: 0.035,
        color: brighter(look.paint, 0.6),
        detail: 26,
      },
      {
        kind: 'line',
        points: [
          [at, belt - 0.16, 0.3],
          [at, belt - 0.16, 0.44],
        ],
        width: 0.035,
        color: brighter(look.paint, 0.6),
        detail: 26,
      },
      arch(at, axle[0], wheel, [16, 17, 19]),
      arch(at, axle[1], wheel, [16, 17, 19]),
      ...wheelFace(at, axle[0], wheel, roll, rim),
      ...wheelFace(at, axle[1], wheel, roll, rim),
      {
        kind: 'face',
        points: [
          [at, belt - 0.2, front - 0.42],
          [at, belt - 0.3, front - 0.14],
          [at, belt - 0.36, front - 0.14],
          [at, belt - 0.33, front - 0.44],
        ],
        color: lamps.on ? [255, 250, 232] : [206, 212, 218],
        glows: lamps.on,
      },
      {
        kind: 'face',
        points: [
          [at, belt - 0.1, rear + 0.06],
          [at, belt - 0.1, rear + 0.34],
          [at, belt - 0.22, rear + 0.28],
          [at, belt - 0.24, rear + 0.04],
        ],
        color: lamps.on ? [226, 40, 36] : red,
        glows: lamps.on,
      },
    ];
  };

  // Cabin strips: the first and the last are the rear window and the windscreen.
  const inset = (points: readonly Vec3[], share: number): readonly Vec3[] => {
    const middle = centroid(points);
    return points.map(([u, v, w]): Vec3 => [
      middle[0] + (u - middle[0]) * share,
      middle[1] + (v - middle[1]) * share,
      middle[2] + (w - middle[2]) * share,
    ]);
  };
  const cabinDecals = (i: number, points: readonly Vec3[]): Partial<Face> => {
    const last = cabin.length - 2;
    if (i !== 0 && i !== last) return {};
    const window = inset(points, 0.9);
    const seat = (u: number, v: number, w: number): Ball => ({
      kind: 'ball',
      at: [u, v, w],
      radius: 0.12,
      tall: 1.25,
      color: [16, 18, 22],
      detail: 26,
    });
    const [a] = cabin;
    const rearSeats =
      i === 0
        ? [seat(-0.33, belt + 0.2, (a?.[0] ?? -2) + 0.2), seat(0.33, belt + 0.2, (a?.[0] ?? -2) + 0.2)]
        : [seat(-0.34, belt + 0.17, 0.6), seat(0.34, belt + 0.17, 0.6)];
    return {
      decals: [
        { kind: 'face', points: window, color: glass, decals: rearSeats },
        { kind: 'face', points: window, color: glass, opacity: 0.35, sheen: 'glass' },
      ],
    };
  };
  const cabinSide = (u: -1 | 1): readonly Piece[] =>
    shape.windows.map((window): Face => ({
      kind: 'face',
      // Side windows lean in with the cabin.
      points: window.map(([, v, w]): Vec3 => [
        u * (0.8 - ((v - belt) / Math.max(0.1, roof - belt)) * (0.8 - (tall ? 0.7 : 0.62)) + (tall ? 0.06 : 0)),
        v,
        w,
      ]),
      color: glass,
      sheen: 'glass',
    }));

  const mirrors: Part = {
    at: [0, 1.01, 0.6],
    order: 'given',
    pieces: ([-1, 1] as const).flatMap((u): Piece[] => [
      ...box([u < 0 ? -half - 0.19 : half - 0.02, belt + 0.02, 0.62], [u < 0 ? -half + 0.02 : half + 0.19, belt + 0.15, 0.76], look.paint),
    ]),
  };
  const carried: Part[] = [];
  look.behind.forEach((bicycle, index) => {
    const w = rear - 0.3 - index * 0.22;
    const turned = index % 2 === 0;
    carried.push({
      at: [0, 0.9, w],
      order: 'given',
      pieces: [
        {
          kind: 'line',
          points: [
            [-0.7, 0.5, w],
            [0.7, 0.5, w],
          ],
          width: 0.06,
          color: [52, 54, 58],
        },
        {
          kind: 'line',
          points: [
            [0, 0.45, rear],
            [0, 0.45, w - 0.05],
          ],
          width: 0.07,
          color: [40, 42, 46],
        },
        {
          kind: 'line',
          points: [
            [0.12, 0.5, w + 0.1],
            [0.1, 1.12, w + 0.06],
          ],
          width: 0.045,
          color: [66, 68, 72],
        },
        ...acrossPieces(bicycle, w, turned, 0.47),
      ],
    });
  });
  look.above.forEach((bicycle, index) => {
    const u = look.above.length === 1 ? 0.28 : index === 0 ? -0.34 : 0.34;
    carried.push({
      at: [u * 0.1, roof + 0.6, -0.4],
      order: 'given',
      pieces: [
        {
          kind: 'line',
          points: [
            [u, roof + 0.07, -1.25],
            [u, roof + 0.07, 0.25],
          ],
          width: 0.06,
          color: [60, 62, 66],
        },
        ...bicyclePieces(bicycle, 1.1).map((piece) => shifted(piece, u, roof + 0.08, -0.5)),
      ],
    });
  });
  const roofBars: readonly Piece[] =
    look.above.length === 0
      ? []
      : [-1.1, 0].map((w): Line => ({
          kind: 'line',
          points: [
            [-0.6, roof + 0.04, w],
            [0.6, roof + 0.04, w],
          ],
          width: 0.05,
          color: [40, 42, 46],
        }));

  const s = look.scale;
  const parts: readonly Part[] = [
    ...tyres(axle, half - 0.02, wheel, 0.22),
    under(half, 0.3, rear, front),
    { at: [0, 0.6, 0], order: 'depth', pieces: shell(hull, look.paint, hullDecals, { sheen: 'body', of: sideDecals }) },
    { at: [0, 0.6, 0], order: 'depth', pieces: shell(cabin, look.paint, cabinDecals, { sheen: 'body', of: cabinSide }) },
    { at: [0, 0.6, 0], order: 'given', pieces: roofBars },
    // Ahead of the body's middle, so that from behind the body hides them.
    { ...mirrors, at: [0, 0.6, 0.65] },
    ...carried,
  ];
  // Tyres and floor lie under the body whatever the distance says.
  const layered = parts.map((part, index): Part => (index < 5 ? { ...part, at: [0, 0.6, 0] } : part));
  return scaled(
    {
      parts: layered,
      footprint: [
        [-half, 0, rear],
        [half, 0, rear],
        [half, 0, front],
        [-half, 0, front],
      ],
      height: roof,
    },
    s,
  );
}

/** A bicycle across the tail: turned so that its length lies along u. */
function acrossPieces(look: BicycleLook, w: number, turned: boolean, lift: number): readonly Piece[] {
  const swap = ([u, v, along]: Vec3): Vec3 => [turned ? along : -along, v + lift, w + (turned ? -u : u)];
  return bicyclePieces(look, 1.2).map((piece) => mapped(piece, swap));
}

function mapped(piece: Piece, move: (point: Vec3) => Vec3): Piece {
  if (piece.kind === 'ball' || piece.kind === 'glow') return { ...piece, at: move(piece.at) };
  return { ...piece, points: piece.points.map(move) };
}

const shifted = (piece: Piece, u: number, v: number, w: number): Piece => mapped(piece, ([a, b, c]) => [a + u, b + v, c + w]);

/** The figure in another size. Widths of rods and balls grow with it. */
function scaled(figure: Figure, by: number): Figure {
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

function sidePanes(u: number, from: number, to: number, low: number, high: number, count: number): readonly Face[] {
  const step = (to - from) / count;
  return Array.from({ length: count }, (_, i): Face => {
    const a = from + i * step + 0.06;
    const b = from + (i + 1) * step - 0.06;
    return {
      kind: 'face',
      points: [
        [u, low, a],
        [u, low, b],
        [u, high, b],
        [u, high, a],
      ],
      color: glass,
      sheen: 'glass',
    };
  });
}

function busFigure(look: VehicleLook, lamps: Lamps, roll: number): Figure {
  const [half, rear, front, roof] = [1.22, -5.5, 5.5, 3.0];
  const profile: Profile = [
    [-5.4, 0.35, 1.16],
    [-5.5, 0.6, 1.2],
    [-5.5, 2.6, 1.18],
    [-5.35, 2.92, 1.1],
    [-5.1, roof, 1.04],
    [5.0, roof, 1.04],
    [5.34, 2.9, 1.08],
    [5.5, 2.4, 1.16],
    [5.54, 0.7, 1.2],
    [5.4, 0.34, 1.16],
  ];
  const inside = lamps.on ? ([250, 226, 170] as const) : glass;
  const decals = (i: number): Partial<Face> => {
    if (i === 1) {
      return {
        sheen: 'body',
        decals: [
          { kind: 'face', points: quad(-0.95, 1.55, 0.95, 2.45, rear - 0.005), color: glass, sheen: 'glass' },
          { kind: 'face', points: quad(-1.12, 1.28, 1.12, 1.42, rear - 0.004), color: look.accent },
          { kind: 'face', points: quad(-0.7, 0.55, 0.7, 1.1, rear - 0.004), color: brighter(look.paint, 0.72) },
          ...[0.65, 0.77, 0.89].map((v): Line => ({
            kind: 'line',
            points: [
              [-0.62, v, rear - 0.01],
              [0.62, v, rear - 0.01],
            ],
            width: 0.03,
            color: brighter(look.paint, 0.45),
            detail: 20,
          })),
          ...tailLights(1.14, 0.95, rear - 0.01, [0.2, 0.42], lamps),
          ...plate(0.42, rear - 0.01),
        ],
      };
    }
    if (i === 2)
      return {
        decals: [
          {
            kind: 'face',
            points: quad(-0.6, 2.64, 0.6, 2.82, rear + 0.04),
            color: [24, 26, 30],
            decals: [{ kind: 'face', points: quad(-0.5, 2.69, 0.5, 2.77, rear + 0.02), color: [240, 150, 40], glows: true, detail: 14 }],
          },
        ],
      };
    if (i === 7) {
      return {
        sheen: 'body',
        decals: [
          { kind: 'face', points: quad(-1.1, 1.2, 1.1, 2.38, front + 0.03), color: glass, sheen: 'glass' },
          { kind: 'face', points: quad(-1.1, 0.94, 1.1, 1.08, front + 0.045), color: look.accent },
          {
            kind: 'line',
            points: [
              [-0.5, 1.22, front + 0.05],
              [-0.1, 1.8, front + 0.05],
            ],
            width: 0.03,
            color: [14, 14, 16],
            detail: 20,
          },
          ...headLights(1.1, 0.66, front + 0.06, [0.34, 0.18], lamps),
          ...plate(0.5, front + 0.05),
        ],
      };
    }
    if (i === 6)
      return {
        decals: [
          {
            kind: 'face',
            points: quad(-0.85, 2.5, 0.85, 2.78, front - 0.03),
            color: [20, 22, 26],
            decals: [{ kind: 'face', points: quad(-0.7, 2.57, 0.7, 2.71, front - 0.01), color: [248, 168, 48], glows: true, detail: 12 }],
          },
        ],
      };
    return {};
  };
  const side = (u: -1 | 1): readonly Piece[] => {
    const at = u * (half - 0.005);
    const doors =
      u > 0
        ? ([
            [3.7, 4.9],
            [-0.6, 0.7],
          ] as const)
        : [];
    return [
      {
        kind: 'face',
        points: [
          [at, 1.24, rear + 0.1],
          [at, 1.24, front - 0.1],
          [at, 1.4, front - 0.1],
          [at, 1.4, rear + 0.1],
        ],
        color: look.accent,
      },
      ...sidePanes(at, rear + 0.35, front - 0.25, 1.5, 2.5, 8).map((face): Face => ({ ...face, color: inside, glows: lamps.on })),
      ...doors.flatMap(([a, b]): Face[] => [
        {
          kind: 'face',
          points: [
            [at, 0.42, a],
            [at, 0.42, b],
            [at, 2.56, b],
            [at, 2.56, a],
          ],
          color: [26, 28, 32],
        },
        ...sidePanes(at, a, b, 0.6, 2.45, 2).map((face): Face => ({ ...face, color: inside, glows: lamps.on })),
      ]),
      arch(at, -3.1, 0.48, [16, 17, 19]),
      arch(at, 3.0, 0.48, [16, 17, 19]),
      ...wheelFace(at, -3.1, 0.48, roll, [150, 152, 156]),
      ...wheelFace(at, 3.0, 0.48, roll, [150, 152, 156]),
    ];
  };
  const mirrors: readonly Piece[] = ([-1, 1] as const).flatMap((u): Piece[] => [
    ...box([u < 0 ? -1.5 : 1.24, 1.7, 5.5], [u < 0 ? -1.24 : 1.5, 2.2, 5.66], [30, 32, 36]),
  ]);
  const at: Vec3 = [0, 1, 0];
  return scaled(
    {
      parts: [
        ...tyres([-3.1, 3.0], half - 0.03, 0.48, 0.3).map((part): Part => ({ ...part, at })),
        { ...under(half, 0.3, rear, front), at },
        { at, order: 'depth', pieces: shell(profile, look.paint, decals, { sheen: 'body', of: side }) },
        { at: [0, 1, 5.5], order: 'given', pieces: mirrors },
      ],
      footprint: [
        [-half, 0, rear],
        [half, 0, rear],
        [half, 0, front],
        [-half, 0, front],
      ],
      height: roof,
    },
    look.scale,
  );
}

function truckFigure(look: VehicleLook, lamps: Lamps, roll: number): Figure {
  const [half, rear, front] = [1.12, -3.6, 3.6];
  const bed = look.body === 'flatbed';
  const cab: Profile = [
    [1.75, 0.55, 1.02],
    [1.75, 2.35, 0.98],
    [1.95, 2.5, 0.94],
    [2.7, 2.48, 0.92],
    [3.2, 1.6, 1.0],
    [3.5, 1.25, 1.04],
    [3.6, 0.95, 1.04],
    [3.55, 0.42, 1.0],
  ];
  const cabDecals = (i: number, points: readonly Vec3[]): Partial<Face> => {
    if (i === 3) {
      const middle = centroid(points);
      const window = points.map(([u, v, w]): Vec3 => [u * 0.92, middle[1] + (v - middle[1]) * 0.86, middle[2] + (w - middle[2]) * 0.86]);
      return { decals: [{ kind: 'face', points: window, color: glass, sheen: 'glass' }] };
    }
    if (i === 5) return { decals: [{ kind: 'face', points: quad(-0.6, 0.98, 0.6, 1.2, front - 0.03), color: [30, 32, 36] }] };
    if (i === 6)
      return {
        decals: [
          { kind: 'face', points: quad(-1.0, 0.42, 1.0, 0.6, front + 0.0), color: [36, 38, 42] },
          ...headLights(1.0, 0.64, front + 0.03, [0.28, 0.18], lamps),
          ...plate(0.46, front + 0.01),
        ],
      };
    return {};
  };
  const cabSide = (u: -1 | 1): readonly Piece[] => {
    const at = u * 1.035;
    return [
      {
        kind: 'face',
        points: [
          [u * 0.99, 1.5, 1.95],
          [u * 0.95, 2.28, 2.05],
          [u * 0.95, 2.28, 2.62],
          [u * 1.0, 1.5, 3.05],
        ],
        color: glass,
        sheen: 'glass',
      },
      {
        kind: 'line',
        points: [
          [at, 0.6, 1.9],
          [at, 1.45, 1.9],
        ],
        width: 0.02,
        color: brighter(look.accent, 0.5),
        detail: 20,
      },
      {
        kind: 'line',
        points: [
          [at, 1.3, 2.0],
          [at, 1.3, 2.2],
        ],
        width: 0.04,
        color: [40, 42, 46],
        detail: 24,
      },
      arch(at, 2.65, 0.46, [16, 17, 19]),
      ...wheelFace(at, 2.65, 0.46, roll, [176, 178, 182]),
    ];
  };
  const load: readonly Face[] = bed
    ? box([-half, 0.95, rear], [half, 1.5, 1.6], brighter(look.paint, 0.9))
    : box([-half, 0.85, rear], [half, 3.05, 1.62], look.paint, { sheen: 'wall' }).map((face): Face => {
        const normal = face.normal ?? [0, 1, 0];
        if (normal[2] < -0.5) {
          return {
            ...face,
            decals: [
              { kind: 'face', points: quad(-1.02, 0.98, 1.02, 2.95, rear - 0.005), color: brighter(look.paint, 0.93) },
              {
                kind: 'line',
                points: [
                  [0, 0.98, rear - 0.01],
                  [0, 2.95, rear - 0.01],
                ],
                width: 0.035,
                color: brighter(look.paint, 0.55),
              },
              ...[-0.16, 0.16].map((u): Line => ({
                kind: 'line',
                points: [
                  [u, 1.05, rear - 0.012],
                  [u, 2.9, rear - 0.012],
                ],
                width: 0.03,
                color: [150, 152, 156],
                detail: 18,
              })),
              {
                kind: 'line',
                points: [
                  [-1.08, 1.0, rear - 0.01],
                  [1.08, 1.0, rear - 0.01],
                ],
                width: 0.05,
                color: [186, 40, 36],
                detail: 12,
              },
            ],
          };
        }
        if (Math.abs(normal[0]) > 0.5) {
          const at = normal[0] * (half + 0.004);
          return {
            ...face,
            decals: [
              {
                kind: 'face',
                points: [
                  [at, 1.5, rear + 0.6],
                  [at, 1.5, 1.1],
                  [at, 1.95, 1.1],
                  [at, 2.25, rear + 0.6],
                ],
                color: look.accent,
                opacity: 0.9,
              },
              {
                kind: 'line',
                points: [
                  [at, 0.92, rear + 0.05],
                  [at, 0.92, 1.58],
                ],
                width: 0.05,
                color: [120, 122, 126],
                detail: 12,
              },
            ],
          };
        }
        return face;
      });
  const cargo: readonly Piece[] = bed
    ? [
        ...box([-0.8, 1.5, -3.1], [0.2, 2.2, -1.8], [150, 116, 76]),
        ...box([-0.6, 1.5, -1.5], [0.85, 1.95, 0.4], [112, 118, 122]),
        ...box([0.3, 1.5, -3.0], [0.9, 1.85, -2.0], [170, 134, 88]),
      ]
    : [];
  const chassis: readonly Piece[] = [
    ...box([-0.95, 0.55, rear + 0.05], [0.95, 0.9, 2.2], [28, 30, 33]).map((face): Face =>
      (face.normal?.[2] ?? 0) < -0.5
        ? { ...face, decals: [...tailLights(0.95, 0.62, rear + 0.02, [0.3, 0.18], lamps), ...plate(0.62, rear + 0.02)] }
        : face,
    ),
  ];
  const rearWheels: readonly Piece[] = ([-1, 1] as const).map((u): Face => ({
    kind: 'face',
    points: disc(u * (half - 0.03), 0.46, -1.9, 0.46),
    color: rubber,
    normal: [u, 0, 0],
    decals: wheelFace(u * (half - 0.03), -1.9, 0.46, roll, [176, 178, 182]),
  }));
  const at: Vec3 = [0, 1, 0];
  return scaled(
    {
      parts: [
        ...tyres([-1.9, 2.65], half - 0.06, 0.46, 0.34).map((part): Part => ({ ...part, at })),
        { at, order: 'depth', pieces: chassis },
        { at, order: 'given', pieces: rearWheels },
        { at: [0, 1, 2.65], order: 'depth', pieces: shell(cab, look.accent, cabDecals, { sheen: 'body', of: cabSide }) },
        { at: [0, 1, -1], order: 'depth', pieces: load },
        { at: [0, 1, -1.01], order: 'depth', pieces: cargo },
      ],
      footprint: [
        [-half, 0, rear],
        [half, 0, rear],
        [half, 0, front],
        [-half, 0, front],
      ],
      height: bed ? 2.2 : 3.05,
    },
    look.scale,
  );
}
