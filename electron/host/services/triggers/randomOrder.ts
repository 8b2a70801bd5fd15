/** A generator of numbers in [0, 1): mulberry32, small and the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** 0 … count − 1 shuffled (Fisher–Yates); the same seed gives the same order. */
export function randomOrder(count: number, seed: number): Uint32Array {
  const random = seededRandom(seed);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/**
 * The ranks of hits in a random order that keeps its place when hits come and go: somebody who judges in random order goes on where they were after an
 * edit. Each hit is sorted by a hash of the seed, its frame's key and its number within the frame.
 * @param frames place of the frame of each hit, by rank @param ids keys of the frames by place
 */
export function randomHitOrder(frames: ArrayLike<number>, ids: ArrayLike<number>, seed: number): Uint32Array {
  const within = new Map<number, number>();
  const keys = Uint32Array.from({ length: frames.length }, (_, rank) => {
    const frame = frames[rank] as number;
    const number = within.get(frame) ?? 0;
    within.set(frame, number + 1);
    const id = ids[frame] as number;
    return mix(mix(mix(seed >>> 0, id >>> 0), Math.floor(id / 2 ** 32)), number);
  });
  return Uint32Array.from(keys, (_, rank) => rank).sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
}

/** Two numbers to one of 32 bits (the finalizer of MurmurHash3 over their sum). */
function mix(hash: number, value: number): number {
  let h = (hash + Math.imul(value | 0, 0x9e3779b1) + 0x6d2b79f5) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
