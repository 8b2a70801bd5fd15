import { useEffect, useReducer, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../lib/useCommands.ts';
import { addressStore, navigate } from '../state/addressStore.ts';
import { type Command, commandStore, isEnabled, keysOf, runCommand } from '../state/commandStore.ts';
import { type Bindings, boundKeys } from '../state/keyPresets.ts';
import { settingsStore } from '../state/settingsStore.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { KeyHint } from '../ui/KeyHint.tsx';

/** The keys that do something here and now, of this view and of every view; those of the view that wait for something stand below. */
export function HelpPanel() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { view } = useStore(addressStore, (state) => state.address);
  const commands = useStore(commandStore, (state) => state.commands);
  const bound = useStore(settingsStore, (state) => boundKeys(state.settings));
  useCommands({ 'app.help': () => setOpen((before) => !before) });
  useAfterInput(open);
  useEffect(() => {
    if (!open) return undefined;
    const close = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        event.preventDefault();
        setOpen(false);
      }
    };
    window.addEventListener('keydown', close, true);
    return () => window.removeEventListener('keydown', close, true);
  }, [open]);
  if (!open) return null;
  const withKeys = commands.filter((command) => keysOf(command, bound).length > 0);
  const here = withKeys.filter((command) => command.scope === view);
  const groups: readonly (readonly [string, readonly Command[]])[] = [
    [t(`views.${view}`), here.filter((command) => isEnabled(command.id))],
    [t('scope.global'), withKeys.filter((command) => command.scope === 'global' && isEnabled(command.id))],
    [t('help.later'), here.filter((command) => !isEnabled(command.id))],
  ];
  return (
    <aside className="side help" aria-label={t('help.title')}>
      <div className="sec row">
        <h2>{t('help.title')}</h2>
        <span className="right" />
        <IconButton label={t('close')} icon="close" chord="Escape" onClick={() => setOpen(false)} />
      </div>
      <div className="scroll grow" tabIndex={0} role="region" aria-label={t('help.title')}>
        {groups.map(
          ([title, rows], i) =>
            rows.length > 0 && (
              <section key={title} className={i === 2 ? 'sec later' : 'sec'}>
                <h3>{title}</h3>
                {rows.map((command) => (
                  <HelpRow key={command.id} command={command} bound={bound} />
                ))}
              </section>
            ),
        )}
        <p className="sec dim">{t('help.text')}</p>
        <div className="sec row">
          <Button onClick={() => navigate({ view: 'settings', dataset: null, params: { section: 'keys' } })}>{t('help.settings')}</Button>
          <Button variant="ghost" onClick={() => runCommand('app.tour')}>
            {t('commands.tour')}
          </Button>
        </div>
      </div>
    </aside>
  );
}

function HelpRow({ command, bound }: { readonly command: Command; readonly bound: Bindings }) {
  const { t } = useTranslation();
  const [namespace, ...name] = command.id.split('.');
  return (
    <div className="help-row">
      <span>{t(`${namespace}:commands.${name.join('.')}`)}</span>
      <span className="row">
        {keysOf(command, bound).map((chord) => (
          <span key={chord}>
            <KeyHint chord={chord} />
            <span className="sr-only">{chord}</span>
          </span>
        ))}
      </span>
    </div>
  );
}

/** Draws again after each key and click while it is open: what can be done follows from what is selected, and no store tells of all that. */
function useAfterInput(open: boolean): void {
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    if (!open) return undefined;
    let frame = 0;
    const soon = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(again);
    };
    for (const kind of ['keyup', 'pointerup', 'focusin'] as const) window.addEventListener(kind, soon);
    return () => {
      cancelAnimationFrame(frame);
      for (const kind of ['keyup', 'pointerup', 'focusin'] as const) window.removeEventListener(kind, soon);
    };
  }, [open]);
}
