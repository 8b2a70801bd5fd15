import { type BicycleLook, bicycleLook } from './bicycle.ts';
import { type Camera, type Pose, place, project } from './geometry.ts';
import { type Light, type LightName, lightNamed, lightNames } from './light.ts';
import { type PersonLook, personLook } from './person.ts';
import { type Random, createRandom } from './random.ts';
import { type Street, crossingHalf, laneWidth, planStreet } from './street.ts';
import { vehicleSize } from './vehicle.ts';
import { type Rack, type VehicleLook, busLook, carLook, truckLook } from './vehicleLook.ts';

/** Somebody or something on the street that gets a box. Places are metres at time 0; speeds metres per second. */
export interface Actor {
  readonly id: number;
  readonly x: number;
  readonly z: number;
  readonly yaw: number;
  readonly speedX: number;
  readonly speedZ: number;
  readonly what:
    | { readonly kind: 'vehicle'; readonly look: VehicleLook; readonly braking: boolean; readonly parked: boolean }
    | { readonly kind: 'rider'; readonly person: PersonLook; readonly bicycle: BicycleLook; readonly phase: number }
    | { readonly kind: 'bicycle'; readonly bicycle: BicycleLook; readonly lift: number }
    | { readonly kind: 'person'; readonly person: PersonLook; readonly phase: number; readonly stride: number };
}

export interface SequencePlan {
  readonly light: Light;
  readonly street: Street;
  readonly actors: readonly Actor[];
  readonly cameraX: number;
  readonly cameraHeight: number;
  readonly cameraSpeed: number;
  /** Focal length and horizon as shares of the image's width and height. */
  readonly focal: number;
  readonly horizon: number;
  readonly frames: number;
  /** Seconds between frames. */
  readonly interval: number;
}

export interface SequenceOptions {
  readonly seed: string;
  readonly frames: number;
  readonly light?: LightName;
  /** A car that carries bicycles drives ahead. */
  readonly rack?: Rack;
  /** More bicycles, in the open and before vehicles: what a detector learns from. Never a carried one. */
  readonly crowded?: boolean;
  /** With `crowded`: a car right ahead, and bicycles without riders that stand close behind vehicles, low or raised. */
  readonly closeUp?: boolean;
}

