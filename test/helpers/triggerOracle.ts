/**
 * A brute-force evaluator that follows TRIGGERS.md word by word, on plain objects, without any of the engine's code: the oracle
 * of the property tests. It shares only the type of the parser's syntax tree. Nothing is pruned, ordered or short-cut.
 */
import type { Bind, Expr, SetSyntax } from '../../shared/triggers/syntax.ts';

export interface OracleBox {
  readonly id: number;
  readonly category: string;
  readonly bbox: readonly [number, number, number, number];
  readonly score: number | null;
  readonly flags: readonly string[];
  readonly reviewed: boolean;
  readonly origin: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface OracleFrame {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly state: string;
  readonly split: string | null;
  readonly sequence: string | null;
  readonly index: number | null;
  readonly time: number | null;
  readonly brightness: number | null;
  readonly luma_p95: number | null;
  readonly contrast: number | null;
  readonly sharpness: number | null;
  readonly tags: readonly string[];
  /** By the source's own name. */
  readonly boxes: Readonly<Record<string, readonly OracleBox[]>>;
}

export interface OracleTrigger {
  readonly when: Expr;
  readonly severity: Expr | null;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The source's own name behind what is written after `@`; null for no `@`. */
  readonly source: (written: string | null) => string;
}

export interface OracleWitness {
  readonly variable: string;
  readonly source: string;
  readonly id: number;
}

export interface OracleHit {
  readonly severity: number | null;
  readonly witness: readonly OracleWitness[];
}

export interface OracleAnswer {
  readonly hits: readonly OracleHit[];
  /** Sorted causes where the frame is unknown, null where it is true or false. */
  readonly unknown: readonly string[] | null;
}

class Unknown {
  readonly causes: ReadonlySet<string>;
  constructor(causes: Iterable<string>) {
    this.causes = new Set(causes);
  }
}

const missing = (cause: string): Unknown => new Unknown([cause]);
const union = (values: readonly unknown[]): Unknown => new Unknown(values.flatMap((v) => (v instanceof Unknown ? [...v.causes] : [])));

type Bool = boolean | Unknown;
interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
interface Bound {
  readonly source: string;
  readonly box: OracleBox;
}
/** `along`: which side of the frame `%` means beside this number. `percent`: a share that still waits for its side. */
interface Num {
  readonly value: number | Unknown;
  readonly along: 'width' | 'height' | 'area' | null;
  readonly percent: boolean;
}
type Value =
  | { readonly is: 'bool'; readonly bool: Bool }
  | { readonly is: 'number'; readonly number: Num }
  | { readonly is: 'text'; readonly text: string | Unknown }
  | { readonly is: 'attribute'; readonly value: string | number | boolean | Unknown }
  | { readonly is: 'bound'; readonly bound: Bound }
  | { readonly is: 'rect'; readonly rect: Rect | Unknown }
  | { readonly is: 'frame' };

type Env = ReadonlyMap<string, Bound>;

const and = (values: readonly Bool[]): Bool => {
  if (values.includes(false)) return false;
  const unknowns = values.filter((v) => v instanceof Unknown);
  return unknowns.length > 0 ? union(unknowns) : true;
};
const not = (value: Bool): Bool => (value instanceof Unknown ? value : !value);
const or = (values: readonly Bool[]): Bool => not(and(values.map(not)));

const num = (value: number | Unknown, along: Num['along'] = null): Value => ({ is: 'number', number: { value, along, percent: false } });
const bool = (value: Bool): Value => ({ is: 'bool', bool: value });

export function evaluateOracle(trigger: OracleTrigger, frame: OracleFrame): OracleAnswer {
  const oracle = new Oracle(trigger, frame);
  const top = flat(trigger.when);
  const outer = top.find((part) => part.kind === 'exists');
  const whole = oracle.bool(trigger.when, new Map());
  const unknown = whole instanceof Unknown ? [...whole.causes].sort() : null;
  if (whole !== true) return { hits: [], unknown };
  if (outer?.kind !== 'exists') {
    const severity = trigger.severity === null ? 1 : oracle.severity(trigger.severity, new Map());
    return { hits: [{ severity, witness: oracle.looseWitness(trigger.when) }], unknown };
  }

  // Rule 3: one hit per binding; of those that only swap objects within one set, one stays.
  const severityExpr = trigger.severity ?? firstOverlap(outer.where, new Set(outer.binds.map((b) => b.name)));
  const found = oracle
    .bindings(outer.binds, new Map())
    .filter((env) => outer.where === null || oracle.bool(outer.where, env) === true)
    .map((env) => ({
      objects: outer.binds.map((b) => env.get(b.name)!),
      severity: severityExpr === null ? 1 : oracle.severity(severityExpr, env),
    }));
  const ids = (hit: (typeof found)[number]): readonly number[] => hit.objects.map((o) => o.box.id);
  const sets = outer.binds.map((b) => oracle.setName(b.set));
  const swapClass = (hit: (typeof found)[number]): string =>
    [...new Set(sets)]
      .map((set) =>
        hit.objects
          .filter((_, i) => sets[i] === set)
          .map((o) => o.box.id)
          .sort((p, q) => p - q)
          .join(' '),
      )
      .join('|');
  const kept: (typeof found)[number][] = [];
  for (const hits of Map.groupBy(found, swapClass).values())
    kept.push(hits.toSorted((p, q) => bySeverity(p.severity, q.severity) || byIds(ids(p), ids(q)))[0]!);
  kept.sort((p, q) => bySeverity(p.severity, q.severity) || byIds(ids(p), ids(q)));
  return {
    hits: kept.map((hit) => ({
      severity: hit.severity,
      witness: hit.objects.map((o, i) => ({ variable: outer.binds[i]!.name, source: o.source, id: o.box.id })),
    })),
    unknown,
  };
}

/** Highest first, unknown last. */
export function bySeverity(a: number | null, b: number | null): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  return b > a ? 1 : b < a ? -1 : 0;
}

