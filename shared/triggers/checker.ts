import { canonicalForm, hashOfCanonical } from './canonical.ts';
import type { TriggerProblem } from './problem.ts';
import { nearestWords, problem } from './problem.ts';
import type { Bind, Expr, FileSyntax, SetSyntax, Span, TriggerSyntax } from './syntax.ts';
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
  TextNode,
  TypedSet,
  Variable,
} from './typedTree.ts';
import {
  aliases,
  argumentWords,
  exampleOf,
  kindOf,
  quoteWhereNeeded,
  roleNames,
  signature,
  typeNames,
  wantedNames,
} from './checkerWords.ts';
import { asBox, dimension, fits, isNumber, percentFor, type NumberTyped, type Typed } from './typedExpression.ts';
import { conjuncts, partsOf, slotsOf } from './typedTree.ts';
import type { Word } from './vocabulary.ts';
import { aggregates, meaningsOf, overlapFunctions, sourceRoles, words } from './vocabulary.ts';

/** What a text is checked against. Where a list is left out, its names are taken as they come. */
export interface CheckContext {
  readonly categories?: readonly string[];
  /** Categories that are known and no longer offered: archived, or merged into another. */
  readonly archived?: readonly string[];
  /** The dataset's own groups; a group of the text goes before one of the same name. */
  readonly groups?: ReadonlyMap<string, readonly string[]>;
  /** Names of runs, and of the roles `active`, `deployed`, `candidate` those that are given. `gt` is always there. */
  readonly sources?: readonly string[];
  /** Names of attributes, for completion. */
  readonly attributes?: readonly string[];
  /** Names of tags, for completion. */
  readonly tags?: readonly string[];
}

/** At most that many variables in a quantifier, quantifiers in each other (rule 9). */
export const maxVariables = 3;
export const maxNesting = 3;

export interface UnsupportedWord extends Span {
  readonly word: string;
}

/** A trigger whose names and types are right. Plain data. */
export interface CheckedTrigger {
  /** Empty for a bare expression. */
  readonly name: string;
  readonly syntax: TriggerSyntax;
  readonly canonical: string;
  /** SHA-256 of the canonical form, hexadecimal. */
  readonly hash: string;
  readonly when: BoolNode;
  /** The outermost `exists` whose bindings are the hits; null where a frame is at most one hit. */
  readonly outermost: Quantifier | null;
  /** What else must hold beside the outermost `exists`. */
  readonly rest: readonly BoolNode[];
  /** The severity clause, or the default of rule 4. */
  readonly severity: NumberNode;
  readonly slots: number;
  /** Sources it reads, as written; `active` for sets without `@`. */
  readonly sources: readonly string[];
  /** What stands after each `@`, sorted. */
  readonly writtenSources: readonly string[];
  /** Categories it names, groups expanded, sorted. */
  readonly categories: readonly string[];
  /** Words that check but do not run yet: tracks, events, q. */
  readonly unsupported: readonly UnsupportedWord[];
}

export interface CheckedFile {
  readonly triggers: readonly CheckedTrigger[];
  readonly problems: readonly TriggerProblem[];
}

const wrong: Typed = { type: 'wrong' };
const no: BoolNode = { kind: 'later' };

class Checker {
  readonly problems: TriggerProblem[] = [];
  #text: string;
  #context: CheckContext;
  #groups: ReadonlyMap<string, readonly string[]>;
  #scopes: { readonly name: string; readonly variable: Variable }[][] = [];
  #slots = 0;
  #sources = new Set<string>();
  #written = new Set<string>();
  #readsAny = false;
  #categories = new Set<string>();
  #unsupported: UnsupportedWord[] = [];

  constructor(text: string, context: CheckContext, groups: ReadonlyMap<string, readonly string[]>) {
    this.#text = text;
    this.#context = context;
    this.#groups = groups;
  }

