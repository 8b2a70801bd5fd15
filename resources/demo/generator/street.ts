import type { Rgb } from './color.ts';
import type { Figure } from './figure.ts';
import { bin, hedge, lamp, tree } from './furniture.ts';
import type { Pose } from './geometry.ts';
import { houseFigure } from './house.ts';
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
      houses.push({
        figure: houseFigure(r, light, { side, x: kerb + pavement + setback, from, to, town: style === 'town' }),
        z: (from + to) / 2,
      });
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
