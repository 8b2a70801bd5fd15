/** Hits of one trigger as growing columns, in the order they were found (by frame). */
export class HitBuffer {
  /** Rows kept for each hit: one a variable of the outermost `exists`. */
  readonly stride: number;
  count = 0;
  /** Frames with at least one hit. */
  frameCount = 0;
  frames: Uint32Array;
  /** NaN where the severity is unknown. */
  severities: Float64Array;
  rows: Uint32Array;

  constructor(stride: number, capacity = 256) {
    this.stride = stride;
    this.frames = new Uint32Array(capacity);
    this.severities = new Float64Array(capacity);
    this.rows = new Uint32Array(capacity * stride);
  }

  /** Adds a hit and returns its place; its rows are to be written at `place * stride`. */
  add(frame: number, severity: number): number {
    if (this.count === this.frames.length) this.#grow();
    const place = this.count++;
    this.frames[place] = frame;
    this.severities[place] = severity;
    return place;
  }

  copyWithin(to: number, from: number): void {
    if (to === from) return;
    this.severities[to] = this.severities[from]!;
    for (let v = 0; v < this.stride; v++) this.rows[to * this.stride + v] = this.rows[from * this.stride + v]!;
  }

  #grow(): void {
    const capacity = this.frames.length * 2;
    const frames = new Uint32Array(capacity);
    frames.set(this.frames);
    this.frames = frames;
    const severities = new Float64Array(capacity);
    severities.set(this.severities);
    this.severities = severities;
    const rows = new Uint32Array(capacity * this.stride);
    rows.set(this.rows);
    this.rows = rows;
  }
}

/** Severity, highest first; an unknown one after all others. Negative where `a` comes first. */
export function compareSeverity(a: number, b: number): number {
  if (a > b) return -1;
  if (a < b) return 1;
  if (a === b) return 0;
  return (a === a ? 0 : 1) - (b === b ? 0 : 1);
}