export function byIds(a: readonly number[], b: readonly number[]): number {
  for (const [i, id] of a.entries()) if (id !== b[i]) return id - b[i]!;
  return 0;
}

function flat(expr: Expr): readonly Expr[] {
  return expr.kind === 'and' ? expr.items.flatMap(flat) : [expr];
}

function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return expr.items;
    case 'not':
    case 'negate':
    case 'within':
      return [expr.of];
    case 'exists':
      return expr.where === null ? [] : [expr.where];
    case 'compare':
    case 'arithmetic':
      return [expr.left, expr.right];
    case 'in':
      return [expr.of, expr.low, expr.high];
    case 'aggregate':
      return [expr.where, expr.value].filter((e) => e !== null);
    case 'call':
      return expr.args;
    default:
      return [];
  }
}

function namesIn(expr: Expr): readonly string[] {
  return expr.kind === 'name' ? [expr.name] : children(expr).flatMap(namesIn);
}

/** Rule 4: the first of iou, ioa, iomin in reading order whose boxes are the hit's. */
function firstOverlap(where: Expr | null, own: ReadonlySet<string>): Expr | null {
  if (where === null) return null;
  if (where.kind === 'call' && ['iou', 'ioa', 'iomin'].includes(where.fn) && namesIn(where).every((n) => own.has(n))) return where;
  for (const child of children(where)) {
    const found = firstOverlap(child, own);
    if (found !== null) return found;
  }
  return null;
}

class Oracle {
  readonly #trigger: OracleTrigger;
  readonly #frame: OracleFrame;

  constructor(trigger: OracleTrigger, frame: OracleFrame) {
    this.#trigger = trigger;
    this.#frame = frame;
  }

