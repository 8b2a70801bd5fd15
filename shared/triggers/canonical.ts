import { sha256Hex } from '../hash/sha256.ts';
import type { Bind, Expr, TriggerSyntax } from './syntax.ts';

/**
 * Rule 10: what a trigger asks, as one text: variables numbered in the order of their binding, groups expanded and sorted,
 * `x.f` written as `f(x)`, parentheses, blanks and comments gone. Name, guideline and fixtures stay outside: they change
 * neither which frames hit nor their order.
 */
export function canonicalForm(trigger: TriggerSyntax, groups: ReadonlyMap<string, readonly string[]>): string {
  const writer = new CanonicalWriter(groups);
  const when = writer.expr(trigger.when, new Map());
  const severity = trigger.severity === null ? null : writer.severity(trigger.severity, trigger.when);
  return JSON.stringify(['hardcase trigger 1', when, severity]);
}

export function hashOfCanonical(canonical: string): string {
  return sha256Hex(canonical);
}

type Names = ReadonlyMap<string, string>;
type Form = readonly unknown[];

class CanonicalWriter {
  #groups: ReadonlyMap<string, readonly string[]>;
  #bound = 0;
  /** What each quantifier called its variables: the severity looks the outermost one's names up again. */
  readonly #numbered = new Map<readonly Bind[], Names>();

  constructor(groups: ReadonlyMap<string, readonly string[]>) {
    this.#groups = groups;
  }

  expr(expr: Expr, names: Names): Form {
    switch (expr.kind) {
      case 'and':
      case 'or':
        return [expr.kind, ...flatten(expr, expr.kind).map((item) => this.expr(item, names))];
      case 'not':
      case 'negate':
        return [expr.kind, this.expr(expr.of, names)];
      case 'exists': {
        const [binds, inner] = this.#bind(expr.binds, names);
        return ['exists', binds, expr.where === null ? null : this.expr(expr.where, inner)];
      }
      case 'compare':
      case 'arithmetic':
        return [expr.op, this.expr(expr.left, names), this.expr(expr.right, names)];
      case 'in':
        return ['in', this.expr(expr.of, names), this.expr(expr.low, names), this.expr(expr.high, names)];
      case 'within':
        return ['within', this.expr(expr.of, names), expr.seconds];
      case 'number':
        return expr.unit === null ? ['number', expr.value] : ['number', expr.value, expr.unit];
      case 'text':
        return ['text', expr.value];
      case 'aggregate': {
        const [binds, inner] = this.#bind(expr.binds, names);
        const where = expr.where === null ? null : this.expr(expr.where, inner);
        return [expr.fn, binds, where, expr.value === null ? null : this.expr(expr.value, inner)];
      }
      case 'name':
        return ['name', names.get(expr.name) ?? expr.name];
      case 'call':
        return ['call', expr.fn, ...expr.args.map((arg) => this.expr(arg, names))];
    }
  }

  /** The severity speaks of the variables of the outermost `exists`, under the numbers they got there. */
  severity(expr: Expr, when: Expr): Form {
    const outermost = flatten(when, 'and').find((part) => part.kind === 'exists');
    return this.expr(expr, (outermost === undefined ? undefined : this.#numbered.get(outermost.binds)) ?? new Map());
  }

  #bind(binds: readonly Bind[], names: Names): readonly [Form, Names] {
    const inner = new Map(names);
    const form: unknown[] = [];
    for (const bind of binds) {
      this.#bound++;
      const name = `v${this.#bound}`;
      inner.set(bind.name, name);
      const { set } = bind;
      const group = set.name === null || set.quoted ? undefined : this.#groups.get(set.name);
      const categories = set.name === null ? null : [...new Set(group ?? [set.name])].sort();
      form.push([name, set.track ? 'track' : 'box', categories, set.source]);
    }
    this.#numbered.set(binds, inner);
    return [form, inner];
  }
}

/** The items of a chain of one operator; parentheses around a part of it mean nothing. */
function flatten(expr: Expr, kind: 'and' | 'or'): readonly Expr[] {
  return expr.kind === kind ? expr.items.flatMap((item) => flatten(item, kind)) : [expr];
}
