import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../lib/useCommands.ts';
import { addressStore, navigate } from '../state/addressStore.ts';
import { commandStore, keysOf } from '../state/commandStore.ts';
import { settingsStore } from '../state/settingsStore.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { KeyHint } from '../ui/KeyHint.tsx';

/** The keys of this view and of every view, made from the commands. */
export function HelpPanel() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { view } = useStore(addressStore, (state) => state.address);
  const commands = useStore(commandStore, (state) => state.commands);
  const bound = useStore(settingsStore, (state) => state.settings.keys);
  useCommands({ 'app.help': () => setOpen((before) => !before) });
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
  return (
    <aside className="side help" aria-label={t('help.title')}>
      <div className="sec row">
        <h2>{t('help.title')}</h2>
        <span className="right" />
        <IconButton label={t('close')} icon="close" chord="Escape" onClick={() => setOpen(false)} />
      </div>
      <div className="scroll grow" tabIndex={0} role="region" aria-label={t('help.title')}>
        {([view, 'global'] as const).map((scope) => {
          const rows = commands.filter((command) => command.scope === scope && keysOf(command, bound).length > 0);
          return (
            rows.length > 0 && (
              <section key={scope} className="sec">
                <h3>{scope === 'global' ? t('scope.global') : t(`views.${scope}`)}</h3>
                {rows.map((command) => {
                  const [namespace, ...name] = command.id.split('.');
                  return (
                    <div key={command.id} className="help-row">
                      <span>{t(`${namespace}:commands.${name.join('.')}`)}</span>
                      <span className="row">
                        {keysOf(command, bound).map((chord) => (
                          <KeyHint key={chord} chord={chord} />
                        ))}
                      </span>
                    </div>
                  );
                })}
              </section>
            )
          );
        })}
        <p className="sec dim">{t('help.text')}</p>
        <div className="sec">
          <Button onClick={() => navigate({ view: 'settings', dataset: null, params: { section: 'keys' } })}>{t('help.settings')}</Button>
        </div>
      </div>
    </aside>
  );
}
