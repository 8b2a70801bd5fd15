/** Colour arithmetic for tests: WCAG contrast, simulated dichromacy (Machado, Oliveira, Fernandes 2009, severity 1, in linear RGB), OKLab distance. */
type Rgb = readonly [number, number, number];

export function parseHex(hex: string): readonly [number, number, number, number] {
  const digits = hex.slice(1);
  const part = (i: number): number => parseInt(digits.slice(i, i + 2), 16);
  return [part(0), part(2), part(4), digits.length === 8 ? part(6) / 255 : 1];
}

/** `top` over `ground`, both `#rrggbb` or `#rrggbbaa`. */
export function over(top: string, ground: string): Rgb {
  const [r, g, b, a] = parseHex(top);
  const [gr, gg, gb] = parseHex(ground);
  return [r * a + gr * (1 - a), g * a + gg * (1 - a), b * a + gb * (1 - a)];
}

const linear = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const dichromacies = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;
export type Vision = keyof typeof dichromacies;
export const visions = Object.keys(dichromacies) as readonly Vision[];

function oklab(hex: string, vision: Vision): Rgb {
  const [r, g, b] = parseHex(hex);
  const rgb = [linear(r), linear(g), linear(b)] as const;
  const m = dichromacies[vision];
  const seen = [0, 1, 2].map((i) =>
    Math.min(1, Math.max(0, m[3 * i]! * rgb[0] + m[3 * i + 1]! * rgb[1] + m[3 * i + 2]! * rgb[2])),
  ) as unknown as Rgb;
  const l = Math.cbrt(0.4122214708 * seen[0] + 0.5363325363 * seen[1] + 0.0514459929 * seen[2]);
  const mm = Math.cbrt(0.2119034982 * seen[0] + 0.6806995451 * seen[1] + 0.1073969566 * seen[2]);
  const s = Math.cbrt(0.0883024619 * seen[0] + 0.2817188376 * seen[1] + 0.6299787005 * seen[2]);
  return [
    0.2104542553 * l + 0.793617785 * mm - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * mm + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * mm - 0.808675766 * s,
  ];
}

/** 100 × the OKLab distance as that kind of sight sees it; about 2 is just noticeable side by side. */
export function distance(a: string, b: string, vision: Vision): number {
  const [x, y] = [oklab(a, vision), oklab(b, vision)];
  return 100 * Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}
