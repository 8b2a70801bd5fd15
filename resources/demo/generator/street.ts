import { type Rgb, brighter, mix, white } from './color.ts';
import { type Face, type Figure, type Part, type Piece, box, facing, groundRectangle } from './figure.ts';
import type { Pose, Vec3 } from './geometry.ts';
import type { Light } from './light.ts';
import type { Random } from './random.ts';

/** What stands still. Distances across are metres from the road's middle, x > 0 on the right. */
export interface Street {
  readonly lanesPerSide: 1 | 2;
  readonly parking: boolean;
  /** Half width of the carriageway without the parking strips, and of everything between the kerbs. */
  readonly roadHalf: number;
  readonly kerb: number;
  readonly pavement: number;
  /** Middle of the cross street, if there is one. */
  readonly crossing?: number;
  readonly houses: readonly { readonly figure: Figure; readonly z: number }[];
  /** Trees, lamps and hedges with their places, between road and houses. */
  readonly furniture: readonly { readonly figure: Figure; readonly pose: Pose; readonly lamp: boolean }[];
  readonly asphalt: Rgb;
  readonly paving: Rgb;
  readonly ground: Rgb;
  readonly patches: readonly {
    readonly x: number;
    readonly z: number;
    readonly w: number;
    readonly l: number;
    readonly dark: boolean;
    readonly round: boolean;
  }[];
  readonly hills: readonly number[];
  readonly clouds: readonly { readonly x: number; readonly y: number; readonly w: number; readonly h: number; readonly opacity: number }[];
}

export const crossingHalf = 4.2;
export const laneWidth = 3.4;
const end = 190;

export function planStreet(random: Random, light: Light, crossing: number | undefined): Street {
  const lanesPerSide = random.chance(0.25) ? 2 : 1;
  const parking = lanesPerSide === 1 && random.chance(0.7);
  const roadHalf = laneWidth * lanesPerSide + 0.3;
  const kerb = roadHalf + (parking ? 2.2 : 0);
  const pavement = random.between(2.8, 3.8);
  const style = random.pick(['town', 'town', 'suburb', 'suburb', 'avenue']);
  const houses: { figure: Figure; z: number }[] = [];
  const furniture: { figure: Figure; pose: Pose; lamp: boolean }[] = [];
  const put = (figure: Figure, x: number, z: number, lamp = false): void => {
    furniture.push({ figure, pose: { x, z, yaw: 0 }, lamp });
  };
  const free = (from: number, to: number): boolean =>
    crossing === undefined || to < crossing - crossingHalf - 2 || from > crossing + crossingHalf + 2;

  for (const side of [-1, 1] as const) {
    const r = random.branch(`side ${side}`);
    const setback = style === 'town' ? 0 : style === 'suburb' ? r.between(3, 6) : r.between(1, 3);
    let z = -4;
    while (z < end) {
      const front = style === 'town' ? r.between(9, 16) : r.between(8, 13);
      const from = z;
      const to = z + front;
      z = to + (style === 'town' ? (r.chance(0.12) ? r.between(2, 5) : 0) : r.between(2.5, 7));
      if (!free(from, to)) {
        if (crossing !== undefined && from < crossing) z = crossing + crossingHalf + 2.2;
        continue;
      }
      houses.push({ figure: house(r, light, side, kerb + pavement + setback, from, to, style === 'town'), z: (from + to) / 2 });
      if (style !== 'town' && setback > 2 && r.chance(0.75)) put(hedge(r, front), side * (kerb + pavement + 0.45), from + front / 2);
      if (style !== 'town' && r.chance(0.55)) put(tree(r), side * (kerb + pavement + Math.max(1.2, setback * 0.6)), to + 1.4);
    }
    const step = style === 'avenue' ? r.between(9, 12) : r.between(16, 26);
    for (let at = r.between(4, 12); at < end * 0.75; at += step) {
      if (free(at - 1, at + 1) && r.chance(style === 'town' ? 0.45 : 0.85)) put(tree(r), side * (kerb + 0.75), at + r.between(-1, 1));
    }
    for (let at = side > 0 ? 9 : 21; at < end * 0.8; at += 25)
      if (free(at - 1, at + 1)) put(lamp(side, light), side * (kerb + 0.45), at, true);
    if (r.chance(0.5)) {
      const at = r.between(8, 40);
      if (free(at - 1, at + 1)) put(bin(), side * (kerb + 0.7), at);
    }
  }
  return {
    lanesPerSide,
    parking,
    roadHalf,
    kerb,
    pavement,
    ...(crossing === undefined ? {} : { crossing }),
    houses,
    furniture,
    asphalt: random.pick<Rgb>([
      [92, 94, 99],
      [84, 87, 93],
      [100, 100, 102],
    ]),
    paving: random.pick<Rgb>([
      [168, 164, 158],
      [176, 170, 160],
      [158, 158, 160],
      [180, 166, 152],
    ]),
    ground: style === 'town' ? [150, 146, 138] : [98, 132, 72],
    patches: Array.from({ length: 16 }, () => ({
      x: random.between(-roadHalf, roadHalf),
      z: random.between(0, 90),
      w: random.between(0.5, 1.9),
      l: random.between(0.8, 6),
      dark: random.chance(0.65),
      round: random.chance(0.3),
    })),
    hills: Array.from({ length: 40 }, () => random.next()),
    clouds: Array.from({ length: Math.round(26 * light.cloudCover) + 3 }, () => ({
      x: random.between(-0.1, 1.1),
      y: Math.sqrt(random.next()) * 0.92,
      w: random.between(0.1, 0.3),
      h: random.between(0.02, 0.05),
      opacity: random.between(0.35, 0.85),
    })),
  };
}

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

