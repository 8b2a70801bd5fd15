import { useEffect, useRef } from 'react';
import { type CommandHandler, handleCommands } from '../state/commandStore.ts';

type Handlers = { readonly [id: string]: (() => void) | CommandHandler };

/** Lends this view's functions to commands while it is mounted. The set of ids must stay the same; the functions may change every render. */
export function useCommands(handlers: Handlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const ids = Object.keys(handlers).join(' ');
  useEffect(() => {
    const of = (id: string): CommandHandler => {
      const handler = latest.current[id];
      return typeof handler === 'function' ? { run: handler } : (handler ?? { run: () => undefined });
    };
    return handleCommands(
      Object.fromEntries(
        ids
          .split(' ')
          .filter((id) => id !== '')
          .map((id) => [
            id,
            {
              run: () => of(id).run(),
              when: () => of(id).when?.() ?? true,
              detail: () => of(id).detail?.() ?? '',
            } satisfies CommandHandler,
          ]),
      ),
    );
  }, [ids]);
}
