import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, over } from '../../../helpers/color.ts';

const css = readFileSync(new URL('../../../../renderer/ui/tokens.css', import.meta.url), 'utf8');

function tokens(theme: 'dark' | 'light'): Map<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6}(?:[0-9a-f]{2})?);/g)].map(([, name, value]) => [name!, value!]));
}

describe.each(['dark', 'light'] as const)('tokens of the %s theme', (theme) => {
  const value = tokens(theme);
  const at = (name: string): string => {
    const found = value.get(name);
    if (found === undefined) throw new Error(`no token --${name}`);
    return found;
  };
  const grounds = ['bg', 'panel', 'raised', 'float'];

  test('are those of the design', () => {
    const wanted =
      theme === 'dark'
        ? {
            bg: '#0f1115',
            panel: '#14171c',
            line: '#232932',
            text: '#e6e9ee',
            'text-2': '#9aa4b2',
            accent: '#5b8cff',
            danger: '#ff6b6b',
            warning: '#f2b84b',
            success: '#45c08a',
          }
        : { bg: '#ffffff', panel: '#f6f7f9', line: '#e3e6eb', text: '#15181d', 'text-2': '#5c6672', accent: '#2f63e0' };
    expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, at(name)]))).toEqual(wanted);
  });

  test.each(['text', 'text-2', 'text-3', 'accent-text', 'danger', 'warning', 'success'])('text in %s has 4.5:1 on every ground', (name) => {
    for (const ground of grounds)
      expect({ ground, enough: contrast(over(at(name), at(ground)), over(at(ground), at(ground))) >= 4.5 }).toEqual({
        ground,
        enough: true,
      });
  });

  test.each(['text', 'text-2'])('text in %s stays readable on a selected and a pointed row', (name) => {
    for (const ground of grounds) {
      for (const tint of ['selected', 'hover']) {
        const mixed = over(at(tint), at(ground));
        const hex = `#${mixed.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`;
        expect(contrast(over(at(name), hex), mixed)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test('a main button can be read', () => {
    expect(contrast(over(at('on-accent'), at('accent')), over(at('accent'), at('accent')))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['accent', 'danger', 'warning', 'success', 'text-3'])('a line or shape in %s has 3:1', (name) => {
    for (const ground of grounds) expect(contrast(over(at(name), at(ground)), over(at(ground), at(ground)))).toBeGreaterThanOrEqual(3);
  });
});

describe.each(['dark', 'light'] as const)('high contrast, %s', (theme) => {
  const block = new RegExp(`\\[data-contrast='more'\\]\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  const value = new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6}(?:[0-9a-f]{2})?);/g)].map(([, name, color]) => [name!, color!]));
  const ratio = (name: string, ground: string): number =>
    contrast(over(value.get(name)!, value.get(ground)!), over(value.get(ground)!, value.get(ground)!));

  test('text has 7:1 on every ground, lines and the accent 3:1', () => {
    const low: string[] = [];
    for (const ground of ['bg', 'panel', 'raised', 'float']) {
      for (const text of ['text', 'text-2', 'text-3', 'accent-text', 'danger', 'warning', 'success'])
        if (ratio(text, ground) < 7) low.push(`${text} on ${ground}`);
      for (const line of ['line', 'line-strong', 'accent']) if (ratio(line, ground) < 3) low.push(`${line} on ${ground}`);
    }
    expect(low).toEqual([]);
    expect(ratio('on-accent', 'accent')).toBeGreaterThanOrEqual(7);
  });

  test('says every colour anew that the plain theme says', () => {
    const plain = tokens(theme);
    const kept = ['scrim'];
    expect([...plain.keys()].filter((name) => !value.has(name) && !kept.includes(name))).toEqual([]);
  });
});
