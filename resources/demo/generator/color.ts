/** Red, green, blue, each 0 to 255, not rounded. */
export type Rgb = readonly [number, number, number];

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, from[2] + (to[2] - from[2]) * share];
}

export function times(color: Rgb, factor: Rgb): Rgb {
  return [color[0] * factor[0], color[1] * factor[1], color[2] * factor[2]];
}

export function brighter(color: Rgb, factor: number): Rgb {
  return [color[0] * factor, color[1] * factor, color[2] * factor];
}

const hex = (value: number): string => clamp(value).toString(16).padStart(2, '0');

export function css(color: Rgb): string {
  return `#${hex(color[0])}${hex(color[1])}${hex(color[2])}`;
}

export const white: Rgb = [255, 255, 255];
export const black: Rgb = [0, 0, 0];
