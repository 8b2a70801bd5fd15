/** The syntax tree of the trigger language (TRIGGERS.md, "Grammar"). Plain data; parentheses are gone, spans stay. */

/** A stretch of the text: `offset` and `length` in UTF-16 units from 0, `line` and `column` from 1. */
export interface Span {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly column: number;
}

export type Unit = 'px' | 'px2' | '%' | 's';
export type CompareOp = '<' | '<=' | '>' | '>=' | '=' | '!=';
export type ArithmeticOp = '+' | '-' | '*' | '/';
export type AggregateFn = 'count' | 'sum' | 'avg' | 'min' | 'max';

/** What a variable ranges over: `car`, `vehicle@gt`, `any@"run 2"`, `track(car)`. */
export interface SetSyntax {
  /** A category or group, or null for `any`. */
  readonly name: string | null;
  /** Written in quotes: then it is always a category, never a group. */
  readonly quoted: boolean;
  readonly track: boolean;
  /** `gt`, `active`, `deployed`, `candidate` or a run's name; null where there is no `@`. */
  readonly source: string | null;
  readonly nameSpan: Span;
  readonly sourceSpan: Span | null;
  readonly span: Span;
}

export interface Bind {
  readonly name: string;
  readonly nameSpan: Span;
  readonly set: SetSyntax;
}

export type Expr =
  | { readonly kind: 'or' | 'and'; readonly items: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'not'; readonly of: Expr; readonly span: Span }
  | { readonly kind: 'exists'; readonly binds: readonly Bind[]; readonly where: Expr | null; readonly span: Span }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | { readonly kind: 'in'; readonly of: Expr; readonly low: Expr; readonly high: Expr; readonly span: Span }
  | { readonly kind: 'within'; readonly of: Expr; readonly seconds: number; readonly span: Span }
  | { readonly kind: 'arithmetic'; readonly op: ArithmeticOp; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | { readonly kind: 'negate'; readonly of: Expr; readonly span: Span }
  /** `unit` is null for a plain number; milliseconds have become seconds. */
  | { readonly kind: 'number'; readonly value: number; readonly unit: Unit | null; readonly span: Span }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | {
      readonly kind: 'aggregate';
      readonly fn: AggregateFn;
      readonly binds: readonly Bind[];
      readonly where: Expr | null;
      readonly value: Expr | null;
      readonly span: Span;
    }
  /** A variable, or `frame`. */
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  /** `f(x, y)` and `x.f(y)` alike. */
  | { readonly kind: 'call'; readonly fn: string; readonly args: readonly Expr[]; readonly fnSpan: Span; readonly span: Span };

export interface GroupSyntax {
  readonly name: string;
  readonly nameSpan: Span;
  readonly members: readonly { readonly name: string; readonly span: Span }[];
}

export interface FixtureBox {
  readonly category: string;
  readonly categorySpan: Span;
  /** `[x, y, w, h]` in px. */
  readonly bbox: readonly [number, number, number, number];
  readonly score: number | null;
  readonly source: string | null;
}

/** `frame.NAME = value` in a fixture: what the frame's fields are where the boxes alone do not say it. */
export interface FixtureField {
  readonly field: string;
  readonly value: number | string;
  readonly span: Span;
}

export interface FixtureSyntax {
  readonly name: string;
  readonly fires: boolean;
  readonly boxes: readonly FixtureBox[];
  readonly fields: readonly FixtureField[];
  readonly span: Span;
}

export interface TriggerSyntax {
  /** Empty for a bare expression. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly when: Expr;
  readonly severity: Expr | null;
  readonly guideline: string | null;
  readonly fixtures: readonly FixtureSyntax[];
  readonly span: Span;
}

export interface FileSyntax {
  readonly groups: readonly GroupSyntax[];
  readonly triggers: readonly TriggerSyntax[];
}

/** The span from the start of `a` to the end of `b`. */
export function joinSpans(a: Span, b: Span): Span {
  return { offset: a.offset, length: Math.max(a.length, b.offset + b.length - a.offset), line: a.line, column: a.column };
}