export function planSequence(options: SequenceOptions): SequencePlan {
  const random = createRandom(options.seed);
  const light = lightNamed(options.light ?? random.pick(lightNames));
  const interval = random.pick([0.25, 0.3, 0.4, 0.5]);
  const duration = interval * options.frames;
  const junction = random.chance(options.rack === undefined ? 0.5 : 0.25);
  const crossing = junction ? random.between(16, 34) : undefined;
  const street = planStreet(random.branch('street'), light, crossing);
  const cameraSpeed = junction ? random.between(0, 3) : random.between(3.5, 9);
  const cameraX = laneWidth * (street.lanesPerSide === 2 ? (random.chance(0.5) ? 0.5 : 1.5) : 0.5) + random.between(-0.2, 0.2);
  const actors: Actor[] = [];
  let id = 0;
  const put = (what: Actor['what'], x: number, z: number, yaw: number, speedX = 0, speedZ = 0): void => {
    actors.push({ id: ++id, what, x, z, yaw, speedX, speedZ });
  };
  const travel = cameraSpeed * duration;
  const traffic = random.branch('traffic');
  const drive = (look: VehicleLook, braking = false): Actor['what'] => ({ kind: 'vehicle', look, braking, parked: false });
  const anyVehicle = (r: Random): VehicleLook => {
    const draw = r.next();
    return draw < 0.62 ? carLook(r) : draw < 0.82 ? truckLook(r) : busLook(r);
  };
  /** Keeps the distance to the camera between the two over the sequence. */
  const ahead = (look: VehicleLook, x: number, from: number, to: number): void => {
    const relative = (to - from) / Math.max(0.1, duration);
    const back = look.category === 'car' ? 2.3 : look.category === 'truck' ? 3.9 : 6;
    put(drive(look, relative < -0.8 || cameraSpeed < 1), x, from + back, 0, 0, cameraSpeed + relative);
  };

  // The vehicle ahead.
  if (options.rack !== undefined) {
    ahead(carLook(traffic, options.rack), cameraX + traffic.between(-0.35, 0.35), traffic.between(6.5, 11), traffic.between(5.5, 12.5));
  } else if (options.closeUp === true) {
    ahead(
      traffic.chance(0.85) ? carLook(traffic) : anyVehicle(traffic),
      cameraX + traffic.between(-0.9, 0.9),
      traffic.between(6, 15),
      traffic.between(6, 15),
    );
  } else if (traffic.chance(0.62)) {
    ahead(anyVehicle(traffic), cameraX + traffic.between(-0.3, 0.3), traffic.between(8, 24), traffic.between(7, 26));
  }
  if (street.lanesPerSide === 2) {
    const other = cameraX < laneWidth ? laneWidth * 1.5 : laneWidth * 0.5;
    if (traffic.chance(0.6)) ahead(anyVehicle(traffic), other, traffic.between(9, 22), traffic.between(9, 26));
  }
  // Oncoming traffic.
  let oncoming = traffic.between(10, 26);
  for (let i = 0; i < 4 && oncoming < 60 + travel; i++) {
    const speed = junction ? traffic.between(1, 4) : traffic.between(3, 8);
    if (traffic.chance(0.6))
      put(
        drive(anyVehicle(traffic)),
        -laneWidth * (street.lanesPerSide === 2 && traffic.chance(0.5) ? 1.5 : 0.5),
        oncoming,
        Math.PI,
        0,
        i === 0 ? -speed : -4,
      );
    oncoming += traffic.between(16, 30);
  }
  // Across the junction.
  if (crossing !== undefined && traffic.chance(0.75)) {
    const right = traffic.chance(0.5);
    const speed = traffic.between(1.5, 4);
    const across = right ? crossing - 1.9 : crossing + 1.9;
    put(
      drive(anyVehicle(traffic)),
      (right ? -1 : 1) * traffic.between(1, 12),
      across,
      right ? Math.PI / 2 : -Math.PI / 2,
      right ? speed : -speed,
      0,
    );
  }
  // Parked cars.
  if (street.parking) {
    const r = random.branch('parked');
    for (const side of [-1, 1] as const) {
      const density = r.between(0.15, 0.7);
      for (let z = r.between(3, 8); z < 62 + travel; z += r.between(6, 7.2)) {
        if (crossing !== undefined && Math.abs(z - crossing) < crossingHalf + 6) continue;
        if (r.chance(density))
          put(
            { kind: 'vehicle', look: r.chance(0.94) ? carLook(r) : truckLook(r), braking: false, parked: true },
            side * (street.roadHalf + 1.12),
            z,
            side > 0 ? 0 : Math.PI,
          );
      }
    }
  }
  people(random.branch('people'), street, travel, crossing, options.crowded === true, put);
  bicycles(random.branch('bicycles'), street, travel, crossing, cameraX, cameraSpeed, options.crowded === true, put);
  if (options.crowded === true) scatter(random.branch('scatter'), street, actors, options.closeUp === true, put);
  return {
    light,
    street,
    actors,
    cameraX,
    cameraHeight: random.between(1.3, 1.65),
    cameraSpeed,
    focal: random.between(0.86, 1.02),
    horizon: random.between(0.43, 0.5),
    frames: options.frames,
    interval,
  };
}

type Put = (what: Actor['what'], x: number, z: number, yaw: number, speedX?: number, speedZ?: number) => void;

function people(random: Random, street: Street, travel: number, crossing: number | undefined, crowded: boolean, put: Put): void {
  const count = random.whole(2, crowded ? 9 : 7);
  for (let i = 0; i < count; i++) {
    const side = random.chance(0.5) ? 1 : -1;
    const away = random.chance(0.5);
    const speed = random.between(0.9, 1.5);
    const standing = random.chance(0.15);
    const x = side * (street.kerb + random.between(0.9, street.pavement - 0.5));
    const z = random.between(7, 30 + travel);
    const person = personLook(random);
    put(
      { kind: 'person', person, phase: random.between(0, 6), stride: standing ? 0.1 : 1 },
      x,
      z,
      away ? random.between(-0.1, 0.1) : Math.PI + random.between(-0.1, 0.1),
      0,
      standing ? 0 : away ? speed : -speed,
    );
    if (random.chance(0.22))
      put(
        { kind: 'person', person: personLook(random), phase: random.between(0, 6), stride: standing ? 0.1 : 1 },
        x + 0.62 * -side,
        z + random.between(-0.2, 0.2),
        away ? 0 : Math.PI,
        0,
        standing ? 0 : away ? speed : -speed,
      );
  }
  if (crossing !== undefined) {
    const walkers = random.whole(0, 3);
    for (let i = 0; i < walkers; i++) {
      const right = random.chance(0.5);
      const speed = random.between(0.9, 1.5);
      put(
        { kind: 'person', person: personLook(random), phase: random.between(0, 6), stride: 1 },
        random.between(-street.kerb, street.kerb),
        crossing - crossingHalf - random.between(1.4, 3.2),
        right ? Math.PI / 2 : -Math.PI / 2,
        right ? speed : -speed,
        0,
      );
    }
  }
}

