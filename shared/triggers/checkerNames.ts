import type { CheckContext } from './checkedTrigger.ts';
import type { CheckNotes } from './checkNotes.ts';
import { quoteWhereNeeded } from './checkerWords.ts';
import { nearestWords } from './problem.ts';
import type { Bind, FileSyntax, SetSyntax, Span } from './syntax.ts';
import type { TypedSet, Variable } from './typedTree.ts';
import { sourceRoles } from './vocabulary.ts';

/** At most that many variables in a quantifier, quantifiers in each other (rule 9). */
const maxVariables = 3;
const maxNesting = 3;

/**
 * What names mean where a condition stands: the variables of the quantifiers around it, categories, groups and sources. Keeps
 * account of those that a trigger uses.
 */
export class Names {
  readonly #notes: CheckNotes;
  readonly #context: CheckContext;
  readonly #groups: ReadonlyMap<string, readonly string[]>;
  readonly #scopes: (readonly Variable[])[] = [];
  #slots = 0;
  #sources = new Set<string>();
  #written = new Set<string>();
  #readsAny = false;
  #categories = new Set<string>();

  constructor(notes: CheckNotes, context: CheckContext, groups: ReadonlyMap<string, readonly string[]>) {
    this.#notes = notes;
    this.#context = context;
    this.#groups = groups;
  }

  /** Names that a file gives: each once, groups beside the categories of the dataset. */
  declarations(file: FileSyntax): void {
    const groups = new Set<string>();
    for (const { name, nameSpan, members } of file.groups) {
      if (groups.has(name)) this.#notes.report(nameSpan, `The group ${name} is there twice.`, name, 'another name');
      groups.add(name);
      if (this.isCategory(name))
        this.#notes.report(nameSpan, `${name} is already a category of the dataset.`, name, 'another name for the group');
      for (const member of members) this.#known(member.name, member.span, 'a category');
    }
    const triggers = new Set<string>();
    for (const { name, nameSpan } of file.triggers) {
      if (triggers.has(name)) this.#notes.report(nameSpan, `The trigger ${name} is there twice.`, name, 'another name');
      triggers.add(name);
    }
  }

  /** Begins a trigger: nothing is used yet. */
  begin(): void {
    this.#slots = 0;
    this.#sources = new Set();
    this.#written = new Set();
    this.#readsAny = false;
    this.#categories = new Set();
  }

  /** What the trigger has used since `begin`. */
  used(): {
    readonly slots: number;
    readonly sources: readonly string[];
    readonly writtenSources: readonly string[];
    readonly categories: readonly string[];
  } {
    return {
      slots: this.#slots,
      sources: [...this.#sources].sort(),
      writtenSources: [...this.#written].sort(),
      categories: [...this.#categories].sort(),
    };
  }

  /** Makes the variables of a quantifier and lets them be seen until `leave`. */
  bind(binds: readonly Bind[], span: Span): readonly Variable[] {
    const extra = binds[maxVariables];
    if (extra !== undefined)
      this.#notes.limit(extra.nameSpan, 'Too many variables in one quantifier.', `${binds.length} variables`, `at most ${maxVariables}`);
    const level = this.#scopes.length + 1;
    if (level > maxNesting) this.#notes.limit(span, 'Quantifiers are nested too deeply.', `level ${level}`, `at most ${maxNesting} levels`);
    const variables: Variable[] = [];
    for (const { name, nameSpan, set } of binds) {
      if (this.variable(name) !== undefined || variables.some((other) => other.name === name))
        this.#notes.report(nameSpan, `${name} is already a variable here.`, name, 'another name', [`${name}2`]);
      variables.push({ slot: this.#slots++, name, set: this.#set(set) });
    }
    this.enter(variables);
    return variables;
  }

  /** Lets variables be seen until `leave`. */
  enter(variables: readonly Variable[]): void {
    this.#scopes.push(variables);
  }

  leave(): void {
    this.#scopes.pop();
  }

  variable(name: string): Variable | undefined {
    for (const scope of this.#scopes.toReversed()) {
      const found = scope.find((variable) => variable.name === name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Names of all variables in sight. */
  variables(): readonly string[] {
    return this.#scopes.flat().map(({ name }) => name);
  }

  isCategory(name: string): boolean {
    return this.#context.categories?.includes(name) === true;
  }

  /** A category that a condition names; false, and told, where there is none. */
  category(name: string, span: Span): boolean {
    this.#categories.add(name);
    return this.#known(name, span, 'a category');
  }

  /** A category of a fixture's box. */
  fixtureCategory(name: string, span: Span): void {
    // With `any`, a fixture may show things that this dataset has no name for: it is a small world of its own.
    if (!this.#readsAny && !this.#categories.has(name)) this.#known(name, span, 'a category');
  }

  #set({ name, quoted, source, sourceSpan, nameSpan, span, track }: SetSyntax): TypedSet {
    if (track) this.#notes.later('track', span);
    if (source !== null) {
      this.#written.add(source);
      this.#knownSource(source, sourceSpan ?? span);
    }
    this.#sources.add(source ?? 'active');
    if (name === null) {
      this.#readsAny = true;
      return { categories: null, source, track };
    }
    const group = quoted ? undefined : this.#groups.get(name);
    if (group !== undefined) {
      for (const member of group) this.#categories.add(member);
      return { categories: [...new Set(group)].sort(), source, track };
    }
    this.#categories.add(name);
    this.#known(name, nameSpan, track ? 'a category, a group or any' : 'a category, a group, any or track(…)');
    return { categories: [name], source, track };
  }

  #known(name: string, span: Span, expected: string): boolean {
    const { categories, archived } = this.#context;
    if (categories === undefined || categories.includes(name) || archived?.includes(name) === true) return true;
    const groupAllowed = expected !== 'a category';
    const near = nearestWords(name, groupAllowed ? [...categories, ...this.#groups.keys()] : categories);
    const message = groupAllowed ? `${name} is not a category or a group.` : `${name} is not a category of the dataset.`;
    this.#notes.report(span, message, name, expected, near.map(quoteWhereNeeded));
    return false;
  }

  #knownSource(name: string, span: Span): void {
    const { sources } = this.#context;
    if (sources === undefined || name === 'gt' || sources.includes(name)) return;
    const isRole = (source: string): boolean => sourceRoles.some((role) => role === source);
    const message = isRole(name) ? `The dataset has no ${name} run.` : `There is no run "${name}".`;
    const near = nearestWords(name, ['gt', ...sources]).map((source) => (isRole(source) ? source : `"${source}"`));
    this.#notes.report(span, message, name, 'gt, active, deployed, candidate or a run of the dataset', near);
  }
}
