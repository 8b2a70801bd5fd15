import type { Category } from '../../../shared/domain/category.ts';
import type { TriggerProblem } from '../../../shared/triggers/problem.ts';

/** The first of `name`, `name_2`, `name_3` … that nobody has. */
export function freeName(name: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name}_${n}`;
    if (!used.has(candidate)) return candidate;
  }
}

const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const keywords = new Set(
  'group trigger when exists where and or not severity guideline fixture fires silent in within any track'.split(' '),
);
const written = (category: string): string =>
  plain.test(category) && !keywords.has(category) ? category : `"${category.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Two fixtures that pass, so that it can be armed as it stands. */
const fixtures = (a: string, b: string): string =>
  `  fixture "together" fires { ${a} 420 300 90 60 0.8   ${b} 300 220 330 210 0.9 }
  fixture "apart" silent { ${a} 700 300 90 60 0.8   ${b} 300 220 330 210 0.9 }`;

/** What "New" begins with: a question about the first two categories of the dataset, ready to be changed. */
export function newTriggerText(name: string, categories: readonly Pick<Category, 'name'>[]): string {
  const first = categories[0] === undefined ? 'any' : written(categories[0].name);
  const second = categories[1] === undefined ? first : written(categories[1].name);
  const [a, b] = categories.length === 0 ? ['thing', 'thing'] : [first, second];
  return `trigger ${name} {
  when exists a: ${first}, b: ${second} where ioa(a, b) >= 0.6
  severity ioa(a, b)
  guideline "What a labeler does with such a pair."
${fixtures(a, b)}
}
`;
}

/** A question that was asked once, as the text of a trigger; the short form is written out. */
export function triggerFromQuery(name: string, query: string): string {
  const short = /^\s*((?:"[^"]*"|[^\s&]+))\s*&\s*((?:"[^"]*"|[^\s&]+))(?:\s+where\s+([\s\S]+))?\s*$/.exec(query);
  const when =
    short === null
      ? query.trim()
      : `exists a: ${short[1]}, b: ${short[2]}${short[3] === undefined ? '' : ` where ${short[3].trim().replace(/\b(iou|ioa|iomin|giou|gap|distance)\b(?!\s*\()/g, '$1(a, b)')}`}`;
  return `trigger ${name} {
  when ${when}
  guideline "What a labeler does with it."
}
`;
}

/** The name that a text gives its trigger, or null. */
export function nameIn(text: string): string | null {
  return /^\s*trigger\s+([\p{L}_][\p{L}\p{N}_]*)/mu.exec(text)?.[1] ?? null;
}

/** Puts a suggestion in the place of what was wrong. */
export function applySuggestion(text: string, problem: Pick<TriggerProblem, 'offset' | 'length'>, suggestion: string): string {
  return text.slice(0, problem.offset) + suggestion + text.slice(problem.offset + problem.length);
}