  setName(set: SetSyntax): string {
    return JSON.stringify([this.#members(set), this.#trigger.source(set.source)]);
  }

  #members(set: SetSyntax): readonly string[] | null {
    if (set.name === null) return null;
    const group = set.quoted ? undefined : this.#trigger.groups[set.name];
    return [...new Set(group ?? [set.name])].sort();
  }

  /** All bindings of distinct objects, in the order of the variables and of keys. */
  bindings(binds: readonly Bind[], env: Env): readonly Env[] {
    let envs: readonly { readonly env: Env; readonly taken: readonly Bound[] }[] = [{ env, taken: [] }];
    for (const bind of binds) {
      const members = this.#members(bind.set);
      const source = this.#trigger.source(bind.set.source);
      const boxes = (this.#frame.boxes[source] ?? []).filter((b) => members === null || members.includes(b.category));
      const ordered = boxes.toSorted((p, q) => p.id - q.id);
      envs = envs.flatMap((e) =>
        ordered
          .filter((box) => !e.taken.some((t) => t.source === source && t.box.id === box.id))
          .map((box) => ({ env: new Map([...e.env, [bind.name, { source, box }]]), taken: [...e.taken, { source, box }] })),
      );
    }
    return envs.map((e) => e.env);
  }

  severity(expr: Expr, env: Env): number | null {
    const { value } = this.#num(expr, env);
    return value instanceof Unknown ? null : value;
  }

  looseWitness(when: Expr): readonly OracleWitness[] {
    const objects: OracleWitness[] = [];
    const walk = (expr: Expr, env: Env): void => {
      if (expr.kind !== 'exists' && expr.kind !== 'aggregate') {
        for (const child of children(expr)) walk(child, env);
        return;
      }
      for (const inner of this.bindings(expr.binds, env)) {
        if (expr.where !== null && this.bool(expr.where, inner) !== true) continue;
        if (expr.kind === 'exists') {
          for (const bind of expr.binds) {
            const { source, box } = inner.get(bind.name)!;
            if (!objects.some((o) => o.source === source && o.id === box.id)) objects.push({ variable: bind.name, source, id: box.id });
          }
        }
        for (const child of children(expr)) walk(child, inner);
      }
    };
    walk(when, new Map());
    return objects;
  }

  bool(expr: Expr, env: Env): Bool {
    return this.#asBool(this.#value(expr, env));
  }

  #asBool(value: Value): Bool {
    if (value.is === 'bool') return value.bool;
    if (value.is !== 'attribute') throw new Error(`no condition: ${value.is}`);
    if (value.value instanceof Unknown) return value.value;
    return typeof value.value === 'boolean' ? value.value : missing('attribute');
  }

  #num(expr: Expr, env: Env): Num {
    const value = this.#value(expr, env);
    if (value.is === 'number') return value.number;
    if (value.is !== 'attribute') throw new Error(`no number: ${value.is}`);
    return attributeNumber(value.value);
  }

  #value(expr: Expr, env: Env): Value {
    switch (expr.kind) {
      case 'and':
        return bool(and(expr.items.map((item) => this.bool(item, env))));
      case 'or':
        return bool(or(expr.items.map((item) => this.bool(item, env))));
      case 'not':
        return bool(not(this.bool(expr.of, env)));
      case 'exists': {
        const { where } = expr;
        return bool(or(this.bindings(expr.binds, env).map((inner) => (where === null ? true : this.bool(where, inner)))));
      }
      case 'compare':
        return bool(this.#compare(this.#value(expr.left, env), expr.op, this.#value(expr.right, env)));
      case 'in': {
        const of = this.#num(expr.of, env);
        const [a, low] = this.#tie(of, this.#num(expr.low, env));
        const [, high] = this.#tie(of, this.#num(expr.high, env));
        if (a instanceof Unknown || low instanceof Unknown || high instanceof Unknown) return bool(union([a, low, high]));
        return bool(low <= a && a <= high);
      }
      case 'arithmetic':
        return this.#arithmetic(expr.op, this.#num(expr.left, env), this.#num(expr.right, env));
      case 'negate': {
        const of = this.#num(expr.of, env);
        return { is: 'number', number: { ...of, value: of.value instanceof Unknown ? of.value : -of.value } };
      }
      case 'number':
        return {
          is: 'number',
          number: { value: expr.unit === '%' ? expr.value / 100 : expr.value, along: null, percent: expr.unit === '%' },
        };
      case 'text':
        return { is: 'text', text: expr.value };
      case 'aggregate':
        return this.#aggregate(expr, env);
      case 'name': {
        if (expr.name === 'frame') return { is: 'frame' };
        return { is: 'bound', bound: env.get(expr.name)! };
      }
      case 'call':
        return this.#call(
          expr.fn,
          expr.args.map((arg) => this.#value(arg, env)),
        );
      case 'within':
        throw new Error('not evaluated');
    }
  }

