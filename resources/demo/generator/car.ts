import { type BicycleLook, bicyclePieces } from './bicycle.ts';
import { type BodyShape, carBodies } from './carBodies.ts';
import { type Rgb, brighter, mix, white } from './color.ts';
import {
  type Ball,
  type Face,
  type Figure,
  type Line,
  type Part,
  type Piece,
  box,
  groundRectangle,
  mapped,
  scaled,
  shifted,
} from './figure.ts';
import { type Vec3, centroid } from './geometry.ts';
import type { CarLook } from './vehicleLook.ts';
import {
  type Lamps,
  arch,
  glass,
  headLights,
  panel,
  plate,
  quad,
  red,
  shell,
  tailLights,
  tyres,
  under,
  wheelFace,
} from './vehicleParts.ts';

/** A car with the measures of its body that its parts go by. */
interface Car extends BodyShape {
  readonly look: CarLook;
  readonly lamps: Lamps;
  readonly roll: number;
  readonly rear: number;
  readonly front: number;
  /** Half its width. */
  readonly half: number;
  /** Heights: lower edge of the tail, lower edge of the windows, top. */
  readonly base: number;
  readonly belt: number;
  readonly roof: number;
  readonly tall: boolean;
  readonly rim: Rgb;
}

const trim: Rgb = [30, 31, 34];

function measured(look: CarLook, lamps: Lamps, roll: number): Car {
  const shape = carBodies[look.body];
  const { hull, cabin } = shape;
  return {
    ...shape,
    look,
    lamps,
    roll,
    rear: Math.min(...hull.map(([w]) => w)),
    front: Math.max(...hull.map(([w]) => w)),
    half: Math.max(...hull.map(([, , h]) => h)),
    base: hull[1]?.[1] ?? 0.4,
    belt: cabin[0]?.[1] ?? 0.95,
    roof: Math.max(...cabin.map(([, v]) => v)),
    tall: look.body === 'suv',
    rim: look.paint[0] + look.paint[1] > 240 ? [172, 176, 182] : [150, 154, 160],
  };
}

export function carFigure(look: CarLook, lamps: Lamps, roll: number): Figure {
  const car = measured(look, lamps, roll);
  const { hull, cabin, axle, wheel, half, rear, front, roof } = car;
  const { paint } = look;
  // Tyres, floor and body have one place: they are drawn in this order whatever the distance says.
  const at: Vec3 = [0, 0.6, 0];
  return scaled(
    {
      parts: [
        ...tyres(axle, half - 0.02, wheel, 0.22).map((part): Part => ({ ...part, at })),
        { ...under(half, 0.3, rear, front), at },
        { at, order: 'depth', pieces: shell(hull, paint, (i) => hullDecals(car, i), { sheen: 'body', of: (u) => sideDecals(car, u) }) },
        {
          at,
          order: 'depth',
          pieces: shell(cabin, paint, (i, points) => cabinDecals(car, i, points), { sheen: 'body', of: (u) => cabinSide(car, u) }),
        },
        { at, order: 'given', pieces: roofBars(car) },
        mirrors(car),
        ...look.behind.map((bicycle, index) => behind(car, bicycle, index)),
        ...look.above.map((bicycle, index) => above(car, bicycle, index)),
      ],
      footprint: groundRectangle(half, rear, front),
      height: roof,
    },
    look.scale,
  );
}

/** What lies on the hull's strip `i`, counted from the rear bottom over the top. */
function hullDecals(car: Car, i: number): Partial<Face> {
  const { lamps, hull, rear, front, half, belt, base, tall } = car;
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
}

function sideDecals(car: Car, u: -1 | 1): readonly Piece[] {
  const { look, lamps, roll, axle, wheel, rear, front, half, belt, base, rim } = car;
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
  const handle = (w: number): Line => ({
    kind: 'line',
    points: [
      [at, belt - 0.16, w],
      [at, belt - 0.16, w + 0.14],
    ],
    width: 0.035,
    color: brighter(look.paint, 0.6),
    detail: 26,
  });
  return [
    {
      kind: 'face',
      points: panel(at, base - 0.12, base, axle[0], axle[1]),
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
    handle(-0.72),
    handle(0.3),
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
}

/** The outline drawn in towards its middle. */
function inset(points: readonly Vec3[], share: number): readonly Vec3[] {
  const middle = centroid(points);
  return points.map(([u, v, w]): Vec3 => [
    middle[0] + (u - middle[0]) * share,
    middle[1] + (v - middle[1]) * share,
    middle[2] + (w - middle[2]) * share,
  ]);
}

/** Cabin strips: the first and the last are the rear window and the windscreen. */
function cabinDecals(car: Car, i: number, points: readonly Vec3[]): Partial<Face> {
  const { cabin, belt } = car;
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
}

/** Side windows lean in with the cabin. */
function cabinSide({ windows, belt, roof, tall }: Car, u: -1 | 1): readonly Piece[] {
  return windows.map((window): Face => ({
    kind: 'face',
    points: window.map(([, v, w]): Vec3 => [
      u * (0.8 - ((v - belt) / Math.max(0.1, roof - belt)) * (0.8 - (tall ? 0.7 : 0.62)) + (tall ? 0.06 : 0)),
      v,
      w,
    ]),
    color: glass,
    sheen: 'glass',
  }));
}

function mirrors({ look, half, belt }: Car): Part {
  return {
    // Ahead of the body's middle, so that from behind the body hides them.
    at: [0, 0.6, 0.65],
    order: 'given',
    pieces: ([-1, 1] as const).flatMap((u): readonly Piece[] =>
      box([u < 0 ? -half - 0.19 : half - 0.02, belt + 0.02, 0.62], [u < 0 ? -half + 0.02 : half + 0.19, belt + 0.15, 0.76], look.paint),
    ),
  };
}

/** A bicycle on the carrier at the tail, with the carrier. */
function behind({ rear }: Car, bicycle: BicycleLook, index: number): Part {
  const w = rear - 0.3 - index * 0.22;
  return {
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
      ...acrossPieces(bicycle, w, index % 2 === 0, 0.47),
    ],
  };
}

/** A bicycle on the roof, with its rail. */
function above({ look, roof }: Car, bicycle: BicycleLook, index: number): Part {
  const u = look.above.length === 1 ? 0.28 : index === 0 ? -0.34 : 0.34;
  return {
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
  };
}

/** The bars across that the rails of bicycles lie on. */
function roofBars({ look, roof }: Car): readonly Piece[] {
  if (look.above.length === 0) return [];
  return [-1.1, 0].map((w): Line => ({
    kind: 'line',
    points: [
      [-0.6, roof + 0.04, w],
      [0.6, roof + 0.04, w],
    ],
    width: 0.05,
    color: [40, 42, 46],
  }));
}

/** A bicycle across the tail: turned so that its length lies along u. */
function acrossPieces(look: BicycleLook, w: number, turned: boolean, lift: number): readonly Piece[] {
  const swap = ([u, v, along]: Vec3): Vec3 => [turned ? along : -along, v + lift, w + (turned ? -u : u)];
  return bicyclePieces(look, 1.2).map((piece) => mapped(piece, swap));
}
