/** Random datasets, triggers and their columns for the property tests of the trigger engine. Everything follows from a seed. */
import { boxFlags, origins } from '../../shared/domain/annotation.ts';
import type { BoxColumns } from '../../shared/domain/columns.ts';
import { frameStates } from '../../shared/domain/frame.ts';
import type { AttributeColumns } from '../../shared/triggers/boxTable.ts';
import type { CodedTexts, FrameColumns } from '../../shared/triggers/frameColumns.ts';
import type { OracleBox, OracleFrame } from './triggerOracle.ts';

export interface Random {
  (): number;
}

/** Mulberry32: small, fast, the same everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const categoryNames = ['bicycle', 'car', 'traffic light', 'person'] as const;
export const groups = { vehicle: ['car', 'bicycle'], wheels: ['bicycle'], all: ['person', 'car', 'bicycle', 'traffic light'] } as const;
export const sourceNames = ['gt', 'run 1', 'run 2'] as const;

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const chance = (random: Random, p: number): boolean => random() < p;
const maybe = <T>(random: Random, p: number, value: () => T): T | null => (chance(random, p) ? value() : null);

// --- frames

function randomBox(random: Random, id: number, known: boolean): OracleBox {
  const grid = (n: number): number => 10 * Math.floor(random() * n);
  const fine = chance(random, 0.25) ? random() : 0;
  const attributes: Record<string, string | number | boolean> = {};
  if (chance(random, 0.6)) attributes.colour = pick(random, ['red', 'blue', true, 3]);
  if (chance(random, 0.6)) attributes.lanes = pick(random, [1, 2, 3, 'two']);
  if (chance(random, 0.6)) attributes.parked = pick(random, [true, false, true, false, 'yes']);
  return {
    id,
    category: pick(random, categoryNames),
    bbox: [grid(8) + fine, grid(5) + fine / 3, chance(random, 0.04) ? 0 : grid(6) + 10, chance(random, 0.04) ? 0 : grid(6) + 10],
    score: known || chance(random, 0.85) ? pick(random, [0.1, 0.4, 0.4, 0.5, 0.6, 0.9, random()]) : null,
    flags: ['ignore', 'crowd', 'occluded', 'truncated'].filter(() => chance(random, 0.3)),
    reviewed: chance(random, 0.4),
    origin: pick(random, origins),
    attributes,
  };
}

/** Frames with few boxes, many ties and holes in everything that may be missing. */
export function randomFrames(random: Random, count: number, most: number, empty = 0.15): readonly OracleFrame[] {
  // Whole sources without a missing score take other paths than mixed ones.
  const known = new Map(sourceNames.map((s) => [s, chance(random, 0.5)]));
  const names = Array.from({ length: count }, (_, i) => `frame ${String((i * 7) % count).padStart(3, '0')}.jpg`);
  return names.map((name) => {
    const boxes: Record<string, readonly OracleBox[]> = {};
    for (const source of sourceNames) {
      const n = chance(random, empty) ? 0 : Math.floor(random() * (most + 1));
      boxes[source] = Array.from({ length: n }, (_, i) => randomBox(random, 3 * i + 1 + Math.floor(random() * 3), known.get(source)!));
    }
    return {
      name,
      width: pick(random, [100, 120]),
      height: pick(random, [80, 90]),
      state: pick(random, frameStates),
      split: maybe(random, 0.7, () => pick(random, ['train', 'val'])),
      sequence: maybe(random, 0.7, () => pick(random, ['A', 'B'])),
      index: maybe(random, 0.7, () => Math.floor(random() * 4)),
      time: maybe(random, 0.7, () => Math.floor(random() * 8) / 2),
      brightness: maybe(random, 0.7, () => Math.floor(random() * 255)),
      luma_p95: maybe(random, 0.7, () => Math.floor(random() * 255)),
      contrast: maybe(random, 0.7, () => Math.floor(random() * 80)),
      sharpness: maybe(random, 0.7, () => Math.floor(random() * 500)),
      tags: ['night', 'rain'].filter(() => chance(random, 0.4)),
      boxes,
    };
  });
}

