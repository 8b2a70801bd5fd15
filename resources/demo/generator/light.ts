import { type Rgb, mix, times } from './color.ts';
import { type Vec3, dot } from './geometry.ts';

export const lightNames = ['day', 'overcast', 'dusk', 'night', 'wet', 'lowSun'] as const;
export type LightName = (typeof lightNames)[number];

/** Everything that one time of day decides. Factors are per colour channel, 1 = the surface's own colour. */
export interface Light {
  readonly name: LightName;
  readonly skyTop: Rgb;
  readonly skyMiddle: Rgb;
  readonly skyHorizon: Rgb;
  readonly haze: Rgb;
  /** Depth at which 63 % of a surface's colour is haze, metres. */
  readonly hazeDepth: number;
  readonly ambient: Rgb;
  readonly sun: Rgb;
  /** Unit vector towards the sun. */
  readonly sunAt: Vec3;
  /** Darkness of a shadow on the road, 0 to 1, and how far it is thrown per metre of height. */
  readonly shadow: number;
  readonly throwX: number;
  readonly throwZ: number;
  readonly cloud: Rgb;
  readonly cloudCover: number;
  /** Sun or moon in the picture: place as shares of width and of the sky's height; radius as a share of the width. */
  readonly disc?: { readonly x: number; readonly y: number; readonly radius: number; readonly color: Rgb; readonly glow: number };
  readonly lampsOn: boolean;
  readonly headlights: boolean;
  /** Share of windows with light in them. */
  readonly windowsLit: number;
  readonly wet: number;
}

const unit = ([x, y, z]: Vec3): Vec3 => {
  const size = Math.sqrt(x * x + y * y + z * z);
  return [x / size, y / size, z / size];
};

const lights: Readonly<Record<LightName, Light>> = {
  day: {
    name: 'day',
    skyTop: [62, 124, 201],
    skyMiddle: [124, 178, 229],
    skyHorizon: [214, 232, 243],
    haze: [198, 217, 232],
    hazeDepth: 260,
    ambient: [0.6, 0.66, 0.76],
    sun: [0.56, 0.51, 0.42],
    sunAt: unit([-0.55, 0.72, -0.45]),
    shadow: 0.42,
    throwX: 0.75,
    throwZ: 0.3,
    cloud: [255, 255, 255],
    cloudCover: 0.5,
    lampsOn: false,
    headlights: false,
    windowsLit: 0.02,
    wet: 0,
  },
  overcast: {
    name: 'overcast',
    skyTop: [150, 162, 175],
    skyMiddle: [186, 196, 205],
    skyHorizon: [222, 227, 230],
    haze: [206, 213, 218],
    hazeDepth: 150,
    ambient: [0.78, 0.81, 0.85],
    sun: [0.15, 0.15, 0.15],
    sunAt: unit([-0.2, 0.95, -0.2]),
    shadow: 0.3,
    throwX: 0.08,
    throwZ: 0.04,
    cloud: [236, 240, 243],
    cloudCover: 1,
    lampsOn: false,
    headlights: false,
    windowsLit: 0.12,
    wet: 0,
  },
  dusk: {
    name: 'dusk',
    skyTop: [52, 61, 112],
    skyMiddle: [148, 107, 142],
    skyHorizon: [255, 181, 120],
    haze: [214, 152, 132],
    hazeDepth: 190,
    ambient: [0.47, 0.43, 0.55],
    sun: [0.5, 0.3, 0.17],
    sunAt: unit([0.75, 0.28, 0.3]),
    shadow: 0.3,
    throwX: -1.5,
    throwZ: -0.5,
    cloud: [255, 176, 146],
    cloudCover: 0.75,
    disc: { x: 0.68, y: 0.9, radius: 0.022, color: [255, 226, 170], glow: 0.9 },
    lampsOn: true,
    headlights: true,
    windowsLit: 0.35,
    wet: 0,
  },
  night: {
    name: 'night',
    skyTop: [9, 14, 33],
    skyMiddle: [20, 30, 58],
    skyHorizon: [52, 60, 88],
    haze: [33, 40, 64],
    hazeDepth: 110,
    ambient: [0.26, 0.29, 0.42],
    sun: [0.06, 0.07, 0.1],
    sunAt: unit([-0.3, 0.9, 0.1]),
    shadow: 0.35,
    throwX: 0.05,
    throwZ: 0.05,
    cloud: [46, 56, 88],
    cloudCover: 0.35,
    disc: { x: 0.24, y: 0.3, radius: 0.014, color: [236, 238, 226], glow: 0.35 },
    lampsOn: true,
    headlights: true,
    windowsLit: 0.5,
    wet: 0,
  },
  wet: {
    name: 'wet',
    skyTop: [112, 124, 140],
    skyMiddle: [150, 162, 174],
    skyHorizon: [198, 205, 210],
    haze: [176, 186, 193],
    hazeDepth: 105,
    ambient: [0.66, 0.7, 0.76],
    sun: [0.12, 0.12, 0.12],
    sunAt: unit([0.2, 0.95, -0.2]),
    shadow: 0.3,
    throwX: 0.05,
    throwZ: 0.03,
    cloud: [196, 204, 211],
    cloudCover: 1,
    lampsOn: false,
    headlights: true,
    windowsLit: 0.25,
    wet: 1,
  },
  lowSun: {
    name: 'lowSun',
    skyTop: [96, 140, 190],
    skyMiddle: [190, 198, 196],
    skyHorizon: [255, 229, 178],
    haze: [250, 222, 178],
    hazeDepth: 135,
    ambient: [0.6, 0.57, 0.56],
    sun: [0.52, 0.41, 0.24],
    sunAt: unit([-0.8, 0.3, 0.12]),
    shadow: 0.42,
    throwX: 2.1,
    throwZ: -0.4,
    cloud: [255, 240, 214],
    cloudCover: 0.4,
    disc: { x: 0.3, y: 0.72, radius: 0.026, color: [255, 248, 226], glow: 1 },
    lampsOn: false,
    headlights: false,
    windowsLit: 0.04,
    wet: 0.45,
  },
};

export function lightNamed(name: LightName): Light {
  return lights[name];
}

/** Colour of a surface with unit normal `n` at `depth` metres from the camera, before the haze. */
export function lit(light: Light, color: Rgb, n: Vec3, depth: number): Rgb {
  const sun = Math.max(0, dot(n, light.sunAt));
  // From above more sky is seen than from below: a cheap ambient occlusion.
  const sky = 0.86 + 0.14 * n[1];
  const beam = light.name === 'night' || light.name === 'dusk' ? headlightAt(light, depth) * Math.max(0.15, -n[2]) : 0;
  return times(color, [
    light.ambient[0] * sky + light.sun[0] * sun + beam,
    light.ambient[1] * sky + light.sun[1] * sun + beam * 0.95,
    light.ambient[2] * sky + light.sun[2] * sun + beam * 0.82,
  ]);
}

const headlightAt = (light: Light, depth: number): number => (light.name === 'night' ? 0.62 : 0.18) * Math.exp(-depth / 24);

export function hazed(light: Light, color: Rgb, depth: number): Rgb {
  return mix(color, light.haze, 1 - Math.exp(-Math.max(0, depth) / light.hazeDepth));
}
