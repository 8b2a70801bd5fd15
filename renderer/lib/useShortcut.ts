import { useStore } from 'zustand';
import { commandStore, keysOf } from '../state/commandStore.ts';
import { settingsStore } from '../state/settingsStore.ts';
import { boundKeys } from '../state/keyPresets.ts';

/** The key of a command as it is bound now, to draw in its button. */
export function useShortcut(id: string): string | undefined {
  const command = useStore(commandStore, (state) => state.commands.find((c) => c.id === id));
  const bound = useStore(settingsStore, (state) => boundKeys(state.settings));
  return command === undefined ? undefined : keysOf(command, bound)[0];
}
