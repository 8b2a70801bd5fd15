import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { Settings } from '../../../../shared/contract/settings.ts';
import { settings as settingsContract } from '../../../../shared/contract/settings.ts';
import type { Log } from '../../ports.ts';
import { writeFileAtomically } from '../files/writeFileAtomically.ts';

export type SettingsPatch = { readonly [K in keyof Settings]?: Settings[K] | undefined };

/** Settings of this person on this computer: one JSON file in the user's data folder. */
export interface SettingsStore {
  get(): Settings;
  set(patch: SettingsPatch): Promise<Settings>;
  onChange(listener: (settings: Settings) => void): () => void;
}

function defaults(): Settings {
  return { author: userName(), profiles: [], theme: 'system', language: 'system', provider: 'auto', keys: {}, layout: {} };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's table (containers) has no name.
    return 'labeler';
  }
}

/** `layout` and `keys` are merged by their own keys, so that two windows do not undo each other's panels. */
export function mergeSettings(base: Settings, patch: SettingsPatch): Settings {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<Settings>;
  return { ...base, ...given, keys: { ...base.keys, ...given.keys }, layout: { ...base.layout, ...given.layout } };
}

export async function openSettings(userData: string, log: Log): Promise<SettingsStore> {
  const file = path.join(userData, 'settings.json');
  let current = mergeSettings(defaults(), await readStored(file, log));
  const listeners = new Set<(settings: Settings) => void>();
  let saving: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => writeFileAtomically(file, JSON.stringify(current, null, 2));
  return {
    get: () => current,
    async set(patch) {
      current = mergeSettings(current, patch);
      // One after the other: of two changes at once, the file keeps both.
      saving = saving.then(save, save);
      await saving;
      for (const listener of listeners) listener(current);
      return current;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A settings file that cannot be read costs the settings, never the start. */
async function readStored(file: string, log: Log): Promise<SettingsPatch> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return {};
  }
  try {
    const parsed = settingsContract.set.input.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    log.warn('The settings file has values that do not fit; defaults are used.', { problem: parsed.error.message });
  } catch {
    log.warn('The settings file is not JSON; defaults are used.');
  }
  return {};
}
