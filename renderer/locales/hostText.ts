/// <reference types="vite/client" />
import i18next from 'i18next';
import { type HostTexts, hostTranslator } from './hostTranslator.ts';
import { withParticles } from './particles.ts';

/** By language, what the host says in it. English is what the host writes. */
const files = import.meta.glob<HostTexts>('./host/*/*.json', { import: 'default' });
const translators = new Map<string, (text: string) => string>();

/** Brings a language's sentences of the host; called before the language is shown. */
export async function loadHostTexts(language: string): Promise<void> {
  if (translators.has(language)) return;
  const wanted = Object.entries(files).filter(([path]) => path.startsWith(`./host/${language}/`));
  if (wanted.length === 0) return;
  const texts = await Promise.all(wanted.map(([, load]) => load()));
  translators.set(language, hostTranslator(Object.assign({}, ...texts) as HostTexts));
}

/** A sentence of the host (an error, a line of a report, a reason) in the language of the interface. Said twice, it stays. */
export function hostText(text: string): string {
  const translated = translators.get(i18next.language)?.(text);
  return translated === undefined ? text : withParticles(translated);
}
