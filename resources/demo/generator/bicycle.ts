import type { Rgb } from './color.ts';
import { type Figure, type Part, type Piece, disc, groundRectangle } from './figure.ts';
import type { Vec3 } from './geometry.ts';
import type { Random } from './random.ts';

export interface BicycleLook {
  readonly frame: Rgb;
  readonly tyre: Rgb;
  readonly saddle: Rgb;
  /** 1 = for grown-ups. */
  readonly size: number;
  readonly style: 'city' | 'road' | 'mountain';
  readonly basket: boolean;
}

export function bicycleLook(random: Random): BicycleLook {
  const style = random.pick<BicycleLook['style']>(['city', 'road', 'mountain']);
  return {
    frame: random.pick<Rgb>([
      [196, 38, 38],
      [28, 84, 166],
      [22, 24, 28],
      [232, 232, 228],
      [24, 128, 92],
      [240, 150, 20],
      [90, 190, 200],
      [120, 60, 140],
      [222, 205, 40],
      [205, 70, 120],
    ]),
    tyre: random.pick<Rgb>([
      [24, 24, 26],
      [30, 28, 28],
      [40, 36, 32],
    ]),
    saddle: random.pick<Rgb>([
      [26, 24, 24],
      [98, 62, 36],
    ]),
    size: random.between(0.92, 1.06),
    style,
    basket: style === 'city' && random.chance(0.35),
  };
}

const wheelRadius = 0.345;
const rearHub = -0.53;
const frontHub = 0.54;

/** The bicycle alone: w forward, wheels on v = 0, standing in the plane u = 0. `crank` in radians, `lock` = how far the bar is turned. */
export function bicyclePieces(look: BicycleLook, crank: number): readonly Piece[] {
  const s = look.size;
  const at = (u: number, v: number, w: number): Vec3 => [u, v * s, w * s];
  const hub = wheelRadius;
  const bracket = at(0, 0.29, -0.08);
  const low = look.style === 'city';
  const seat = at(0, low ? 0.9 : 0.93, -0.24);
  const seatClamp = at(0, 0.78, -0.21);
  const headTop = at(0, 0.88, 0.36);
  const headLow = at(0, 0.7, 0.41);
  const bar = at(0, low ? 1.06 : look.style === 'road' ? 0.95 : 1.0, low ? 0.3 : 0.4);
  const tube = look.style === 'mountain' ? 0.05 : 0.038;
  const tyreWidth = look.style === 'mountain' ? 0.06 : look.style === 'road' ? 0.035 : 0.045;
  const rod = (points: readonly Vec3[], width: number, color: Rgb): Piece => ({ kind: 'line', points, width, color });
  const wheel = (w: number): readonly Piece[] => {
    const spokes: Piece[] = [];
    for (let i = 0; i < 8; i++) {
      const angle = crank * 0.4 + (Math.PI * i) / 8;
      const [dv, dw] = [Math.cos(angle) * hub * 0.9, Math.sin(angle) * hub * 0.9];
      spokes.push({
        kind: 'line',
        points: [at(0, hub - dv, w - dw), at(0, hub + dv, w + dw)],
        width: 0.006,
        color: [170, 174, 178],
        opacity: 0.5,
        detail: 34,
      });
    }
    return [
      ...spokes,
      { kind: 'line', points: disc(0, hub * s, w * s, hub * s * 0.9, 22), width: 0.018, color: [150, 154, 158], closed: true, detail: 30 },
      { kind: 'line', points: disc(0, hub * s, w * s, (hub - tyreWidth / 2) * s, 22), width: tyreWidth, color: look.tyre, closed: true },
      { kind: 'ball', at: at(0, hub, w), radius: 0.03, color: [90, 92, 96], detail: 30 },
    ];
  };
  const pedal = 0.17;
  const [pv, pw] = [Math.cos(crank) * pedal, Math.sin(crank) * pedal];
  const fenders: readonly Piece[] = low
    ? [rearHub, frontHub].map((w): Piece => ({
        kind: 'line',
        points: Array.from({ length: 7 }, (_, i) => {
          const angle = -1.6 + (i * 2.2) / 6;
          return at(0, hub + Math.cos(angle) * (hub + 0.03), w + Math.sin(angle) * (hub + 0.03));
        }),
        width: 0.03,
        color: look.frame,
        detail: 24,
      }))
    : [];
  return [
    ...wheel(rearHub),
    ...wheel(frontHub),
    ...fenders,
    rod([at(0, hub, rearHub), bracket], 0.026, look.frame),
    rod([at(0, hub, rearHub), seatClamp], 0.022, look.frame),
    rod([bracket, seat], tube * 0.9, look.frame),
    rod([bracket, headLow], tube, look.frame),
    ...(low ? [rod([at(0, 0.5, -0.13), headLow], tube * 0.8, look.frame)] : [rod([seatClamp, headTop], tube, look.frame)]),
    rod([headTop, headLow, at(0, hub, frontHub)], 0.036, look.frame),
    rod([headTop, bar], 0.03, [60, 62, 66]),
    rod(
      [
        [-0.28, bar[1], bar[2] - (low ? 0.1 : 0)],
        [0, bar[1], bar[2]],
        [0.28, bar[1], bar[2] - (low ? 0.1 : 0)],
      ],
      0.03,
      [48, 50, 54],
    ),
    rod([at(0, 0.9 + (low ? 0.02 : 0.05), -0.36), at(0, 0.9 + (low ? 0.02 : 0.05), -0.12)], 0.075, look.saddle),
    rod(
      [
        [-0.09, bracket[1] + pv, bracket[2] + pw],
        [0, bracket[1], bracket[2]],
        [0.09, bracket[1] - pv, bracket[2] - pw],
      ],
      0.026,
      [60, 60, 64],
    ),
    { kind: 'line', points: disc(0, bracket[1], bracket[2], 0.08, 10), width: 0.02, color: [70, 70, 74], closed: true, detail: 24 },
    ...(look.basket
      ? [
          {
            kind: 'face',
            points: [
              at(-0.14, 0.76, 0.5),
              at(-0.14, 1.0, 0.44),
              at(0.14, 1.0, 0.44),
              at(0.14, 1.0, 0.74),
              at(0.14, 0.76, 0.68),
              at(-0.14, 0.76, 0.68),
            ],
            color: [124, 92, 58],
          } as const,
        ]
      : []),
  ];
}

/** A bicycle that stands by itself, on its stand. */
export function parkedBicycle(look: BicycleLook): Figure {
  const part: Part = { at: [0, 0.5, 0], order: 'given', pieces: bicyclePieces(look, 1.2) };
  const half = 0.82 * look.size;
  return { parts: [part], footprint: groundRectangle(0.1, -half, half), height: 1 };
}
