import type { Settings } from '../../shared/contract/settings.ts';
import { setUiScale } from '../lib/uiScale.ts';
import { settingsStore } from '../state/settingsStore.ts';

const light = window.matchMedia('(prefers-color-scheme: light)');
const more = window.matchMedia('(prefers-contrast: more)');
const remembered = { theme: 'hardcase.theme', contrast: 'hardcase.contrast', scale: 'hardcase.scale' } as const;

type Look = Pick<Settings, 'theme' | 'contrast' | 'scale'>;

export function shownTheme(chosen: Settings['theme']): 'dark' | 'light' {
  return chosen === 'system' ? (light.matches ? 'light' : 'dark') : chosen;
}

function apply({ theme, contrast, scale }: Look): void {
  const { dataset } = document.documentElement;
  dataset.theme = shownTheme(theme);
  dataset.contrast = (contrast === 'system' ? more.matches : contrast === 'more') ? 'more' : 'normal';
  setUiScale(scale);
  localStorage.setItem(remembered.theme, theme);
  localStorage.setItem(remembered.contrast, contrast);
  localStorage.setItem(remembered.scale, String(scale));
}

/** Follows the system until somebody chooses. The choice is kept in the page, too, so that the first paint is right before the host answers. */
export function startTheme(): void {
  const theme = localStorage.getItem(remembered.theme);
  const contrast = localStorage.getItem(remembered.contrast);
  const scale = Number(localStorage.getItem(remembered.scale));
  const { settings } = settingsStore.getState();
  apply({
    theme: theme === 'dark' || theme === 'light' ? theme : 'system',
    contrast: contrast === 'more' || contrast === 'normal' ? contrast : 'system',
    scale: scale >= 1 && scale <= 2 ? (scale as Settings['scale']) : settings.scale,
  });
  const again = (): void => apply(settingsStore.getState().settings);
  light.addEventListener('change', again);
  more.addEventListener('change', again);
  settingsStore.subscribe(({ settings: now, loaded }, before) => {
    const { theme: oldTheme, contrast: oldContrast, scale: oldScale } = before.settings;
    if (loaded && (!before.loaded || now.theme !== oldTheme || now.contrast !== oldContrast || now.scale !== oldScale)) apply(now);
  });
}
