import { origins } from '../domain/annotation.ts';
import { frameStates } from '../domain/frame.ts';
import { canonicalForm, hashOfCanonical } from './canonical.ts';
import type { CheckContext, CheckedFile, CheckedTrigger } from './checkedTrigger.ts';
import { Names } from './checkerNames.ts';
import { aliases, argumentWords, exampleOf, kindOf, roleNames, signature, typeNames, typeWord } from './checkerWords.ts';
import { CheckNotes } from './checkNotes.ts';
import type { Side } from './mismatch.ts';
import { mismatch } from './mismatch.ts';
import { nearestWords } from './problem.ts';
import type { Expr, FileSyntax, Span, TriggerSyntax } from './syntax.ts';
import { asBox, fits, isNumber, typedNumber, type NumberTyped, type Typed } from './typedExpression.ts';
import type {
  BoolNode,
  BoxField,
  CategoryNode,
  FlagField,
  FrameNumber,
  FrameText,
  NumberNode,
  OverlapFn,
  Quantifier,
  RelationFn,
} from './typedTree.ts';
import { conjuncts, partsOf, slotsOf } from './typedTree.ts';
import { arithmetic, asBool, asNumbers, asText } from './unify.ts';
import type { Word } from './vocabulary.ts';
import { aggregates, meaningsOf, overlapFunctions, words } from './vocabulary.ts';

const wrong: Typed = { type: 'wrong' };
const no: BoolNode = { kind: 'later' };

/** Turns the expressions of a parsed text into typed nodes; what is wrong goes to the notes. */
class Checker {
  readonly #notes: CheckNotes;
  readonly #names: Names;
  readonly #groups: ReadonlyMap<string, readonly string[]>;

  constructor(notes: CheckNotes, names: Names, groups: ReadonlyMap<string, readonly string[]>) {
    this.#notes = notes;
    this.#names = names;
    this.#groups = groups;
  }

