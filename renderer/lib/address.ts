/** Views that live inside a dataset, in the order of the rail. */
export const datasetViews = ['frames', 'label', 'triggers', 'models', 'versions'] as const;
export type DatasetView = (typeof datasetViews)[number];
export type ViewName = 'home' | DatasetView | 'settings';

export interface Address {
  readonly view: ViewName;
  /** Present exactly for the views of a dataset. */
  readonly dataset: string | null;
  readonly params: { readonly [name: string]: string };
}

export const home: Address = { view: 'home', dataset: null, params: {} };

/** Reads the hash part of the URL. Anything that is no address of ours is Home: a stale link never breaks the window. */
export function parseAddress(hash: string): Address {
  const text = hash.startsWith('#') ? hash.slice(1) : hash;
  const cut = text.indexOf('?');
  const path = cut < 0 ? text : text.slice(0, cut);
  const params = Object.fromEntries(new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1)));
  const parts = path.split('/').filter((part) => part !== '');
  if (parts[0] === 'settings' && parts.length === 1) return { view: 'settings', dataset: null, params };
  if (parts[0] !== 'd' || parts[1] === undefined) return { view: 'home', dataset: null, params: parts.length === 0 ? params : {} };
  const dataset = decode(parts[1]);
  const view = datasetViews.find((name) => name === (parts[2] ?? 'frames'));
  if (dataset === null || view === undefined || parts.length > 3) return home;
  return { view, dataset, params };
}

/** Writes an address; empty parameters are left out, so that equal views have equal addresses. */
export function formatAddress(address: Address): string {
  const query = new URLSearchParams(Object.entries(address.params).filter(([, value]) => value !== ''));
  const path =
    address.dataset === null
      ? address.view === 'home'
        ? '/'
        : `/${address.view}`
      : `/d/${encodeURIComponent(address.dataset)}/${address.view}`;
  return query.size === 0 ? `#${path}` : `#${path}?${query}`;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
