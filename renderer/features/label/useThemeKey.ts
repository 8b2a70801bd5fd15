import { useSyncExternalStore } from 'react';

/** The theme and contrast that are shown now: the canvas reads its colours again when it changes. */
export function useThemeKey(): string {
  return useSyncExternalStore(
    subscribe,
    () => `${document.documentElement.dataset['theme'] ?? 'dark'} ${document.documentElement.dataset['contrast'] ?? ''}`,
  );
}

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
  return () => observer.disconnect();
}
