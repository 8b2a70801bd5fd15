import { type Rgb, brighter, mix, white } from './color.ts';
import { type Face, type Figure, type Piece, box, facing } from './figure.ts';
import type { Vec3 } from './geometry.ts';
import type { Light } from './light.ts';
import type { Random } from './random.ts';

const walls: readonly [Rgb, ...Rgb[]] = [
  [206, 190, 164],
  [188, 118, 92],
  [222, 212, 194],
  [160, 96, 78],
  [196, 204, 206],
  [214, 186, 140],
  [176, 158, 148],
  [232, 226, 214],
  [150, 164, 172],
  [204, 162, 144],
  [186, 192, 170],
  [124, 88, 76],
];
const awnings: readonly [Rgb, ...Rgb[]] = [
  [168, 44, 44],
  [40, 92, 88],
  [222, 190, 96],
  [52, 74, 122],
  [84, 112, 66],
];

const roofs: readonly [Rgb, ...Rgb[]] = [
  [122, 62, 48],
  [86, 84, 88],
  [104, 72, 56],
  [72, 76, 84],
  [140, 82, 58],
];
const shutterColors: readonly [Rgb, ...Rgb[]] = [
  [64, 92, 84],
  [72, 84, 110],
  [120, 64, 52],
  [90, 92, 88],
];
const doors: readonly [Rgb, ...Rgb[]] = [
  [92, 48, 36],
  [42, 70, 62],
  [48, 54, 86],
  [110, 88, 62],
];
const litPanes: readonly [Rgb, ...Rgb[]] = [
  [255, 216, 142],
  [255, 200, 120],
  [246, 226, 180],
];
const railing: Rgb = [40, 42, 46];

/** Where a house stands: its front `x` metres from the road's middle on its side, along the road from `from` to `to`. */
export interface Plot {
  readonly side: -1 | 1;
  readonly x: number;
  readonly from: number;
  readonly to: number;
  /** Houses of a town are high, in a row, with shops; the others have a pitched roof. */
  readonly town: boolean;
}

interface House extends Plot {
  readonly random: Random;
  readonly light: Light;
  readonly floors: number;
  readonly height: number;
  readonly depth: number;
  readonly wall: Rgb;
  readonly frame: Rgb;
  readonly roof: Rgb;
  readonly shop: boolean;
  readonly balconies: boolean;
  readonly shutters: Rgb | undefined;
  /** Across the road: the front, the ridge of the roof, the back. */
  readonly at: number;
  readonly ridge: number;
  readonly back: number;
}

const floor = 3.0;

/** A place `d` metres before the front. */
const out = ({ at, side }: House, d: number): number => at - side * d;

/** A rectangle along the street, `d` metres before the front. */
function rect(house: House, z0: number, y0: number, z1: number, y1: number, d: number): readonly Vec3[] {
  const u = out(house, d);
  return [
    [u, y0, z0],
    [u, y0, z1],
    [u, y1, z1],
    [u, y1, z0],
  ];
}

/** A rectangle across the street, as the gable is. */
const across = (u0: number, y0: number, u1: number, y1: number, z: number): readonly Vec3[] => [
  [u0, y0, z],
  [u1, y0, z],
  [u1, y1, z],
  [u0, y1, z],
];

/** The order of the draws is part of every picture: see `Random`. */
export function houseFigure(random: Random, light: Light, plot: Plot): Figure {
  const { side, x, from, to, town } = plot;
  const floors = town ? random.whole(3, 5) : random.whole(1, 2);
  const height = floors * floor + (town ? 0.6 : 0.3);
  const depth = random.between(8, 11);
  const wall = random.pick(walls);
  const house: House = {
    ...plot,
    random,
    light,
    floors,
    height,
    depth,
    wall,
    frame: random.chance(0.75) ? mix(wall, white, 0.7) : brighter(wall, 0.45),
    roof: random.pick(roofs),
    shop: town && random.chance(0.6),
    balconies: town && random.chance(0.3),
    shutters: random.chance(0.3) ? random.pick(shutterColors) : undefined,
    at: side * x,
    ridge: side * (x + depth / 2),
    back: side * (x + depth),
  };
  const { at, ridge, back } = house;
  const inside: Vec3 = [ridge, height / 2, (from + to) / 2];
  const front = rect(house, from, 0, to, height, 0);
  const facade = facing({ points: front, color: wall, sheen: 'wall', decals: [...storeys(house), ...groundFloor(house)] }, inside);
  const pitched = !town || random.chance(0.55);
  const rise = pitched ? random.between(2.2, 3.6) : 0;
  const outline = across(at, 0, back, height, from);
  const gable: readonly Vec3[] = pitched ? [...outline.slice(0, 3), [ridge, height + rise, from], ...outline.slice(3)] : outline;
  const end = facing({ points: gable, color: brighter(wall, 0.97), sheen: 'wall', decals: gableWindows(house) }, inside);
  const pieces = pitched ? [...chimney(house, rise), end, facade, ...pitchedRoof(house, rise)] : [end, facade, ...cornice(house)];
  return {
    parts: [{ at: [at, 0, from], order: 'given', pieces }],
    footprint: [
      [at, 0, from],
      [at, 0, to],
      [back, 0, to],
      [back, 0, from],
    ],
    height,
  };
}

