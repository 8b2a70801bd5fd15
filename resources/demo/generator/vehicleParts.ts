import { type Rgb, brighter } from './color.ts';
import { type Face, type Line, type Part, type Piece, box, disc, facing } from './figure.ts';
import { type Vec3, centroid } from './geometry.ts';

/** Cross-sections of a body from the rear bottom over the top to the front bottom: along, height, half width. */
export type Profile = readonly (readonly [w: number, v: number, half: number])[];

export const glass: Rgb = [34, 42, 52];
export const rubber: Rgb = [24, 24, 26];
export const red: Rgb = [196, 26, 28];

export interface Lamps {
  readonly on: boolean;
  readonly braking: boolean;
}

/** Strips across the body between neighbouring cross-sections, and the two sides. */
export function shell(
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
export function wheelFace(u: number, w: number, radius: number, roll: number, rim: Rgb): readonly Piece[] {
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

export function arch(u: number, w: number, radius: number, color: Rgb): Face {
  const points = Array.from({ length: 13 }, (_, i): Vec3 => {
    const angle = -Math.PI / 2 - 0.25 + ((Math.PI + 0.5) * i) / 12;
    return [u, radius + Math.cos(angle) * radius * 1.2, w + Math.sin(angle) * radius * 1.2];
  });
  return { kind: 'face', points, color };
}

export function tyres(axles: readonly number[], half: number, radius: number, thick: number): readonly Part[] {
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

export const under = (half: number, low: number, from: number, to: number): Part => ({
  at: [0, 0.2, 0],
  order: 'depth',
  pieces: box([-half * 0.86, 0.16, from + 0.2], [half * 0.86, low + 0.2, to - 0.2], [14, 15, 18]),
});

/** A rectangle across the vehicle at `w`. */
export const quad = (u0: number, v0: number, u1: number, v1: number, w: number): readonly Vec3[] => [
  [u0, v0, w],
  [u1, v0, w],
  [u1, v1, w],
  [u0, v1, w],
];

/** A rectangle along the vehicle's side at `u`. */
export const panel = (u: number, low: number, high: number, from: number, to: number): readonly Vec3[] => [
  [u, low, from],
  [u, low, to],
  [u, high, to],
  [u, high, from],
];

export function tailLights(half: number, v: number, w: number, size: readonly [number, number], lamps: Lamps): readonly Piece[] {
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
          {
            kind: 'glow',
            at: [u * (half - size[0] / 2), v + size[1] / 2, w],
            towards: [0, 0, -1],
            color: [255, 60, 40],
            strength: lamps.braking ? 0.75 : 0.5,
            radius: lamps.braking ? 0.62 : 0.46,
          } as const,
        ]
      : []),
  ]);
}

export function headLights(half: number, v: number, w: number, size: readonly [number, number], lamps: Lamps): readonly Piece[] {
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
    ...(lamps.on
      ? [
          {
            kind: 'glow',
            at: [u * (half - size[0] / 2), v + size[1] / 2, w],
            towards: [0, 0, 1],
            color: [244, 244, 255],
            strength: 0.85,
            radius: 0.95,
          } as const,
        ]
      : []),
  ]);
}

export function plate(v: number, w: number): readonly Face[] {
  return [
    { kind: 'face', points: quad(-0.27, v, 0.27, v + 0.12, w), color: [238, 238, 230] },
    { kind: 'face', points: quad(-0.2, v + 0.04, 0.2, v + 0.08, w), color: [120, 122, 124], opacity: 0.7, detail: 24 },
  ];
}

/** `count` windows in a row along the side. */
export function sidePanes(u: number, from: number, to: number, low: number, high: number, count: number): readonly Face[] {
  const step = (to - from) / count;
  return Array.from({ length: count }, (_, i): Face => {
    const a = from + i * step + 0.06;
    const b = from + (i + 1) * step - 0.06;
    return {
      kind: 'face',
      points: panel(u, low, high, a, b),
      color: glass,
      sheen: 'glass',
    };
  });
}
