import { type Rgb, black, brighter, css, mix, white } from './color.ts';
import type { Face, Figure, Piece } from './figure.ts';
import {
  type Camera,
  type Point,
  type Pose,
  type Vec3,
  centroid,
  dot,
  length,
  place,
  project,
  projectClipped,
  scaleAt,
  subtract,
} from './geometry.ts';
import { type Light, hazed, lit } from './light.ts';
import { type Silhouettes, createSilhouettes } from './silhouettes.ts';

/** A picture in the making: SVG elements from far to near, and beside them who is seen where. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly camera: Camera;
  readonly light: Light;
  readonly silhouettes: Silhouettes;
  /** One SVG element as it is. */
  readonly raw: (element: string) => void;
  /** A polygon of the world's, lying flat or standing, in a colour that is shaded already. */
  readonly polygon: (points: readonly Vec3[], fill: string, opacity?: number) => void;
  /** `owner` ≥ 1 as the silhouettes count it; 0 for scenery that hides others; undefined for a backdrop that hides nobody. */
  readonly figure: (figure: Figure, pose: Pose, owner: number | undefined) => void;
  readonly shadow: (figure: Figure, pose: Pose) => void;
  readonly svg: () => string;
}

/** Tenths of a pixel are enough, and keep the text short. */
export const digits = (value: number): string => String(Math.round(value * 10) / 10);

export function pathOf(points: readonly Point[], closed: boolean): string {
  let path = '';
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    if (point !== undefined) path += `${i === 0 ? 'M' : 'L'}${digits(point[0])} ${digits(point[1])}`;
  }
  return closed ? `${path}Z` : path;
}

/** Turns a direction from the object's frame into the world's. */
const turn = (pose: Pose, [u, v, w]: Vec3): Vec3 => {
  const sine = Math.sin(pose.yaw);
  const cosine = Math.cos(pose.yaw);
  return [u * cosine + w * sine, v, -u * sine + w * cosine];
};

