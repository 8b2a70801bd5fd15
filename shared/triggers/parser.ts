import type { Token } from './lexer.ts';
import { tokenize } from './lexer.ts';
import { nearestWords, problem, ProblemSignal } from './problem.ts';
import type {
  AggregateFn,
  Bind,
  CompareOp,
  Expr,
  FileSyntax,
  FixtureBox,
  FixtureField,
  FixtureSyntax,
  GroupSyntax,
  SetSyntax,
  Span,
  TriggerSyntax,
  Unit,
} from './syntax.ts';
import { joinSpans } from './syntax.ts';
import { aggregates, isPairFunction, keywords, sourceRoles, units } from './vocabulary.ts';

/** Parentheses, quantifiers and signs may stand in each other this deep. */
const maxDepth = 64;
/** Operators in one sum, one product, one path: the tree leans to the left by as many levels. */
const maxChain = 200;

const compareOps: readonly string[] = ['<', '<=', '>', '>=', '=', '!='];
const reserved: ReadonlySet<string> = new Set<string>([...keywords, ...aggregates, 'frame']);
const reservedInSets: ReadonlySet<string> = new Set<string>([
  'group',
  'trigger',
  'when',
  'or',
  'and',
  'not',
  'exists',
  'where',
  'in',
  'within',
]);

