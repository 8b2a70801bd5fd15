/** The desktop's native menu names a command; preload passes it on to this page. Nothing in browser mode. */
export function onMenuCommand(run: (id: string) => void): () => void {
  const listener = (event: MessageEvent<unknown>): void => {
    if (event.source !== window || typeof event.data !== 'object' || event.data === null) return;
    const { command } = event.data as { readonly command?: unknown };
    if (typeof command === 'string') run(command);
  };
  window.addEventListener('message', listener);
  return () => window.removeEventListener('message', listener);
}