function paneColor({ random, light }: House): { readonly color: Rgb; readonly glows: boolean; readonly sheen?: 'pane' } {
  if (random.chance(light.windowsLit)) return { color: random.pick(litPanes), glows: true };
  return { color: mix([46, 56, 68], [92, 108, 122], random.next() * 0.6), glows: false, sheen: 'pane' };
}

/** Doors and windows, floor by floor. */
function storeys(house: House): readonly Piece[] {
  const { random, from, to, town, floors, shop, balconies, wall } = house;
  const columns = Math.max(2, Math.round((to - from) / random.between(2.3, 2.9)));
  const step = (to - from) / columns;
  const door = random.whole(0, columns - 1);
  const pieces: Piece[] = [];
  for (let f = 0; f < floors; f++) {
    const y = f * floor + 0.95;
    for (let c = 0; c < columns; c++) {
      const z = from + (c + 0.5) * step;
      if (f === 0 && c === door) pieces.push(...frontDoor(house, z));
      else if (f === 0 && shop) pieces.push(...shopWindow(house, z, step));
      else {
        pieces.push(...frontWindow(house, z, y, Math.min(1.25, step * 0.5), f > 0));
        if (balconies && f > 0 && c % 2 === 0) pieces.push(...balcony(house, z, y));
      }
    }
    if (town && f > 0)
      pieces.push({
        kind: 'face',
        points: rect(house, from, f * floor + 0.12, to, f * floor + 0.3, 0.04),
        color: brighter(wall, 1.08),
        detail: 9,
      });
  }
  return pieces;
}

function frontDoor(house: House, z: number): readonly Piece[] {
  return [
    { kind: 'face', points: rect(house, z - 0.62, 0, z + 0.62, 2.4, 0.02), color: house.frame },
    { kind: 'face', points: rect(house, z - 0.5, 0, z + 0.5, 2.25, 0.03), color: house.random.pick(doors), sheen: 'wall' },
  ];
}

function shopWindow(house: House, z: number, step: number): readonly Piece[] {
  return [
    { kind: 'face', points: rect(house, z - step * 0.46, 0.35, z + step * 0.46, 2.5, 0.02), color: brighter(house.frame, 0.6) },
    { kind: 'face', points: rect(house, z - step * 0.41, 0.45, z + step * 0.41, 2.4, 0.03), ...paneColor(house) },
  ];
}

function frontWindow(house: House, z: number, y: number, width: number, withShutters: boolean): readonly Piece[] {
  const { town, frame, shutters } = house;
  const [half, high] = [width / 2, town ? 1.65 : 1.3];
  const bar = out(house, 0.04);
  return [
    { kind: 'face', points: rect(house, z - half - 0.1, y - 0.1, z + half + 0.1, y + high + 0.12, 0.02), color: frame },
    { kind: 'face', points: rect(house, z - half, y, z + half, y + high, 0.03), ...paneColor(house) },
    {
      kind: 'line',
      points: [
        [bar, y, z],
        [bar, y + high, z],
      ],
      width: 0.06,
      color: frame,
      detail: 18,
    },
    {
      kind: 'line',
      points: [
        [bar, y + high * 0.62, z - half],
        [bar, y + high * 0.62, z + half],
      ],
      width: 0.05,
      color: frame,
      detail: 22,
    },
    {
      kind: 'face',
      points: rect(house, z - half - 0.16, y - 0.2, z + half + 0.16, y - 0.08, 0.06),
      color: brighter(frame, 0.86),
      detail: 14,
    },
    ...(shutters !== undefined && withShutters
      ? [-1, 1].map((s): Face => ({
          kind: 'face',
          points: rect(house, z + s * (half + 0.05), y - 0.05, z + s * (half + 0.42), y + high + 0.05, 0.05),
          color: shutters,
          detail: 10,
        }))
      : []),
  ];
}