function bicycles(
  random: Random,
  street: Street,
  travel: number,
  crossing: number | undefined,
  cameraX: number,
  cameraSpeed: number,
  crowded: boolean,
  put: Put,
): void {
  const rider = (): Actor['what'] => ({
    kind: 'rider',
    person: { ...personLook(random), height: 1.75 },
    bicycle: bicycleLook(random),
    phase: random.between(0, 6),
  });
  const count = random.whole(1, 3);
  for (let i = 0; i < count; i++) {
    const along = random.chance(0.6);
    if (along)
      put(
        rider(),
        Math.max(cameraX + 1.3, street.roadHalf - random.between(0.3, 0.7)),
        random.between(7, 24),
        random.between(-0.05, 0.05),
        0,
        cameraSpeed + random.between(-0.8, 0.8),
      );
    else put(rider(), -street.roadHalf + random.between(0.3, 0.7), random.between(12, 32 + travel), Math.PI, 0, -random.between(2.5, 5));
  }
  if (crossing !== undefined && random.chance(0.55)) {
    const right = random.chance(0.5);
    const speed = random.between(1.5, 3.4);
    put(
      rider(),
      (right ? -1 : 1) * random.between(0, 7),
      crossing - crossingHalf + random.between(-0.6, 0.8),
      right ? Math.PI / 2 : -Math.PI / 2,
      right ? speed : -speed,
      0,
    );
  }
  // Bicycles left on the pavement: against the wall, along the kerb, in a row.
  const stands = random.whole(0, crowded ? 4 : 3);
  for (let i = 0; i < stands; i++) {
    const side = random.chance(0.5) ? 1 : -1;
    const z = random.between(6, 24 + travel);
    if (crossing !== undefined && Math.abs(z - crossing) < crossingHalf + 2) continue;
    const row = random.chance(0.35);
    const n = row ? random.whole(2, 4) : 1;
    for (let k = 0; k < n; k++) {
      const yaw = row
        ? (Math.PI / 2) * (random.chance(0.5) ? 1 : -1) + random.between(-0.2, 0.2)
        : random.pick([0, Math.PI]) + random.between(-0.3, 0.3);
      put(
        { kind: 'bicycle', bicycle: bicycleLook(random), lift: 0.12 },
        side * (street.kerb + (row ? street.pavement - 1.2 : random.pick([0.5, street.pavement - 0.45]))),
        z + k * 0.75,
        yaw,
      );
    }
  }
}

