import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { Settings, SettingsPatch } from '../../../../shared/contract/settings.ts';
import { namesOf, settings as settingsContract } from '../../../../shared/contract/settings.ts';
import type { Log } from '../../ports.ts';
import { writeFileAtomically } from '../files/writeFileAtomically.ts';

/** Settings of this computer and of each person who works on it: one JSON file in the user's data folder. */
export interface SettingsStore {
  get(): Settings;
  set(patch: SettingsPatch): Promise<Settings>;
  onChange(listener: (settings: Settings) => void): () => void;
}

/** What each person has for themselves, by the name that their operations carry. */
type Own = Pick<Settings, 'theme' | 'contrast' | 'language' | 'scale' | 'keyPreset' | 'keys' | 'layout'>;
type Common = Omit<Settings, keyof Own>;

interface Stored {
  readonly common: Common;
  readonly own: { readonly [author: string]: Own };
}

const fresh: Own = { theme: 'system', contrast: 'system', language: 'system', scale: 1, keyPreset: 'hardcase', keys: {}, layout: {} };

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's table (containers) has no name.
    return 'labeler';
  }
}

function settingsOf(stored: Stored): Settings {
  return { ...stored.common, ...(ownOf(stored, stored.common) ?? fresh) };
}

/** What somebody has for themselves, also from before they took another name. */
function ownOf({ own }: Pick<Stored, 'own'>, { author, profiles }: Common): Own | undefined {
  const known = namesOf(author, profiles).find((name) => Object.hasOwn(own, name));
  return known === undefined ? undefined : own[known];
}

/** `layout` and `keys` are merged by their own keys, so that two windows do not undo each other's panels. */
function merged(before: Stored, patch: SettingsPatch): Stored {
  const { keys, layout, theme, contrast, language, scale, keyPreset, author, profiles, provider } = patch;
  const common = { ...before.common, ...given({ author, profiles, provider }) };
  // Who is new here goes on with what stands on the screen.
  const mine = ownOf(before, common) ?? ownOf(before, before.common) ?? fresh;
  const bound = Object.entries({ ...mine.keys, ...keys }).filter((entry): entry is [string, string[]] => entry[1] !== null);
  const now: Own = {
    ...mine,
    ...given({ theme, contrast, language, scale, keyPreset }),
    keys: Object.fromEntries(bound),
    layout: { ...mine.layout, ...layout },
  };
  return { common, own: { ...before.own, [common.author]: now } };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

export async function openSettings(userData: string, log: Log): Promise<SettingsStore> {
  const file = path.join(userData, 'settings.json');
  let current = await readStored(file, log);
  const listeners = new Set<(settings: Settings) => void>();
  let saving: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => writeFileAtomically(file, JSON.stringify({ ...current.common, own: current.own }, null, 2));
  return {
    get: () => settingsOf(current),
    async set(patch) {
      current = merged(current, patch);
      // One after the other: of two changes at once, the file keeps both.
      saving = saving.then(save, save);
      await saving;
      const now = settingsOf(current);
      for (const listener of listeners) listener(now);
      return now;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A settings file that cannot be read costs the settings, never the start. */
async function readStored(file: string, log: Log): Promise<Stored> {
  const common: Common = { author: userName(), profiles: [], provider: 'auto' };
  const none: Stored = { common, own: { [common.author]: fresh } };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return none;
  }
  try {
    const json: unknown = JSON.parse(text);
    const parsed = settingsContract.set.input.safeParse(json);
    if (parsed.success) return withOwn(merged(none, parsed.data), json, log);
    log.warn('The settings file has values that do not fit; defaults are used.', { problem: parsed.error.message });
  } catch {
    log.warn('The settings file is not JSON; defaults are used.');
  }
  return none;
}

/** Adds what the file keeps for each person. A file from before there were any has one person's settings at its top. */
function withOwn(top: Stored, json: unknown, log: Log): Stored {
  const entries = Object.entries(typeof json === 'object' && json !== null && 'own' in json ? (json.own ?? {}) : {});
  let stored = top;
  for (const [author, value] of entries.slice(0, mostPeople)) {
    const parsed = settingsContract.set.input.safeParse({ ...(value as object), author: undefined });
    if (!parsed.success) log.warn('The settings of a person do not fit; defaults are used.', { author, problem: parsed.error.message });
    const one = merged({ common: { ...top.common, author }, own: {} }, parsed.success ? parsed.data : {});
    stored = { ...stored, own: { ...stored.own, ...one.own } };
  }
  return stored;
}

const mostPeople = 256;
