/** Metres: x to the right, y up from the road, z along the road away from the camera. */
export type Vec3 = readonly [number, number, number];
/** Pixels of the image: x to the right, y down. */
export type Point = readonly [number, number];

export interface Camera {
  readonly x: number;
  readonly height: number;
  readonly z: number;
  /** Focal length, pixels. */
  readonly focal: number;
  /** Image point of the horizon straight ahead, pixels. */
  readonly centreX: number;
  readonly horizonY: number;
}

/** Nothing nearer than this is drawn, metres. */
const near = 0.6;

export function project(camera: Camera, [x, y, z]: Vec3): Point {
  const scale = camera.focal / Math.max(near, z - camera.z);
  return [camera.centreX + (x - camera.x) * scale, camera.horizonY - (y - camera.height) * scale];
}

/** Image pixels per metre at world depth `z`. */
export function scaleAt(camera: Camera, z: number): number {
  return camera.focal / Math.max(near, z - camera.z);
}

/** The part of a polygon or polyline in front of the camera (Sutherland and Hodgman, one plane), projected. */
export function projectClipped(camera: Camera, points: readonly Vec3[], closed: boolean): readonly Point[] {
  const limit = camera.z + near;
  const kept: Vec3[] = [];
  for (let i = 0; i < points.length; i++) {
    const here = points[i];
    const before = i > 0 ? points[i - 1] : closed ? points[points.length - 1] : undefined;
    if (here === undefined) continue;
    if (before !== undefined && before[2] < limit !== here[2] < limit) {
      const share = (limit - before[2]) / (here[2] - before[2]);
      kept.push([before[0] + (here[0] - before[0]) * share, before[1] + (here[1] - before[1]) * share, limit]);
    }
    if (here[2] >= limit) kept.push(here);
  }
  return kept.map((point) => project(camera, point));
}

/** Where an object stands: `yaw` 0 looks away from the camera, growing clockwise seen from above, radians. */
export interface Pose {
  readonly x: number;
  readonly z: number;
  readonly yaw: number;
}

/** Object frame [u to its right, v up, w forward] to the world. */
export function place(pose: Pose, [u, v, w]: Vec3): Vec3 {
  const sine = Math.sin(pose.yaw);
  const cosine = Math.cos(pose.yaw);
  return [pose.x + u * cosine + w * sine, v, pose.z - u * sine + w * cosine];
}

export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function length(a: Vec3): number {
  return Math.sqrt(dot(a, a));
}

export function centroid(points: readonly Vec3[]): Vec3 {
  let [x, y, z] = [0, 0, 0];
  for (const point of points) {
    x += point[0];
    y += point[1];
    z += point[2];
  }
  const n = Math.max(1, points.length);
  return [x / n, y / n, z / n];
}

/** Unit normal of a polygon that need not be quite flat (Newell). */
export function normalOf(points: readonly Vec3[]): Vec3 {
  let [x, y, z] = [0, 0, 0];
  for (let i = 0; i < points.length; i++) {
    const a = points[i];
    const b = points[(i + 1) % points.length];
    if (a === undefined || b === undefined) continue;
    x += (a[1] - b[1]) * (a[2] + b[2]);
    y += (a[2] - b[2]) * (a[0] + b[0]);
    z += (a[0] - b[0]) * (a[1] + b[1]);
  }
  const size = Math.sqrt(x * x + y * y + z * z) || 1;
  return [x / size, y / size, z / size];
}
