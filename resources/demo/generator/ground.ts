import { type Rgb, brighter, css, mix } from './color.ts';
import { type Pose, type Vec3, project } from './geometry.ts';
import { hazed, lit } from './light.ts';
import { type Picture, digits, digits2, pathOf } from './picture.ts';
import type { SequencePlan } from './sequencePlan.ts';
import { crossingHalf, laneWidth } from './street.ts';

const bands = [0, 4, 8, 13, 20, 30, 45, 70, 110, 170];

/** A strip of ground along the road, nearer bands first so that the farther ones cover their ends. */
function strip(picture: Picture, from: number, to: number, color: Rgb, nearEnd = 0, farEnd = 320, opacity?: number): void {
  const { camera, light } = picture;
  for (const band of bands) {
    const start = Math.max(nearEnd, camera.z + band);
    const next = bands[bands.indexOf(band) + 1];
    if (start >= farEnd || (next !== undefined && camera.z + next <= nearEnd)) continue;
    const depth = band + 2;
    const shade = hazed(light, lit(light, color, [0, 1, 0], depth + 6), depth);
    picture.polygon(
      [
        [from, 0, start],
        [to, 0, start],
        [to, 0, farEnd],
        [from, 0, farEnd],
      ],
      css(shade),
      opacity,
    );
  }
}

/** A mark on the road in one colour. */
function mark(picture: Picture, points: readonly Vec3[], color: Rgb, opacity?: number): void {
  const depth = (points[0]?.[2] ?? 0) - picture.camera.z;
  if (depth > 110 || (points[2]?.[2] ?? 0) - picture.camera.z < 0) return;
  picture.polygon(points, css(hazed(picture.light, lit(picture.light, color, [0, 1, 0], depth), Math.max(0, depth))), opacity);
}

const flat = (x0: number, z0: number, x1: number, z1: number): readonly Vec3[] => [
  [x0, 0, z0],
  [x1, 0, z0],
  [x1, 0, z1],
  [x0, 0, z1],
];