  trigger(syntax: TriggerSyntax): CheckedTrigger | null {
    const before = this.problems.length;
    this.#slots = 0;
    this.#sources = new Set();
    this.#written = new Set();
    this.#readsAny = false;
    this.#categories = new Set();
    this.#unsupported = [];
    const when = this.#condition(syntax.when);
    const top = conjuncts(when);
    const place = top.findIndex((part) => part.kind === 'exists');
    const found = top[place];
    const outermost = found?.kind === 'exists' ? found.quantifier : null;
    let severity: NumberNode = (outermost === null ? null : firstOverlap(outermost)) ?? { kind: 'constant', value: 1 };
    if (syntax.severity !== null) {
      this.#scopes.push((outermost?.variables ?? []).map((variable) => ({ name: variable.name, variable })));
      severity = this.#numberOf(syntax.severity, 'a number such as ioa(b, c) * b.score')?.node ?? severity;
      this.#scopes.pop();
    }
    for (const fixture of syntax.fixtures) {
      // With `any`, a fixture may show things that this dataset has no name for: it is a small world of its own.
      if (!this.#readsAny) for (const box of fixture.boxes) this.#fixtureCategory(box.category, box.categorySpan);
      for (const field of fixture.fields) this.#fixtureField(field.field, field.value, field.span);
    }
    if (this.problems.length > before) return null;
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
      slots: this.#slots,
      sources: [...this.#sources].sort(),
      writtenSources: [...this.#written].sort(),
      categories: [...this.#categories].sort(),
      unsupported: this.#unsupported,
    };
  }

  groups(file: FileSyntax): void {
    const seen = new Set<string>();
    for (const group of file.groups) {
      if (seen.has(group.name)) this.#report(group.nameSpan, `The group ${group.name} is there twice.`, group.name, 'another name');
      seen.add(group.name);
      if (this.#context.categories?.includes(group.name) === true) {
        this.#report(group.nameSpan, `${group.name} is already a category of the dataset.`, group.name, 'another name for the group');
      }
      for (const member of group.members) this.#knownCategory(member.name, member.span, 'a category', false);
    }
    const names = new Set<string>();
    for (const trigger of file.triggers) {
      if (names.has(trigger.name))
        this.#report(trigger.nameSpan, `The trigger ${trigger.name} is there twice.`, trigger.name, 'another name');
      names.add(trigger.name);
    }
  }

  // --- conditions

  #condition(expr: Expr): BoolNode {
    return this.#asBool(this.#typed(expr), expr);
  }

  #asBool(typed: Typed, expr: Expr): BoolNode {
    if (typed.type === 'bool') return typed.node;
    if (typed.type === 'attribute') return { kind: 'attributeBool', slot: typed.slot, name: typed.name };
    if (typed.type === 'wrong') return no;
    if (typed.type === 'event') {
      this.#report(expr.span, 'An event needs a time span.', this.#slice(expr), 'within and a duration', [
        `${this.#slice(expr)} within 2s`,
      ]);
      return no;
    }
    const shown = this.#slice(expr);
    const suggestions = isNumber(typed) ? [`${shown} > ${exampleOf(typed)}`] : [];
    this.#report(
      expr.span,
      `${shown} is ${typeNames[typed.type]}, not a condition.`,
      this.#typeWord(typed),
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
        const variables = this.#bind(expr.binds, expr.span);
        const where = expr.where === null ? null : this.#condition(expr.where);
        this.#scopes.pop();
        return { type: 'bool', node: { kind: 'exists', quantifier: { variables, where } } };
      }
      case 'compare':
        return this.#compare(expr);
      case 'in':
        return this.#range(expr);
      case 'within': {
        const of = this.#typed(expr.of);
        if (of.type !== 'event' && of.type !== 'wrong') {
          const shown = this.#slice(expr.of);
          this.#report(expr.of.span, `within goes with an event, ${shown} is ${typeNames[of.type]}.`, this.#typeWord(of), 'event("name")', [
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
      const pair = this.#unify(left, right);
      if (pair === null) {
        this.#mismatch(expr, expr.left, left, expr.right, right, expr.op);
        return done(no);
      }
      return done({ kind: 'compareNumbers', op: expr.op, left: pair[0], right: pair[1] });
    }
    if (!equality) {
      const shown = this.#slice(expr.left);
      const message = `${shown} is ${typeNames[left.type]} and has no order.`;
      this.#report(expr.span, message, expr.op, '= or !=', [`${shown} = ${this.#slice(expr.right)}`]);
      return done(no);
    }
    if (left.type === 'category' || right.type === 'category') {
      const a = this.#asCategory(left, expr.left);
      const b = this.#asCategory(right, expr.right);
      if (a === null || b === null) this.#mismatch(expr, expr.left, left, expr.right, right, expr.op);
      else if (a !== 'reported' && b !== 'reported') return done({ kind: 'compareCategories', equal, left: a, right: b });
      return done(no);
    }
    if (left.type === 'bool' || right.type === 'bool') {
      const a = this.#asBoolQuietly(left);
      const b = this.#asBoolQuietly(right);
      if (a !== null && b !== null) return done({ kind: 'compareBools', equal, left: a, right: b });
    } else {
      const a = this.#asText(left);
      const b = this.#asText(right);
      if (a !== null && b !== null) {
        this.#checkStateText(expr.left, left, expr.right, right);
        return done({ kind: 'compareTexts', equal, left: a, right: b });
      }
    }
    this.#mismatch(expr, expr.left, left, expr.right, right, expr.op);
    return done(no);
  }

  /** A state or origin that does not exist is a typing error, not a query that finds nothing. */
  #checkStateText(leftExpr: Expr, left: Typed, rightExpr: Expr, right: Typed): void {
    const check = (field: Typed, literal: Typed, at: Expr): void => {
      if (field.type !== 'text' || literal.type !== 'text' || literal.literal === undefined) return;
      const known =
        field.node.kind === 'origin'
          ? ['human', 'model', 'import']
          : field.node.kind === 'frameText' && field.node.field === 'state'
            ? ['unlabeled', 'draft', 'labeled', 'needs_fix', 'approved', 'locked']
            : null;
      if (known === null || known.includes(literal.literal)) return;
      const near = nearestWords(literal.literal, known).map((w) => `"${w}"`);
      const what = field.node.kind === 'origin' ? 'an origin' : 'a state';
      this.#report(at.span, `"${literal.literal}" is not ${what}.`, literal.literal, known.join(', '), near);
    };
    check(left, right, rightExpr);
    check(right, left, leftExpr);
  }

  #range(expr: Extract<Expr, { kind: 'in' }>): Typed {
    const of = this.#numberOf(expr.of, 'a number');
    const low = this.#numberOf(expr.low, 'a number');
    const high = this.#numberOf(expr.high, 'a number');
    if (of === null || low === null || high === null) return { type: 'bool', node: no };
    const a = this.#unify(of, low);
    const b = this.#unify(of, high);
    if (a === null || b === null) {
      const [sideExpr, side] = a === null ? [expr.low, low] : [expr.high, high];
      this.#mismatch(expr, expr.of, of, sideExpr, side, 'in');
      return { type: 'bool', node: no };
    }
    return { type: 'bool', node: { kind: 'inRange', of: a[0], low: a[1], high: b[1] } };
  }

  #arithmetic(expr: Extract<Expr, { kind: 'arithmetic' }>): Typed {
    const left = this.#numberOf(expr.left, 'a number');
    const right = this.#numberOf(expr.right, 'a number');
    if (left === null || right === null) return wrong;
    const { op } = expr;
    if (op === '+' || op === '-') {
      const pair = this.#unify(left, right);
      if (pair === null) {
        this.#mismatch(expr, expr.left, left, expr.right, right, op);
        return wrong;
      }
      const node: NumberNode = { kind: 'arithmetic', op, left: pair[0], right: pair[1] };
      const main = left.type === 'percent' || left.literalZero === true ? right : left;
      const other = main === left ? right : left;
      const type = main.type === other.type || dimension(main.type) !== 'ratio' ? main.type : 'number';
      const axis = other.type === 'percent' || main.axis === other.axis ? main.axis : undefined;
      return axis === undefined ? { type, node } : { type, node, axis };
    }
    const node: NumberNode = { kind: 'arithmetic', op, left: left.node, right: right.node };
    const a = left.type === 'percent' ? 'ratio' : dimension(left.type);
    const b = right.type === 'percent' ? 'ratio' : dimension(right.type);
    const keep = (of: NumberTyped): Typed => {
      const type = of.type === 'percent' || dimension(of.type) === 'ratio' ? 'ratio' : of.type;
      return of.axis === undefined ? { type, node } : { type, node, axis: of.axis };
    };
    if (b === 'ratio') return keep(left);
    if (op === '*') {
      if (a === 'ratio') return keep(right);
      if (a === 'px' && b === 'px') return { type: 'px2', node };
    } else {
      if (a === b) return { type: 'ratio', node };
      if (a === 'px2' && b === 'px') return { type: 'px', node };
    }
    this.#mismatch(expr, expr.left, left, expr.right, right, op);
    return wrong;
  }

  #aggregate(expr: Extract<Expr, { kind: 'aggregate' }>): Typed {
    const variables = this.#bind(expr.binds, expr.span);
    const where = expr.where === null ? null : this.#condition(expr.where);
    let value: NumberTyped | null = null;
    let failed = false;
    if (expr.fn === 'count') {
      if (expr.value !== null) {
        this.#report(expr.value.span, 'count takes no value.', this.#slice(expr.value), 'a where, or sum instead of count', ['sum']);
      }
    } else if (expr.value === null) {
      const name = expr.binds[0]?.name ?? 'b';
      this.#report(expr.span, `${expr.fn} needs a value.`, this.#slice(expr), ': and a value', [`: ${name}.score`]);
      failed = true;
    } else {
      value = this.#numberOf(expr.value, 'a number');
      failed = value === null;
    }
    this.#scopes.pop();
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
    if (value === null) return { type: 'number', node };
    return value.axis === undefined ? { type: value.type, node } : { type: value.type, node, axis: value.axis };
  }

  // --- names

  #bind(binds: readonly Bind[], span: Span): readonly Variable[] {
    if (binds.length > maxVariables) {
      const extra = binds[maxVariables]!;
      this.#limit(extra.nameSpan, 'Too many variables in one quantifier.', `${binds.length} variables`, `at most ${maxVariables}`);
    }
    if (this.#scopes.length >= maxNesting) {
      this.#limit(span, 'Quantifiers are nested too deeply.', `level ${this.#scopes.length + 1}`, `at most ${maxNesting} levels`);
    }
    const variables: Variable[] = [];
    const scope: { readonly name: string; readonly variable: Variable }[] = [];
    for (const bind of binds) {
      if (this.#variable(bind.name) !== undefined || scope.some((s) => s.name === bind.name)) {
        this.#report(bind.nameSpan, `${bind.name} is already a variable here.`, bind.name, 'another name', [`${bind.name}2`]);
      }
      const variable: Variable = { slot: this.#slots++, name: bind.name, set: this.#set(bind.set) };
      variables.push(variable);
      scope.push({ name: bind.name, variable });
    }
    this.#scopes.push(scope);
    return variables;
  }

  #variable(name: string): Variable | undefined {
    for (const scope of this.#scopes.toReversed()) for (const entry of scope) if (entry.name === name) return entry.variable;
    return undefined;
  }

  #variableNames(): readonly string[] {
    return this.#scopes.flat().map((s) => s.name);
  }

  #set(set: SetSyntax): TypedSet {
    if (set.track) this.#later('track', set.span);
    if (set.source !== null) {
      this.#written.add(set.source);
      this.#knownSource(set.source, set.sourceSpan ?? set.span);
    }
    this.#sources.add(set.source ?? 'active');
    if (set.name === null) this.#readsAny = true;
    if (set.name === null) return { categories: null, source: set.source, track: set.track };
    const group = set.quoted ? undefined : this.#groups.get(set.name);
    if (group !== undefined) {
      for (const member of group) this.#categories.add(member);
      return { categories: [...new Set(group)].sort(), source: set.source, track: set.track };
    }
    const expected = set.track ? 'a category, a group or any' : 'a category, a group, any or track(…)';
    this.#knownCategory(set.name, set.nameSpan, expected);
    return { categories: [set.name], source: set.source, track: set.track };
  }

  #knownCategory(name: string, span: Span, expected: string, note = true): void {
    if (note) this.#categories.add(name);
    const { categories } = this.#context;
    const groupAllowed = expected !== 'a category';
    if (categories === undefined || categories.includes(name) || this.#context.archived?.includes(name) === true) return;
    const near = nearestWords(name, groupAllowed ? [...categories, ...this.#groups.keys()] : categories);
    const message = groupAllowed ? `${name} is not a category or a group.` : `${name} is not a category of the dataset.`;
    this.#report(span, message, name, expected, near.map(quoteWhereNeeded));
  }

  #fixtureCategory(name: string, span: Span): void {
    if (!this.#categories.has(name)) this.#knownCategory(name, span, 'a category', false);
  }

  #knownSource(name: string, span: Span): void {
    const { sources } = this.#context;
    if (sources === undefined || name === 'gt' || sources.includes(name)) return;
    const isRole = sourceRoles.some((role) => role === name);
    const message = isRole ? `The dataset has no ${name} run.` : `There is no run "${name}".`;
    const near = nearestWords(name, ['gt', ...sources]).map((s) => (sourceRoles.some((r) => r === s) ? s : `"${s}"`));
    this.#report(span, message, name, 'gt, active, deployed, candidate or a run of the dataset', near);
  }

  #name(name: string, span: Span): Typed {
    if (name === 'frame') return { type: 'frame' };
    const variable = this.#variable(name);
    if (variable !== undefined) return variable.set.track ? { type: 'track' } : { type: 'object', slot: variable.slot };
    const known = this.#variableNames();
    const meanings = meaningsOf(name);
    let suggestions: readonly string[];
    if (meanings.length > 0) {
      const receiver = meanings[0]!.takes[0] === 'frame' ? 'frame' : (known[0] ?? 'b');
      suggestions = meanings[0]!.takes.length === 1 ? [`${receiver}.${name}`] : [`${name}(${known.slice(0, 2).join(', ') || 'a, b'})`];
    } else if (this.#context.categories?.includes(name) === true) suggestions = [`"${name}"`];
    else suggestions = nearestWords(name, [...known, 'frame']);
    this.#report(span, `${name} is not a variable here.`, name, known.length > 0 ? `${known.join(', ')} or frame` : 'frame', suggestions);
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
      this.#report(
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
      this.#report(expr.span, `${fn} takes ${argumentWords(meaning)}.`, `${typed.length} of ${meaning.takes.length}`, signature(meaning), [
        signature(meaning),
      ]);
      return wrong;
    }
    for (const [i, role] of meaning.takes.entries()) {
      const arg = typed[i]!;
      if (fits(arg, role)) continue;
      const shown = this.#slice(args[i]!);
      const message = `${fn} takes ${roleNames[role]} there, ${shown} is ${kindOf(args[i]!, arg)}.`;
      const near = role === 'px' && arg.type === 'ratio' ? [`${shown}px`] : role === 'seconds' && arg.type === 'ratio' ? [`${shown}s`] : [];
      this.#report(args[i]!.span, message, this.#typeWord(arg), roleNames[role], near);
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
      this.#later('event', expr.fnSpan);
      return { type: 'event' };
    }
    if (fn === 'q') {
      this.#later('q', expr.fnSpan);
      const of = typed[0]!;
      if (!isNumber(of)) {
        const shown = this.#slice(expr.args[0]!);
        this.#report(expr.args[0]!.span, `q takes a number, ${shown} is ${typeNames[of.type]}.`, this.#typeWord(of), 'a number');
        return wrong;
      }
      return of.axis === undefined ? { type: of.type, node: { kind: 'later' } } : { type: of.type, node: { kind: 'later' }, axis: of.axis };
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
    this.#report(arg.span, `${expr.fn} takes a name in double quotes.`, this.#slice(arg), 'a text in double quotes');
    return wrong;
  }

  // --- types

  #numberOf(expr: Expr, expected: string): NumberTyped | null {
    const typed = this.#typed(expr);
    if (isNumber(typed)) return typed;
    if (typed.type === 'attribute') return { type: 'number', node: { kind: 'attributeNumber', slot: typed.slot, name: typed.name } };
    if (typed.type === 'wrong') return null;
    const shown = this.#slice(expr);
    this.#report(expr.span, `${shown} is ${typeNames[typed.type]}, not a number.`, this.#typeWord(typed), expected);
    return null;
  }

  /** Both sides as numbers of one dimension, `%` tied to the frame; null where they do not go together. */
  #unify(left: Typed, right: Typed): readonly [NumberNode, NumberNode] | null {
    if (left.type === 'attribute' && isNumber(right)) return [{ kind: 'attributeNumber', slot: left.slot, name: left.name }, right.node];
    if (right.type === 'attribute' && isNumber(left)) return [left.node, { kind: 'attributeNumber', slot: right.slot, name: right.name }];
    if (!isNumber(left) || !isNumber(right)) return null;
    if (left.type === 'percent' && right.type !== 'percent') {
      const node = percentFor(left.node, right);
      return node === null ? null : [node, right.node];
    }
    if (right.type === 'percent' && left.type !== 'percent') {
      const node = percentFor(right.node, left);
      return node === null ? null : [left.node, node];
    }
    // Nothing is nothing in every unit.
    if (left.literalZero === true || right.literalZero === true) return [left.node, right.node];
    return dimension(left.type) === dimension(right.type) ? [left.node, right.node] : null;
  }

  #asCategory(typed: Typed, expr: Expr): CategoryNode | 'reported' | null {
    if (typed.type === 'category') return typed.node;
    if (typed.type !== 'text' || typed.literal === undefined) return null;
    const before = this.problems.length;
    this.#knownCategory(typed.literal, expr.span, 'a category');
    return this.problems.length > before ? 'reported' : { kind: 'constant', name: typed.literal };
  }

  #asText(typed: Typed): TextNode | null {
    if (typed.type === 'text') return typed.node;
    return typed.type === 'attribute' ? { kind: 'attributeText', slot: typed.slot, name: typed.name } : null;
  }

  #asBoolQuietly(typed: Typed): BoolNode | null {
    if (typed.type === 'bool') return typed.node;
    return typed.type === 'attribute' ? { kind: 'attributeBool', slot: typed.slot, name: typed.name } : null;
  }

  #mismatch(expr: Expr, leftExpr: Expr, left: Typed, rightExpr: Expr, right: Typed, op: string): void {
    const l = this.#slice(leftExpr);
    const r = this.#slice(rightExpr);
    const message = `${l} is ${kindOf(leftExpr, left)}, ${r} is ${kindOf(rightExpr, right)}.`;
    // The literal is what stands there wrongly; otherwise the right side.
    const flip = isLiteral(leftExpr) && !isLiteral(rightExpr);
    const [wanted, given] = flip ? [right, left] : [left, right];
    const suggestions = op === 'in' ? [] : this.#mend(flip ? rightExpr : leftExpr, wanted, flip ? leftExpr : rightExpr, given, op);
    const sideless = wanted.type === 'px' && given.type === 'percent';
    const expected = sideless ? 'a length in px: this one lies along no side of the frame' : wantedNames[wanted.type];
    this.#report(expr.span, message, this.#typeWord(given), expected, suggestions);
  }

  /** Comparisons that do check and lie near: another function of the same boxes, or the number with the right unit. */
  #mend(side: Expr, wanted: Typed, literal: Expr, given: Typed, op: string): readonly string[] {
    const shown = this.#slice(literal);
    const suggestions: string[] = [];
    if (side.kind === 'call' && given.type !== 'wrong') {
      const args = side.args.map((arg) => this.#slice(arg)).join(', ');
      const current = meaningsOf(side.fn)[0];
      const like = words.find((w) => current !== undefined && dimension(w.gives) === dimension(given.type) && sameRoles(w, current));
      if (like !== undefined) {
        suggestions.push(like.takes.length === 1 ? `${args}.${like.name} ${op} ${shown}` : `${like.name}(${args}) ${op} ${shown}`);
      }
    }
    if (literal.kind === 'number' && given.type !== 'percent') {
      const { value } = literal;
      const plain = wanted.type === 'ratio' || wanted.type === 'score' ? (value > 1 ? value / 100 : value) : value;
      const unit = wanted.type === 'px' || wanted.type === 'px2' ? wanted.type : wanted.type === 'seconds' ? 's' : '';
      const mended = `${this.#slice(side)} ${op} ${plain}${unit}`;
      if (given.type === 'ratio') suggestions.unshift(mended);
      else suggestions.push(mended);
    }
    return suggestions;
  }

  #fixtureField(field: string, value: number | string, span: Span): void {
    const meaning = meaningsOf(field).find((w) => w.takes[0] === 'frame');
    if (meaning === undefined || field === 'name') {
      const names = words.filter((w) => w.takes[0] === 'frame' && w.name !== 'name').map((w) => w.name);
      this.#report(span, `${field} is not a field of a fixture's frame.`, field, 'a field of the frame', nearestWords(field, names));
    } else if ((typeof value === 'string') !== (meaning.gives === 'text' || field === 'tag')) {
      const expected = meaning.gives === 'text' ? 'a text in double quotes' : 'a number';
      this.#report(span, `frame.${field} is ${meaning.gives === 'text' ? 'a text' : 'a number'}.`, String(value), expected);
    }
  }

  #typeWord(typed: Typed): string {
    if (typed.type === 'percent') return '%';
    return typed.type === 'object' ? 'box' : typed.type;
  }

  #slice(expr: { readonly span: Span }): string {
    const text = this.#text.slice(expr.span.offset, expr.span.offset + expr.span.length).replaceAll(/\s+/g, ' ');
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
  }

  #later(word: string, span: Span): void {
    this.#unsupported.push({ word, offset: span.offset, length: span.length, line: span.line, column: span.column });
  }

  #limit(span: Span, message: string, found: string, expected: string): void {
    this.problems.push(problem('trigger_limit', span, message, found, expected));
  }

  #report(span: Span, message: string, found: string, expected: string, suggestions: readonly string[] = []): void {
    this.problems.push(problem('trigger_type', span, message, found, expected, suggestions));
  }
}

function numberOfWord(meaning: Word, node: NumberNode): Typed {
  const { gives, axis } = meaning;
  if (gives === 'ratio' || gives === 'score' || gives === 'number' || gives === 'px' || gives === 'px2' || gives === 'seconds') {
    return axis === undefined ? { type: gives, node } : { type: gives, node, axis };
  }
  return wrong;
}

function isLiteral(expr: Expr): boolean {
  return expr.kind === 'number' || expr.kind === 'text' || (expr.kind === 'negate' && isLiteral(expr.of));
}

function sameRoles(a: Word, b: Word): boolean {
  return a.takes.length === b.takes.length && a.takes.every((role, i) => role === b.takes[i]);
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
  const checker = new Checker(text, context, groups);
  checker.groups(file);
  const triggers = file.triggers.map((trigger) => checker.trigger(trigger)).filter((trigger) => trigger !== null);
  const problems = checker.problems.toSorted((p, q) => p.offset - q.offset);
  return { triggers, problems };
}
