import { useSyncExternalStore } from 'react';

/** The theme that is shown now: the canvas reads its colours again when it changes. */
export function useThemeKey(): string {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset['theme'] ?? 'dark');
}

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
