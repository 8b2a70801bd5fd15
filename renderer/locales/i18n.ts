import i18next, { type PostProcessorModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { loadHostTexts } from './hostText.ts';
import { withParticles } from './particles.ts';

/** One file a language and namespace: `locales/<language>/<namespace>.json`. A new view adds its own two files and nothing else. */
const files = import.meta.glob<{ readonly [key: string]: unknown }>('./{en,ko}/*.json', { eager: true, import: 'default' });

const resources: Record<string, Record<string, Record<string, unknown>>> = {};
for (const [path, texts] of Object.entries(files)) {
  const [, language, namespace] = /^\.\/(\w+)\/(\w+)\.json$/.exec(path) ?? [];
  if (language === undefined || namespace === undefined) continue;
  (resources[language] ??= {})[namespace] = texts;
}

export type Language = 'en' | 'ko';

/** The language to show: what somebody chose, else the system's where we speak it, else English. */
export function resolveLanguage(chosen: 'system' | Language, system: readonly string[]): Language {
  if (chosen !== 'system') return chosen;
  return system[0]?.toLowerCase().startsWith('ko') === true ? 'ko' : 'en';
}

/** No text in English has a particle with its other form in brackets, so this may run over all of them. */
const particles: PostProcessorModule = { type: 'postProcessor', name: 'particles', process: (text: string) => withParticles(text) };

export async function startTexts(language: Language): Promise<void> {
  await loadHostTexts(language);
  await i18next
    .use(initReactI18next)
    .use(particles)
    .init({
      lng: language,
      fallbackLng: 'en',
      resources,
      defaultNS: 'app',
      interpolation: { escapeValue: false },
      returnNull: false,
      postProcess: particles.name,
    });
  document.documentElement.lang = language;
}

export async function setLanguage(language: Language): Promise<void> {
  document.documentElement.lang = language;
  if (i18next.language === language) return;
  await loadHostTexts(language);
  await i18next.changeLanguage(language);
}
