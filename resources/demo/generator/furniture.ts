import { type Rgb, brighter } from './color.ts';
import { type Figure, type Part, type Piece, box, groundRectangle } from './figure.ts';
import type { Vec3 } from './geometry.ts';
import type { Light } from './light.ts';
import type { Random } from './random.ts';

/** A crown is painted from its dark inside to its bright outside. */
const crownRings = [
  { leaves: 7, spread: 0.85, shade: 0.68 },
  { leaves: 7, spread: 0.7, shade: 0.92 },
  { leaves: 6, spread: 0.5, shade: 1.2 },
] as const;

export function tree(random: Random): Figure {
  const tall = random.between(4.2, 7.2);
  const crown = random.between(1.3, 2.0);
  const leaf = random.pick<Rgb>([
    [74, 116, 52],
    [92, 132, 58],
    [60, 102, 58],
    [112, 138, 62],
    [150, 132, 54],
    [84, 110, 70],
  ]);
  const trunk: Rgb = [92, 74, 58];
  const blobs: Piece[] = [];
  crownRings.forEach(({ leaves, spread: wide, shade }, ring) => {
    for (let i = 0; i < leaves; i++) {
      const angle = random.between(0, 2 * Math.PI);
      const spread = crown * wide * Math.sqrt(random.next());
      const v = tall - crown * 0.5 + (random.next() - 0.5) * crown * 1.5 + ring * 0.18;
      blobs.push({
        kind: 'ball',
        at: [Math.cos(angle) * spread - ring * 0.12, v, Math.sin(angle) * spread * 0.4 - ring * 0.2],
        radius: crown * random.between(0.38, 0.58) * (1 - ring * 0.16),
        tall: random.between(0.78, 0.98),
        color: brighter(leaf, shade * random.between(0.94, 1.06)),
      });
    }
  });
  return {
    parts: [
      {
        at: [0, 2, 0],
        order: 'given',
        pieces: [
          {
            kind: 'line',
            points: [
              [0, 0, 0],
              [0.04, tall - crown, 0],
            ],
            width: 0.26,
            color: trunk,
          },
          {
            kind: 'line',
            points: [
              [0.06, 0, 0],
              [0.09, tall - crown, 0],
            ],
            width: 0.08,
            color: brighter(trunk, 1.25),
            detail: 14,
          },
          {
            kind: 'line',
            points: [
              [0.03, tall - crown * 1.5, 0],
              [-crown * 0.5, tall - crown * 0.5, 0],
            ],
            width: 0.12,
            color: trunk,
          },
          {
            kind: 'line',
            points: [
              [0.03, tall - crown * 1.4, 0],
              [crown * 0.5, tall - crown * 0.4, 0],
            ],
            width: 0.12,
            color: trunk,
          },
          ...blobs,
        ],
      },
    ],
    footprint: Array.from({ length: 8 }, (_, i): Vec3 => [
      Math.cos((i * Math.PI) / 4) * crown * 0.7,
      0,
      Math.sin((i * Math.PI) / 4) * crown * 0.7,
    ]),
    height: tall * 0.55,
  };
}

export function hedge(random: Random, long: number): Figure {
  const leaf = random.pick<Rgb>([
    [66, 104, 50],
    [78, 116, 60],
    [58, 92, 54],
  ]);
  const height = random.between(0.8, 1.2);
  const half = long / 2 - 1.2;
  const pieces = box([-0.35, 0, -half], [0.35, height, half], leaf, { sheen: 'wall' });
  return {
    parts: [{ at: [0, 0.5, 0], order: 'depth', pieces }],
    footprint: groundRectangle(0.4, -half, half),
    height,
  };
}

export function lamp(side: -1 | 1, light: Light): Figure {
  const metal: Rgb = [72, 78, 82];
  const reach = -side * 1.5;
  const glow: readonly Piece[] = light.lampsOn
    ? [{ kind: 'glow', at: [reach * 0.95, 6.3, 0], radius: 2.3, color: [255, 200, 120], strength: light.name === 'night' ? 0.95 : 0.7 }]
    : [];
  const part: Part = {
    at: [0, 3, 0],
    order: 'given',
    pieces: [
      {
        kind: 'line',
        points: [
          [0, 0, 0],
          [0, 1.1, 0],
        ],
        width: 0.19,
        color: metal,
      },
      {
        kind: 'line',
        points: [
          [0, 1, 0],
          [0, 6.1, 0],
          [reach * 0.35, 6.45, 0],
          [reach, 6.5, 0],
        ],
        width: 0.1,
        color: metal,
      },
      {
        kind: 'line',
        points: [
          [reach * 0.75, 6.46, 0],
          [reach * 1.15, 6.44, 0],
        ],
        width: 0.19,
        color: brighter(metal, 0.8),
      },
      ...(light.lampsOn
        ? [
            {
              kind: 'line',
              points: [
                [reach * 0.8, 6.38, 0],
                [reach * 1.1, 6.37, 0],
              ],
              width: 0.12,
              color: [255, 240, 205],
              glows: true,
            } as const,
          ]
        : []),
      ...glow,
    ],
  };
  return {
    parts: [part],
    footprint: groundRectangle(0.1, -0.1, 0.1),
    height: 2,
  };
}

export function bin(): Figure {
  return {
    parts: [
      {
        at: [0, 0.5, 0],
        order: 'depth',
        pieces: [
          ...box([-0.26, 0, -0.26], [0.26, 0.95, 0.26], [54, 84, 70], { sheen: 'body' }),
          ...box([-0.3, 0.95, -0.3], [0.3, 1.05, 0.3], [40, 62, 52]),
        ],
      },
    ],
    footprint: groundRectangle(0.26, -0.26, 0.26),
    height: 1,
  };
}
