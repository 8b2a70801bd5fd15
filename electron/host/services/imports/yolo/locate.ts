import { checkDataPath } from '../../gates/dataPath.ts';
import type { FolderTree } from '../folderTree.ts';
import type { OpenSourceOptions } from '../labelSource.ts';

/** Paths of a data.yaml or list: from the root, from `path`, or with their foreign beginning left out. */
export async function locate(
  tree: FolderTree,
  text: string,
  context: { readonly base: string | null; readonly options: OpenSourceOptions },
): Promise<{ readonly kind: 'folder' | 'file'; readonly parts: readonly string[] } | null> {
  if (text.replaceAll('\\', '/').replace(/\/+$/, '').match(/^\.?$/)) return { kind: 'folder', parts: [] };
  const base = context.base === null ? null : checkDataPath(context.base);
  const candidates = [...(base?.ok === true ? foreignSuffixes(`${base.path}/${text}`) : []), ...foreignSuffixes(text)];
  for (const [i, parts] of candidates.entries()) {
    const kind = await kindAt(tree, parts);
    if (kind === null) continue;
    const isGuess = i > 0 && parts.join('/') !== text.replace(/^\.\//, '').replace(/\/+$/, '') && base?.ok !== true;
    if (isGuess)
      context.options.report.add({
        code: 'path_guessed',
        severity: 'repaired',
        message: 'A path of another folder or computer was found here.',
        item: text,
      });
    return { kind, parts };
  }
  return null;
}

async function kindAt(tree: FolderTree, parts: readonly string[]): Promise<'folder' | 'file' | null> {
  if ((await tree.listing(parts)) !== null) return 'folder';
  return (await tree.entry(parts))?.kind === 'file' ? 'file' : null;
}

/**
 * The path as it is, then without its first parts: what is left of a path of another computer. Each suffix goes through
 * the path gate; `..` is taken away at the front only, where Roboflow writes it.
 */
export function foreignSuffixes(text: string): readonly (readonly string[])[] {
  const parts = text
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^[a-z]:/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  while (parts[0] === '..') parts.shift();
  const suffixes: string[][] = [];
  for (let i = 0; i < Math.min(parts.length, 32); i++) {
    const checked = checkDataPath(parts.slice(i).join('/'));
    if (checked.ok) suffixes.push([...checked.parts]);
  }
  return suffixes;
}
