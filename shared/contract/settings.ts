import { z } from 'zod';
import { method, topic } from '../rpc/define.ts';

export const themes = ['system', 'dark', 'light'] as const;
export const languages = ['system', 'en', 'ko'] as const;

/** A person who works on this computer. `name` is what operations carry. */
export interface Profile {
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  /** One to three letters for the badge. */
  readonly initials: string;
}

export interface Settings {
  /** Name of the profile at work. */
  readonly author: string;
  /** Empty until somebody says who works here. */
  readonly profiles: readonly Profile[];
  readonly theme: (typeof themes)[number];
  readonly language: (typeof languages)[number];
  readonly provider: string;
  /** Key bindings that differ from the preset: command id → keys. */
  readonly keys: { readonly [command: string]: readonly string[] };
  /** Sizes and switches of the screens (panel widths, grid size …), by name. */
  readonly layout: { readonly [name: string]: string | number | boolean };
}

const patch = z.object({
  author: z.string().trim().min(1).max(128).optional(),
  profiles: z
    .array(
      z.object({
        name: z.string().trim().min(1).max(128),
        color: z.string().regex(/^#[0-9a-f]{6}$/i),
        initials: z.string().trim().min(1).max(4),
      }),
    )
    .max(64)
    .readonly()
    .optional(),
  theme: z.enum(themes).optional(),
  language: z.enum(languages).optional(),
  provider: z.string().max(32).optional(),
  keys: z.record(z.string().max(128), z.array(z.string().max(64)).max(8)).optional(),
  layout: z.record(z.string().max(128), z.union([z.string().max(4096), z.number(), z.boolean()])).optional(),
});

export const settings = {
  get: method<Settings>()(z.object({})),
  /** Merges by key; `layout` and `keys` are merged by their own keys, too. */
  set: method<Settings>()(patch),
  changed: topic<Settings>(),
};
