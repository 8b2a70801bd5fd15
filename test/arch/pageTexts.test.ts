import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { sourcesOf, textOf, walk } from './sourceTexts.ts';

const locales = new URL('../../renderer/locales/', import.meta.url);
const namespaces = readdirSync(new URL('en/', locales)).map((file) => file.replace('.json', ''));

function flat(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'string') return [path];
  return Object.entries(value as object).flatMap(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`));
}

/** `namespace:key` of every text, without the endings of plurals. */
const keys = new Set(
  namespaces.flatMap((namespace) =>
    flat(JSON.parse(readFileSync(new URL(`en/${namespace}.json`, locales), 'utf8'))).map(
      (key) => `${namespace}:${key.replace(/_(one|other)$/, '')}`,
    ),
  ),
);
const page = sourcesOf(['renderer'], /vite\.config/);

interface Asked {
  readonly file: string;
  /** With `{0}` … where something is filled in. */
  readonly key: string;
  readonly namespaces: readonly string[];
}

/** Every text that the page asks for: `t('…')`, `i18next.t('…')`, `i18nKey="…"`, in the namespaces of the file. */
const asked: readonly Asked[] = [...page].flatMap(([file, source]) => {
  const own = new Set<string>();
  walk(source, (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'useTranslation') return;
    own.add(node.arguments[0] === undefined ? 'app' : (textOf(node.arguments[0]) ?? 'app'));
  });
  const list: Asked[] = [];
  const add = (node: ts.Node): void => {
    if (ts.isConditionalExpression(node)) return void [node.whenTrue, node.whenFalse].forEach(add);
    if (ts.isParenthesizedExpression(node)) return add(node.expression);
    const text = textOf(node);
    if (text === null) return;
    const [, namespace, rest] = /^(?:([\w{}]+):)?(.*)$/s.exec(text) ?? [];
    // A function that is given `t` asks in the namespace of whoever gives it.
    const there = namespace === undefined ? (own.size > 0 ? [...own] : namespaces) : /\{/.test(namespace) ? namespaces : [namespace];
    list.push({ file, key: rest ?? '', namespaces: there });
  };
  walk(source, (node) => {
    if (ts.isCallExpression(node) && /^(t|i18next\.t|i18n\.t)$/.test(node.expression.getText()) && node.arguments[0] !== undefined)
      add(node.arguments[0]);
    if (ts.isJsxAttribute(node) && node.name.getText() === 'i18nKey' && node.initializer !== undefined) add(node.initializer);
  });
  return list;
});

/** Which texts a key with something filled in may mean. */
function patternOf({ key }: Asked, namespace: string): RegExp {
  const source = key.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\d\}/g, '.+');
  return new RegExp(`^${namespace}:${source}$`);
}

/** Texts of these stand under a name that the code builds elsewhere. */
const builtElsewhere = [
  // The title of a command, by its id: a test of the commands holds that each has one.
  /:commands\./,
];

/** What is the same in every language: names, units, signs, and what is typed as it stands. */
const universal =
  /^(?:Hardcase|Canvas|sha256|px|ms|km|[xywhXYWHK]|street-2026|CVAT|COCO|YOLO|VOC|ONNX|SQLite|Node|Electron|AP|IoU|ioa|bike_on_rack)$/;
/** Queries and the words of the little scene that explains them, as they are typed and drawn. */
const typed = /^(?:frame\.state = "\w+"|bicycle &amp; car where ioa &gt; 0\.6|bicycle \.81)$/;
const heard = new Set([
  'aria-label',
  'title',
  'placeholder',
  'alt',
  'label',
  'hint',
  'text',
  'tryThis',
  'safe',
  'message',
  'aria-description',
  'aria-roledescription',
]);

/** A key that is handed on, as in `text="ago"`. */
const isKey = (text: string): boolean => namespaces.some((namespace) => keys.has(`${namespace}:${text}`));

describe('what the page says', () => {
  test('is looked through as a whole', () => {
    expect(page.size).toBeGreaterThan(150);
    expect(asked.length).toBeGreaterThan(700);
    expect(keys.size).toBeGreaterThan(700);
  });

  test('has a text for every key it asks for', () => {
    const missing = asked.filter((one) => {
      if (!/\{\d\}/.test(one.key)) return !one.namespaces.some((namespace) => keys.has(`${namespace}:${one.key}`));
      return !one.namespaces.some((namespace) => [...keys].some((key) => patternOf(one, namespace).test(key)));
    });
    expect(missing.map(({ file, key }) => `${file}: ${key}`)).toEqual([]);
  });

  test('asks for every text there is', () => {
    const literal = new Set(
      asked.filter(({ key }) => !/\{\d\}/.test(key)).flatMap(({ key, namespaces: all }) => all.map((namespace) => `${namespace}:${key}`)),
    );
    const patterns = asked
      .filter(({ key }) => /\{\d\}/.test(key))
      .flatMap((one) => one.namespaces.map((namespace) => patternOf(one, namespace)));
    // A key may be handed on as a value before it is asked for: then it stands somewhere as a text.
    const said = new Set<string>();
    for (const [, source] of page)
      walk(source, (node) => {
        const text = textOf(node);
        if (text !== null) said.add(text);
      });
    const unused = [...keys].filter(
      (key) =>
        !literal.has(key) &&
        !said.has(key.slice(key.indexOf(':') + 1)) &&
        !said.has(key) &&
        !patterns.some((pattern) => pattern.test(key)) &&
        !builtElsewhere.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  test('writes no words into the page itself', () => {
    const words: string[] = [];
    for (const [file, source] of page)
      walk(source, (node) => {
        const inText = ts.isJsxText(node) ? node.text : null;
        const inAttribute =
          ts.isJsxAttribute(node) && heard.has(node.name.getText()) && node.initializer !== undefined
            ? textOf(ts.isJsxExpression(node.initializer) ? (node.initializer.expression ?? node) : node.initializer)
            : null;
        const text = (inText ?? inAttribute?.replaceAll(/\{\d\}/g, '') ?? '').trim();
        if (
          /\p{L}{2,}/u.test(text.replaceAll(/&\w+;/g, '')) &&
          !typed.test(text) &&
          !isKey(text) &&
          !text.split(/[\s·,×()]+/).every((word) => word === '' || !/\p{L}/u.test(word) || universal.test(word))
        )
          words.push(`${file}: ${text}`);
      });
    expect(words).toEqual([]);
  });
});
