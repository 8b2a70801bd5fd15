import { parkedBicycle } from './bicycle.ts';
import { type Rgb, brighter, css, mix } from './color.ts';
import { type Figure, groundRectangle, shifted } from './figure.ts';
import { type Camera, type Pose, type Vec3, project, scaleAt } from './geometry.ts';
import { hazed, lit } from './light.ts';
import { riderOn, walkingPerson } from './person.ts';
import { type Picture, createPicture, pathOf } from './picture.ts';
import { type Actor, type SequencePlan, cameraAt, poseAt } from './sequencePlan.ts';
import { crossingHalf, laneWidth } from './street.ts';
import { vehicleFigure } from './vehicle.ts';

export const demoCategories = ['person', 'bicycle', 'car', 'truck', 'bus'] as const;
export type DemoCategory = (typeof demoCategories)[number];

/** What is seen of one object: pixels of the picture, clipped to it. */
export interface SceneBox {
  readonly category: DemoCategory;
  /** [x, y, width, height] */
  readonly bbox: readonly [number, number, number, number];
  /** Share of the object inside the picture that nothing hides. */
  readonly seen: number;
  /** The object's number in its sequence: the same in every frame. */
  readonly actor: number;
}

export interface Scene {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly SceneBox[];
  /** Position in its sequence. */
  readonly index: number;
  /** Seconds since the sequence's first frame. */
  readonly time: number;
  readonly light: string;
  /** A vehicle that carries a bicycle is in the picture. */
  readonly rack: boolean;
}

/** An object of which less than this is seen, or which is smaller, gets no box. */
const leastSeen = 0.3;
const leastSide = 8;
const leastHeight = 13;

interface Drawn {
  readonly actor: Actor;
  readonly pose: Pose;
  readonly depth: number;
  readonly layers: readonly { readonly category: DemoCategory; readonly figure: Figure }[];
}

/** Frame `index` of a sequence. The same plan and size give the same text and boxes. */
export function drawFrame(plan: SequencePlan, index: number, width: number, height: number): Scene {
  const time = Math.round(index * plan.interval * 1000) / 1000;
  const camera = cameraAt(plan, time, width, height);
  const picture = createPicture(width, height, camera, plan.light);
  const drawn = plan.actors.map((actor) => drawable(actor, plan, time, camera)).filter((one) => one !== undefined);
  drawSky(picture, plan);
  drawGround(picture, plan);
  for (const { figure, pose, lamp } of plan.street.furniture) {
    if (pose.z - camera.z > 1 && pose.z - camera.z < 90) {
      picture.shadow(figure, pose);
      if (lamp && plan.light.lampsOn) lampPool(picture, pose);
    }
  }
  for (const { layers, pose } of drawn) for (const { figure } of layers) picture.shadow(figure, pose);
  if (plan.light.name === 'night') headlightPool(picture);
  const farFirst = [...plan.street.houses].sort((a, b) => b.z - a.z);
  for (const { figure, z } of farFirst) if (z - camera.z > -12) picture.figure(figure, { x: 0, z: 0, yaw: 0 }, undefined);
  if (plan.light.wet > 0) for (const one of drawn) reflection(picture, one);

  type Item = { readonly depth: number; readonly draw: () => void };
  const owners: { readonly actor: Actor; readonly category: DemoCategory }[] = [];
  const items: Item[] = plan.street.furniture
    .filter(({ pose }) => pose.z - camera.z > 1.2)
    .map(({ figure, pose }) => ({ depth: pose.z - camera.z, draw: () => picture.figure(figure, pose, 0) }));
  for (const one of drawn) {
    items.push({
      depth: one.depth,
      draw: () => {
        for (const { category, figure } of one.layers) {
          owners.push({ actor: one.actor, category });
          picture.figure(figure, one.pose, owners.length);
        }
      },
    });
  }
  items.sort((a, b) => b.depth - a.depth);
  for (const { draw } of items) draw();
  drawAir(picture, plan, index);

  const boxes: SceneBox[] = [];
  owners.forEach(({ actor, category }, at) => {
    const box = boxOf(picture, at + 1, category, actor.id);
    if (box !== undefined) boxes.push(box);
  });
  const carriers = new Set(
    plan.actors
      .filter((one) => one.what.kind === 'vehicle' && one.what.look.behind.length + one.what.look.above.length > 0)
      .map((one) => one.id),
  );
  return {
    svg: picture.svg(),
    width,
    height,
    boxes,
    index,
    time,
    light: plan.light.name,
    rack: boxes.some((one) => carriers.has(one.actor)),
  };
}