/** Recursive descent over the tokens, one method a rule of the grammar. */
class Parser {
  #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  /** In the short form a pair function without arguments means `f(a, b)`. */
  #shortForm = false;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  file(): FileSyntax {
    const groups: GroupSyntax[] = [];
    const triggers: TriggerSyntax[] = [];
    for (;;) {
      if (this.#isName('group')) groups.push(this.#group());
      else if (this.#isName('trigger')) triggers.push(this.#trigger());
      else if (this.#peek().kind === 'end') break;
      else this.#fail('group or trigger', ['trigger', 'group']);
    }
    return { groups, triggers };
  }

  /** What `--text` takes: a file, or groups and then a bare expression or the short form. */
  text(): FileSyntax {
    const groups: GroupSyntax[] = [];
    while (this.#isName('group')) groups.push(this.#group());
    if (this.#isName('trigger')) {
      const file = this.file();
      return { groups: [...groups, ...file.groups], triggers: file.triggers };
    }
    const start = this.#peek();
    const when = this.#shortFormExpr() ?? this.#expr();
    if (this.#peek().kind !== 'end') this.#fail('an operator or the end of the text', ['and', 'or', 'where']);
    return {
      groups,
      triggers: [{ name: '', nameSpan: start, when, severity: null, guideline: null, fixtures: [], span: joinSpans(start, when.span) }],
    };
  }

  // --- declarations

  #group(): GroupSyntax {
    this.#next();
    const name = this.#newName('a name for the group');
    this.#sign('=');
    const members: { name: string; span: Span }[] = [];
    do {
      const token = this.#category('a category');
      members.push({ name: token.text, span: token });
    } while (this.#takeSign('|'));
    return { name: name.text, nameSpan: name, members };
  }

  #trigger(): TriggerSyntax {
    const start = this.#next();
    const name = this.#newName('a name for the trigger');
    this.#sign('{');
    this.#keyword('when');
    const when = this.#expr();
    const severity = this.#takeKeyword('severity') ? this.#sum() : null;
    const guideline = this.#takeKeyword('guideline') ? this.#string('the guideline in double quotes').text : null;
    const fixtures: FixtureSyntax[] = [];
    while (this.#isName('fixture')) fixtures.push(this.#fixture());
    if (!this.#isSign('}')) {
      const behindWhen = [...(takesWhere(when) ? ['where'] : []), 'severity', 'guideline', 'fixture', 'and', 'or'];
      const open = fixtures.length > 0 || guideline !== null ? ['fixture'] : severity !== null ? ['guideline', 'fixture'] : behindWhen;
      this.#fail(`${open.join(', ')} or }`, [...open, '}']);
    }
    return { name: name.text, nameSpan: name, when, severity, guideline, fixtures, span: joinSpans(start, this.#next()) };
  }

  #fixture(): FixtureSyntax {
    const start = this.#next();
    const name = this.#string('the name of the fixture in double quotes').text;
    const verdict = this.#peek();
    if (!this.#isName('fires') && !this.#isName('silent')) this.#fail('fires or silent', ['fires', 'silent']);
    this.#next();
    this.#sign('{');
    const boxes: FixtureBox[] = [];
    const fields: FixtureField[] = [];
    while (!this.#isSign('}')) {
      if (this.#isName('frame') && this.#isSign('.', 1)) fields.push(this.#fixtureField());
      else boxes.push(this.#fixtureBox());
    }
    return { name, fires: verdict.text === 'fires', boxes, fields, span: joinSpans(start, this.#next()) };
  }

  #fixtureBox(): FixtureBox {
    const category = this.#category('a category with x y w h, or }');
    const bbox: [number, number, number, number] = [0, 0, 0, 0];
    for (let i = 0; i < 4; i++) bbox[i] = this.#signedNumber(`${['x', 'y', 'w', 'h'][i]} in px`);
    if (bbox[2] < 0 || bbox[3] < 0) {
      const message = 'A box cannot have a negative size.';
      throw new ProblemSignal(problem('trigger_syntax', category, message, `${bbox[2]} × ${bbox[3]}`, 'a width and a height from 0'));
    }
    const score = this.#peek().kind === 'number' ? Number(this.#next().text) : null;
    const source = this.#takeSign('@') ? this.#source().text : null;
    return { category: category.text, categorySpan: category, bbox, score, source };
  }

  #fixtureField(): FixtureField {
    const start = this.#next();
    this.#next();
    const field = this.#name('a field of the frame');
    if (field.text === 'tag') {
      this.#sign('(');
      const value = this.#string('a tag in double quotes').text;
      return { field: 'tag', value, span: joinSpans(start, this.#sign(')')) };
    }
    this.#sign('=');
    const token = this.#peek();
    if (token.kind === 'string') return { field: field.text, value: this.#next().text, span: joinSpans(start, token) };
    return { field: field.text, value: this.#signedNumber('a number or a text'), span: joinSpans(start, token) };
  }

  // --- expressions

  #shortFormExpr(): Expr | null {
    const at = this.#at;
    const start = this.#peek();
    if (!this.#looksLikeSet()) return null;
    const first = this.#set();
    if (!this.#isSign('&')) {
      this.#at = at;
      return null;
    }
    this.#next();
    const second = this.#set();
    const binds: readonly Bind[] = [
      { name: 'a', nameSpan: first.span, set: first },
      { name: 'b', nameSpan: second.span, set: second },
    ];
    let where: Expr | null = null;
    if (this.#takeKeyword('where')) {
      this.#shortForm = true;
      where = this.#expr();
      this.#shortForm = false;
    }
    return { kind: 'exists', binds, where, span: joinSpans(start, where?.span ?? second.span) };
  }

  /** Whether a set followed by `&` stands here; looks, but takes nothing. */
  #looksLikeSet(): boolean {
    let i = 0;
    const name = (): boolean => ['name', 'string'].includes(this.#peek(i).kind);
    if (this.#isName('track') && this.#isSign('(', 1)) {
      i = 2;
      if (!name()) return false;
      i = 3;
      if (!this.#isSign(')', i)) return false;
      i++;
    } else {
      if (!name() || (this.#peek().kind === 'name' && reservedInSets.has(this.#peek().text))) return false;
      i++;
    }
    if (this.#isSign('@', i)) {
      i++;
      if (!name()) return false;
      i++;
    }
    return this.#isSign('&', i);
  }

  #expr(): Expr {
    this.#enter();
    const items = [this.#and()];
    while (this.#takeKeyword('or')) items.push(this.#and());
    this.#depth--;
    return items.length === 1 ? items[0]! : { kind: 'or', items, span: joinSpans(items[0]!.span, items.at(-1)!.span) };
  }

  #and(): Expr {
    const items = [this.#unary()];
    while (this.#takeKeyword('and')) items.push(this.#unary());
    return items.length === 1 ? items[0]! : { kind: 'and', items, span: joinSpans(items[0]!.span, items.at(-1)!.span) };
  }

  #unary(): Expr {
    const token = this.#peek();
    if (this.#takeKeyword('not')) {
      this.#enter();
      const of = this.#unary();
      this.#depth--;
      return { kind: 'not', of, span: joinSpans(token, of.span) };
    }
    if (this.#takeKeyword('exists')) {
      const binds = this.#binds();
      const where = this.#takeKeyword('where') ? this.#expr() : null;
      return { kind: 'exists', binds, where, span: joinSpans(token, where?.span ?? binds.at(-1)!.set.span) };
    }
    return this.#compare();
  }

  #binds(): readonly Bind[] {
    const binds: Bind[] = [];
    do {
      const name = this.#newName('a variable, as in b: bicycle');
      this.#sign(':');
      binds.push({ name: name.text, nameSpan: name, set: this.#set() });
    } while (this.#takeSign(','));
    return binds;
  }

  #set(): SetSyntax {
    const start = this.#peek();
    const track = this.#isName('track') && this.#isSign('(', 1);
    if (track) {
      this.#next();
      this.#next();
    }
    const name = this.#category(track ? 'a category, a group or any' : 'a category, a group, any or track(…)');
    let end: Token = track ? this.#sign(')') : name;
    let source: Token | null = null;
    if (this.#takeSign('@')) {
      source = this.#source();
      end = source;
    }
    const any = name.kind === 'name' && name.text === 'any';
    return {
      name: any ? null : name.text,
      quoted: name.kind === 'string',
      track,
      source: source?.text ?? null,
      nameSpan: name,
      sourceSpan: source,
      span: joinSpans(start, end),
    };
  }

  #source(): Token {
    const token = this.#peek();
    if (token.kind === 'string') return this.#next();
    if (token.kind === 'name') {
      if (sourceRoles.some((role) => role === token.text)) return this.#next();
      const near = nearestWords(token.text, sourceRoles);
      throw new ProblemSignal(
        problem(
          'trigger_type',
          token,
          `${token.text} is not a source.`,
          token.text,
          'gt, active, deployed, candidate or a run in double quotes',
          [...near, `"${token.text}"`],
        ),
      );
    }
    return this.#fail('gt, active, deployed, candidate or a run in double quotes', sourceRoles);
  }

  #compare(): Expr {
    const left = this.#sum();
    const token = this.#peek();
    if (token.kind === 'sign' && compareOps.includes(token.text)) {
      this.#next();
      if (token.text === '=' && this.#isSign('=')) {
        throw new ProblemSignal(problem('trigger_syntax', token, 'Equality is written with one =.', '==', 'a value', ['=']));
      }
      const right = this.#sum();
      const further = this.#peek();
      if (further.kind === 'sign' && compareOps.includes(further.text)) this.#fail('and, or, or the end of the comparison', ['and']);
      return { kind: 'compare', op: token.text as CompareOp, left, right, span: joinSpans(left.span, right.span) };
    }
    if (this.#takeKeyword('in')) {
      this.#sign('[');
      const low = this.#sum();
      this.#sign(',');
      const high = this.#sum();
      return { kind: 'in', of: left, low, high, span: joinSpans(left.span, this.#sign(']')) };
    }
    if (this.#takeKeyword('within')) {
      const number = this.#peek();
      if (number.kind !== 'number') this.#fail('a duration such as 2s or 300ms', ['2s']);
      this.#next();
      const unit = this.#peek();
      if (unit.kind !== 'name' || (unit.text !== 's' && unit.text !== 'ms')) this.#fail('s or ms', ['s', 'ms']);
      this.#next();
      return { kind: 'within', of: left, seconds: toSeconds(Number(number.text), unit.text), span: joinSpans(left.span, unit) };
    }
    return left;
  }

  #sum(): Expr {
    let left = this.#term();
    for (let length = 0; ; length++) {
      this.#limitChain(length);
      const op = this.#takeSign('+') ? '+' : this.#takeSign('-') ? '-' : null;
      if (op === null) return left;
      const right = this.#term();
      left = { kind: 'arithmetic', op, left, right, span: joinSpans(left.span, right.span) };
    }
  }

  #term(): Expr {
    let left = this.#prim();
    for (let length = 0; ; length++) {
      this.#limitChain(length);
      const op = this.#takeSign('*') ? '*' : this.#takeSign('/') ? '/' : null;
      if (op === null) return left;
      const right = this.#prim();
      left = { kind: 'arithmetic', op, left, right, span: joinSpans(left.span, right.span) };
    }
  }

  #prim(): Expr {
    const token = this.#peek();
    if (token.kind === 'number') return this.#number();
    if (token.kind === 'string') {
      this.#next();
      return { kind: 'text', value: token.text, span: token };
    }
    if (this.#takeSign('-')) {
      this.#enter();
      const of = this.#prim();
      this.#depth--;
      return { kind: 'negate', of, span: joinSpans(token, of.span) };
    }
    if (this.#takeSign('(')) {
      const inner = this.#expr();
      const close = this.#sign(')');
      return { ...inner, span: joinSpans(token, close) };
    }
    if (token.kind === 'name' && aggregates.some((a) => a === token.text)) return this.#aggregate();
    if (token.kind === 'name' && (token.text === 'frame' || !reserved.has(token.text))) return this.#path();
    return this.#fail('a value: a number, a text, a function, a variable or (', ['exists', 'count', 'not']);
  }

  #number(): Expr {
    const token = this.#next();
    const value = Number(token.text);
    const unit = this.#peek();
    if (this.#takeSign('%')) return { kind: 'number', value, unit: '%', span: joinSpans(token, unit) };
    if (unit.kind !== 'name' || reserved.has(unit.text)) return { kind: 'number', value, unit: null, span: token };
    if (!units.some((u) => u === unit.text)) {
      throw new ProblemSignal(
        problem('trigger_syntax', unit, `${unit.text} is not a unit.`, unit.text, 'px, px2, %, ms or s', nearestWords(unit.text, units)),
      );
    }
    this.#next();
    if (unit.text === 'ms' || unit.text === 's') {
      return { kind: 'number', value: toSeconds(value, unit.text), unit: 's', span: joinSpans(token, unit) };
    }
    return { kind: 'number', value, unit: unit.text as Unit, span: joinSpans(token, unit) };
  }

  #aggregate(): Expr {
    this.#enter();
    const fn = this.#next();
    this.#sign('(');
    const binds = this.#binds();
    const where = this.#takeKeyword('where') ? this.#expr() : null;
    const value = this.#takeSign(':') ? this.#sum() : null;
    const close = this.#sign(')');
    this.#depth--;
    return { kind: 'aggregate', fn: fn.text as AggregateFn, binds, where, value, span: joinSpans(fn, close) };
  }

  #path(): Expr {
    const start = this.#next();
    let path: Expr;
    if (this.#isSign('(')) {
      const { args, close } = this.#args();
      path = this.#call(start, args, joinSpans(start, close));
    } else if (this.#shortForm && isPairFunction(start.text)) path = this.#call(start, [], start);
    else path = { kind: 'name', name: start.text, span: start };
    for (let length = 0; this.#takeSign('.'); length++) {
      this.#limitChain(length);
      const field = this.#name('a field or a function');
      if (this.#isSign('(')) {
        const { args, close } = this.#args();
        path = { kind: 'call', fn: field.text, args: [path, ...args], fnSpan: field, span: joinSpans(start, close) };
      } else path = { kind: 'call', fn: field.text, args: [path], fnSpan: field, span: joinSpans(start, field) };
    }
    return path;
  }

  #call(fn: Token, args: readonly Expr[], span: Span): Expr {
    if (this.#shortForm && args.length === 0 && isPairFunction(fn.text)) {
      const bound: readonly Expr[] = [
        { kind: 'name', name: 'a', span: fn },
        { kind: 'name', name: 'b', span: fn },
      ];
      return { kind: 'call', fn: fn.text, args: bound, fnSpan: fn, span };
    }
    return { kind: 'call', fn: fn.text, args, fnSpan: fn, span };
  }

  #args(): { readonly args: readonly Expr[]; readonly close: Token } {
    this.#sign('(');
    const args: Expr[] = [];
    if (!this.#isSign(')')) {
      do args.push(this.#expr());
      while (this.#takeSign(','));
    }
    return { args, close: this.#sign(')') };
  }

  // --- tokens

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #isName(text: string): boolean {
    const token = this.#peek();
    return token.kind === 'name' && token.text === text;
  }

  #isSign(text: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'sign' && token.text === text;
  }

  #takeSign(text: string): boolean {
    if (!this.#isSign(text)) return false;
    this.#at++;
    return true;
  }

  #takeKeyword(text: string): boolean {
    if (!this.#isName(text)) return false;
    this.#at++;
    return true;
  }

  #sign(text: string): Token {
    return this.#isSign(text) ? this.#next() : this.#fail(text, [text]);
  }

  #keyword(text: string): Token {
    return this.#isName(text) ? this.#next() : this.#fail(text, [text]);
  }

  #name(expected: string): Token {
    return this.#peek().kind === 'name' ? this.#next() : this.#fail(expected);
  }

  /** A name that is being given to something: no word of the language. */
  #newName(expected: string): Token {
    const token = this.#peek();
    if (token.kind !== 'name') return this.#fail(expected);
    if (reserved.has(token.text)) {
      const message = `${token.text} is a word of the language and cannot be a name.`;
      throw new ProblemSignal(problem('trigger_syntax', token, message, token.text, expected, [`${token.text}_1`]));
    }
    return this.#next();
  }

  #category(expected: string): Token {
    const token = this.#peek();
    if (token.kind === 'string' || (token.kind === 'name' && !reservedInSets.has(token.text))) return this.#next();
    return this.#fail(expected);
  }

  #string(expected: string): Token {
    return this.#peek().kind === 'string' ? this.#next() : this.#fail(expected);
  }

  #signedNumber(expected: string): number {
    const sign = this.#takeSign('-') ? -1 : 1;
    if (this.#peek().kind !== 'number') this.#fail(expected);
    return sign * Number(this.#next().text);
  }

  #enter(): void {
    if (++this.#depth <= maxDepth) return;
    const token = this.#peek();
    throw new ProblemSignal(problem('trigger_limit', token, 'This is nested too deeply.', token.text, `at most ${maxDepth} levels`));
  }

  #limitChain(length: number): void {
    if (length < maxChain) return;
    const token = this.#peek();
    throw new ProblemSignal(problem('trigger_limit', token, 'This is too long.', token.text, `at most ${maxChain} operators in a row`));
  }

  #fail(expected: string, candidates: readonly string[] = []): never {
    const token = this.#peek();
    const found = token.kind === 'end' ? 'the end of the text' : token.kind === 'string' ? `"${token.text}"` : token.text;
    const near = token.kind === 'name' ? nearestWords(token.text, candidates) : [];
    // A word that may stand elsewhere can be refused here: it is no way out of its own error.
    const others = candidates.filter((candidate) => candidate !== token.text);
    throw new ProblemSignal(
      problem('trigger_syntax', token, `Did not expect ${found} here.`, found, expected, near.length > 0 ? near : others.slice(0, 1)),
    );
  }
}

/** Whether the last thing that was read is an `exists` that has no condition yet. */
function takesWhere(expr: Expr): boolean {
  if (expr.kind === 'exists') return expr.where === null || takesWhere(expr.where);
  if (expr.kind === 'not') return takesWhere(expr.of);
  return (expr.kind === 'and' || expr.kind === 'or') && takesWhere(expr.items.at(-1)!);
}

function toSeconds(value: number, unit: string): number {
  return unit === 'ms' ? value / 1000 : value;
}

/** Parses a `.trigger` file. Throws `ProblemSignal` at the first place that does not follow the grammar. */
export function parseFile(text: string): FileSyntax {
  return new Parser(text).file();
}

/** Parses what `--text` takes: a file, a bare expression (what stands behind `when`), or the short form `a & b where …`. */
export function parseText(text: string): FileSyntax {
  return new Parser(text).text();
}
