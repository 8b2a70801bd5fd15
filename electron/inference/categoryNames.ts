import { open } from 'node:fs/promises';

const maxNames = 10_000;
const maxLength = 128;

const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const clean = (name: string): string => name.replace(unprintable, '').trim().slice(0, maxLength);

/**
 * Category names in the metadata of a model: `names` as Ultralytics writes it (a Python dictionary), else `names`, `classes`
 * or `labels` as JSON or one a line or comma. Null where there are none.
 */
export function namesFromMetadata(metadata: { readonly [key: string]: string }): readonly string[] | null {
  for (const key of ['names', 'classes', 'labels', 'class_names', 'CLASSES']) {
    const text = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    const names = text === undefined ? null : parseNames(text);
    if (names !== null) return names;
  }
  return null;
}

export function parseNames(text: string): readonly string[] | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (trimmed.startsWith('{')) {
    const names: string[] = [];
    for (const match of trimmed.matchAll(/['"]?(\d+)['"]?\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)) {
      const index = Number(match[1]);
      if (index >= maxNames) return null;
      names[index] = clean((match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1'));
    }
    return names.length === 0 ? null : Array.from(names, (name: string | undefined, i) => name ?? `class ${i}`);
  }
  if (trimmed.startsWith('[')) {
    const names = Array.from(trimmed.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g), (match) =>
      clean((match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1')),
    );
    return names.length > 0 && names.length <= maxNames ? names : null;
  }
  const names = trimmed.split(trimmed.includes('\n') ? /\r?\n/ : ',').map(clean);
  while (names.at(-1) === '') names.pop();
  return names.length > 0 && names.length <= maxNames ? names : null;
}

/** A names file beside the model, `<model>.names` or `<model>.txt`, one name a line. Nothing else in the folder is looked at. */
export async function namesBeside(modelPath: string): Promise<{ readonly names: readonly string[]; readonly file: string } | null> {
  const base = modelPath.replace(/\.onnx$/i, '');
  const folder = modelPath.replace(/[^/\\]*$/, '');
  for (const path of [`${base}.names`, `${base}.txt`]) {
    const text = await readSmall(path);
    const names = text === null ? null : parseNames(text);
    if (names !== null) return { names, file: path.slice(folder.length) };
  }
  return null;
}

async function readSmall(path: string): Promise<string | null> {
  let file;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    return stat.isFile() && stat.size <= 262_144 ? await file.readFile('utf8') : null;
  } catch {
    // No such file is the usual case.
    return null;
  } finally {
    await file?.close();
  }
}