function boxOf(picture: Picture, owner: number, category: DemoCategory, actor: number): SceneBox | undefined {
  const full = picture.silhouettes.fullExtent(owner);
  const seen = picture.silhouettes.seen(owner);
  if (full === undefined || seen === undefined || seen.share < leastSeen) return undefined;
  // The coarse picture only says where something is hidden; where nothing is, the outline itself is exact.
  const slack = (4.5 * picture.width) / 960;
  const left = Math.max(0, seen.extent.left > Math.max(0, full.left) + slack ? seen.extent.left : full.left);
  const top = Math.max(0, seen.extent.top > Math.max(0, full.top) + slack ? seen.extent.top : full.top);
  const right = Math.min(picture.width, seen.extent.right < Math.min(picture.width, full.right) - slack ? seen.extent.right : full.right);
  const bottom = Math.min(
    picture.height,
    seen.extent.bottom < Math.min(picture.height, full.bottom) - slack ? seen.extent.bottom : full.bottom,
  );
  const [w, h] = [right - left, bottom - top];
  // Sizes are judged at the reference width, so that a reduced picture has the same boxes.
  const unit = picture.width / 960;
  const whole = (full.right - full.left) * (full.bottom - full.top);
  if (w < leastSide * unit || h < leastHeight * unit || (w * h) / Math.max(1, whole) < 0.22) return undefined;
  const r = (value: number): number => Math.round(value * 100) / 100;
  return { category, bbox: [r(left), r(top), r(w), r(h)], seen: Math.round(seen.share * 100) / 100, actor };
}

function drawable(actor: Actor, plan: SequencePlan, time: number, camera: Camera): Drawn | undefined {
  const pose = poseAt(actor, time);
  const depth = pose.z - camera.z;
  const { what } = actor;
  const far = what.kind === 'vehicle' ? 75 : what.kind === 'bicycle' ? 36 : 44;
  const reach =
    what.kind === 'vehicle'
      ? (what.look.category === 'bus' ? 6 : what.look.category === 'truck' ? 4.2 : 2.6) * Math.abs(Math.cos(actor.yaw)) + 1
      : 0.9;
  if (depth > far || depth - reach < 1.2 || Math.abs(pose.x - camera.x) > depth * 0.75 + 10) return undefined;
  const moved = Math.sqrt(actor.speedX ** 2 + actor.speedZ ** 2) * time;
  const lamps = { on: plan.light.headlights, braking: false };
  if (what.kind === 'vehicle') {
    const figure = vehicleFigure(
      what.look,
      what.parked ? { on: false, braking: false } : { ...lamps, braking: what.braking },
      moved / 0.33,
    );
    return { actor, pose, depth, layers: [{ category: what.look.category, figure }] };
  }
  if (what.kind === 'person')
    return {
      actor,
      pose,
      depth,
      layers: [{ category: 'person', figure: walkingPerson(what.person, what.phase + moved * 3.6, what.stride) }],
    };
  if (what.kind === 'bicycle')
    return { actor, pose, depth, layers: [{ category: 'bicycle', figure: lifted(parkedBicycle(what.bicycle), what.lift) }] };
  const { behind, before } = riderOn(what.person, what.bicycle, what.phase + moved * 1.3);
  const bicycle: Figure = {
    parts: [behind],
    footprint: groundRectangle(0.15, -0.8, 0.8),
    height: 1.6,
  };
  return {
    actor,
    pose,
    depth,
    layers: [
      { category: 'bicycle', figure: bicycle },
      { category: 'person', figure: { parts: before, footprint: [], height: 0 } },
    ],
  };
}

