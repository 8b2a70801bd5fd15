import { boxFlags, origins } from '../domain/annotation.ts';
import { frameStates } from '../domain/frame.ts';
import { boxFields, distanceOf, gapOf, overlapOf, relationOf } from './boxFormulas.ts';
import type { BoxTable } from './boxTable.ts';
import type { Truth } from './causes.ts';
import { both, causeBit } from './causes.ts';
import type { CodedTexts } from './frameColumns.ts';
import type { Machine } from './machine.ts';
import type { PairJoin } from './pairJoin.ts';
import { firstOverlapBound, scoreBound, swapsFreely } from './pairJoin.ts';
import type { BoundVariable, RunningQuantifier } from './quantifier.ts';
import { createQuantifier } from './quantifier.ts';
import type { TriggerData } from './slotTables.ts';
import { SlotTables } from './slotTables.ts';
import type { BoolNode, BoxNode, CategoryNode, FrameNumber, NumberNode, Quantifier, TextNode } from './typedTree.ts';
import { conjuncts, slotsOf } from './typedTree.ts';

type NumberOf = () => number;
type TextOf = () => string | null;

/** A box in registers: `read` brings the four numbers up to date; NaN in them means unknown. */
interface BoxRegister {
  readonly box: [number, number, number, number];
  readonly read: () => void;
}

export interface CompiledQuantifier extends RunningQuantifier {
  readonly variables: readonly BoundVariable[];
  /** Swapping variables of one set may give a second, different binding of the same objects. */
  readonly needsDedup: boolean;
  readonly pairJoin: PairJoin | null;
}

/** Turns typed nodes into closures over the columns of one set of tables. Nothing is evaluated while it compiles. */
export class Compiler {
  readonly #machine: Machine;
  readonly #data: TriggerData;
  readonly #tables: SlotTables;

  constructor(machine: Machine, data: TriggerData) {
    this.#machine = machine;
    this.#data = data;
    this.#tables = new SlotTables(data);
  }

  tableOf(slot: number): BoxTable {
    return this.#tables.of(slot);
  }

  /** Binds the variables' slots to their tables; call before compiling what reads them. */
  bind(quantifier: Quantifier): void {
    this.#tables.bind(quantifier);
  }

