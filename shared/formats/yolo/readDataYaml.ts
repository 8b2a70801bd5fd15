import { FormatError } from '../formatError.ts';
import { asObject, own, safeEntries } from '../json/jsonGate.ts';

export interface DataYaml {
  /** Base folder as the file says it; often a path of another computer. */
  readonly path: string | null;
  /** Folders or list files of each split, in the order train, val, test. */
  readonly splits: readonly { readonly split: 'train' | 'val' | 'test'; readonly paths: readonly string[] }[];
  /** Class i is `names[i]`; null where a dict leaves a number out. */
  readonly names: readonly (string | null)[];
}

const maxClasses = 65_535;

/** The meaning of a parsed data.yaml of Ultralytics. Throws FormatError `yolo_names_missing`, `yolo_names_broken`. */
export function readDataYaml(document: unknown): DataYaml {
  const yaml = asObject(document);
  if (yaml === null) throw new FormatError('yolo_names_missing', 'The data.yaml holds no names of classes.');
  const splits = (
    [
      ['train', ['train']],
      ['val', ['val', 'valid', 'validation']],
      ['test', ['test']],
    ] as const
  ).flatMap(([split, keys]) => {
    const paths = keys.flatMap((key) => pathsOf(own(yaml, key)));
    return paths.length > 0 ? [{ split, paths }] : [];
  });
  const path = own(yaml, 'path');
  return { path: typeof path === 'string' && path !== '' ? path : null, splits, names: namesOf(own(yaml, 'names')) };
}

function pathsOf(value: unknown): readonly string[] {
  if (typeof value === 'string' && value !== '') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '').slice(0, 10_000) : [];
}

function namesOf(value: unknown): readonly (string | null)[] {
  if (Array.isArray(value)) {
    if (value.length > maxClasses) throw new FormatError('yolo_names_broken', 'The data.yaml has more than 65535 classes.');
    return value.map(nameOf);
  }
  const dict = asObject(value);
  if (dict === null) throw new FormatError('yolo_names_missing', 'The data.yaml holds no names of classes.');
  const names: (string | null)[] = [];
  for (const [key, name] of safeEntries(dict)) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index >= maxClasses)
      throw new FormatError('yolo_names_broken', 'A class of the data.yaml has no number from 0 to 65534.');
    while (names.length <= index) names.push(null);
    names[index] = nameOf(name);
  }
  return names;
}

function nameOf(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 128) : null;
}
