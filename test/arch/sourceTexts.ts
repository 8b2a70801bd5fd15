import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');

/** The parsed sources below some folders of the repository, by their path from its root. */
export function sourcesOf(folders: readonly string[], left: RegExp = /$^/): ReadonlyMap<string, ts.SourceFile> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  );
  return new Map(
    files
      .filter((file) => !left.test(file))
      .map((file) => [file, ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)]),
  );
}

/** A text that stands in the source; `{0}`, `{1}` … where something is filled in. Null for anything else. */
export function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map((span, i) => `{${i}}${span.literal.text}`).join('');
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Whether the text goes to the log or into an error that is a defect: neither is shown to a labeler as it is. */
export function isForDevelopers(node: ts.Node): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (ts.isImportDeclaration(at)) return true;
    if (ts.isNewExpression(at) && /^(Error|TypeError|RangeError)$/.test(at.expression.getText())) return true;
    if (ts.isCallExpression(at) && /(^|\.)log\.\w+$|^(Error|console\.\w+)$/.test(at.expression.getText().replaceAll(/\s/g, '')))
      return true;
    if (ts.isStatement(at)) return false;
  }
  return false;
}