function house(random: Random, light: Light, side: -1 | 1, x: number, from: number, to: number, town: boolean): Figure {
  const floors = town ? random.whole(3, 5) : random.whole(1, 2);
  const floor = 3.0;
  const height = floors * floor + (town ? 0.6 : 0.3);
  const depth = random.between(8, 11);
  const wall = random.pick(walls);
  const frame = random.chance(0.75) ? mix(wall, white, 0.7) : brighter(wall, 0.45);
  const roof = random.pick<Rgb>([
    [122, 62, 48],
    [86, 84, 88],
    [104, 72, 56],
    [72, 76, 84],
    [140, 82, 58],
  ]);
  const shop = town && random.chance(0.6);
  const balconies = town && random.chance(0.3);
  const shutters = random.chance(0.3)
    ? random.pick<Rgb>([
        [64, 92, 84],
        [72, 84, 110],
        [120, 64, 52],
        [90, 92, 88],
      ])
    : undefined;
  const at = side * x;
  const out = (d: number): number => at - side * d;
  const rect = (z0: number, y0: number, z1: number, y1: number, d: number): readonly Vec3[] => [
    [out(d), y0, z0],
    [out(d), y0, z1],
    [out(d), y1, z1],
    [out(d), y1, z0],
  ];
  const paneColor = (): { readonly color: Rgb; readonly glows: boolean; readonly sheen?: 'pane' } => {
    if (random.chance(light.windowsLit))
      return {
        color: random.pick<Rgb>([
          [255, 216, 142],
          [255, 200, 120],
          [246, 226, 180],
        ]),
        glows: true,
      };
    return { color: mix([46, 56, 68], [92, 108, 122], random.next() * 0.6), glows: false, sheen: 'pane' };
  };
  const decals: Piece[] = [];
  const columns = Math.max(2, Math.round((to - from) / random.between(2.3, 2.9)));
  const step = (to - from) / columns;
  const winW = Math.min(1.25, step * 0.5);
  const winH = town ? 1.65 : 1.3;
  const door = random.whole(0, columns - 1);
  for (let f = 0; f < floors; f++) {
    const y = f * floor + 0.95;
    for (let c = 0; c < columns; c++) {
      const z = from + (c + 0.5) * step;
      if (f === 0 && c === door) {
        decals.push({ kind: 'face', points: rect(z - 0.62, 0, z + 0.62, 2.4, 0.02), color: frame });
        decals.push({
          kind: 'face',
          points: rect(z - 0.5, 0, z + 0.5, 2.25, 0.03),
          color: random.pick<Rgb>([
            [92, 48, 36],
            [42, 70, 62],
            [48, 54, 86],
            [110, 88, 62],
          ]),
          sheen: 'wall',
        });
        continue;
      }
      if (f === 0 && shop) {
        const color = paneColor();
        decals.push({ kind: 'face', points: rect(z - step * 0.46, 0.35, z + step * 0.46, 2.5, 0.02), color: brighter(frame, 0.6) });
        decals.push({ kind: 'face', points: rect(z - step * 0.41, 0.45, z + step * 0.41, 2.4, 0.03), ...color });
        continue;
      }
      decals.push({ kind: 'face', points: rect(z - winW / 2 - 0.1, y - 0.1, z + winW / 2 + 0.1, y + winH + 0.12, 0.02), color: frame });
      decals.push({ kind: 'face', points: rect(z - winW / 2, y, z + winW / 2, y + winH, 0.03), ...paneColor() });
      decals.push({
        kind: 'line',
        points: [
          [out(0.04), y, z],
          [out(0.04), y + winH, z],
        ],
        width: 0.06,
        color: frame,
        detail: 18,
      });
      decals.push({
        kind: 'line',
        points: [
          [out(0.04), y + winH * 0.62, z - winW / 2],
          [out(0.04), y + winH * 0.62, z + winW / 2],
        ],
        width: 0.05,
        color: frame,
        detail: 22,
      });
      decals.push({
        kind: 'face',
        points: rect(z - winW / 2 - 0.16, y - 0.2, z + winW / 2 + 0.16, y - 0.08, 0.06),
        color: brighter(frame, 0.86),
        detail: 14,
      });
      if (shutters !== undefined && f > 0) {
        for (const s of [-1, 1])
          decals.push({
            kind: 'face',
            points: rect(z + s * (winW / 2 + 0.05), y - 0.05, z + s * (winW / 2 + 0.42), y + winH + 0.05, 0.05),
            color: shutters,
            detail: 10,
          });
      }
      if (balconies && f > 0 && c % 2 === 0) {
        decals.push({ kind: 'face', points: rect(z - 0.9, y - 0.35, z + 0.9, y - 0.22, 0.4), color: brighter(frame, 0.8) });
        decals.push({ kind: 'face', points: rect(z - 0.9, y - 0.22, z + 0.9, y + 0.6, 0.4), color: [40, 42, 46], opacity: 0.45 });
        decals.push({
          kind: 'line',
          points: [
            [out(0.4), y + 0.6, z - 0.9],
            [out(0.4), y + 0.6, z + 0.9],
          ],
          width: 0.06,
          color: [40, 42, 46],
        });
      }
    }
    if (town && f > 0)
      decals.push({
        kind: 'face',
        points: rect(from, f * floor + 0.12, to, f * floor + 0.3, 0.04),
        color: brighter(wall, 1.08),
        detail: 9,
      });
  }
  if (shop) {
    const color = random.pick(awnings);
    const low = 2.5;
    const stripes = Math.max(4, Math.round((to - from) / 0.9));
    for (let i = 0; i < stripes; i++) {
      const [a, b] = [from + ((to - from) * i) / stripes, from + ((to - from) * (i + 1)) / stripes];
      decals.push({
        kind: 'face',
        points: [
          [out(0.02), low + 0.55, a],
          [out(0.02), low + 0.55, b],
          [out(1.1), low, b],
          [out(1.1), low, a],
        ],
        color: i % 2 === 0 ? color : mix(color, white, 0.75),
      });
    }
  } else {
    decals.push({ kind: 'face', points: rect(from, 0, to, 0.5, 0.03), color: brighter(wall, 0.62) });
  }
  const inside: Vec3 = [side * (x + depth / 2), height / 2, (from + to) / 2];
  const back = side * (x + depth);
  const facade = facing(
    {
      points: [
        [at, 0, from],
        [at, 0, to],
        [at, height, to],
        [at, height, from],
      ],
      color: wall,
      sheen: 'wall',
      decals,
    },
    inside,
  );
  const pitched = !town || random.chance(0.55);
  const rise = pitched ? random.between(2.2, 3.6) : 0;
  const ridge = side * (x + depth / 2);
  const gable: readonly Vec3[] = pitched
    ? [
        [at, 0, from],
        [back, 0, from],
        [back, height, from],
        [ridge, height + rise, from],
        [at, height, from],
      ]
    : [
        [at, 0, from],
        [back, 0, from],
        [back, height, from],
        [at, height, from],
      ];
  const gableDecals: Piece[] = [];
  for (let f = town ? 1 : 0; f < floors; f++) {
    const y = f * floor + 1;
    for (const share of town ? [0.5] : [0.28, 0.72]) {
      const u = side * (x + depth * share);
      gableDecals.push({
        kind: 'face',
        points: [
          [u - 0.65, y - 0.1, from - 0.02],
          [u + 0.65, y - 0.1, from - 0.02],
          [u + 0.65, y + 1.35, from - 0.02],
          [u - 0.65, y + 1.35, from - 0.02],
        ],
        color: frame,
      });
      gableDecals.push({
        kind: 'face',
        points: [
          [u - 0.54, y, from - 0.03],
          [u + 0.54, y, from - 0.03],
          [u + 0.54, y + 1.25, from - 0.03],
          [u - 0.54, y + 1.25, from - 0.03],
        ],
        ...paneColor(),
      });
    }
  }
  const faces: Face[] = [facing({ points: gable, color: brighter(wall, 0.97), sheen: 'wall', decals: gableDecals }, inside), facade];
  if (pitched) {
    const over = 0.35;
    const eave = out(over);
    faces.push({
      kind: 'face',
      points: [
        [eave, height - 0.12, from - 0.2],
        [eave, height - 0.12, to + 0.2],
        [ridge, height + rise, to + 0.2],
        [ridge, height + rise, from - 0.2],
      ],
      color: roof,
      sheen: 'wall',
    });
    faces.push({
      kind: 'face',
      points: [
        [eave, height - 0.28, from - 0.2],
        [eave, height - 0.28, to + 0.2],
        [eave, height - 0.1, to + 0.2],
        [eave, height - 0.1, from - 0.2],
      ],
      color: brighter(roof, 0.7),
    });
    const chimney = from + (to - from) * random.between(0.2, 0.8);
    faces.unshift(...box([ridge - 0.4, height + rise - 1, chimney], [ridge + 0.4, height + rise + 0.8, chimney + 0.7], [132, 78, 64]));
  } else {
    faces.push({
      kind: 'face',
      points: [
        [out(0.3), height, from],
        [out(0.3), height, to],
        [out(0.3), height + 0.45, to],
        [out(0.3), height + 0.45, from],
      ],
      color: brighter(wall, 1.1),
    });
    faces.push({
      kind: 'face',
      points: [
        [out(0.3), height, from],
        [at, height, from],
        [at, height + 0.45, from],
        [out(0.3), height + 0.45, from],
      ],
      color: brighter(wall, 0.8),
    });
    faces.push({
      kind: 'face',
      points: [
        [out(0.3), height, from],
        [out(0.3), height, to],
        [at, height, to],
        [at, height, from],
      ],
      color: brighter(wall, 0.55),
    });
  }
  return {
    parts: [{ at: [at, 0, from], order: 'given', pieces: faces }],
    footprint: [
      [at, 0, from],
      [at, 0, to],
      [back, 0, to],
      [back, 0, from],
    ],
    height,
  };
}