// --- columns

function coded(values: readonly (string | null)[]): CodedTexts {
  const known = [...new Set(values.filter((v) => v !== null))];
  return { codes: Int32Array.from(values, (v) => (v === null ? -1 : known.indexOf(v))), values: known };
}

export function frameColumns(frames: readonly OracleFrame[]): FrameColumns {
  const numbers = (read: (frame: OracleFrame) => number | null): Float64Array => Float64Array.from(frames, (f) => read(f) ?? NaN);
  return {
    ids: Float64Array.from(frames, (_, i) => 100 + i),
    names: frames.map((f) => f.name),
    widths: Uint32Array.from(frames, (f) => f.width),
    heights: Uint32Array.from(frames, (f) => f.height),
    states: Uint8Array.from(frames, (f) => frameStates.findIndex((s) => s === f.state)),
    splits: coded(frames.map((f) => f.split)),
    sequences: coded(frames.map((f) => f.sequence)),
    indices: Int32Array.from(frames, (f) => f.index ?? -1),
    times: numbers((f) => f.time),
    brightness: numbers((f) => f.brightness),
    lumaP95: numbers((f) => f.luma_p95),
    contrast: numbers((f) => f.contrast),
    sharpness: numbers((f) => f.sharpness),
    tags: new Map(['night', 'rain'].map((tag) => [tag, Uint8Array.from(frames, (f) => (f.tags.includes(tag) ? 1 : 0))])),
  };
}

export function boxColumns(
  frames: readonly OracleFrame[],
  source: string,
): { readonly columns: BoxColumns; readonly attributes: AttributeColumns } {
  const perFrame = frames.map((f) => (f.boxes[source] ?? []).toSorted((p, q) => p.id - q.id));
  const boxes = perFrame.flat();
  const offsets = new Uint32Array(frames.length + 1);
  perFrame.forEach((list, i) => (offsets[i + 1] = offsets[i]! + list.length));
  const flagBits = (box: OracleBox): number =>
    box.flags.reduce((bits, flag) => bits | (1 << boxFlags.findIndex((f) => f === flag)), box.reviewed ? 128 : 0);
  const attributes: AttributeColumns = new Map(
    ['colour', 'lanes', 'parked'].map((name) => {
      const values = [...new Set(boxes.map((b) => b.attributes[name]).filter((v) => v !== undefined))];
      const codes = Int32Array.from(boxes, (b) => {
        const value = b.attributes[name];
        return value === undefined ? -1 : values.indexOf(value);
      });
      return [name, { codes, values }];
    }),
  );
  return {
    columns: {
      frameIds: Float64Array.from(frames, (_, i) => 100 + i),
      offsets,
      ids: Float64Array.from(boxes, (b) => b.id),
      // Ids with gaps, as a dataset that lost a category has them.
      categories: Uint16Array.from(boxes, (b) => 2 + 3 * categoryNames.findIndex((c) => c === b.category)),
      scores: Float64Array.from(boxes, (b) => b.score ?? NaN),
      boxes: Float64Array.from(boxes.flatMap((b) => b.bbox)),
      tracks: new Int32Array(boxes.length).fill(-1),
      flags: Uint8Array.from(boxes, flagBits),
      origins: Uint8Array.from(boxes, (b) => origins.findIndex((o) => o === b.origin)),
    },
    attributes,
  };
}

export const categoryIds: ReadonlyMap<string, number> = new Map(categoryNames.map((name, i) => [name, 2 + 3 * i]));

// --- triggers

/** Random text of the evaluated grammar that checks: a type-directed walk, variables in scope held by name. */
export function randomTrigger(random: Random): string {
  const writer = new Writer(random);
  const when = writer.when();
  const severity = chance(random, 0.5) ? ` severity ${writer.severity()}` : '';
  const declared = Object.entries(groups).map(([name, members]) => {
    const list = members.map((m) => (m.includes(' ') ? `"${m}"` : m)).join(' | ');
    return `group ${name} = ${list}`;
  });
  return `${declared.join('\n')}\ntrigger t { when ${when}${severity} }`;
}