  trigger(syntax: TriggerSyntax): CheckedTrigger | null {
    const before = this.#notes.problems.length;
    this.#names.begin();
    const when = this.#condition(syntax.when);
    const top = conjuncts(when);
    const place = top.findIndex((part) => part.kind === 'exists');
    const found = top[place];
    const outermost = found?.kind === 'exists' ? found.quantifier : null;
    let severity: NumberNode = (outermost === null ? null : firstOverlap(outermost)) ?? { kind: 'constant', value: 1 };
    if (syntax.severity !== null) {
      this.#names.enter(outermost?.variables ?? []);
      severity = this.#numberOf(syntax.severity, 'a number such as ioa(b, c) * b.score')?.node ?? severity;
      this.#names.leave();
    }
    for (const fixture of syntax.fixtures) {
      for (const box of fixture.boxes) this.#names.fixtureCategory(box.category, box.categorySpan);
      for (const field of fixture.fields) this.#fixtureField(field.field, field.value, field.span);
    }
    const unsupported = this.#notes.takeUnsupported();
    if (this.#notes.problems.length > before) return null;
    const canonical = canonicalForm(syntax, this.#groups);
    return {
      name: syntax.name,
      syntax,
      canonical,
      hash: hashOfCanonical(canonical),
      when,
      outermost,
      rest: place < 0 ? [] : top.filter((_, i) => i !== place),
      severity,
      ...this.#names.used(),
      unsupported,
    };
  }

  // --- conditions

  #condition(expr: Expr): BoolNode {
    const typed = this.#typed(expr);
    const node = asBool(typed);
    if (node !== null) return node;
    if (typed.type === 'wrong') return no;
    if (typed.type === 'event') {
      this.#notes.report(expr.span, 'An event needs a time span.', this.#notes.slice(expr), 'within and a duration', [
        `${this.#notes.slice(expr)} within 2s`,
      ]);
      return no;
    }
    const shown = this.#notes.slice(expr);
    const suggestions = isNumber(typed) ? [`${shown} > ${exampleOf(typed)}`] : [];
    this.#notes.report(
      expr.span,
      `${shown} is ${typeNames[typed.type]}, not a condition.`,
      typeWord(typed),
      'a condition (bool)',
      suggestions,
    );
    return no;
  }

  #typed(expr: Expr): Typed {
    switch (expr.kind) {
      case 'and':
      case 'or':
        return { type: 'bool', node: { kind: expr.kind, items: expr.items.map((item) => this.#condition(item)) } };
      case 'not':
        return { type: 'bool', node: { kind: 'not', of: this.#condition(expr.of) } };
      case 'exists': {
        const variables = this.#names.bind(expr.binds, expr.span);
        const where = expr.where === null ? null : this.#condition(expr.where);
        this.#names.leave();
        return { type: 'bool', node: { kind: 'exists', quantifier: { variables, where } } };
      }
      case 'compare':
        return this.#compare(expr);
      case 'in':
        return this.#range(expr);
      case 'within': {
        const of = this.#typed(expr.of);
        if (of.type !== 'event' && of.type !== 'wrong') {
          const shown = this.#notes.slice(expr.of);
          this.#notes.report(expr.of.span, `within goes with an event, ${shown} is ${typeNames[of.type]}.`, typeWord(of), 'event("name")', [
            'event("disengage")',
          ]);
        }
        return { type: 'bool', node: no };
      }
      case 'arithmetic':
        return this.#arithmetic(expr);
      case 'negate': {
        const of = this.#numberOf(expr.of, 'a number');
        return of === null ? wrong : { ...of, node: { kind: 'negate', of: of.node } };
      }
      case 'number': {
        const node: NumberNode = { kind: 'constant', value: expr.unit === '%' ? expr.value / 100 : expr.value };
        if (expr.unit === null) return { type: 'ratio', node, literalZero: expr.value === 0 };
        return { type: expr.unit === '%' ? 'percent' : expr.unit === 's' ? 'seconds' : expr.unit, node };
      }
      case 'text':
        return { type: 'text', node: { kind: 'constant', value: expr.value }, literal: expr.value };
      case 'aggregate':
        return this.#aggregate(expr);
      case 'name':
        return this.#name(expr.name, expr.span);
      case 'call':
        return this.#call(expr);
    }
  }

  #compare(expr: Extract<Expr, { kind: 'compare' }>): Typed {
    const left = this.#typed(expr.left);
    const right = this.#typed(expr.right);
    const done = (node: BoolNode): Typed => ({ type: 'bool', node });
    if (left.type === 'wrong' || right.type === 'wrong') return done(no);
    const equality = expr.op === '=' || expr.op === '!=';
    const equal = expr.op === '=';
    if (isNumber(left) || isNumber(right)) {
      const pair = asNumbers(left, right);
      if (pair === null) {
        this.#mismatch(expr, { expr: expr.left, typed: left }, { expr: expr.right, typed: right }, expr.op);
        return done(no);
      }
      return done({ kind: 'compareNumbers', op: expr.op, left: pair[0], right: pair[1] });
    }
    if (!equality) {
      const shown = this.#notes.slice(expr.left);
      const message = `${shown} is ${typeNames[left.type]} and has no order.`;
      this.#notes.report(expr.span, message, expr.op, '= or !=', [`${shown} = ${this.#notes.slice(expr.right)}`]);
      return done(no);
    }
    if (left.type === 'category' || right.type === 'category') {
      const a = this.#asCategory(left, expr.left);
      const b = this.#asCategory(right, expr.right);
      if (a === null || b === null) this.#mismatch(expr, { expr: expr.left, typed: left }, { expr: expr.right, typed: right }, expr.op);
      else if (a !== 'reported' && b !== 'reported') return done({ kind: 'compareCategories', equal, left: a, right: b });
      return done(no);
    }
    if (left.type === 'bool' || right.type === 'bool') {
      const a = asBool(left);
      const b = asBool(right);
      if (a !== null && b !== null) return done({ kind: 'compareBools', equal, left: a, right: b });
    } else {
      const a = asText(left);
      const b = asText(right);
      if (a !== null && b !== null) {
        this.#checkStateText(expr.left, left, expr.right, right);
        return done({ kind: 'compareTexts', equal, left: a, right: b });
      }
    }
    this.#mismatch(expr, { expr: expr.left, typed: left }, { expr: expr.right, typed: right }, expr.op);
    return done(no);
  }

  /** A state or origin that does not exist is a typing error, not a query that finds nothing. */
  #checkStateText(leftExpr: Expr, left: Typed, rightExpr: Expr, right: Typed): void {
    const check = (field: Typed, literal: Typed, at: Expr): void => {
      if (field.type !== 'text' || literal.type !== 'text' || literal.literal === undefined) return;
      const known: readonly string[] | null =
        field.node.kind === 'origin' ? origins : field.node.kind === 'frameText' && field.node.field === 'state' ? frameStates : null;
      if (known === null || known.includes(literal.literal)) return;
      const near = nearestWords(literal.literal, known).map((w) => `"${w}"`);
      const what = field.node.kind === 'origin' ? 'an origin' : 'a state';
      this.#notes.report(at.span, `"${literal.literal}" is not ${what}.`, literal.literal, known.join(', '), near);
    };
    check(left, right, rightExpr);
    check(right, left, leftExpr);
  }

  #range(expr: Extract<Expr, { kind: 'in' }>): Typed {
    const of = this.#numberOf(expr.of, 'a number');
    const low = this.#numberOf(expr.low, 'a number');
    const high = this.#numberOf(expr.high, 'a number');
    if (of === null || low === null || high === null) return { type: 'bool', node: no };
    const a = asNumbers(of, low);
    const b = asNumbers(of, high);
    if (a === null || b === null) {
      const [sideExpr, side] = a === null ? [expr.low, low] : [expr.high, high];
      this.#mismatch(expr, { expr: expr.of, typed: of }, { expr: sideExpr, typed: side }, 'in');
      return { type: 'bool', node: no };
    }
    return { type: 'bool', node: { kind: 'inRange', of: a[0], low: a[1], high: b[1] } };
  }

  #arithmetic(expr: Extract<Expr, { kind: 'arithmetic' }>): Typed {
    const left = this.#numberOf(expr.left, 'a number');
    const right = this.#numberOf(expr.right, 'a number');
    if (left === null || right === null) return wrong;
    const typed = arithmetic(expr.op, left, right);
    if (typed !== null) return typed;
    this.#mismatch(expr, { expr: expr.left, typed: left }, { expr: expr.right, typed: right }, expr.op);
    return wrong;
  }

  #aggregate(expr: Extract<Expr, { kind: 'aggregate' }>): Typed {
    const variables = this.#names.bind(expr.binds, expr.span);
    const where = expr.where === null ? null : this.#condition(expr.where);
    let value: NumberTyped | null = null;
    let failed = false;
    if (expr.fn === 'count') {
      if (expr.value !== null) {
        this.#notes.report(expr.value.span, 'count takes no value.', this.#notes.slice(expr.value), 'a where, or sum instead of count', [
          'sum',
        ]);
      }
    } else if (expr.value === null) {
      const name = expr.binds[0]?.name ?? 'b';
      this.#notes.report(expr.span, `${expr.fn} needs a value.`, this.#notes.slice(expr), ': and a value', [`: ${name}.score`]);
      failed = true;
    } else {
      value = this.#numberOf(expr.value, 'a number');
      failed = value === null;
    }
    this.#names.leave();
    if (failed) return wrong;
    const overlap = value?.node.kind === 'overlap' && overlapFunctions.includes(value.node.fn);
    const ofNothing = expr.fn === 'count' || expr.fn === 'sum' || (expr.fn === 'max' && overlap) ? 0 : null;
    const node: NumberNode = {
      kind: 'aggregate',
      fn: expr.fn,
      quantifier: { variables, where },
      value: value?.node ?? null,
      ofNothing,
    };
    return value === null ? { type: 'number', node } : typedNumber(value.type, node, value.axis);
  }

  // --- names

  #name(name: string, span: Span): Typed {
    if (name === 'frame') return { type: 'frame' };
    const variable = this.#names.variable(name);
    if (variable !== undefined) return variable.set.track ? { type: 'track' } : { type: 'object', slot: variable.slot };
    const known = this.#names.variables();
    const meanings = meaningsOf(name);
    let suggestions: readonly string[];
    if (meanings.length > 0) {
      const receiver = meanings[0]!.takes[0] === 'frame' ? 'frame' : (known[0] ?? 'b');
      suggestions = meanings[0]!.takes.length === 1 ? [`${receiver}.${name}`] : [`${name}(${known.slice(0, 2).join(', ') || 'a, b'})`];
    } else if (this.#names.isCategory(name)) suggestions = [`"${name}"`];
    else suggestions = nearestWords(name, [...known, 'frame']);
    this.#notes.report(
      span,
      `${name} is not a variable here.`,
      name,
      known.length > 0 ? `${known.join(', ')} or frame` : 'frame',
      suggestions,
    );
    return wrong;
  }

  // --- functions and fields

  #call(expr: Extract<Expr, { kind: 'call' }>): Typed {
    const { fn, args, fnSpan } = expr;
    const meanings = meaningsOf(fn);
    const typed = args.map((arg) => this.#typed(arg));
    const first = typed[0];
    if (meanings.length === 0) {
      const fitting = words.filter((w) => first === undefined || first.type === 'wrong' || fits(first, w.takes[0]!));
      const pool = fitting.length > 0 ? fitting : words;
      const near = nearestWords(fn, pool.length < words.length ? pool.map((w) => w.name) : [...words.map((w) => w.name), ...aggregates]);
      const expected =
        first?.type === 'frame' ? 'a field of the frame' : first?.type === 'track' ? 'a field of a track' : 'a function or a field';
      this.#notes.report(
        fnSpan,
        `${fn} is not ${expected.replace('a ', 'a known ')}.`,
        fn,
        expected,
        aliases[fn] === undefined ? near : [aliases[fn]],
      );
      return wrong;
    }
    if (typed.some((t) => t.type === 'wrong')) return wrong;
    const meaning = meanings.find((w) => first !== undefined && fits(first, w.takes[0]!)) ?? meanings[0]!;
    if (typed.length !== meaning.takes.length) {
      this.#notes.report(
        expr.span,
        `${fn} takes ${argumentWords(meaning)}.`,
        `${typed.length} of ${meaning.takes.length}`,
        signature(meaning),
        [signature(meaning)],
      );
      return wrong;
    }
    for (const [i, role] of meaning.takes.entries()) {
      const arg = typed[i]!;
      if (fits(arg, role)) continue;
      const shown = this.#notes.slice(args[i]!);
      const message = `${fn} takes ${roleNames[role]} there, ${shown} is ${kindOf(args[i]!, arg)}.`;
      const near = role === 'px' && arg.type === 'ratio' ? [`${shown}px`] : role === 'seconds' && arg.type === 'ratio' ? [`${shown}s`] : [];
      this.#notes.report(args[i]!.span, message, typeWord(arg), roleNames[role], near);
      return wrong;
    }
    return this.#meaning(expr, meaning, typed);
  }

  #meaning(expr: Extract<Expr, { kind: 'call' }>, meaning: Word, typed: readonly Typed[]): Typed {
    const { fn } = expr;
    const bool = (node: BoolNode): Typed => ({ type: 'bool', node });
    const number = (node: NumberNode): Typed => numberOfWord(meaning, node);
    const receiver = meaning.takes[0]!;
    if (receiver === 'track') {
      return meaning.gives === 'bool' ? bool(no) : number({ kind: 'later' });
    }
    if (receiver === 'frame') {
      if (fn === 'tag') {
        const tag = typed[1]!;
        return tag.type === 'text' && tag.literal !== undefined ? bool({ kind: 'tag', name: tag.literal }) : this.#literalOnly(expr, 1);
      }
      if (meaning.gives === 'text') return { type: 'text', node: { kind: 'frameText', field: fn as FrameText } };
      return number({ kind: 'frameNumber', field: fn as FrameNumber });
    }
    if (fn === 'event') {
      const [name] = typed;
      if (name?.type !== 'text' || name.literal === undefined) return this.#literalOnly(expr, 0);
      this.#notes.later('event', expr.fnSpan);
      return { type: 'event' };
    }
    if (fn === 'q') {
      this.#notes.later('q', expr.fnSpan);
      const of = typed[0]!;
      if (!isNumber(of)) {
        const shown = this.#notes.slice(expr.args[0]!);
        this.#notes.report(expr.args[0]!.span, `q takes a number, ${shown} is ${typeNames[of.type]}.`, typeWord(of), 'a number');
        return wrong;
      }
      return typedNumber(of.type, { kind: 'later' }, of.axis);
    }
    const [a, b] = typed;
    const box = asBox(a!);
    if (meaning.takes.length === 2 && meaning.takes[1] === 'box' && box !== null) {
      const other = asBox(b!);
      if (other === null) return wrong;
      if (meaning.gives === 'bool') return bool({ kind: 'relation', fn: fn as RelationFn, a: box, b: other });
      if (fn === 'gap' || fn === 'distance') return number({ kind: fn, a: box, b: other });
      return number({ kind: 'overlap', fn: fn as OverlapFn, a: box, b: other });
    }
    if (fn === 'expand' && box !== null && b !== undefined && isNumber(b))
      return { type: 'box', node: { kind: 'expand', box, by: b.node } };
    if (fn === 'touches_border' && box !== null && b !== undefined && isNumber(b)) {
      return bool({ kind: 'touchesBorder', box, margin: b.node });
    }
    if (receiver === 'box' && box !== null) return number({ kind: 'boxField', field: fn as BoxField, box });
    if (a?.type !== 'object') return wrong;
    const { slot } = a;
    if (fn === 'score' || fn === 'id') return number({ kind: fn, slot });
    if (fn === 'category') return { type: 'category', node: { kind: 'category', slot } };
    if (fn === 'origin') return { type: 'text', node: { kind: 'origin', slot } };
    if (fn === 'attribute') {
      return b?.type === 'text' && b.literal !== undefined ? { type: 'attribute', slot, name: b.literal } : this.#literalOnly(expr, 1);
    }
    return bool({ kind: 'flag', field: fn as FlagField, slot });
  }

  #literalOnly(expr: Extract<Expr, { kind: 'call' }>, place: number): Typed {
    const arg = expr.args[place]!;
    this.#notes.report(arg.span, `${expr.fn} takes a name in double quotes.`, this.#notes.slice(arg), 'a text in double quotes');
    return wrong;
  }

  // --- types

  #numberOf(expr: Expr, expected: string): NumberTyped | null {
    const typed = this.#typed(expr);
    if (isNumber(typed)) return typed;
    if (typed.type === 'attribute') return { type: 'number', node: { kind: 'attributeNumber', slot: typed.slot, name: typed.name } };
    if (typed.type === 'wrong') return null;
    const shown = this.#notes.slice(expr);
    this.#notes.report(expr.span, `${shown} is ${typeNames[typed.type]}, not a number.`, typeWord(typed), expected);
    return null;
  }

  #asCategory(typed: Typed, expr: Expr): CategoryNode | 'reported' | null {
    if (typed.type === 'category') return typed.node;
    if (typed.type !== 'text' || typed.literal === undefined) return null;
    return this.#names.category(typed.literal, expr.span) ? { kind: 'constant', name: typed.literal } : 'reported';
  }

  #mismatch(at: Expr, left: Side, right: Side, op: string): void {
    const said = mismatch(left, right, op, (expr) => this.#notes.slice(expr));
    this.#notes.report(at.span, said.message, said.found, said.expected, said.suggestions);
  }

  #fixtureField(field: string, value: number | string, span: Span): void {
    const meaning = meaningsOf(field).find((w) => w.takes[0] === 'frame');
    if (meaning === undefined || field === 'name') {
      const names = words.filter((w) => w.takes[0] === 'frame' && w.name !== 'name').map((w) => w.name);
      this.#notes.report(span, `${field} is not a field of a fixture's frame.`, field, 'a field of the frame', nearestWords(field, names));
    } else if ((typeof value === 'string') !== (meaning.gives === 'text' || field === 'tag')) {
      const expected = meaning.gives === 'text' ? 'a text in double quotes' : 'a number';
      this.#notes.report(span, `frame.${field} is ${meaning.gives === 'text' ? 'a text' : 'a number'}.`, String(value), expected);
    }
  }
}

