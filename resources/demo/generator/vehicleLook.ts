import { type BicycleLook, bicycleLook } from './bicycle.ts';
import type { Rgb } from './color.ts';
import type { Random } from './random.ts';

export type CarBody = 'hatchback' | 'sedan' | 'estate' | 'suv';
export type Rack = 'rear' | 'roof' | 'both';

interface Look {
  readonly paint: Rgb;
  /** Second colour: a truck's cab, a bus's band. */
  readonly accent: Rgb;
  readonly scale: number;
  /** Bicycles it carries: behind it, across; on its roof, along. Their pixels are the vehicle's. */
  readonly behind: readonly BicycleLook[];
  readonly above: readonly BicycleLook[];
}

export interface CarLook extends Look {
  readonly category: 'car';
  readonly body: CarBody;
}

export interface TruckLook extends Look {
  readonly category: 'truck';
  readonly body: 'box' | 'flatbed';
}

export interface BusLook extends Look {
  readonly category: 'bus';
}

export type VehicleLook = CarLook | TruckLook | BusLook;

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

export function carLook(random: Random, rack?: Rack): CarLook {
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

export function truckLook(random: Random): TruckLook {
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

export function busLook(random: Random): BusLook {
  return {
    category: 'bus',
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
