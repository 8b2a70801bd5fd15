export const scheme = 'app';
export const appHost = 'hardcase';
export const startPage = `${scheme}://${appHost}/index.html`;

/** Whether an address is one of our own pages. Parsed and compared whole: a prefix of text proves nothing. */
export function isOwnPage(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return false;
  const { protocol, host, username, port } = new URL(address);
  return protocol === `${scheme}:` && host === appHost && username === '' && port === '';
}

/** The only places of the web that a click may open, in the person's own browser. */
const externalOrigins: ReadonlySet<string> = new Set(['https://www.electronjs.org', 'https://onnxruntime.ai']);

export function mayOpenOutside(address: string): boolean {
  return URL.canParse(address) && externalOrigins.has(new URL(address).origin);
}