class Writer {
  readonly #random: Random;
  #names = 0;
  #outermost: readonly string[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  #pick<T>(items: readonly T[]): T {
    return pick(this.#random, items);
  }

  #chance(p: number): boolean {
    return chance(this.#random, p);
  }

  when(): string {
    const shape = this.#random();
    if (shape < 0.5) return this.#exists([], 0, 3, true);
    if (shape < 0.62) {
      // The outermost exists may stand anywhere in the conjunction; what follows it belongs to it unless it is in parentheses.
      const exists = `(${this.#exists([], 0, 2, true)})`;
      const others = [this.#bool([], 1, 2), ...(this.#chance(0.3) ? [this.#bool([], 1, 1)] : [])].map((o) => `(${o})`);
      // Another exists before it would be the outermost one.
      const safe = others.filter((o) => !/^\(+exists/.test(o));
      const parts = this.#chance(0.5) ? [exists, ...safe] : [...safe, exists];
      return parts.join(' and ');
    }
    if (shape < 0.75) return `(${this.#bool([], 0, 2)}) or (${this.#exists([], 0, 2, false)})`;
    return `not (${this.#bool([], 0, 2)}) or ${this.#compare([], 0, 2)}`;
  }

  severity(): string {
    const own = this.#outermost;
    return own.length === 0
      ? `count(z: ${this.#set()})`
      : this.#pick([this.#number(own, 1, 1), this.#ratio(own, 1, 1), this.#ratio(own, 1, 1)]);
  }

  #set(): string {
    const name = this.#pick([
      'bicycle',
      'car',
      'car',
      'car',
      '"traffic light"',
      'person',
      'any',
      'any',
      'vehicle',
      'wheels',
      'all',
      '"car"',
    ]);
    const source = this.#pick(['', '', '', '', '@gt', '@active', '@deployed', '@candidate', '@"run 2"', '@"run 1"']);
    return name + source;
  }

  #binds(count: number): { readonly text: string; readonly names: readonly string[] } {
    const names = Array.from({ length: count }, () => this.#pick(['a', 'b', 'x', 'box_']) + String(++this.#names));
    const shared = this.#chance(0.5) ? this.#set() : null;
    return { names, text: names.map((n) => `${n}: ${shared ?? this.#set()}`).join(', ') };
  }

  #exists(scope: readonly string[], nesting: number, most: number, outermost: boolean): string {
    const count = 1 + Math.floor(this.#random() * (nesting === 0 ? most : Math.min(most, 2)));
    const { text, names } = this.#binds(count);
    if (outermost && this.#outermost.length === 0) this.#outermost = names;
    const inner = [...scope, ...names];
    if (this.#chance(0.06)) return `exists ${text}`;
    const parts: string[] = [];
    if (count >= 2 && this.#chance(0.7)) parts.push(this.#overlapBound(names[0]!, names[1]!));
    if (count === 3 && this.#chance(0.5)) parts.push(this.#overlapBound(names[1]!, names[2]!));
    if (parts.length === 0 || this.#chance(0.6)) parts.push(this.#bool(inner, nesting + 1, 2));
    if (this.#chance(0.3)) parts.push(this.#compare(inner, nesting + 1, 1));
    return `exists ${text} where ${parts.map((p) => (/ or |^not |^exists/.test(p) ? `(${p})` : p)).join(' and ')}`;
  }

  #overlapBound(p: string, q: string): string {
    const [a, b] = this.#chance(0.5) ? [p, q] : [q, p];
    const fn = this.#pick(['iou', 'iou', 'ioa', 'iomin', 'giou']);
    const bound = this.#pick(['0', '0.1', '0.25', '0.3', '0.5', '0.9', '1']);
    const shape = this.#random();
    if (shape < 0.15) return `${fn}(${a}, ${b}) in [${bound}, 0.9]`;
    if (shape < 0.25) return `${bound} <= ${fn}(${a}, ${b})`;
    if (shape < 0.35) return `${a}.${fn}(${b}) < ${bound}`;
    return `${fn}(${a}, ${b}) ${this.#pick(['>', '>='])} ${bound}`;
  }

  #bool(scope: readonly string[], nesting: number, depth: number): string {
    if (depth > 0) {
      const shape = this.#random();
      const inner = (): string => `(${this.#bool(scope, nesting, depth - 1)})`;
      if (shape < 0.15) return `${inner()} and ${inner()}`;
      if (shape < 0.3) return `${inner()} or ${inner()}`;
      if (shape < 0.38) return `not ${inner()}`;
      if (shape < 0.5 && nesting < 3) return this.#exists(scope, nesting, 2, false);
      if (shape < 0.56 && nesting < 3) return `not (${this.#exists(scope, nesting, 2, false)})`;
      if (shape < 0.6) return `${inner()} ${this.#pick(['=', '!='])} ${inner()}`;
    }
    return this.#compare(scope, nesting, depth);
  }

  #compare(scope: readonly string[], nesting: number, depth: number): string {
    const shape = this.#random();
    const op = this.#pick(['<', '<=', '>', '>=', '=', '!=']);
    const equal = this.#pick(['=', '!=']);
    if (scope.length > 0) {
      const v = this.#pick(scope);
      const w = this.#pick(scope);
      if (shape < 0.12) return `${v}.score ${op} ${this.#pick(['0.4', '0.5', '40%', `score(${w})`])}`;
      if (shape < 0.16) return `${v}.score in [0.4, 0.6]`;
      if (shape < 0.22) return this.#flagText(v);
      if (shape < 0.27) return `${v}.category ${equal} ${this.#pick(['"car"', '"traffic light"', `${w}.category`])}`;
      if (shape < 0.3) return `${v}.origin ${equal} ${this.#pick(['"human"', '"model"', `${w}.origin`])}`;
      if (shape < 0.4) return this.#attributeText(v, equal, op);
      if (shape < 0.5) {
        const relation = this.#pick(['contains', 'center_in', 'left_of', 'right_of', 'above', 'below']);
        return `${relation}(${this.#box(scope, nesting)}, ${this.#box(scope, nesting)})`;
      }
      if (shape < 0.55) return `${this.#box(scope, nesting)}.touches_border(${this.#pick(['0px', '10px', '5px', '0'])})`;
      if (shape < 0.65)
        return `${this.#lengthOf(scope, nesting)} ${op} ${this.#pick(['20px', '30px', '25%', '10% + 15%', '0', `${w}.width`])}`;
      if (shape < 0.7) return `${v}.area ${op} ${this.#pick(['600px2', '5%', `${w}.width * ${v}.height`, `${w}.area`])}`;
      if (shape < 0.75)
        return `${this.#pick(['gap', 'distance'])}(${v}, ${this.#box(scope, nesting)}) ${op} ${this.#pick(['10px', '20px', `${w}.height`])}`;
      if (shape < 0.85) return `${this.#ratio(scope, nesting, depth)} ${op} ${this.#ratio(scope, nesting, depth)}`;
    }
    if (shape < 0.88) return `${this.#number(scope, nesting, depth)} ${op} ${this.#pick(['0', '1', '2', '3'])}`;
    if (shape < 0.9) return `frame.state ${equal} ${this.#pick(['"draft"', '"labeled"'])}`;
    if (shape < 0.92) return `frame.${this.#pick(['split', 'sequence'])} ${equal} ${this.#pick(['"train"', '"A"', '""', 'frame.split'])}`;
    if (shape < 0.93) return `frame.tag(${this.#pick(['"night"', '"snow"'])})`;
    if (shape < 0.94) return `frame.name ${equal} "frame 003.jpg"`;
    if (shape < 0.96) return `frame.time ${op} ${this.#pick(['1s', '1500ms', '0'])}`;
    if (shape < 0.97) return `frame.width ${op} ${this.#pick(['110px', 'frame.height', '100%'])}`;
    return `frame.${this.#pick(['brightness', 'luma_p95', 'contrast', 'sharpness', 'index'])} ${op} ${this.#pick(['1', '40', '100', 'frame.brightness'])}`;
  }

  #flagText(v: string): string {
    const [f, g] = [this.#pick(['ignore', 'crowd', 'occluded', 'truncated', 'reviewed']), this.#pick(['ignore', 'reviewed'])];
    return this.#pick([`${v}.${f}`, `not ${v}.${f}`, `${v}.${f} = ${v}.${g}`, `${v}.${f} != ${v}.attribute("parked")`]);
  }

  #attributeText(v: string, equal: string, op: string): string {
    return this.#pick([
      `${v}.attribute("colour") ${equal} "red"`,
      `${v}.attribute("colour") ${equal} "true"`,
      `attribute(${v}, "lanes") ${op} 2`,
      `${v}.attribute("lanes") in [1, 2]`,
      `${v}.attribute("parked")`,
      `${v}.attribute("wheels") ${equal} "4"`,
      `${v}.attribute("colour") ${equal} ${v}.attribute("lanes")`,
    ]);
  }

  #box(scope: readonly string[], nesting: number): string {
    const v = this.#pick(scope);
    if (this.#chance(0.75)) return v;
    return `expand(${v}, ${this.#pick(['0.5', '0.25', '-0.2', '-0.7', '10%', `${v}.score`, `${v}.attribute("lanes") / 4`, `score(${v}) / ${nesting}`])})`;
  }

  #lengthOf(scope: readonly string[], nesting: number): string {
    const field = this.#pick(['width', 'height', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy']);
    const box = this.#box(scope, nesting);
    return this.#pick([`${box}.${field}`, `${field}(${box})`, `-${box}.${field}`, `${box}.${field} * 2`]);
  }

  /** A number without a unit, of boxes. */
  #ratio(scope: readonly string[], nesting: number, depth: number): string {
    const v = this.#pick(scope);
    const shape = this.#random();
    if (depth > 0 && shape < 0.3) {
      return `(${this.#ratio(scope, nesting, depth - 1)} ${this.#pick(['+', '-', '*', '/'])} ${this.#ratio(scope, nesting, depth - 1)})`;
    }
    if (shape < 0.55) return `${this.#pick(['iou', 'ioa', 'iomin', 'giou'])}(${this.#box(scope, nesting)}, ${this.#box(scope, nesting)})`;
    if (shape < 0.65) return `${v}.score`;
    if (shape < 0.72) return `${this.#box(scope, nesting)}.aspect`;
    if (shape < 0.8) return `(${v}.area / ${this.#pick(scope)}.area)`;
    if (shape < 0.85) return this.#pick(['0.5', '0.25', '1', '-1', '50%']);
    return this.#number(scope, nesting, depth);
  }

  /** A plain number: counts and other aggregates. */
  #number(scope: readonly string[], nesting: number, depth: number): string {
    if (nesting >= 3) return this.#pick(['1', '2', 'frame.index']);
    const { text, names } = this.#binds(this.#chance(0.8) ? 1 : 2);
    const inner = [...scope, ...names];
    const where = this.#chance(0.6) ? ` where ${this.#bool(inner, nesting + 1, Math.max(0, depth - 1))}` : '';
    const shape = this.#random();
    if (shape < 0.5) return `count(${text}${where})`;
    const fn = this.#pick(['sum', 'avg', 'min', 'max', 'max']);
    const v = this.#pick(inner);
    const value = this.#pick([
      `iou(${v}, ${this.#pick(inner)})`,
      `ioa(${v}, ${this.#pick(inner)})`,
      `${v}.score`,
      `${v}.area / ${v}.area`,
      `${v}.id`,
      `${v}.score * iou(${v}, ${this.#pick(inner)})`,
    ]);
    return `${fn}(${text}${where} : ${value})`;
  }
}
