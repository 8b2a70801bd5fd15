import { frameStates } from '../domain/frame.ts';
import type { CheckContext } from './checkedTrigger.ts';
import type { Token } from './lexer.ts';
import { tokenize } from './lexer.ts';
import { aggregates, sourceRoles, words } from './vocabulary.ts';
import type { Word } from './vocabulary.ts';

export type CompletionKind = 'keyword' | 'category' | 'group' | 'source' | 'variable' | 'function' | 'field' | 'unit' | 'value';

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail: string;
  /** What replaces the text from `from` to the cursor. */
  readonly insert: string;
  readonly from: number;
}

type Draft = Omit<Completion, 'from'>;

const draft = (label: string, kind: CompletionKind, detail: string, insert = label): Draft => ({ label, kind, detail, insert });

const quoted = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u.test(name) ? name : `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/**
 * What may stand at the cursor, best first: `offset` counts UTF-16 units. Works on unfinished texts; answers nothing inside comments
 * and guidelines. `frameExpression` is true for the query bar, where the text is a bare expression.
 */
export function completions(text: string, offset: number, context: CheckContext = {}, frameExpression = false): readonly Completion[] {
  const before = text.slice(0, offset);
  if (/#[^\n"]*$/.test(before.slice(before.lastIndexOf('\n') + 1).replaceAll(/"(?:\\.|[^"\\])*"/g, '""'))) return [];
  const tokens = tokenize(before, { lenient: true }).filter((t) => t.kind !== 'end');
  const last = tokens.at(-1);
  const touching = last !== undefined && last.offset + last.length === before.length;
  const inString = last?.kind === 'string' && touching && !/^"(?:\\.|[^"\\])*"$/.test(before.slice(last.offset));
  const partial = touching && (last.kind === 'name' || inString) ? last : null;
  const done = partial === null ? tokens : tokens.slice(0, -1);
  const typed = partial?.text ?? '';
  const from = partial?.offset ?? offset;

  const groups = [...new Set([...declaredGroups(text), ...(context.groups?.keys() ?? [])])];
  const drafts = inString ? stringsAt(done, context) : wordsAt(done, context, groups, frameExpression, touching && partial === null);
  const wanted = typed.toLowerCase();
  const rank = ({ label }: Draft): number => {
    const name = label.toLowerCase();
    return name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2;
  };
  const seen = new Set<string>();
  return drafts
    .filter((d) => rank(d) < 2 && d.label !== typed && !seen.has(d.label) && seen.add(d.label))
    .map((d, place) => ({ d, place }))
    .sort((p, q) => rank(p.d) - rank(q.d) || p.place - q.place)
    .map(({ d }) => ({ ...d, from }));
}

function declaredGroups(text: string): readonly string[] {
  return [...text.matchAll(/^\s*group\s+([\p{L}_][\p{L}\p{N}\p{M}_]*)\s*=/gmu)].map((m) => m[1]!);
}

/** Names bound before the cursor: `name :` outside fixtures. In the short form, a and b. */
function variablesBefore(tokens: readonly Token[]): readonly string[] {
  const names: string[] = [];
  // Variables belong to their trigger.
  const start = tokens.findLastIndex((t) => t.kind === 'name' && t.text === 'trigger');
  const own = tokens.slice(start + 1);
  own.forEach((token, i) => {
    // `g: any : value` has a second colon, behind the set.
    if (isSign(token, ':') && own[i - 1]?.kind === 'name' && !isSign(own[i - 2], ':')) names.push(own[i - 1]!.text);
    if (token.kind === 'sign' && token.text === '&') names.push('a', 'b');
  });
  return [...new Set(names)].filter((n) => !aggregates.some((a) => a === n));
}

function trackVariables(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  tokens.forEach((token, i) => {
    if (token.kind === 'name' && token.text === 'track' && tokens[i - 1]?.text === ':' && tokens[i - 2]?.kind === 'name') {
      names.add(tokens[i - 2]!.text);
    }
  });
  return names;
}

const isSign = (token: Token | undefined, ...texts: readonly string[]): boolean => token?.kind === 'sign' && texts.includes(token.text);
const isWord = (token: Token | undefined, ...texts: readonly string[]): boolean => token?.kind === 'name' && texts.includes(token.text);

function fieldsOf(receiver: 'object' | 'box' | 'track' | 'frame'): readonly Draft[] {
  const fits = (word: Word): boolean => word.takes[0] === receiver || (receiver === 'object' && word.takes[0] === 'box');
  return words
    .filter(fits)
    .toSorted((p, q) => p.takes.length - q.takes.length)
    .map((word) =>
      draft(word.name, word.takes.length === 1 ? 'field' : 'function', word.detail, word.takes.length === 1 ? word.name : `${word.name}(`),
    );
}

function categoryDrafts(context: CheckContext, groups: readonly string[]): readonly Draft[] {
  return [
    ...(context.categories ?? []).map((name) => draft(name, 'category', 'category', quoted(name))),
    ...groups.map((name) => draft(name, 'group', 'group')),
    draft('any', 'keyword', 'every category'),
    draft('track', 'keyword', 'a track instead of a box', 'track('),
  ];
}

function sourceDrafts(context: CheckContext): readonly Draft[] {
  const { sources } = context;
  const roles = sourceRoles.filter((role) => role === 'gt' || sources === undefined || sources.includes(role));
  const runs = (sources ?? []).filter((name) => !sourceRoles.some((role) => role === name));
  return [
    ...roles.map((role) => draft(role, 'source', roleDetails[role])),
    ...runs.map((name) => draft(name, 'source', 'run', `"${name}"`)),
  ];
}

const roleDetails: Readonly<Record<(typeof sourceRoles)[number], string>> = {
  gt: 'what people stand behind',
  active: 'the run looked at',
  deployed: 'the model at the source',
  candidate: 'the model that may replace it',
};

/** What a text in quotes may be, by what stands before its quote. */
function stringsAt(tokens: readonly Token[], context: CheckContext): readonly Draft[] {
  const last = tokens.at(-1);
  const value = (names: readonly string[], detail: string): readonly Draft[] => names.map((n) => draft(n, 'value', detail, `"${n}"`));
  if (isSign(last, '@'))
    return value(
      (context.sources ?? []).filter((s) => !sourceRoles.some((r) => r === s)),
      'run',
    );
  if (isSign(last, ':', '|', '&')) return value(context.categories ?? [], 'category');
  if (isSign(last, '(')) {
    const fn = tokens.at(-2)?.text;
    if (fn === 'attribute') return value(context.attributes ?? [], 'attribute');
    if (fn === 'tag') return value(context.tags ?? [], 'tag');
  }
  return isSign(last, '=', '!=') ? valuesFor(tokens, context) : [];
}

/** After `=` or `!=`: the values of the field before it. */
function valuesFor(tokens: readonly Token[], context: CheckContext): readonly Draft[] {
  const field = tokens.at(-2);
  const value = (names: readonly string[], detail: string): readonly Draft[] => names.map((n) => draft(n, 'value', detail, `"${n}"`));
  if (isWord(field, 'state')) return value(frameStates, 'state');
  if (isWord(field, 'origin')) return value(['human', 'model', 'import'], 'origin');
  if (isWord(field, 'category')) return value(context.categories ?? [], 'category');
  return isWord(field, 'split') ? value(['train', 'val', 'test'], 'split') : [];
}

function wordsAt(
  tokens: readonly Token[],
  context: CheckContext,
  groups: readonly string[],
  frameExpression: boolean,
  afterToken: boolean,
): readonly Draft[] {
  const last = tokens.at(-1);
  const variables = variablesBefore(tokens);
  const tracks = trackVariables(tokens);
  if (isSign(last, '@')) return sourceDrafts(context);
  if (isSign(last, '.')) {
    const receiver = tokens.at(-2);
    if (isWord(receiver, 'frame')) return fieldsOf('frame');
    if (receiver?.kind === 'name') return fieldsOf(tracks.has(receiver.text) ? 'track' : 'object');
    return fieldsOf('box');
  }
  if (isSign(last, ':')) {
    // `count(d: any where … : value)` or `b: set`.
    return isBinding(tokens) ? categoryDrafts(context, groups) : values(variables);
  }
  if (isSign(last, '|') || (isSign(last, '=') && isWord(tokens.at(-3), 'group'))) {
    return (context.categories ?? []).map((name) => draft(name, 'category', 'category', quoted(name)));
  }
  if (isSign(last, '&')) return categoryDrafts(context, groups);
  if (isSign(last, '(') && isWord(tokens.at(-2), 'track')) return categoryDrafts(context, groups).filter((d) => d.label !== 'track');
  if (isSign(last, '(') && isWord(tokens.at(-2), ...aggregates)) return newVariable(variables);
  if (isWord(last, 'exists')) return newVariable(variables);
  if (isSign(last, ',') && bindingListOpen(tokens)) return newVariable(variables);
  if (isSign(last, '=', '!=')) {
    const known = valuesFor(tokens, context);
    return known.length > 0 ? known : values(variables);
  }
  if (last?.kind === 'number') {
    const at = afterToken
      ? [
          draft('px', 'unit', 'length'),
          draft('px2', 'unit', 'area'),
          draft('%', 'unit', 'of the frame'),
          draft('s', 'unit', 'seconds'),
          draft('ms', 'unit', 'milliseconds'),
        ]
      : [];
    return [...at, ...connectors()];
  }
  if (last === undefined)
    return frameExpression
      ? start(context, groups)
      : [
          draft('trigger', 'keyword', 'a new trigger'),
          draft('group', 'keyword', 'a name for several categories'),
          ...start(context, groups),
        ];
  if (isWord(last, 'fires', 'silent') || (isSign(last, '{') && isWord(tokens.at(-2), 'fires', 'silent'))) {
    return (context.categories ?? []).map((name) => draft(name, 'category', 'category', quoted(name)));
  }
  if (isWord(tokens.at(-2), 'trigger') || isSign(last, '{')) return [draft('when', 'keyword', 'the question')];
  if (last.kind === 'string' && isWord(tokens.at(-2), 'fixture'))
    return [draft('fires', 'keyword', 'a frame that must hit'), draft('silent', 'keyword', 'a frame that must not')];
  if (isSign(last, '}')) {
    const inTrigger = openBraces(tokens) > 0;
    return inTrigger ? [draft('fixture', 'keyword', 'a small test', 'fixture ""')] : [draft('trigger', 'keyword', 'a new trigger')];
  }
  if (isWord(last, 'when', 'where', 'and', 'or', 'not') || isSign(last, '(', ',', '<', '<=', '>', '>=', '+', '-', '*', '/', '[')) {
    const conditions = isWord(last, 'when', 'where', 'and', 'or', 'not') || isSign(last, '(');
    const more = conditions
      ? [draft('exists', 'keyword', 'there is a box …', 'exists '), draft('not', 'keyword', 'the opposite', 'not ')]
      : [];
    return [...values(variables), ...more];
  }
  if (isWord(last, 'severity')) return values(variables);
  if (isWord(last, 'guideline', 'fixture', 'trigger', 'group')) return [];
  if (last.kind === 'string' && isWord(tokens.at(-2), 'guideline')) return [draft('fixture', 'keyword', 'a small test', 'fixture ""')];
  const bound = isSign(tokens.at(-2), ':', '@', '&');
  const words = bound ? connectors().toSorted((p, q) => Number(q.label === 'where') - Number(p.label === 'where')) : connectors();
  return [...words, ...(openBraces(tokens) > 0 ? clauses() : [])];
}

function values(variables: readonly string[]): readonly Draft[] {
  return [
    ...variables.map((name) => draft(name, 'variable', 'variable')),
    ...words.filter((w) => w.takes[0] === 'box' && w.takes.length === 2).map((w) => draft(w.name, 'function', w.detail, `${w.name}(`)),
    draft('frame', 'variable', 'the frame', 'frame.'),
    ...aggregates.map((name) => draft(name, 'function', name === 'count' ? 'how many boxes' : `${name} over boxes`, `${name}(`)),
    draft('event', 'function', 'an event of the sequence', 'event("'),
    draft('q', 'function', 'a quantile over the reference version', 'q('),
  ];
}

function start(context: CheckContext, groups: readonly string[]): readonly Draft[] {
  return [
    draft('exists', 'keyword', 'there is a box …', 'exists '),
    draft('frame', 'variable', 'the frame', 'frame.'),
    draft('not', 'keyword', 'the opposite', 'not '),
    ...categoryDrafts(context, groups).filter((d) => d.label !== 'track'),
    draft('count', 'function', 'how many boxes', 'count('),
  ];
}

function connectors(): readonly Draft[] {
  return [
    draft('and', 'keyword', 'both', 'and '),
    draft('or', 'keyword', 'either', 'or '),
    draft('where', 'keyword', 'for which', 'where '),
    draft('in', 'keyword', 'between two numbers, both included', 'in ['),
    draft('within', 'keyword', 'at most that far in time', 'within '),
  ];
}

function clauses(): readonly Draft[] {
  return [
    draft('severity', 'keyword', 'what orders the hits', 'severity '),
    draft('guideline', 'keyword', 'what a labeler does', 'guideline "'),
    draft('fixture', 'keyword', 'a small test', 'fixture "'),
  ];
}

/** A free letter for the next variable. */
function newVariable(variables: readonly string[]): readonly Draft[] {
  const free = ['b', 'c', 'd', 'e', 'g', 'p', 'v'].find((name) => !variables.includes(name)) ?? 'x';
  return [draft(`${free}:`, 'variable', 'a new variable', `${free}: `)];
}

/** Whether the last `:` follows the name of a new variable, not the condition of an aggregate. */
function isBinding(tokens: readonly Token[]): boolean {
  const before = tokens.at(-3);
  return (
    tokens.at(-2)?.kind === 'name' &&
    (isWord(before, 'exists') || isSign(before, ',') || (isSign(before, '(') && isWord(tokens.at(-4), ...aggregates)))
  );
}

/** After a comma: whether it stands in a list of variables. */
function bindingListOpen(tokens: readonly Token[]): boolean {
  for (let i = tokens.length - 2; i >= 0; i--) {
    const token = tokens[i]!;
    if (isWord(token, 'exists')) return true;
    if (isWord(token, 'where', 'and', 'or', 'not', 'when')) return false;
    if (isSign(token, '(')) return isWord(tokens[i - 1], ...aggregates);
    if (isSign(token, '[', '{')) return false;
  }
  return false;
}

function openBraces(tokens: readonly Token[]): number {
  return tokens.reduce((open, t) => open + (isSign(t, '{') ? 1 : isSign(t, '}') ? -1 : 0), 0);
}
