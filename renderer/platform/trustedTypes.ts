/**
 * The page runs under `require-trusted-types-for 'script'`. This default policy is all that libraries may do beyond it: empty
 * an element (Konva clears its container so) and start workers from our own files. Import it before anything else.
 */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createHTML(text: string): string; createScriptURL(url: string): string; createScript(code: string): string },
  ): unknown;
}

function refuse(what: string): never {
  throw new TypeError(`${what} is not allowed here`);
}

const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes;

factory?.createPolicy('default', {
  createHTML: (text) => (text === '' ? text : refuse('HTML made from text')),
  createScriptURL: (url) => {
    const { origin, protocol } = new URL(url, location.href);
    return origin === location.origin || protocol === 'blob:' ? url : refuse('A script from elsewhere');
  },
  createScript: () => refuse('Code made from text'),
});