export function drawGround(picture: Picture, plan: SequencePlan): void {
  const { street } = plan;
  const { camera, light, width, height } = picture;
  const wet = light.wet;
  const darken = (color: Rgb): Rgb => brighter(color, 1 - 0.38 * wet);
  const asphalt = darken(street.asphalt);
  const { kerb, pavement, crossing } = street;
  picture.raw(
    `<rect y="${digits(camera.horizonY)}" width="${width}" height="${digits(height - camera.horizonY)}" fill="${css(hazed(light, lit(light, street.ground, [0, 1, 0], 20), 20))}"/>`,
  );
  strip(picture, -90, -kerb, street.ground);
  strip(picture, kerb, 90, street.ground);
  strip(picture, -kerb - pavement, -kerb, darken(street.paving));
  strip(picture, kerb, kerb + pavement, darken(street.paving));
  for (let z = Math.ceil(camera.z); z < camera.z + 34; z += 1.5) {
    for (const side of [-1, 1])
      mark(picture, flat(side * (kerb + 0.25), z, side * (kerb + pavement), z + 0.04), brighter(street.paving, 0.78), 0.6);
  }
  for (const side of [-1, 1])
    strip(picture, side * (kerb + pavement * 0.5) - 0.02, side * (kerb + pavement * 0.5) + 0.02, brighter(darken(street.paving), 0.85));
  strip(picture, -kerb, kerb, asphalt);
  if (street.parking) {
    for (const side of [-1, 1])
      strip(picture, side < 0 ? -kerb : street.roadHalf, side < 0 ? -street.roadHalf : kerb, brighter(asphalt, 1.12));
  }
  for (const side of [-1, 1]) {
    strip(picture, side * kerb - 0.02, side * (kerb + 0.22), brighter(darken(street.paving), 1.12));
    strip(picture, side * (kerb - 0.12), side * (kerb - 0.02), brighter(darken(street.paving), 0.62));
  }
  // Worn tracks and patches.
  for (let lane = -street.lanesPerSide; lane < street.lanesPerSide; lane++) {
    for (const track of [0.28, 0.72])
      strip(picture, (lane + track) * laneWidth - 0.3, (lane + track) * laneWidth + 0.3, brighter(asphalt, 0.94), 0, 200, 0.5);
  }
  for (const patch of street.patches) {
    if (patch.round) {
      mark(
        picture,
        Array.from({ length: 12 }, (_, i): Vec3 => [
          patch.x + 0.34 * Math.cos((i * Math.PI) / 6),
          0,
          patch.z + 0.34 * Math.sin((i * Math.PI) / 6),
        ]),
        brighter(asphalt, 0.62),
      );
    } else mark(picture, flat(patch.x, patch.z, patch.x + patch.w, patch.z + patch.l), brighter(asphalt, patch.dark ? 0.86 : 1.1), 0.7);
  }
  const paint: Rgb = mix([236, 236, 230], asphalt, 0.08 + 0.25 * wet);
  const dashes = (x: number): void => {
    for (let z = Math.floor(camera.z / 9) * 9; z < camera.z + 110; z += 9) {
      if (crossing !== undefined && z + 3 > crossing - crossingHalf - 4 && z < crossing + crossingHalf + 4) continue;
      mark(picture, flat(x - 0.07, Math.max(z, camera.z + 0.7), x + 0.07, z + 4), paint);
    }
  };
  const segments: readonly (readonly [number, number])[] =
    crossing === undefined
      ? [[camera.z, camera.z + 105]]
      : [
          [camera.z, crossing - crossingHalf - 4],
          [crossing + crossingHalf + 4, camera.z + 105],
        ];
  dashes(0);
  if (street.lanesPerSide === 2) {
    dashes(laneWidth);
    dashes(-laneWidth);
  }
  for (const [a, b] of segments) {
    for (const side of [-1, 1]) {
      const x = side * (street.roadHalf - 0.12);
      for (let z = a; z < b; z += 12) if (!street.parking) mark(picture, flat(x - 0.05, z, x + 0.05, Math.min(b, z + 12.05)), paint);
      if (street.parking)
        for (let z = Math.ceil(a / 6.6) * 6.6; z < Math.min(b, camera.z + 60); z += 6.6)
          mark(picture, flat(side * street.roadHalf, z, side * kerb, z + 0.1), paint, 0.8);
    }
  }
  if (crossing !== undefined) {
    const reach = 80;
    for (const side of [-1, 1]) {
      const z0 = crossing - crossingHalf;
      const z1 = crossing + crossingHalf;
      mark(picture, flat(side * (kerb - 0.2), z0 - 0.25, side * reach, z1 + 0.25), brighter(darken(street.paving), 1.08));
      mark(picture, flat(side * (kerb - 0.5), z0, side * reach, z1), asphalt);
      for (let x = kerb + 2; x < 60; x += 6) mark(picture, flat(side * x, crossing - 0.07, side * (x + 3), crossing + 0.07), paint);
      for (const zebra of [crossing - crossingHalf - 3.4, crossing + crossingHalf + 0.9]) {
        for (let x = 0.25; x < kerb - 0.3; x += 1) mark(picture, flat(side * x, zebra, side * (x + 0.5), zebra + 2.5), paint);
      }
    }
    mark(picture, flat(0.1, crossing - crossingHalf - 4.6, street.roadHalf, crossing - crossingHalf - 4.25), paint);
  }
  if (wet > 0) {
    const low = project(camera, [0, 0, camera.z + 170])[1];
    const edge = (x: number, z: number): string =>
      project(camera, [x, 0, camera.z + z])
        .map(digits)
        .join(' ');
    picture.raw(
      `<path d="M${edge(-kerb, 1)}L${edge(kerb, 1)}L${edge(kerb, 170)}L${edge(-kerb, 170)}Z" fill="url(#wetness)" opacity="${digits(wet)}"/>`,
    );
    if (light.disc !== undefined) {
      const x = light.disc.x * width;
      picture.raw(
        `<ellipse cx="${digits(x)}" cy="${digits(low)}" rx="${digits(width * 0.09)}" ry="${digits(height * 0.62)}" fill="url(#sunGlow)" opacity=".42" clip-path="url(#road)"/>`,
      );
    }
  }
}

function ellipseOnGround(picture: Picture, x: number, z: number, rx: number, rz: number, opacity: number): void {
  if (z - rz < picture.camera.z + 0.7) rz = z - picture.camera.z - 0.7;
  if (rz <= 0.2) return;
  const points = Array.from({ length: 20 }, (_, i): Vec3 => [
    x + rx * Math.cos((i * Math.PI) / 10),
    0,
    z + rz * Math.sin((i * Math.PI) / 10),
  ]);
  const path = pathOf(
    points.map((point) => project(picture.camera, point)),
    true,
  );
  picture.raw(`<path d="${path}" fill="url(#pool)" opacity="${digits2(opacity)}"/>`);
}

export function lampPool(picture: Picture, pose: Pose): void {
  ellipseOnGround(picture, pose.x * 0.82, pose.z, 4.2, 5, picture.light.name === 'night' ? 0.7 : 0.3);
}

export function headlightPool(picture: Picture): void {
  ellipseOnGround(picture, picture.camera.x, picture.camera.z + 11, 3.4, 9.5, 0.5);
}