/** For learning only: bicycles without riders in every direction on road and kerb, some right before a vehicle or on something raised. */
function scatter(random: Random, street: Street, actors: readonly Actor[], closeUp: boolean, put: Put): void {
  const bicycle = (lift: number): Actor['what'] => ({ kind: 'bicycle', bicycle: bicycleLook(random), lift });
  const count = random.whole(1, 3);
  const sideways = (): number => random.pick([Math.PI / 2, -Math.PI / 2]) + random.between(-0.35, 0.35);
  for (let i = 0; i < count; i++) {
    put(
      bicycle(random.chance(0.5) ? 0 : random.between(0, 0.55)),
      random.between(-street.kerb - 1.5, street.kerb + 1.5),
      random.between(5.5, 20),
      random.chance(0.65) ? sideways() : random.between(0, 6.28),
    );
  }
  for (const vehicle of actors.filter((one) => one.what.kind === 'vehicle' && one.z < 34)) {
    if (!random.chance(closeUp ? 0.8 : 0.3)) continue;
    const look = vehicle.what.kind === 'vehicle' ? vehicle.what.look : undefined;
    if (look === undefined) continue;
    const half = vehicleSize(look)[0] / 2;
    const [aside, back, lift] = closeUp
      ? [random.between(-0.35, 0.35), random.between(0.25, 0.9), random.between(0.1, 0.6)]
      : [random.between(-0.9, 0.9), random.between(0.5, 2.5), random.chance(0.5) ? 0 : random.between(0, 0.5)];
    const yaw = closeUp ? random.pick([Math.PI / 2, -Math.PI / 2]) + random.between(-0.12, 0.12) : sideways();
    const behind = vehicle.yaw === 0 ? -1 : 1;
    put(bicycle(lift), vehicle.x + aside, vehicle.z + behind * (half + back), yaw, vehicle.speedX, vehicle.speedZ);
    if (closeUp && random.chance(0.3))
      put(
        bicycle(lift),
        vehicle.x + aside + random.between(-0.2, 0.2),
        vehicle.z + behind * (half + back + 0.22),
        yaw + Math.PI,
        vehicle.speedX,
        vehicle.speedZ,
      );
  }
}

/** Where the camera is and how it looks: it drives straight on and sways a little. Sizes of the image in pixels. */
export function cameraAt(plan: SequencePlan, time: number, width: number, height: number): Camera {
  return {
    x: plan.cameraX + Math.sin(time * 0.7) * 0.05,
    height: plan.cameraHeight + Math.sin(time * 2.3) * 0.012,
    z: plan.cameraSpeed * time,
    focal: plan.focal * width,
    centreX: width * (0.5 + Math.sin(time * 0.5) * 0.004),
    horizonY: height * (plan.horizon + Math.sin(time * 1.9) * 0.003),
  };
}

export function poseAt(actor: Actor, time: number): Pose {
  return { x: actor.x + actor.speedX * time, z: actor.z + actor.speedZ * time, yaw: actor.yaw };
}

/**
 * The plan without those bicycles that, in some frame, stand in line with a vehicle: more than `most` of the bicycle's outline inside the vehicle's.
 * Outlines are those of upright boxes around both, so this needs no drawing. What is left of overlap are honest near misses.
 */
export function clearOfVehicles(plan: SequencePlan, most: number): SequencePlan {
  const bad = new Set<number>();
  const vehicles = plan.actors.filter((one) => one.what.kind === 'vehicle');
  const bicycles = plan.actors.filter((one) => one.what.kind === 'rider' || one.what.kind === 'bicycle');
  for (let index = 0; index < plan.frames; index++) {
    const time = index * plan.interval;
    const camera = cameraAt(plan, time, 1, 1);
    for (const bicycle of bicycles) {
      const b = outline(bicycle, camera, time, 1.66, 0.56, 1.05);
      if (b === undefined) continue;
      for (const vehicle of vehicles) {
        if (vehicle.what.kind !== 'vehicle') continue;
        const v = outline(vehicle, camera, time, ...vehicleSize(vehicle.what.look));
        if (v === undefined) continue;
        const inter = Math.max(0, Math.min(b[2], v[2]) - Math.max(b[0], v[0])) * Math.max(0, Math.min(b[3], v[3]) - Math.max(b[1], v[1]));
        if (inter > most * (b[2] - b[0]) * (b[3] - b[1])) bad.add(bicycle.id);
      }
    }
  }
  return { ...plan, actors: plan.actors.filter((one) => !bad.has(one.id)) };
}

/** [left, top, right, bottom] of an upright box `long` × `wide` × `high` metres at the actor's place; undefined behind the camera. */
function outline(
  actor: Actor,
  camera: Camera,
  time: number,
  long: number,
  wide: number,
  high: number,
): readonly [number, number, number, number] | undefined {
  const pose = poseAt(actor, time);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const su of [-0.5, 0.5]) {
    for (const sw of [-0.5, 0.5]) {
      const [x, , z] = place(pose, [su * wide, 0, sw * long]);
      if (z - camera.z < 1) return undefined;
      for (const y of [0, high]) {
        const [px, py] = project(camera, [x, y, z]);
        left = Math.min(left, px);
        right = Math.max(right, px);
        top = Math.min(top, py);
        bottom = Math.max(bottom, py);
      }
    }
  }
  return [left, top, right, bottom];
}
