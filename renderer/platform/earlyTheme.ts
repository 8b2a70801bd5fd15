/** The theme of the last visit, before anything is loaded, so that the first paint has the right ground. `app/theme.ts` takes over. */
const chosen = localStorage.getItem('hardcase.theme');
const light = chosen === 'light' || (chosen !== 'dark' && window.matchMedia('(prefers-color-scheme: light)').matches);
document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