function tree(random: Random): Figure {
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
  for (let ring = 0; ring < 3; ring++) {
    const n = [7, 7, 6][ring] ?? 6;
    for (let i = 0; i < n; i++) {
      const angle = random.between(0, 2 * Math.PI);
      const spread = crown * [0.85, 0.7, 0.5][ring]! * Math.sqrt(random.next());
      const v = tall - crown * 0.5 + (random.next() - 0.5) * crown * 1.5 + ring * 0.18;
      blobs.push({
        kind: 'ball',
        at: [Math.cos(angle) * spread - ring * 0.12, v, Math.sin(angle) * spread * 0.4 - ring * 0.2],
        radius: crown * random.between(0.38, 0.58) * (1 - ring * 0.16),
        tall: random.between(0.78, 0.98),
        color: brighter(leaf, [0.68, 0.92, 1.2][ring]! * random.between(0.94, 1.06)),
      });
    }
  }
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

function hedge(random: Random, long: number): Figure {
  const leaf = random.pick<Rgb>([
    [66, 104, 50],
    [78, 116, 60],
    [58, 92, 54],
  ]);
  const height = random.between(0.8, 1.2);
  const half = long / 2 - 1.2;
  const pieces: Piece[] = [...box([-0.35, 0, -half], [0.35, height, half], leaf, { sheen: 'wall' })];
  return {
    parts: [{ at: [0, 0.5, 0], order: 'depth', pieces }],
    footprint: groundRectangle(0.4, -half, half),
    height,
  };
}

function lamp(side: -1 | 1, light: Light): Figure {
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

function bin(): Figure {
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
