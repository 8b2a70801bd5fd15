import { createStore } from 'zustand/vanilla';
import type { Settings } from '../../shared/contract/settings.ts';

interface SettingsState {
  readonly settings: Settings;
  readonly loaded: boolean;
}

export const defaultSettings: Settings = {
  author: '',
  profiles: [],
  provider: 'auto',
  theme: 'system',
  contrast: 'system',
  language: 'system',
  scale: 1,
  keyPreset: 'hardcase',
  keys: {},
  layout: {},
};

export const settingsStore = createStore<SettingsState>(() => ({ settings: defaultSettings, loaded: false }));

export function receiveSettings(settings: Settings): void {
  settingsStore.setState({ settings, loaded: true });
}

type Save = (patch: { layout: { [name: string]: string | number | boolean } }) => Promise<unknown>;
let save: Save | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: { [name: string]: string | number | boolean } = {};

/** Given once by `app/`: how a layout value reaches the host. */
export function saveLayoutWith(value: Save): void {
  save = value;
}

/** Remembers a size or switch of the screens. Writes are gathered for so long, because a resizer moves 60 times a second. */
export function setLayout(name: string, value: string | number | boolean, gatherMs = 400): void {
  settingsStore.setState(({ settings, loaded }) => ({ loaded, settings: { ...settings, layout: { ...settings.layout, [name]: value } } }));
  waiting = { ...waiting, [name]: value };
  clearTimeout(timer);
  timer = setTimeout(() => {
    const layout = waiting;
    waiting = {};
    void save?.({ layout }).catch(() => undefined);
  }, gatherMs);
}

export function layoutNumber(settings: Settings, name: string, fallback: number): number {
  const value = settings.layout[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

export function layoutFlag(settings: Settings, name: string, fallback: boolean): boolean {
  const value = settings.layout[name];
  return typeof value === 'boolean' ? value : fallback;
}
