import { type KeyboardEvent, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { chordOf } from '../../lib/keys.ts';
import { isMac } from '../../lib/platformKeys.ts';
import { type Command, type CommandScope, commandStore, keyConflicts, keysOf } from '../../state/commandStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { saveSettings } from './saveSettings.ts';

/** Every command with its keys; a key is bound by pressing it. */
export function KeysSection() {
  const { t } = useTranslation('settings');
  const commands = useStore(commandStore, (state) => state.commands);
  const bound = useStore(settingsStore, (state) => state.settings.keys);
  const [find, setFind] = useState('');
  const conflicts = useMemo(() => keyConflicts(commands, bound), [commands, bound]);
  const titleOf = (command: Command): string => {
    const [namespace, ...name] = command.id.split('.');
    return t(`${namespace}:commands.${name.join('.')}`);
  };
  const scopes = [...new Set(commands.map((command) => command.scope))];
  const wanted = find.trim().toLowerCase();
  const changed = commands.filter((command) => bound[command.id] !== undefined);
  return (
    <>
      <div className="row">
        <div className="input grow" role="search">
          <Icon name="search" small />
          <input
            type="search"
            aria-label={t('findCommand')}
            placeholder={t('findCommand')}
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        </div>
        <Button
          disabled={changed.length === 0}
          onClick={() => void saveSettings({ keys: Object.fromEntries(changed.map((command) => [command.id, [...command.keys]])) })}
        >
          {t('resetAll')}
        </Button>
      </div>
      {scopes.map((scope) => {
        const rows = commands.filter((command) => command.scope === scope && titleOf(command).toLowerCase().includes(wanted));
        return (
          rows.length > 0 && (
            <section key={scope} aria-label={scopeName(scope, t)}>
              <h3>{scopeName(scope, t)}</h3>
              {rows.map((command) => (
                <KeyRow
                  key={command.id}
                  command={command}
                  title={titleOf(command)}
                  conflicts={conflicts.filter((c) => c.a === command.id || c.b === command.id).map((c) => c.chord)}
                />
              ))}
            </section>
          )
        );
      })}
    </>
  );
}

function scopeName(scope: CommandScope, t: (key: string) => string): string {
  return scope === 'global' ? t('app:scope.global') : t(`app:views.${scope}`);
}

function KeyRow({
  command,
  title,
  conflicts,
}: {
  readonly command: Command;
  readonly title: string;
  readonly conflicts: readonly string[];
}) {
  const { t } = useTranslation('settings');
  const bound = useStore(settingsStore, (state) => state.settings.keys);
  const [listening, setListening] = useState(false);
  const keys = keysOf(command, bound);
  const preset = JSON.stringify(keys) === JSON.stringify(keysOf(command, {}));
  const save = (next: readonly string[]): void => void saveSettings({ keys: { [command.id]: [...next] } });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!listening) return;
    event.preventDefault();
    event.stopPropagation();
    const chord = chordOf(event.nativeEvent, isMac);
    if (chord === null) return;
    setListening(false);
    // Escape alone leaves; it can be bound only where it is the preset.
    if (chord !== 'Escape' && !keys.includes(chord)) save([...keys, chord].slice(-8));
  };
  return (
    <div className="key-row">
      <span className="grow">{title}</span>
      {conflicts.length > 0 && (
        <span className="warning small row">
          <Icon name="warning" small />
          {t('conflict', { keys: conflicts.join(', ') })}
        </span>
      )}
      {keys.map((chord) => (
        <span key={chord} className="key-cap">
          <KeyHint chord={chord} />
          <span className="sr-only">{chord}</span>
          <IconButton
            small
            label={t('removeKey', { key: chord, command: title })}
            icon="close"
            onClick={() => save(keys.filter((other) => other !== chord))}
          />
        </span>
      ))}
      <Button
        small
        variant={listening ? 'plain' : 'ghost'}
        aria-label={listening ? t('pressKey') : t('addKey', { command: title })}
        onKeyDown={onKeyDown}
        onBlur={() => setListening(false)}
        onClick={() => setListening(true)}
      >
        {listening ? t('pressKey') : t('add')}
      </Button>
      <IconButton small label={t('reset', { command: title })} icon="undo" disabled={preset} onClick={() => save(command.keys)} />
    </div>
  );
}
