import { createStore } from 'zustand/vanilla';
import type { ViewName } from '../lib/address.ts';
import { normaliseChord } from '../lib/keys.ts';

export type CommandScope = 'global' | ViewName;

/**
 * A command as data. `id` is `<namespace>.<name>`; its title is the text `<namespace>:commands.<name>`. Keys belong to its scope: the same key may mean
 * something else in another view, never in the same (a test holds it). Palette, shortcuts and help all follow from the one list.
 */
export interface Command {
  readonly id: string;
  readonly scope: CommandScope;
  readonly keys: readonly string[];
  /** A name of `ui/Icon.tsx`. */
  readonly icon?: string;
  /** Acts while somebody types in a field, too. */
  readonly whileTyping?: boolean;
  /** Left out of the palette (movement keys and the like); shortcuts still list it. */
  readonly hidden?: boolean;
}

/** What a mounted view lends to a command. */
export interface CommandHandler {
  readonly run: () => void;
  readonly when?: () => boolean;
  /** What it would act on, for the palette's second column. */
  readonly detail?: () => string;
}

interface CommandState {
  readonly commands: readonly Command[];
  readonly handlers: { readonly [id: string]: CommandHandler };
}

export const commandStore = createStore<CommandState>(() => ({ commands: [], handlers: {} }));

export function declareCommands(commands: readonly Command[]): void {
  commandStore.setState(({ commands: before }) => ({
    commands: [...before.filter((old) => !commands.some((command) => command.id === old.id)), ...commands],
  }));
}

/** Handlers of a mounted view; returns how to take them back. A later view wins over an earlier one. */
export function handleCommands(handlers: { readonly [id: string]: CommandHandler }): () => void {
  commandStore.setState(({ handlers: before }) => ({ handlers: { ...before, ...handlers } }));
  return () => {
    commandStore.setState(({ handlers: before }) => ({
      handlers: Object.fromEntries(Object.entries(before).filter(([id, handler]) => handlers[id] !== handler)),
    }));
  };
}

/** Keys of a command: what somebody bound, or the preset. */
export function keysOf(command: Command, bound: { readonly [command: string]: readonly string[] }): readonly string[] {
  return (bound[command.id] ?? command.keys).map(normaliseChord);
}

export function isEnabled(id: string): boolean {
  const handler = commandStore.getState().handlers[id];
  return handler !== undefined && (handler.when?.() ?? true);
}

/** Runs a command if a mounted view handles it now; says whether it did. */
export function runCommand(id: string): boolean {
  if (!isEnabled(id)) return false;
  commandStore.getState().handlers[id]!.run();
  return true;
}

/** The command a chord means in a view: its own keys first, then the global ones. Only those that can run now. */
export function commandFor(
  chord: string,
  view: ViewName,
  bound: { readonly [command: string]: readonly string[] },
  typing: boolean,
): Command | null {
  const { commands } = commandStore.getState();
  const matching = commands.filter((command) => (!typing || command.whileTyping === true) && keysOf(command, bound).includes(chord));
  for (const scope of [view, 'global'] as const) {
    const found = matching.find((command) => command.scope === scope && isEnabled(command.id));
    if (found !== undefined) return found;
  }
  return null;
}

/** Commands that want the same key where both act; empty when the bindings are sound. */
export function keyConflicts(
  commands: readonly Command[],
  bound: { readonly [command: string]: readonly string[] },
): readonly { readonly chord: string; readonly a: string; readonly b: string }[] {
  const found: { chord: string; a: string; b: string }[] = [];
  commands.forEach((a, i) => {
    for (const b of commands.slice(i + 1)) {
      if (a.scope !== b.scope) continue;
      for (const chord of keysOf(a, bound)) if (keysOf(b, bound).includes(chord)) found.push({ chord, a: a.id, b: b.id });
    }
  });
  return found;
}
