/** The look of the last visit, before anything is loaded, so that the first paint has the right ground. `app/theme.ts` takes over. */
const chosen = localStorage.getItem('hardcase.theme');
const contrast = localStorage.getItem('hardcase.contrast');
const light = chosen === 'light' || (chosen !== 'dark' && window.matchMedia('(prefers-color-scheme: light)').matches);
const more = contrast === 'more' || (contrast !== 'normal' && window.matchMedia('(prefers-contrast: more)').matches);
document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
document.documentElement.dataset['contrast'] = more ? 'more' : 'normal';