function balcony(house: House, z: number, y: number): readonly Piece[] {
  return [
    { kind: 'face', points: rect(house, z - 0.9, y - 0.35, z + 0.9, y - 0.22, 0.4), color: brighter(house.frame, 0.8) },
    { kind: 'face', points: rect(house, z - 0.9, y - 0.22, z + 0.9, y + 0.6, 0.4), color: railing, opacity: 0.45 },
    {
      kind: 'line',
      points: [
        [out(house, 0.4), y + 0.6, z - 0.9],
        [out(house, 0.4), y + 0.6, z + 0.9],
      ],
      width: 0.06,
      color: railing,
    },
  ];
}

/** A shop's striped awning, or the base of the wall. */
function groundFloor(house: House): readonly Piece[] {
  const { random, from, to, shop, wall } = house;
  if (!shop) return [{ kind: 'face', points: rect(house, from, 0, to, 0.5, 0.03), color: brighter(wall, 0.62) }];
  const color = random.pick(awnings);
  const low = 2.5;
  const stripes = Math.max(4, Math.round((to - from) / 0.9));
  return Array.from({ length: stripes }, (_, i): Face => {
    const [a, b] = [from + ((to - from) * i) / stripes, from + ((to - from) * (i + 1)) / stripes];
    return {
      kind: 'face',
      points: [
        [out(house, 0.02), low + 0.55, a],
        [out(house, 0.02), low + 0.55, b],
        [out(house, 1.1), low, b],
        [out(house, 1.1), low, a],
      ],
      color: i % 2 === 0 ? color : mix(color, white, 0.75),
    };
  });
}

function gableWindows(house: House): readonly Piece[] {
  const { side, x, from, town, floors, depth, frame } = house;
  const pieces: Piece[] = [];
  for (let f = town ? 1 : 0; f < floors; f++) {
    const y = f * floor + 1;
    for (const share of town ? [0.5] : [0.28, 0.72]) {
      const u = side * (x + depth * share);
      pieces.push({ kind: 'face', points: across(u - 0.65, y - 0.1, u + 0.65, y + 1.35, from - 0.02), color: frame });
      pieces.push({ kind: 'face', points: across(u - 0.54, y, u + 0.54, y + 1.25, from - 0.03), ...paneColor(house) });
    }
  }
  return pieces;
}

function chimney({ random, from, to, height, ridge }: House, rise: number): readonly Face[] {
  const z = from + (to - from) * random.between(0.2, 0.8);
  return box([ridge - 0.4, height + rise - 1, z], [ridge + 0.4, height + rise + 0.8, z + 0.7], [132, 78, 64]);
}

/** The half of the roof that is seen, and its edge. */
function pitchedRoof(house: House, rise: number): readonly Face[] {
  const { from, to, height, ridge, roof } = house;
  const eave = out(house, 0.35);
  return [
    {
      kind: 'face',
      points: [
        [eave, height - 0.12, from - 0.2],
        [eave, height - 0.12, to + 0.2],
        [ridge, height + rise, to + 0.2],
        [ridge, height + rise, from - 0.2],
      ],
      color: roof,
      sheen: 'wall',
    },
    { kind: 'face', points: rect(house, from - 0.2, height - 0.28, to + 0.2, height - 0.1, 0.35), color: brighter(roof, 0.7) },
  ];
}

/** The upper edge of a house with a flat roof: front, end and underside. */
function cornice(house: House): readonly Face[] {
  const { from, to, height, wall, at } = house;
  const edge = out(house, 0.3);
  return [
    { kind: 'face', points: rect(house, from, height, to, height + 0.45, 0.3), color: brighter(wall, 1.1) },
    { kind: 'face', points: across(edge, height, at, height + 0.45, from), color: brighter(wall, 0.8) },
    {
      kind: 'face',
      points: [
        [edge, height, from],
        [edge, height, to],
        [at, height, to],
        [at, height, from],
      ],
      color: brighter(wall, 0.55),
    },
  ];
}