function lifted(figure: Figure, by: number): Figure {
  if (by === 0) return figure;
  return {
    ...figure,
    parts: figure.parts.map((part) => ({ ...part, pieces: part.pieces.map((piece) => shifted(piece, 0, by, 0)) })),
  };
}

const f1 = (value: number): string => String(Math.round(value * 10) / 10);

function drawSky(picture: Picture, plan: SequencePlan): void {
  const { width, height, camera, light } = picture;
  const h = camera.horizonY;
  picture.raw(`<rect width="${width}" height="${f1(h + 2)}" fill="url(#sky)"/>`);
  if (light.name === 'night') {
    plan.street.hills.forEach((share, i) => {
      const other = plan.street.hills[(i * 7 + 3) % plan.street.hills.length] ?? 0.5;
      picture.raw(
        `<circle cx="${f1(share * width)}" cy="${f1(other * h * 0.7)}" r="${f1(width * (0.0006 + 0.0008 * other))}" fill="#fff" opacity="${f1(0.2 + share * 0.6)}"/>`,
      );
    });
  }
  const { disc } = light;
  if (disc !== undefined) {
    const [x, y, r] = [disc.x * width, disc.y * h, disc.radius * width];
    picture.raw(`<circle cx="${f1(x)}" cy="${f1(y)}" r="${f1(r * 9)}" fill="url(#sunGlow)" opacity="${disc.glow}"/>`);
    picture.raw(`<circle cx="${f1(x)}" cy="${f1(y)}" r="${f1(r)}" fill="${css(disc.color)}"/>`);
  }
  for (const cloud of plan.street.clouds) {
    for (let i = 0; i < 3; i++) {
      picture.raw(
        `<ellipse cx="${f1((cloud.x + (i - 1) * cloud.w * 0.32) * width)}" cy="${f1((cloud.y + (i === 1 ? -cloud.h * 0.35 : cloud.h * 0.2)) * h)}" rx="${f1(cloud.w * width * (i === 1 ? 0.5 : 0.42))}" ry="${f1(cloud.h * height * (i === 1 ? 1.1 : 0.75))}" fill="url(#cloud)" opacity="${f1(cloud.opacity)}"/>`,
      );
    }
  }
  // Three ridges: far hills, a town, trees; each nearer one less hazy.
  const ridge = (base: Rgb, depth: number, high: number, phase: number, steps: boolean): void => {
    const hills = plan.street.hills;
    let path = `M-5 ${f1(h + 3)}`;
    const n = 28;
    for (let i = 0; i <= n; i++) {
      const x = -5 + ((width + 10) * i) / n;
      const share = hills[(i + phase) % hills.length] ?? 0.5;
      const before = hills[(i + phase + 39) % hills.length] ?? 0.5;
      const smooth = steps ? share : (share + before) / 2;
      const y = h - height * high * (0.35 + 0.65 * smooth);
      path += steps
        ? `L${f1(x)} ${f1(y)}L${f1(x + (width + 10) / n)} ${f1(y)}`
        : `${i === 0 ? 'L' : 'S'}${i === 0 ? '' : `${f1(x - width / n / 2)} ${f1(y)} `}${f1(x)} ${f1(y)}`;
    }
    const shade = hazed(light, lit(light, base, [0, 0.5, -0.8], depth), depth);
    picture.raw(`<path d="${path}L${width + 5} ${f1(h + 3)}Z" fill="${css(shade)}"/>`);
  };
  ridge([70, 92, 96], 420, 0.12, 5, false);
  ridge([126, 120, 116], 250, 0.075, 0, true);
  ridge([62, 88, 56], 170, 0.055, 17, false);
  picture.raw(`<rect y="${f1(h - height * 0.09)}" width="${width}" height="${f1(height * 0.12)}" fill="url(#haze)" opacity=".8"/>`);
}

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

