import { contract, type HardcaseClient } from '../../shared/contract/index.ts';

/** One api that can go over to another host: a command holds on to it while its dataset turns out to be open elsewhere. */
export function switchableApi(first: HardcaseClient): { readonly api: HardcaseClient; goTo(next: HardcaseClient): void } {
  type Calls = { readonly [group: string]: { readonly [name: string]: (...given: unknown[]) => unknown } };
  let current = first as unknown as Calls;
  const api: { [group: string]: { [name: string]: (...given: unknown[]) => unknown } } = {};
  for (const [group, entries] of Object.entries(contract)) {
    const calls: { [name: string]: (...given: unknown[]) => unknown } = {};
    for (const name of Object.keys(entries)) calls[name] = (...given) => current[group]?.[name]?.(...given);
    api[group] = calls;
  }
  return {
    api: api as unknown as HardcaseClient,
    goTo(next) {
      current = next as unknown as Calls;
    },
  };
}
