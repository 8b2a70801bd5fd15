import type { TriggerProblem } from './problem.ts';
import type { Span, TriggerSyntax } from './syntax.ts';
import type { BoolNode, NumberNode, Quantifier } from './typedTree.ts';

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