  /**
   * @param severity for the outermost quantifier: swapping variables must leave it alike, too
   * @param aggregate all bindings count (rule 2 alone); `inOrder` where the order of a sum shows in its last bit
   */
  quantifier(
    quantifier: Quantifier,
    options: { readonly severity?: NumberNode; readonly aggregate?: boolean; readonly inOrder?: boolean } = {},
  ): CompiledQuantifier {
    this.bind(quantifier);
    const variables = quantifier.variables.map((variable): BoundVariable => {
      const { number, candidates } = this.#tables.candidates(variable.set);
      return { slot: variable.slot, candidates, sameSet: number };
    });
    const [first, second] = variables;
    const isPair = first !== undefined && second !== undefined && variables.length === 2;
    const parts = conjuncts(quantifier.where);
    const inOrder = options.inOrder === true;
    const repeats = new Set(variables.map((v) => v.sameSet)).size < variables.length;
    const alike = !repeats || swapsFreely(variables, parts, options.severity);
    const symmetric = repeats && alike && options.aggregate !== true;
    const bound = isPair && !inOrder ? firstOverlapBound(parts, [first.slot, second.slot]) : null;
    const overlap = bound?.overlap ?? null;
    const conditions = parts
      .filter((part) => part !== bound?.covered)
      .map((part) => {
        const slots = slotsOf(part);
        return { test: this.bool(part), places: variables.flatMap(({ slot }, place) => (slots.has(slot) ? [place] : [])) };
      });
    const pairJoin: PairJoin | null =
      isPair && overlap !== null && !repeats && variables.every((v) => v.candidates.category !== null)
        ? {
            overlap,
            first,
            second,
            tests: conditions.map((c) => c.test),
            firstScore: scoreBound(parts, first.slot, this.tableOf(first.slot)),
            secondScore: scoreBound(parts, second.slot, this.tableOf(second.slot)),
          }
        : null;
    const running = createQuantifier(this.#machine, { variables, conditions, overlap, symmetric, inOrder });
    return { ...running, variables, needsDedup: repeats && !alike, pairJoin };
  }

  // --- conditions

  bool(node: BoolNode): () => Truth {
    const m = this.#machine;
    switch (node.kind) {
      case 'and': {
        const items = node.items.map((item) => this.bool(item));
        return () => {
          let value: Truth = 1;
          for (let i = 0; i < items.length; i++) {
            const truth = items[i]!();
            if (truth === 0) return 0;
            value = both(value, truth);
          }
          return value;
        };
      }
      case 'or': {
        const items = node.items.map((item) => this.bool(item));
        return () => {
          let value: Truth = 0;
          for (let i = 0; i < items.length; i++) {
            const truth = items[i]!();
            if (truth === 1) return 1;
            value |= truth;
          }
          return value;
        };
      }
      case 'not': {
        const of = this.bool(node.of);
        return () => {
          const truth = of();
          return truth < 2 ? 1 - truth : truth;
        };
      }
      case 'exists':
        return this.quantifier(node.quantifier).truth;
      case 'compareNumbers': {
        const left = this.number(node.left);
        const right = this.number(node.right);
        const compare = comparisons[node.op];
        if (!this.#mayBeUnknown(node.left) && !this.#mayBeUnknown(node.right)) {
          if (node.right.kind === 'constant') return againstConstant(node.op, left, node.right.value);
          return () => (compare(left(), right()) ? 1 : 0);
        }
        // As `#withCauses` does, in one call: most conditions are of this kind.
        return () => {
          const saved = m.cause;
          m.cause = 0;
          const l = left();
          const r = right();
          const { cause } = m;
          m.cause = saved;
          return cause !== 0 ? cause : compare(l, r) ? 1 : 0;
        };
      }
      case 'inRange': {
        const of = this.number(node.of);
        const low = this.number(node.low);
        const high = this.number(node.high);
        return this.#withCauses(() => {
          const value = of();
          const l = low();
          const h = high();
          return value >= l && value <= h ? 1 : 0;
        });
      }
      case 'compareTexts':
        return this.#compareTexts(node.left, node.right, node.equal);
      case 'compareCategories': {
        const left = this.#category(node.left);
        const right = this.#category(node.right);
        return node.equal ? () => (left() === right() ? 1 : 0) : () => (left() === right() ? 0 : 1);
      }
      case 'compareBools': {
        const left = this.bool(node.left);
        const right = this.bool(node.right);
        return () => {
          const l = left();
          const r = right();
          if (l > 1 || r > 1) return (l > 1 ? l : 0) | (r > 1 ? r : 0);
          return (l === r) === node.equal ? 1 : 0;
        };
      }
      case 'relation': {
        const { fn } = node;
        const a = this.#box(node.a);
        const b = this.#box(node.b);
        return this.#withCauses(() => {
          a.read();
          b.read();
          return relationOf(fn, a.box, b.box) ? 1 : 0;
        });
      }
      case 'flag': {
        const { flags } = this.tableOf(node.slot);
        if (flags === null) return () => 0;
        const bit = node.field === 'reviewed' ? 128 : 1 << boxFlags.indexOf(node.field);
        const { rows } = m;
        const { slot } = node;
        return () => ((flags[rows[slot]!]! & bit) === 0 ? 0 : 1);
      }
      case 'touchesBorder': {
        const { box, read } = this.#box(node.box);
        const margin = this.number(node.margin);
        const { widths, heights } = this.#data.frames;
        return this.#withCauses(() => {
          read();
          const near = margin();
          const right = widths[m.frame]! - near;
          const bottom = heights[m.frame]! - near;
          return box[0] <= near || box[1] <= near || box[0] + box[2] >= right || box[1] + box[3] >= bottom ? 1 : 0;
        });
      }
      case 'tag': {
        const tag = this.#data.frames.tags?.get(node.name);
        return tag === undefined ? () => 0 : () => tag[m.frame]!;
      }
      case 'attributeBool': {
        const read = this.#attribute(node.slot, node.name);
        return () => {
          const value = read();
          return typeof value === 'boolean' ? (value ? 1 : 0) : causeBit.attribute;
        };
      }
      case 'later':
        throw new Error('a condition that is not evaluated yet reached the compiler');
    }
  }

  /** A condition on values that may be unknown: then it is their causes. All of them are read, whatever the first one says. */
  #withCauses(test: () => Truth): () => Truth {
    const m = this.#machine;
    return () => {
      const saved = m.cause;
      m.cause = 0;
      const value = test();
      const { cause } = m;
      m.cause = saved;
      return cause !== 0 ? cause : value;
    };
  }

  // --- numbers

  number(node: NumberNode): NumberOf {
    const m = this.#machine;
    const { rows } = m;
    switch (node.kind) {
      case 'constant': {
        const { value } = node;
        return () => value;
      }
      case 'shareOfFrame': {
        const share = this.number(node.share);
        const { widths, heights } = this.#data.frames;
        if (node.of === 'width') return () => share() * widths[m.frame]!;
        if (node.of === 'height') return () => share() * heights[m.frame]!;
        return () => share() * (widths[m.frame]! * heights[m.frame]!);
      }
      case 'boxField': {
        const { box, read } = this.#box(node.box);
        const field = boxFields[node.field];
        if (node.field !== 'aspect') {
          return () => {
            read();
            return field(box);
          };
        }
        return () => {
          read();
          if (box[3] !== 0) return box[2] / box[3];
          m.cause |= causeBit.arithmetic;
          return NaN;
        };
      }
      case 'score': {
        const { slot } = node;
        const { scores, scoresKnown } = this.tableOf(slot);
        if (scoresKnown) return () => scores[rows[slot]!]!;
        return () => {
          const score = scores[rows[slot]!]!;
          if (score !== score) m.cause |= causeBit.score;
          return score;
        };
      }
      case 'id': {
        const { slot } = node;
        const { ids } = this.tableOf(slot);
        return () => ids[rows[slot]!]!;
      }
      case 'frameNumber':
        return this.#frameNumber(node.field);
      case 'overlap': {
        const { fn } = node;
        const a = this.#box(node.a);
        const b = this.#box(node.b);
        return () => {
          a.read();
          b.read();
          if (a.box[0] !== a.box[0] || b.box[0] !== b.box[0]) return NaN;
          return overlapOf(fn, a.box, b.box);
        };
      }
      case 'gap':
      case 'distance': {
        const measure = node.kind === 'gap' ? gapOf : distanceOf;
        const a = this.#box(node.a);
        const b = this.#box(node.b);
        return () => {
          a.read();
          b.read();
          return measure(a.box, b.box);
        };
      }
      case 'arithmetic': {
        const left = this.number(node.left);
        const right = this.number(node.right);
        const { op } = node;
        return () => {
          const l = left();
          const r = right();
          const value = op === '+' ? l + r : op === '-' ? l - r : op === '*' ? l * r : r === 0 ? NaN : l / r;
          if (value !== value && l === l && r === r) m.cause |= causeBit.arithmetic;
          return value;
        };
      }
      case 'negate': {
        const of = this.number(node.of);
        return () => -of();
      }
      case 'aggregate':
        return this.#aggregate(node);
      case 'attributeNumber': {
        const read = this.#attribute(node.slot, node.name);
        return () => {
          const value = read();
          if (typeof value === 'number' && value === value) return value;
          m.cause |= causeBit.attribute;
          return NaN;
        };
      }
      case 'later':
        throw new Error('a number that is not evaluated yet reached the compiler');
    }
  }

  #frameNumber(field: FrameNumber): NumberOf {
    const m = this.#machine;
    const { frames } = this.#data;
    if (field === 'width' || field === 'height') {
      const sizes = field === 'width' ? frames.widths : frames.heights;
      return () => sizes[m.frame]!;
    }
    if (field === 'index') {
      const { indices } = frames;
      return () => {
        const index = indices[m.frame]!;
        if (index >= 0) return index;
        m.cause |= causeBit.index;
        return NaN;
      };
    }
    const bit = field === 'time' ? causeBit.timestamp : causeBit.statistic;
    const values = field === 'time' ? frames.times : frames[field === 'luma_p95' ? 'lumaP95' : field];
    return () => {
      const value = values === undefined ? NaN : values[m.frame]!;
      if (value !== value) m.cause |= bit;
      return value;
    };
  }

  /**
   * Rule 6, and: where a binding's condition is unknown, or the value of one that counts, the whole aggregate is.
   * Sums run over the variables in the order they were written and over boxes by key, so that their last bit is fixed.
   */
  #aggregate(node: Extract<NumberNode, { kind: 'aggregate' }>): NumberOf {
    const m = this.#machine;
    const { fn, ofNothing } = node;
    const inOrder = fn === 'sum' || fn === 'avg';
    const quantifier = this.quantifier(node.quantifier, { aggregate: true, inOrder });
    const value = node.value === null ? null : this.number(node.value);
    let n = 0;
    let total = 0;
    let unknown = 0;
    const visit = (truth: Truth): boolean => {
      if (truth !== 1) {
        unknown |= truth;
        return false;
      }
      n++;
      if (value === null) return false;
      const saved = m.cause;
      m.cause = 0;
      const v = value();
      unknown |= m.cause;
      m.cause = saved;
      if (inOrder) total += v;
      else if (n === 1 || (fn === 'min' ? v < total : v > total)) total = v;
      return false;
    };
    return () => {
      n = 0;
      total = 0;
      unknown = 0;
      quantifier.each(visit);
      if (unknown !== 0) {
        m.cause |= unknown;
        return NaN;
      }
      if (fn === 'count') return n;
      if (n > 0) return fn === 'avg' ? total / n : total;
      if (ofNothing !== null) return ofNothing;
      m.cause |= causeBit.aggregate;
      return NaN;
    };
  }

  // --- texts, categories, attributes, boxes

  #compareTexts(left: TextNode, right: TextNode, equal: boolean): () => Truth {
    const m = this.#machine;
    const field = left.kind === 'frameText' ? left : right.kind === 'frameText' ? right : null;
    const constant = left.kind === 'constant' ? left : right.kind === 'constant' ? right : null;
    if (field !== null && constant !== null && field.field !== 'name') {
      // Coded columns compare as codes: no text is made per frame.
      const { states, splits, sequences } = this.#data.frames;
      const { value } = constant;
      const codes: Uint8Array | Int32Array = field.field === 'state' ? states : field.field === 'split' ? splits.codes : sequences.codes;
      const known: readonly string[] = field.field === 'state' ? frameStates : field.field === 'split' ? splits.values : sequences.values;
      const place = known.indexOf(value);
      const code = place < 0 ? (value === '' && field.field !== 'state' ? -1 : -2) : place;
      return () => ((codes[m.frame] === code) === equal ? 1 : 0);
    }
    const l = this.#text(left);
    const r = this.#text(right);
    return this.#withCauses(() => {
      const a = l();
      const b = r();
      return (a === b) === equal ? 1 : 0;
    });
  }

  #text(node: TextNode): TextOf {
    const m = this.#machine;
    switch (node.kind) {
      case 'constant': {
        const { value } = node;
        return () => value;
      }
      case 'frameText': {
        const { frames } = this.#data;
        if (node.field === 'name') return () => frames.name(m.frame);
        if (node.field === 'state') return () => frameStates[frames.states[m.frame]!] ?? '';
        const coded: CodedTexts = node.field === 'split' ? frames.splits : frames.sequences;
        return () => coded.values[coded.codes[m.frame]!] ?? '';
      }
      case 'origin': {
        const { slot } = node;
        const all = this.tableOf(slot).origins;
        if (typeof all === 'number') return () => origins[all] ?? '';
        return () => origins[all[m.rows[slot]!]!] ?? '';
      }
      case 'attributeText': {
        const read = this.#attribute(node.slot, node.name);
        return () => {
          const value = read();
          if (value !== undefined) return String(value);
          m.cause |= causeBit.attribute;
          return null;
        };
      }
    }
  }

  #category(node: CategoryNode): () => number {
    if (node.kind === 'constant') {
      const id = this.#data.categories.get(node.name) ?? -1;
      return () => id;
    }
    const { slot } = node;
    const { categories } = this.tableOf(slot);
    const { rows } = this.#machine;
    return () => categories[rows[slot]!]!;
  }

  #attribute(slot: number, name: string): () => string | number | boolean | undefined {
    const column = this.tableOf(slot).attributes.get(name);
    if (column === undefined) return () => undefined;
    const { codes, values } = column;
    const { rows } = this.#machine;
    return () => values[codes[rows[slot]!]!];
  }

  #box(node: BoxNode): BoxRegister {
    const m = this.#machine;
    const box: [number, number, number, number] = [0, 0, 0, 0];
    if (node.kind === 'variable') {
      const { slot } = node;
      const { boxes } = this.tableOf(slot);
      const { rows } = m;
      return {
        box,
        read() {
          const at = 4 * rows[slot]!;
          box[0] = boxes[at]!;
          box[1] = boxes[at + 1]!;
          box[2] = boxes[at + 2]!;
          box[3] = boxes[at + 3]!;
        },
      };
    }
    const inner = this.#box(node.box);
    const by = this.number(node.by);
    const { widths, heights } = this.#data.frames;
    return {
      box,
      read() {
        inner.read();
        const share = by();
        if (share !== share || inner.box[0] !== inner.box[0]) {
          box.fill(NaN);
          return;
        }
        for (let axis = 0; axis < 2; axis++) {
          const at = inner.box[axis]!;
          const size = inner.box[axis + 2]!;
          const limit = axis === 0 ? widths[m.frame]! : heights[m.frame]!;
          // Shrunk beyond nothing, a box is its centre.
          const grow = Math.max(share, -0.5) * size;
          const low = Math.min(Math.max(at - grow, 0), limit);
          const high = Math.min(Math.max(at + size + grow, 0), limit);
          box[axis] = low;
          box[axis + 2] = Math.max(0, high - low);
        }
      },
    };
  }

  /** Whether a number can be unknown on the tables at hand; where it cannot, comparisons need not look. */
  #mayBeUnknown(node: NumberNode): boolean {
    switch (node.kind) {
      case 'constant':
      case 'id':
        return false;
      case 'score':
        return !this.tableOf(node.slot).scoresKnown;
      case 'shareOfFrame':
        return this.#mayBeUnknown(node.share);
      case 'boxField':
        return node.field === 'aspect' || node.box.kind !== 'variable';
      case 'overlap':
      case 'gap':
      case 'distance':
        return node.a.kind !== 'variable' || node.b.kind !== 'variable';
      case 'negate':
        return this.#mayBeUnknown(node.of);
      case 'frameNumber':
        return node.field !== 'width' && node.field !== 'height';
      default:
        return true;
    }
  }
}

type Op = Extract<BoolNode, { kind: 'compareNumbers' }>['op'];

const comparisons: Readonly<Record<Op, (l: number, r: number) => boolean>> = {
  '<': (l, r) => l < r,
  '<=': (l, r) => l <= r,
  '>': (l, r) => l > r,
  '>=': (l, r) => l >= r,
  '=': (l, r) => l === r,
  '!=': (l, r) => l !== r,
};

/** The common case, without a call for the constant side. */
function againstConstant(op: Op, left: NumberOf, value: number): () => Truth {
  switch (op) {
    case '<':
      return () => (left() < value ? 1 : 0);
    case '<=':
      return () => (left() <= value ? 1 : 0);
    case '>':
      return () => (left() > value ? 1 : 0);
    case '>=':
      return () => (left() >= value ? 1 : 0);
    case '=':
      return () => (left() === value ? 1 : 0);
    case '!=':
      return () => (left() !== value ? 1 : 0);
  }
}
