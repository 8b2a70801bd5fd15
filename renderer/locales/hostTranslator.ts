/** Sentences of the host as it writes them, in English with `{0}`, `{1}` … for what it fills in, and the same in another language. */
export type HostTexts = { readonly [english: string]: string };

interface Template {
  readonly pattern: RegExp;
  readonly translation: string;
  readonly long: boolean;
  /** Numbers of what stands in quotation marks: a name, which is the same in every language. */
  readonly names: ReadonlySet<string>;
}

const remembered = 2_000;
/** Characters that a template must say itself to be believed where sentences were put together. */
const longTemplate = 20;
const sentenceEnd = /(?<=[.:])\s+(?=[^a-z\s])|(?<=:)\s+/;

/**
 * What the host says, in another language. The host writes whole English sentences (the command line prints them as they are), so the sentence itself
 * is the key; what it filled in is read back out of it and, where it is a phrase of the host, translated too. A text without a translation stays.
 */
export function hostTranslator(texts: HostTexts): (text: string) => string {
  const exact = new Map(Object.entries(texts).filter(([key]) => !/\{\d\}/.test(key)));
  const templates: readonly Template[] = Object.entries(texts)
    .filter(([key]) => /\{\d\}/.test(key))
    // The more a template says itself, the surer it is: "{0} is {1}." comes last.
    .sort(([a], [b]) => ownLength(b) - ownLength(a))
    .map(([key, translation]) => ({ pattern: patternOf(key), translation, long: ownLength(key) >= longTemplate, names: namesIn(key) }));
  const known = new Map<string, string>();

  /** `whole`: nothing that was filled in may be a sentence and the beginning of the next, but for what is known as a whole; else only templates that say much themselves count. */
  const sentence = (text: string, whole: boolean): string | null => {
    const same = exact.get(text);
    if (same !== undefined) return same;
    // A phrase that was made a sentence.
    const phrase = text.endsWith('.') ? exact.get(text.slice(0, -1)) : undefined;
    if (phrase !== undefined) return `${phrase}.`;
    for (const { pattern, translation, long, names } of templates) {
      const found = pattern.exec(text)?.groups;
      if (found === undefined || (whole ? Object.values(found).some((value) => sentenceEnd.test(value) && !exact.has(value)) : !long))
        continue;
      return translation.replaceAll(/\{(\d)\}/g, (_, n: string) => {
        const value = found[`p${n}`] ?? '';
        return names.has(n) ? value : part(value);
      });
    }
    return null;
  };

  /** Sentences that were put together. The longest run that is known goes first: "Expected x. Nearest: y." is one. */
  const several = (text: string): { readonly said: string; readonly unknown: number } => {
    const parts = text.split(sentenceEnd);
    const said: string[] = [];
    let unknown = 0;
    for (let i = 0; i < parts.length;) {
      let to = parts.length;
      let found: string | null = null;
      for (; to > i; to--) {
        found = sentence(parts.slice(i, to).join(' '), true);
        if (found !== null) break;
      }
      if (found === null) unknown += 1;
      said.push(found ?? (parts[i] as string));
      i = found === null ? i + 1 : to;
    }
    return { said: said.join(' '), unknown };
  };

  const part = (text: string): string => {
    const whole = sentence(text, true);
    if (whole !== null) return whole;
    const split = several(text);
    return split.unknown === 0 ? split.said : (sentence(text, false) ?? split.said);
  };

  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const translated = part(text);
    if (known.size >= remembered) known.clear();
    known.set(text, translated);
    return translated;
  };
}

const namesIn = (template: string): ReadonlySet<string> => new Set([...template.matchAll(/“\{(\d)\}”/g)].map(([, n = '']) => n));

const ownLength = (template: string): number => template.replaceAll(/\{\d\}/g, '').length;

function patternOf(template: string): RegExp {
  const seen = new Set<string>();
  const source = template
    .split(/(\{\d\})/)
    .map((piece) => {
      const n = /^\{(\d)\}$/.exec(piece)?.[1];
      if (n === undefined) return piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      if (seen.has(n)) return `\\k<p${n}>`;
      seen.add(n);
      return `(?<p${n}>.+?)`;
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
