import { brighter } from './color.ts';
import { type Face, type Figure, type Line, type Part, type Piece, box, groundRectangle, scaled } from './figure.ts';
import type { Vec3 } from './geometry.ts';
import type { BusLook } from './vehicleLook.ts';
import {
  type Lamps,
  type Profile,
  arch,
  glass,
  headLights,
  panel,
  plate,
  quad,
  shell,
  sidePanes,
  tailLights,
  tyres,
  under,
  wheelFace,
} from './vehicleParts.ts';

export function busFigure(look: BusLook, lamps: Lamps, roll: number): Figure {
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
        points: panel(at, 1.24, 1.4, rear + 0.1, front - 0.1),
        color: look.accent,
      },
      ...sidePanes(at, rear + 0.35, front - 0.25, 1.5, 2.5, 8).map((face): Face => ({ ...face, color: inside, glows: lamps.on })),
      ...doors.flatMap(([a, b]): Face[] => [
        {
          kind: 'face',
          points: panel(at, 0.42, 2.56, a, b),
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
      footprint: groundRectangle(half, rear, front),
      height: roof,
    },
    look.scale,
  );
}
