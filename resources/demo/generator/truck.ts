import { brighter } from './color.ts';
import { type Face, type Figure, type Line, type Part, type Piece, box, disc, groundRectangle, scaled } from './figure.ts';
import { type Vec3, centroid } from './geometry.ts';
import type { TruckLook } from './vehicleLook.ts';
import {
  type Lamps,
  type Profile,
  arch,
  glass,
  headLights,
  plate,
  quad,
  rubber,
  shell,
  tailLights,
  tyres,
  wheelFace,
} from './vehicleParts.ts';

export function truckFigure(look: TruckLook, lamps: Lamps, roll: number): Figure {
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
      footprint: groundRectangle(half, rear, front),
      height: bed ? 2.2 : 3.05,
    },
    look.scale,
  );
}