function drawGround(picture: Picture, plan: SequencePlan): void {
  const { street } = plan;
  const { camera, light, width, height } = picture;
  const wet = light.wet;
  const darken = (color: Rgb): Rgb => brighter(color, 1 - 0.38 * wet);
  const asphalt = darken(street.asphalt);
  const { kerb, pavement, crossing } = street;
  picture.raw(
    `<rect y="${f1(camera.horizonY)}" width="${width}" height="${f1(height - camera.horizonY)}" fill="${css(hazed(light, lit(light, street.ground, [0, 1, 0], 20), 20))}"/>`,
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
        .map(f1)
        .join(' ');
    picture.raw(
      `<path d="M${edge(-kerb, 1)}L${edge(kerb, 1)}L${edge(kerb, 170)}L${edge(-kerb, 170)}Z" fill="url(#wetness)" opacity="${f1(wet)}"/>`,
    );
    if (light.disc !== undefined) {
      const x = light.disc.x * width;
      picture.raw(
        `<ellipse cx="${f1(x)}" cy="${f1(low)}" rx="${f1(width * 0.09)}" ry="${f1(height * 0.62)}" fill="url(#sunGlow)" opacity=".42" clip-path="url(#road)"/>`,
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
  picture.raw(`<path d="${path}" fill="url(#pool)" opacity="${Math.round(opacity * 100) / 100}"/>`);
}

function lampPool(picture: Picture, pose: Pose): void {
  ellipseOnGround(picture, pose.x * 0.82, pose.z, 4.2, 5, picture.light.name === 'night' ? 0.7 : 0.3);
}

function headlightPool(picture: Picture): void {
  ellipseOnGround(picture, picture.camera.x, picture.camera.z + 11, 3.4, 9.5, 0.5);
}

/** A smeared mirror image of whoever stands on a wet road. */
function reflection(picture: Picture, one: Drawn): void {
  const { camera, light } = picture;
  const { what } = one.actor;
  const [half, tall] =
    what.kind === 'vehicle' ? [what.look.category === 'car' ? 0.85 : 1.1, what.look.category === 'car' ? 1.3 : 2.5] : [0.2, 1.5];
  const color =
    what.kind === 'vehicle' ? what.look.paint : what.kind === 'person' || what.kind === 'rider' ? what.person.top : what.bicycle.frame;
  const spread = what.kind === 'vehicle' && Math.abs(Math.sin(one.pose.yaw)) > 0.7 ? 2.2 : half;
  const z = one.pose.z - (what.kind === 'vehicle' && spread === half ? 2 : 0.2);
  const scale = scaleAt(camera, z);
  const [x, y] = project(camera, [one.pose.x, 0, z]);
  if (z - camera.z < 1.5) return;
  const shade = css(hazed(light, brighter(lit(light, color, [0, 0, -1], one.depth), 0.6), one.depth));
  for (const share of [1, 0.72, 0.44]) {
    picture.raw(
      `<path d="M${f1(x - spread * scale)} ${f1(y)}h${f1(2 * spread * scale)}l${f1(-spread * scale * 0.12)} ${f1(tall * scale * share * 0.8)}h${f1(-spread * scale * 1.76)}Z" fill="${shade}" opacity="${Math.round(0.17 * light.wet * 100) / 100}"/>`,
    );
  }
}

function drawAir(picture: Picture, plan: SequencePlan, index: number): void {
  const { width, height, light } = picture;
  if (light.name === 'wet') {
    let path = '';
    plan.street.hills.forEach((share, i) => {
      const x = ((share * 7 + index * 0.37 + i * 0.173) % 1) * width;
      const y = ((share * 13 + index * 0.61 + i * 0.311) % 1) * height;
      path += `M${f1(x)} ${f1(y)}l${f1(-width * 0.004)} ${f1(height * (0.02 + 0.03 * share))}`;
    });
    picture.raw(`<path d="${path}" stroke="#fff" stroke-width="${f1(Math.max(0.5, width / 960))}" opacity=".22" fill="none"/>`);
  }
  picture.raw(`<rect width="${width}" height="${height}" fill="url(#vignette)"/>`);
}