  /** Two numbers side by side: `%` becomes a share of the side of the frame that the other one lies along. */
  #tie(a: Num, b: Num): readonly [number | Unknown, number | Unknown] {
    const share = (of: Num, other: Num): number | Unknown => {
      if (!of.percent || other.percent || of.value instanceof Unknown) return of.value;
      if (other.along === 'width') return of.value * this.#frame.width;
      if (other.along === 'height') return of.value * this.#frame.height;
      return other.along === 'area' ? of.value * (this.#frame.width * this.#frame.height) : of.value;
    };
    return [share(a, b), share(b, a)];
  }

  #compare(a: Value, op: string, b: Value): Bool {
    if (a.is === 'number' || b.is === 'number') {
      const asNum = (v: Value): Num => (v.is === 'number' ? v.number : attributeNumber((v as Extract<Value, { is: 'attribute' }>).value));
      const [x, y] = this.#tie(asNum(a), asNum(b));
      if (x instanceof Unknown || y instanceof Unknown) return union([x, y]);
      if (op === '<') return x < y;
      if (op === '<=') return x <= y;
      if (op === '>') return x > y;
      if (op === '>=') return x >= y;
      return op === '=' ? x === y : x !== y;
    }
    if (a.is === 'bool' || b.is === 'bool') {
      const x = this.#asBool(a);
      const y = this.#asBool(b);
      if (x instanceof Unknown || y instanceof Unknown) return union([x, y]);
      return op === '=' ? x === y : x !== y;
    }
    const text = (v: Value): string | Unknown => {
      if (v.is === 'text') return v.text;
      if (v.is !== 'attribute') throw new Error(`no text: ${v.is}`);
      return v.value instanceof Unknown ? v.value : String(v.value);
    };
    const x = text(a);
    const y = text(b);
    if (x instanceof Unknown || y instanceof Unknown) return union([x, y]);
    return op === '=' ? x === y : x !== y;
  }

  #arithmetic(op: string, a: Num, b: Num): Value {
    const additive = op === '+' || op === '-';
    const [x, y] = additive ? this.#tie(a, b) : [a.value, b.value];
    const percent = additive && a.percent && b.percent;
    let along: Num['along'] = null;
    if (additive) along = a.percent ? b.along : b.percent ? a.along : a.along === b.along ? a.along : null;
    else if (op === '*' && a.along === null) along = b.along;
    else if (b.along === null) along = a.along;
    if (op === '*' && isLength(a) && isLength(b)) along = 'area';
    if (x instanceof Unknown || y instanceof Unknown) return { is: 'number', number: { value: union([x, y]), along, percent } };
    const value = op === '+' ? x + y : op === '-' ? x - y : op === '*' ? x * y : y === 0 ? NaN : x / y;
    return { is: 'number', number: { value: Number.isNaN(value) ? missing('arithmetic') : value, along, percent } };
  }

  #aggregate(expr: Extract<Expr, { kind: 'aggregate' }>, env: Env): Value {
    const unknowns: Unknown[] = [];
    const values: Num[] = [];
    let n = 0;
    for (const inner of this.bindings(expr.binds, env)) {
      const holds = expr.where === null ? true : this.bool(expr.where, inner);
      if (holds instanceof Unknown) unknowns.push(holds);
      if (holds !== true) continue;
      n++;
      if (expr.value === null) continue;
      const value = this.#num(expr.value, inner);
      values.push(value);
      if (value.value instanceof Unknown) unknowns.push(value.value);
    }
    const along = values[0]?.along ?? null;
    if (unknowns.length > 0) return num(union(unknowns), along);
    if (expr.fn === 'count') return num(n);
    const numbers = values.map((v) => v.value as number);
    if (expr.fn === 'sum')
      return num(
        numbers.reduce((s, v) => s + v, 0),
        along,
      );
    if (n === 0) {
      const overlap = expr.value?.kind === 'call' && ['iou', 'ioa', 'iomin'].includes(expr.value.fn);
      return num(expr.fn === 'max' && overlap ? 0 : missing('aggregate'));
    }
    if (expr.fn === 'avg') return num(numbers.reduce((s, v) => s + v, 0) / n, along);
    return num(expr.fn === 'min' ? Math.min(...numbers) : Math.max(...numbers), along);
  }

  #call(fn: string, args: readonly Value[]): Value {
    const [first, second] = args;
    if (first?.is === 'frame') return this.#frameField(fn, second);
    if (first?.is === 'bound') {
      const { box } = first.bound;
      switch (fn) {
        case 'score':
          return num(box.score ?? missing('score'));
        case 'category':
          return { is: 'text', text: box.category };
        case 'id':
          return num(box.id);
        case 'ignore':
        case 'crowd':
        case 'occluded':
        case 'truncated':
          return bool(box.flags.includes(fn));
        case 'reviewed':
          return bool(box.reviewed);
        case 'origin':
          return { is: 'text', text: box.origin };
        case 'attribute': {
          const name = (second as Extract<Value, { is: 'text' }>).text as string;
          return { is: 'attribute', value: Object.hasOwn(box.attributes, name) ? box.attributes[name]! : missing('attribute') };
        }
        default:
      }
    }
    const a = rectOf(first!);
    if (second?.is === 'bound' || second?.is === 'rect') {
      const b = rectOf(second);
      const relation = ['contains', 'center_in', 'left_of', 'right_of', 'above', 'below'].includes(fn);
      if (a instanceof Unknown || b instanceof Unknown) return relation ? bool(union([a, b])) : num(union([a, b]));
      return relation ? bool(relationHolds(fn, a, b)) : num(measure(fn, a, b));
    }
    const amount = second?.is === 'number' ? second.number.value : second?.is === 'attribute' ? attributeNumber(second.value).value : null;
    if (fn === 'expand') {
      if (a instanceof Unknown || amount instanceof Unknown) return { is: 'rect', rect: union([a, amount]) };
      return { is: 'rect', rect: this.#expand(a, amount!) };
    }
    if (fn === 'touches_border') {
      if (a instanceof Unknown || amount instanceof Unknown) return bool(union([a, amount]));
      const { width, height } = this.#frame;
      return bool(a.x <= amount! || a.y <= amount! || a.x + a.w >= width - amount! || a.y + a.h >= height - amount!);
    }
    const along = fieldSides[fn] ?? null;
    if (a instanceof Unknown) return num(a, along);
    if (fn === 'aspect') return num(a.h === 0 ? missing('arithmetic') : a.w / a.h);
    const fields: Readonly<Record<string, number>> = {
      width: a.w,
      height: a.h,
      area: a.w * a.h,
      x1: a.x,
      y1: a.y,
      x2: a.x + a.w,
      y2: a.y + a.h,
      cx: a.x + a.w / 2,
      cy: a.y + a.h / 2,
    };
    return num(fields[fn]!, along);
  }

  #expand(a: Rect, share: number): Rect {
    const grow = (at: number, size: number, limit: number): readonly [number, number] => {
      const by = (share < -0.5 ? -0.5 : share) * size;
      const clamp = (v: number): number => Math.min(Math.max(v, 0), limit);
      const low = clamp(at - by);
      return [low, Math.max(0, clamp(at + size + by) - low)];
    };
    const [x, w] = grow(a.x, a.w, this.#frame.width);
    const [y, h] = grow(a.y, a.h, this.#frame.height);
    return { x, y, w, h };
  }

  #frameField(fn: string, arg: Value | undefined): Value {
    const frame = this.#frame;
    switch (fn) {
      case 'tag':
        return bool(frame.tags.includes((arg as Extract<Value, { is: 'text' }>).text as string));
      case 'name':
      case 'state':
        return { is: 'text', text: frame[fn] };
      case 'split':
      case 'sequence':
        return { is: 'text', text: frame[fn] ?? '' };
      case 'width':
      case 'height':
        return num(frame[fn], fn);
      case 'index':
        return num(frame.index ?? missing('index'));
      case 'time':
        return num(frame.time ?? missing('timestamp'));
      case 'brightness':
      case 'luma_p95':
      case 'contrast':
      case 'sharpness':
        return num(frame[fn] ?? missing('statistic'));
      default:
        throw new Error(`no field ${fn}`);
    }
  }
}