export function createPicture(width: number, height: number, camera: Camera, light: Light): Picture {
  const out: string[] = [];
  // Glows of the figure being drawn: over all of it, under whatever stands nearer.
  let glows: string[] = [];
  const silhouettes = createSilhouettes(width, height);
  const eye: Vec3 = [camera.x, camera.height, camera.z];
  const offside = (points: readonly Point[]): boolean =>
    points.length < 2 ||
    points.every(([x]) => x < -4) ||
    points.every(([x]) => x > width + 4) ||
    points.every(([, y]) => y < -4) ||
    points.every(([, y]) => y > height + 4);

  const spread = (points: readonly Point[]): readonly [number, number] => {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [x, y] of points) {
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    return [right - left, bottom - top];
  };
  let silent = false;

  const drawFace = (face: Face, pose: Pose): void => {
    const world = face.points.map((point) => place(pose, point));
    const middle = centroid(world);
    if (face.detail !== undefined && scaleAt(camera, middle[2]) < face.detail) return;
    const normal = face.normal === undefined ? undefined : turn(pose, face.normal);
    if (normal !== undefined && dot(normal, subtract(eye, middle)) <= 0) return;
    const points = projectClipped(camera, world, true);
    if (points.length < 3 || offside(points)) return;
    const [wide, high] = spread(points);
    // A detail thinner than a pixel only costs time.
    if (face.normal === undefined && Math.min(wide, high) < 0.6 && Math.max(wide, high) < 6) return;
    const depth = middle[2] - camera.z;
    const shade = face.glows === true ? face.color : lit(light, face.color, normal ?? [0, 0.4, -0.6], depth);
    const color = css(hazed(light, shade, face.glows === true ? depth * 0.35 : depth));
    const path = pathOf(points, true);
    const opacity = face.opacity === undefined ? '' : ` opacity="${face.opacity}"`;
    // The hairline in the same colour closes the seams between the faces of a body; what lies on a face has none.
    const seam = face.normal === undefined ? '' : ` stroke="${color}" stroke-width=".7" stroke-linejoin="round"`;
    out.push(`<path d="${path}" fill="${color}"${seam}${opacity}/>`);
    if (face.sheen !== undefined && wide * high > 40) out.push(`<path d="${path}" fill="url(#${face.sheen})"/>`);
    if (!silent) silhouettes.polygon(points);
    for (const decal of face.decals ?? []) drawPiece(decal, pose);
  };

  const drawPiece = (piece: Piece, pose: Pose): void => {
    if (piece.kind === 'face') {
      drawFace(piece, pose);
      return;
    }
    if (piece.kind === 'glow') {
      const at = place(pose, piece.at);
      if (at[2] - camera.z < 1) return;
      if (piece.towards !== undefined && dot(turn(pose, piece.towards), subtract(eye, at)) <= 0) return;
      const [x, y] = project(camera, at);
      const radius = piece.radius * scaleAt(camera, at[2]) + 2;
      const id = piece.color[0] > 1.6 * piece.color[2] ? (piece.color[1] < 120 ? 'glowRed' : 'glowWarm') : 'glowWhite';
      glows.push(`<circle cx="${digits(x)}" cy="${digits(y)}" r="${digits(radius)}" fill="url(#${id})" opacity="${piece.strength}"/>`);
      if (light.wet > 0.5) {
        const ground = project(camera, [at[0], 0, at[2]])[1];
        glows.push(
          `<ellipse cx="${digits(x)}" cy="${digits(2 * ground - y)}" rx="${digits(radius * 0.4)}" ry="${digits(radius * 1.3)}" fill="url(#${id})" opacity="${digits2(piece.strength * 0.45)}"/>`,
        );
      }
      return;
    }
    if (piece.kind === 'ball') {
      const at = place(pose, piece.at);
      const scale = scaleAt(camera, at[2]);
      if (at[2] - camera.z < 0.8 || (piece.detail !== undefined && scale < piece.detail)) return;
      const [x, y] = project(camera, at);
      const [rx, ry] = [piece.radius * scale, piece.radius * scale * (piece.tall ?? 1)];
      if (x + rx < 0 || x - rx > width || y + ry < 0 || y - ry > height) return;
      const depth = at[2] - camera.z;
      const shade = piece.glows === true ? piece.color : lit(light, piece.color, [light.sunAt[0] * 0.6, 0.5, -0.5], depth);
      const opacity = piece.opacity === undefined ? '' : ` opacity="${piece.opacity}"`;
      out.push(
        `<ellipse cx="${digits(x)}" cy="${digits(y)}" rx="${digits(rx)}" ry="${digits(ry)}" fill="${css(hazed(light, shade, depth))}"${opacity}/>`,
      );
      if (!silent && (piece.opacity ?? 1) > 0.5) silhouettes.ellipse(x, y, rx, ry);
      return;
    }
    const world = piece.points.map((point) => place(pose, point));
    const middle = centroid(world);
    const scale = scaleAt(camera, middle[2]);
    if (piece.detail !== undefined && scale < piece.detail) return;
    const points = projectClipped(camera, world, piece.closed === true);
    if (offside(points)) return;
    const depth = middle[2] - camera.z;
    const shade = piece.glows === true ? piece.color : lit(light, piece.color, [light.sunAt[0] * 0.5, 0.5, -0.6], depth);
    const thickness = Math.max(0.7, piece.width * scale);
    const opacity = piece.opacity === undefined ? '' : ` opacity="${piece.opacity}"`;
    out.push(
      `<path d="${pathOf(points, piece.closed === true)}" fill="none" stroke="${css(hazed(light, shade, depth))}" stroke-width="${digits(thickness)}" stroke-linecap="round" stroke-linejoin="round"${opacity}/>`,
    );
    if (!silent && (piece.opacity ?? 1) > 0.5) silhouettes.thickLine(points, thickness, piece.closed === true);
  };

  const farFirst = (pose: Pose, at: Vec3): number => -length(subtract(place(pose, at), eye));

  const figure = (one: Figure, pose: Pose, owner: number | undefined): void => {
    silent = owner === undefined;
    silhouettes.begin(owner ?? 0);
    const parts = one.parts.map((part) => ({ part, key: farFirst(pose, part.at) })).sort((a, b) => a.key - b.key);
    for (const { part } of parts) {
      if (part.order === 'given') {
        for (const piece of part.pieces) drawPiece(piece, pose);
        continue;
      }
      const pieces = part.pieces
        .map((piece) => ({
          piece,
          key: farFirst(pose, piece.kind === 'ball' || piece.kind === 'glow' ? piece.at : centroid(piece.points)),
        }))
        .sort((a, b) => a.key - b.key);
      for (const { piece } of pieces) drawPiece(piece, pose);
    }
    silhouettes.begin(0);
    out.push(...glows);
    glows = [];
  };

  const shadow = (one: Figure, pose: Pose): void => {
    if (one.footprint.length < 3 || light.shadow === 0) return;
    const ground = one.footprint.map((point) => place(pose, point));
    const middle = centroid(ground);
    const strength = light.shadow * Math.exp(-Math.max(0, middle[2] - camera.z) / 140);
    const grown = (share: number, throwBy: number): readonly Vec3[] =>
      ground.map(([x, , z]): Vec3 => [
        middle[0] + (x - middle[0]) * share + throwBy * light.throwX,
        0.01,
        middle[2] + (z - middle[2]) * share + throwBy * light.throwZ,
      ]);
    // The thrown shadow, its rim softened by three nested outlines of the hull of footprint and its throw.
    const reach = Math.min(one.height, 3.2);
    for (const [share, weight] of [
      [1.12, 0.2],
      [1.0, 0.3],
      [0.86, 0.3],
    ] as const) {
      const hull = convexHull([...grown(share, 0), ...grown(share * 0.92, reach * (0.8 + 0.2 * share))]);
      const points = projectClipped(camera, hull, true);
      if (points.length >= 3 && !offside(points))
        out.push(`<path d="${pathOf(points, true)}" fill="#0b0f1a" opacity="${digits2(strength * weight)}"/>`);
    }
    for (const share of [1.04, 0.9]) {
      const points = projectClipped(camera, grown(share, 0), true);
      if (points.length >= 3 && !offside(points))
        out.push(`<path d="${pathOf(points, true)}" fill="#05070d" opacity="${digits2(0.3 + strength * 0.4)}"/>`);
    }
  };

  return {
    width,
    height,
    camera,
    light,
    silhouettes,
    raw: (element) => {
      out.push(element);
    },
    polygon: (points, fill, opacity) => {
      const drawn = projectClipped(camera, points, true);
      if (drawn.length < 3 || offside(drawn)) return;
      out.push(`<path d="${pathOf(drawn, true)}" fill="${fill}"${opacity === undefined ? '' : ` opacity="${digits2(opacity)}"`}/>`);
    },
    figure,
    shadow,
    svg: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${definitions(light)}<clipPath id="road"><rect y="${digits(camera.horizonY + height * 0.01)}" width="${width}" height="${height}"/></clipPath>${out.join('')}</svg>`,
  };
}

/** For shares and opacities. */
export const digits2 = (value: number): string => String(Math.round(value * 100) / 100);

/** Outline of points on the ground, by x then z (Andrew's monotone chain). */
function convexHull(points: readonly Vec3[]): readonly Vec3[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[2] - b[2]);
  const half = (list: readonly Vec3[]): Vec3[] => {
    const chain: Vec3[] = [];
    for (const point of list) {
      for (;;) {
        const a = chain[chain.length - 2];
        const b = chain[chain.length - 1];
        if (a === undefined || b === undefined) break;
        if ((b[0] - a[0]) * (point[2] - a[2]) - (b[2] - a[2]) * (point[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}

const stop = (at: number, color: Rgb, opacity: number): string =>
  `<stop offset="${digits2(at)}" stop-color="${css(color)}" stop-opacity="${digits2(opacity)}"/>`;

function vertical(id: string, stops: string): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops}</linearGradient>`;
}

function round(id: string, stops: string): string {
  return `<radialGradient id="${id}">${stops}</radialGradient>`;
}

function definitions(light: Light): string {
  const sky = mix(light.skyMiddle, light.skyHorizon, 0.5);
  const bright = light.name === 'night' ? 0.35 : 1;
  return [
    '<defs>',
    vertical('sky', stop(0, light.skyTop, 1) + stop(0.55, light.skyMiddle, 1) + stop(1, light.skyHorizon, 1)),
    vertical('body', stop(0, white, 0.3 * bright) + stop(0.28, white, 0.1 * bright) + stop(0.5, black, 0) + stop(1, black, 0.34)),
    `<linearGradient id="glass" x1="0" y1="0" x2=".7" y2="1">${stop(0, sky, 0.75) + stop(0.45, sky, 0.3) + stop(0.5, sky, 0.08) + stop(1, sky, 0.28)}</linearGradient>`,
    vertical('pane', stop(0, sky, 0.65) + stop(0.6, sky, 0.18) + stop(1, sky, 0.05)),
    vertical('wall', stop(0, white, 0.05 * bright) + stop(0.6, black, 0) + stop(1, black, 0.22)),
    vertical('lamp', stop(0, white, 0.5) + stop(1, white, 0)),
    round('cloud', stop(0, light.cloud, 0.85) + stop(0.55, light.cloud, 0.5) + stop(1, light.cloud, 0)),
    round(
      'sunGlow',
      stop(0, brighter(light.disc?.color ?? white, 1), 0.85) +
        stop(0.25, light.disc?.color ?? white, 0.35) +
        stop(1, light.disc?.color ?? white, 0),
    ),
    round(
      'glowWarm',
      stop(0, [255, 244, 214], 1) + stop(0.12, [255, 214, 140], 0.6) + stop(0.45, [255, 178, 90], 0.16) + stop(1, [255, 170, 80], 0),
    ),
    round(
      'glowWhite',
      stop(0, white, 1) + stop(0.14, [236, 242, 255], 0.65) + stop(0.45, [206, 222, 255], 0.16) + stop(1, [206, 222, 255], 0),
    ),
    round('glowRed', stop(0, [255, 120, 96], 0.95) + stop(0.2, [255, 54, 40], 0.45) + stop(1, [255, 30, 20], 0)),
    round('pool', stop(0, [255, 208, 140], 0.5) + stop(0.6, [255, 196, 120], 0.18) + stop(1, [255, 190, 110], 0)),
    vertical('haze', stop(0, light.haze, 0) + stop(0.5, light.haze, 0.75) + stop(1, light.haze, 0)),
    vertical('wetness', stop(0, light.skyHorizon, 0.42) + stop(0.4, light.skyHorizon, 0.16) + stop(1, light.skyMiddle, 0.05)),
    `<radialGradient id="vignette" cx=".5" cy=".48" r=".75">${stop(0.6, black, 0) + stop(1, black, light.name === 'night' ? 0.45 : 0.26)}</radialGradient>`,
    '</defs>',
  ].join('');
}
