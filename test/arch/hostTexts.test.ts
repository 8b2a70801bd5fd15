import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../shared/errors.ts';
import { isForDevelopers, sourcesOf, textOf, walk } from './sourceTexts.ts';

const folder = new URL('../../renderer/locales/host/ko/', import.meta.url);
const areas = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { readonly [en: string]: string },
);
const korean = new Map(areas.flatMap((area) => Object.entries(area)));
// The command line speaks English; the shells write to a terminal.
const host = sourcesOf(['electron', 'shared'], /^electron\/(cli|main|preload|web)\/|^electron\/[^/]+$/);

/** Phrases that the host puts together from parts, as a reader gets them. */
const composed = new Set([
  'Line {0}, column {1}:',
  'a known function or a field',
  'a known field of the frame',
  'a known field of a track',
  'YOLOX (raw grid).',
  '“{0}” takes one image, {1} × {2}, {3}, {4}.',
]);

const leftAsTheyAre = new Set([
  // Written into versions, where a language of the interface has no place.
  'Carried bicycles belong to their vehicle: the first fixed frames and the test set.',
  // A place and two sentences of their own, each translated by itself.
  'Line {0}, column {1}: {2} {3}',
]);

/** A sentence: what stands in messages, reports and reasons. Fragments follow from the unused ones: whoever writes one translates it. */
const isSentence = ({ text }: { readonly text: string }): boolean => /^[A-Z“"{(].* .*\.$/s.test(text) && !/^[A-Z]+ /.test(text);

interface Found {
  readonly text: string;
  readonly file: string;
  readonly node: ts.Node;
}

const texts: readonly Found[] = [...host].flatMap(([file, source]) => {
  const list: Found[] = [];
  walk(source, (node) => {
    const text = textOf(node);
    if (text !== null && !isForDevelopers(node)) list.push({ text, file, node });
  });
  return list;
});

/** The message of `new AppError(code, message)`, wherever in its expression it stands. */
function isMessage({ node }: Found): boolean {
  for (let at: ts.Node = node; at.parent !== undefined && ts.isExpression(at.parent); at = at.parent) {
    const { parent } = at;
    if (ts.isNewExpression(parent)) return parent.expression.getText() === 'AppError' && parent.arguments?.[1] === at;
    if (ts.isCallExpression(parent) || (ts.isConditionalExpression(parent) && parent.condition === at)) return false;
  }
  return false;
}

/** What stands beside a word in completion, be it a single one: `word(name, takes, gives, detail)`, `draft(label, kind, detail)`. */
function explainsWord(node: ts.Node): boolean {
  const { parent } = node;
  if (!ts.isCallExpression(parent)) return false;
  const at = { word: 3, draft: 2 }[parent.expression.getText()];
  const detail = at === undefined ? undefined : parent.arguments[at];
  return detail === node;
}

const untranslated = (list: readonly Found[]): readonly string[] =>
  list.filter(({ text }) => !korean.has(text) && !leftAsTheyAre.has(text)).map(({ text, file }) => `${file}: ${text}`);

describe('what the host says', () => {
  test('is looked through as a whole', () => {
    expect(host.size).toBeGreaterThan(200);
    expect(texts.filter(isMessage).length).toBeGreaterThan(200);
  });

  test('has a Korean sentence for every message of an error', () => {
    expect(untranslated(texts.filter(isMessage))).toEqual([]);
  });

  test('has a Korean sentence for every sentence of reports, reasons and problems', () => {
    expect(untranslated(texts.filter(isSentence))).toEqual([]);
  });

  test('has Korean for every explanation of a word of the trigger language', () => {
    const parts = ['vocabulary', 'completion', 'checker', 'checkerNames', 'checkerWords', 'mismatch', 'parser', 'lexer'].map(
      (name) => `shared/triggers/${name}.ts`,
    );
    const explanation = (text: string): boolean => /[A-Za-z]{2,} [A-Za-z]/.test(text) && !/^\{\d\} /.test(text) && !/"$/.test(text);
    const list = texts.filter(({ text, file, node }) => parts.includes(file) && (explanation(text) || explainsWord(node)));
    expect(list.length).toBeGreaterThan(100);
    expect(untranslated(list)).toEqual([]);
  });

  test('keeps no sentence that the host does not say any more, and none twice', () => {
    const said = new Set(texts.map(({ text }) => text));
    expect([...korean.keys()].filter((text) => !said.has(text) && !composed.has(text))).toEqual([]);
    expect(areas.reduce((sum, area) => sum + Object.keys(area).length, 0)).toBe(korean.size);
  });

  test('fills the same values in', () => {
    const values = (text: string): string => [...new Set(text.match(/\{\d\}/g) ?? [])].sort().join(' ');
    expect([...korean].filter(([en, ko]) => values(en) !== values(ko)).map(([en]) => en)).toEqual([]);
  });

  test('has a heading for every code of an error in both languages', () => {
    for (const language of ['en', 'ko']) {
      const app = JSON.parse(readFileSync(new URL(`../../renderer/locales/${language}/app.json`, import.meta.url), 'utf8')) as {
        readonly errors: { readonly [code: string]: string };
      };
      expect(Object.keys(app.errors).sort()).toEqual([...errorCodes].sort());
      expect(Object.values(app.errors).filter((text) => text.trim() === '')).toEqual([]);
    }
  });

  test('has Korean for every line that a report can have', () => {
    // A line is an object with a code and a message; its message is a text, or made by a function whose texts the tests above hold.
    const lines: string[] = [];
    for (const [file, source] of host)
      walk(source, (node) => {
        if (!ts.isObjectLiteralExpression(node)) return;
        const field = (name: string): ts.Expression | undefined =>
          node.properties.find((p): p is ts.PropertyAssignment => ts.isPropertyAssignment(p) && p.name.getText() === name)?.initializer;
        const message = field('message');
        if (field('code') === undefined || field('severity') === undefined || message === undefined) return;
        const text = textOf(message);
        if (text !== null) lines.push(korean.has(text) ? '' : `${file}: ${text}`);
      });
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => line !== '')).toEqual([]);
  });
});