const fieldSides: Readonly<Record<string, Num['along']>> = {
  width: 'width',
  x1: 'width',
  x2: 'width',
  cx: 'width',
  height: 'height',
  y1: 'height',
  y2: 'height',
  cy: 'height',
  area: 'area',
};

function isLength(n: Num): boolean {
  return n.along === 'width' || n.along === 'height';
}

function attributeNumber(value: string | number | boolean | Unknown): Num {
  const number = value instanceof Unknown ? value : typeof value === 'number' ? value : missing('attribute');
  return { value: number, along: null, percent: false };
}

function rectOf(value: Value): Rect | Unknown {
  if (value.is === 'rect') return value.rect;
  if (value.is !== 'bound') throw new Error(`no box: ${value.is}`);
  const [x, y, w, h] = value.bound.box.bbox;
  return { x, y, w, h };
}

function intersection(a: Rect, b: Rect): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

function measure(fn: string, a: Rect, b: Rect): number {
  const I = intersection(a, b);
  const A = a.w * a.h;
  const B = b.w * b.h;
  const U = A + B - I;
  const iou = U > 0 ? I / U : 0;
  switch (fn) {
    case 'iou':
      return iou;
    case 'ioa':
      return A > 0 ? I / A : 0;
    case 'iomin':
      return Math.min(A, B) > 0 ? I / Math.min(A, B) : 0;
    case 'giou': {
      const C = (Math.max(a.x + a.w, b.x + b.w) - Math.min(a.x, b.x)) * (Math.max(a.y + a.h, b.y + b.h) - Math.min(a.y, b.y));
      return C > 0 ? iou - (C - U) / C : iou;
    }
    case 'gap': {
      const dx = Math.max(0, Math.max(a.x, b.x) - Math.min(a.x + a.w, b.x + b.w));
      const dy = Math.max(0, Math.max(a.y, b.y) - Math.min(a.y + a.h, b.y + b.h));
      return Math.sqrt(dx * dx + dy * dy);
    }
    case 'distance': {
      const dx = a.x + a.w / 2 - (b.x + b.w / 2);
      const dy = a.y + a.h / 2 - (b.y + b.h / 2);
      return Math.sqrt(dx * dx + dy * dy);
    }
    default:
      throw new Error(`no measure ${fn}`);
  }
}

function relationHolds(fn: string, a: Rect, b: Rect): boolean {
  const [ax, ay] = [a.x + a.w / 2, a.y + a.h / 2];
  const [bx, by] = [b.x + b.w / 2, b.y + b.h / 2];
  if (fn === 'contains') return measure('ioa', b, a) >= 0.999;
  if (fn === 'center_in') return ax >= b.x && ax < b.x + b.w && ay >= b.y && ay < b.y + b.h;
  if (fn === 'left_of') return ax < bx;
  if (fn === 'right_of') return ax > bx;
  return fn === 'above' ? ay < by : ay > by;
}
