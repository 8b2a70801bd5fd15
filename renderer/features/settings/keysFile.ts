import { type KeyPreset, keyPresets } from '../../../shared/contract/settings.ts';
import { normaliseChord } from '../../lib/keys.ts';

/** Keys as a file that one gives to a colleague or takes to another computer. */
export interface KeysFile {
  readonly preset: KeyPreset;
  readonly keys: { readonly [command: string]: readonly string[] };
}

const format = 'hardcase keys';
const mostCharacters = 262_144;

export function writeKeysFile({ preset, keys }: KeysFile): string {
  const sorted = Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ format, version: 1, preset, keys: sorted }, null, 2)}\n`;
}

/**
 * What a file of keys says. Commands that this Hardcase does not have are left out and counted: the file may be of a newer one.
 * Null where it is no such file.
 */
export function readKeysFile(text: string, known: ReadonlySet<string>): (KeysFile & { readonly unknown: number }) | null {
  if (text.length > mostCharacters) return null;
  const file = parsed(text);
  if (file?.['format'] !== format || typeof file['keys'] !== 'object' || file['keys'] === null) return null;
  const preset = keyPresets.find((name) => name === file['preset']);
  const entries = Object.entries(file['keys'] as { readonly [command: string]: unknown });
  const keys = new Map<string, readonly string[]>();
  let unknown = 0;
  for (const [command, chords] of entries) {
    if (!Array.isArray(chords) || !chords.every((chord): chord is string => typeof chord === 'string' && chord.length <= 64)) return null;
    if (known.has(command)) keys.set(command, chords.slice(0, 8).map(normaliseChord));
    else unknown += 1;
  }
  return preset === undefined ? null : { preset, keys: Object.fromEntries(keys), unknown };
}

function parsed(text: string): { readonly [key: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: unknown }) : null;
  } catch {
    return null;
  }
}
