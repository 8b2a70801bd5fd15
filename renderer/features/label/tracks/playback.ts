/** Seconds a frame is shown where the recording has no times. */
const usualFrameSeconds = 0.1;

/** Seconds at which each frame is shown: its own times where they all are there and grow, else ten a second. */
export function showTimes(times: Float64Array): Float64Array {
  const grows = times.every((time, i) => Number.isFinite(time) && (i === 0 || time > (times[i - 1] as number)));
  if (!grows) return Float64Array.from(times, (_, i) => i * usualFrameSeconds);
  const first = times[0] ?? 0;
  return times.map((time) => time - first);
}

/** The whole length: the last frame is shown as long as the one before. */
export function lengthOf(shown: Float64Array): number {
  const last = shown.length - 1;
  if (last < 1) return usualFrameSeconds;
  return (shown[last] as number) + (shown[last] as number) - (shown[last - 1] as number);
}

/** The frame that is on at a time: the last one that has begun. */
export function frameAtTime(shown: Float64Array, seconds: number): number {
  let low = 0;
  let high = shown.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((shown[middle] as number) <= seconds + 1e-9) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Further back than this no frame is looked for: it is no picture of what is on. */
const furthestBack = 64;

/**
 * The frame to draw when play is at `place`: the latest that is decoded, so that slow decoding shows fewer frames and not the
 * same one for ever. None (-1) that is older than the one that is drawn, unless play began again at the front.
 */
export function frameToDraw(place: number, drawn: number, isDecoded: (frame: number) => boolean): number {
  const oldest = Math.max(place < drawn ? 0 : drawn + 1, place - furthestBack);
  for (let at = place; at >= oldest; at--) if (isDecoded(at)) return at;
  return -1;
}

export interface PlayClock {
  readonly shown: Float64Array;
  readonly speed: number;
  readonly loop: boolean;
}

/** Where play is after some seconds of real time: frames that had no time to be shown are passed over, never waited for. */
export function playAt(clock: PlayClock, from: number, elapsedSeconds: number): { readonly place: number; readonly ended: boolean } {
  const length = lengthOf(clock.shown);
  const time = (clock.shown[from] ?? 0) + elapsedSeconds * clock.speed;
  if (time < length) return { place: frameAtTime(clock.shown, time), ended: false };
  if (!clock.loop) return { place: clock.shown.length - 1, ended: true };
  return { place: frameAtTime(clock.shown, time % length), ended: false };
}
