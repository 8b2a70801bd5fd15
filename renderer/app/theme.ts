import type { Settings } from '../../shared/contract/settings.ts';
import { settingsStore } from '../state/settingsStore.ts';

const light = window.matchMedia('(prefers-color-scheme: light)');
const remembered = 'hardcase.theme';

export function shownTheme(chosen: Settings['theme']): 'dark' | 'light' {
  return chosen === 'system' ? (light.matches ? 'light' : 'dark') : chosen;
}

function apply(chosen: Settings['theme']): void {
  document.documentElement.dataset.theme = shownTheme(chosen);
  localStorage.setItem(remembered, chosen);
}

/** Follows the system until somebody chooses. The choice is kept in the page, too, so that the first paint is right before the host answers. */
export function startTheme(): void {
  const stored = localStorage.getItem(remembered);
  apply(stored === 'dark' || stored === 'light' ? stored : 'system');
  light.addEventListener('change', () => {
    const { settings } = settingsStore.getState();
    apply(settings.theme);
  });
  settingsStore.subscribe(({ settings, loaded }, before) => {
    if (loaded && (!before.loaded || settings.theme !== before.settings.theme)) apply(settings.theme);
  });
}
