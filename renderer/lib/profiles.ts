import type { Profile } from '../../shared/contract/settings.ts';

/** Apart for colour-blind people and readable under white or black letters; the badge also carries initials. */
export const profileColors = [
  '#3f7fd6',
  '#d9822b',
  '#2a9d8f',
  '#c46bae',
  '#8a8f3c',
  '#d4614f',
  '#5765c8',
  '#4f9a4a',
  '#8a5c2e',
  '#6d92ad',
] as const;

/** First letters of the first and last word; of a name in one word its first letter, of a Korean one its last two syllables. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => word !== '');
  const [first = ''] = words;
  const last = words.at(-1) ?? '';
  if (words.length === 1 && /^[가-힣]{2,4}$/u.test(first)) return [...first].slice(-2).join('');
  const letters = words.length > 1 ? [...first].slice(0, 1).concat([...last].slice(0, 1)) : [...first].slice(0, 1);
  return letters.join('').toUpperCase();
}

/** A colour that stays with a name, for people who have no profile here. */
function colorOfName(name: string): string {
  let hash = 0;
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return profileColors[hash % profileColors.length] ?? profileColors[0];
}

/** Who somebody is today: a person who took another name here is not two. A name that somebody else has by now is theirs. */
export function presentName(name: string, profiles: readonly Profile[]): string {
  if (profiles.some((profile) => profile.name === name)) return name;
  return profiles.find(({ formerly = [] }) => formerly.includes(name))?.name ?? name;
}

/** How a person is shown: as their profile on this computer says, or by their name alone. */
export function profileOf(name: string, profiles: readonly Profile[]): Profile {
  return profiles.find((profile) => profile.name === name) ?? { name, color: colorOfName(name), initials: initialsOf(name) };
}

/** Black or white, whichever is easier to read on a colour. */
export function inkOn(color: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  return luminance > 0.1916 ? '#0f1115' : '#ffffff';
}
