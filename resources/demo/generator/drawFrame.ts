import { parkedBicycle } from './bicycle.ts';
import { brighter, css } from './color.ts';
import { type Figure, groundRectangle, shifted } from './figure.ts';
import { type Camera, type Pose, project, scaleAt } from './geometry.ts';
import { drawGround, headlightPool, lampPool } from './ground.ts';
import { hazed, lit } from './light.ts';
import { riderOn, walkingPerson } from './person.ts';
import { type Picture, createPicture, digits, digits2 } from './picture.ts';
import { type Actor, type SequencePlan, cameraAt, poseAt } from './sequencePlan.ts';
import { drawAir, drawSky } from './sky.ts';
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
      `<path d="M${digits(x - spread * scale)} ${digits(y)}h${digits(2 * spread * scale)}l${digits(-spread * scale * 0.12)} ${digits(tall * scale * share * 0.8)}h${digits(-spread * scale * 1.76)}Z" fill="${shade}" opacity="${digits2(0.17 * light.wet)}"/>`,
    );
  }
}