function numberOfWord(meaning: Word, node: NumberNode): Typed {
  const { gives, axis } = meaning;
  if (gives === 'ratio' || gives === 'score' || gives === 'number' || gives === 'px' || gives === 'px2' || gives === 'seconds') {
    return typedNumber(gives, node, axis);
  }
  return wrong;
}

/** Rule 4: the first overlap function of the `where`, in reading order, that speaks of the hit's own boxes. */
function firstOverlap(outermost: Quantifier): NumberNode | null {
  const own = new Set(outermost.variables.map((v) => v.slot));
  const search = (node: Parameters<typeof partsOf>[0]): NumberNode | null => {
    if (node.kind === 'overlap' && overlapFunctions.includes(node.fn) && [...slotsOf(node)].every((slot) => own.has(slot))) return node;
    for (const part of partsOf(node)) {
      const found = search(part);
      if (found !== null) return found;
    }
    return null;
  };
  return outermost.where === null ? null : search(outermost.where);
}

/** Checks names and types of a parsed text; all problems are found, not only the first. */
export function checkSyntax(text: string, file: FileSyntax, context: CheckContext): CheckedFile {
  const groups = new Map([...(context.groups ?? []), ...file.groups.map((g) => [g.name, g.members.map((m) => m.name)] as const)]);
  const notes = new CheckNotes(text);
  const names = new Names(notes, context, groups);
  names.declarations(file);
  const checker = new Checker(notes, names, groups);
  const triggers = file.triggers.map((trigger) => checker.trigger(trigger)).filter((trigger) => trigger !== null);
  return { triggers, problems: notes.problems.toSorted((p, q) => p.offset - q.offset) };
}
