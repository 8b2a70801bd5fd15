import { z } from 'zod';
import { method, topic } from '../rpc/define.ts';
import { name } from './common.ts';

export const themes = ['system', 'dark', 'light'] as const;
export const contrasts = ['system', 'more', 'normal'] as const;
export const languages = ['system', 'en', 'ko'] as const;
/** Sizes of the interface; 1 is what its px say. */
export const scales = [1, 1.1, 1.25, 1.5, 1.75, 2] as const;
/** Sets of keys that somebody may bring from another tool. */
export const keyPresets = ['hardcase', 'cvat', 'labelimg', 'xanylabeling'] as const;
export type KeyPreset = (typeof keyPresets)[number];

/** A person who works on this computer. `name` is what operations carry. */
export interface Profile {
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  /** One to three letters for the badge. */
  readonly initials: string;
  /** Names that the person worked under here before: undo reaches what was done under them. */
  readonly formerly?: readonly string[] | undefined;
}

/** The name first, then those that the same person had before. */
export function namesOf(author: string, profiles: readonly Profile[]): readonly string[] {
  const known = new Set(profiles.map(({ name }) => name));
  const formerly = profiles.find(({ name }) => name === author)?.formerly ?? [];
  // A name that somebody else has by now is theirs.
  return [author, ...formerly.filter((name) => name !== author && !known.has(name))];
}

/** The most names that are remembered of one person. */
const maxFormerNames = 16;

/** People after one of them took another name. */
export function renamed(profiles: readonly Profile[], from: string, to: string): readonly Profile[] {
  return profiles.map((profile) =>
    profile.name === from
      ? { ...profile, name: to, formerly: [...(profile.formerly ?? []).filter((name) => name !== to), from].slice(-maxFormerNames) }
      : profile,
  );
}

/** What belongs to the computer: `author`, `profiles`, `provider`. All the rest is kept for each author apart. */
export interface Settings {
  /** Name of the profile at work. */
  readonly author: string;
  /** Empty until somebody says who works here. */
  readonly profiles: readonly Profile[];
  readonly theme: (typeof themes)[number];
  readonly contrast: (typeof contrasts)[number];
  readonly language: (typeof languages)[number];
  readonly scale: (typeof scales)[number];
  readonly provider: string;
  readonly keyPreset: KeyPreset;
  /** Key bindings that differ from the preset: command id → keys. */
  readonly keys: { readonly [command: string]: readonly string[] };
  /** Sizes and switches of the screens (panel widths, grid size …), by name. */
  readonly layout: { readonly [name: string]: string | number | boolean };
}

const patch = z.object({
  author: name.optional(),
  profiles: z
    .array(
      z.object({
        name,
        color: z.string().regex(/^#[0-9a-f]{6}$/i),
        initials: z.string().trim().min(1).max(4),
        formerly: z.array(name).max(maxFormerNames).readonly().optional(),
      }),
    )
    .max(64)
    .readonly()
    .optional(),
  theme: z.enum(themes).optional(),
  contrast: z.enum(contrasts).optional(),
  language: z.enum(languages).optional(),
  scale: z.literal(scales).optional(),
  keyPreset: z.enum(keyPresets).optional(),
  provider: z.string().max(32).optional(),
  /** Null gives a command the keys of the preset back. */
  keys: z.record(z.string().max(128), z.array(z.string().max(64)).max(8).nullable()).optional(),
  layout: z.record(z.string().max(128), z.union([z.string().max(4096), z.number(), z.boolean()])).optional(),
});

export type SettingsPatch = z.output<typeof patch>;

export const settings = {
  get: method<Settings>()(z.object({})),
  /** Merges by key; `layout` and `keys` are merged by their own keys, too. A new author begins with what the one before had. */
  set: method<Settings>()(patch),
  changed: topic<Settings>(),
};
