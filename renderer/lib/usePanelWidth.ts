import { useStore } from 'zustand';
import { layoutNumber, setLayout, settingsStore } from '../state/settingsStore.ts';

/** Width of a panel in px, remembered on this computer under `panel.<name>`. */
export function usePanelWidth(name: string, fallback: number): readonly [number, (width: number) => void] {
  const width = useStore(settingsStore, (state) => layoutNumber(state.settings, `panel.${name}`, fallback));
  return [width, (value) => setLayout(`panel.${name}`, value)];
}
