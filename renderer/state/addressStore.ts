import { createStore } from 'zustand/vanilla';
import { type Address, formatAddress, home, parseAddress, type ViewName } from '../lib/address.ts';

interface AddressState {
  readonly address: Address;
  /** The last address of each view of the open dataset: what the rail goes back to. */
  readonly last: { readonly [view in ViewName]?: Address };
}

export const addressStore = createStore<AddressState>(() => ({ address: home, last: {} }));

/** The part of `window` the addresses need. */
export interface AddressBar {
  readonly location: { hash: string };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void };
  addEventListener(type: 'hashchange', listener: () => void): void;
}

let bar: AddressBar | null = null;

function enter(address: Address): void {
  addressStore.setState(({ address: before, last }) => {
    const kept = address.dataset !== null && before.dataset !== address.dataset && last.frames?.dataset !== address.dataset ? {} : last;
    return { address, last: { ...kept, [address.view]: address } };
  });
}

/** Follows the hash part of the URL from now on. */
export function startAddresses(window: AddressBar): void {
  bar = window;
  enter(parseAddress(window.location.hash));
  window.addEventListener('hashchange', () => enter(parseAddress(window.location.hash)));
}

/** Goes to an address. `replace` for changes inside a view that "back" should not step through (typing a query, the next frame). */
export function navigate(address: Address, options: { readonly replace?: boolean } = {}): void {
  const hash = formatAddress(address);
  if (bar === null || options.replace === true) {
    bar?.history.replaceState(null, '', hash);
    enter(address);
  } else if (hash !== formatAddress(parseAddress(bar.location.hash))) {
    bar.location.hash = hash;
  }
}

/** Changes parameters of the view that is open; an empty string or null removes one. */
export function setParams(
  params: { readonly [name: string]: string | null },
  options: { readonly replace?: boolean } = { replace: true },
): void {
  const { address } = addressStore.getState();
  const next = Object.fromEntries(
    Object.entries({ ...address.params, ...params }).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''),
  );
  navigate({ ...address, params: next }, options);
}
