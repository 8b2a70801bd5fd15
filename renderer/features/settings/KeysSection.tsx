import { useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { keyPresets } from '../../../shared/contract/settings.ts';
import { type Command, type CommandScope, commandStore, keyConflicts } from '../../state/commandStore.ts';
import { boundKeys } from '../../state/keyPresets.ts';
import { notify } from '../../state/noticeStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { KeyRow } from './KeyRow.tsx';
import { readKeysFile, writeKeysFile } from './keysFile.ts';
import { saveSettings } from './saveSettings.ts';

/** Every command with its keys; a key is bound by pressing it, a whole set by choosing the tool one comes from or a file. */
export function KeysSection() {
  const { t } = useTranslation('settings');
  const commands = useStore(commandStore, (state) => state.commands);
  const { keys, keyPreset } = useStore(settingsStore, (state) => state.settings);
  const bound = boundKeys({ keys, keyPreset });
  const [find, setFind] = useState('');
  const file = useRef<HTMLInputElement>(null);
  const conflicts = useMemo(() => keyConflicts(commands, bound), [commands, bound]);
  const titles = new Map(commands.map((command) => [command.id, titleOf(command, t)]));
  const scopes = [...new Set(commands.map((command) => command.scope))];
  const wanted = find.trim().toLowerCase();
  const nothing = Object.fromEntries(Object.keys(keys).map((id) => [id, null]));

  const save = (): void => {
    const address = URL.createObjectURL(new Blob([writeKeysFile({ preset: keyPreset, keys })], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'hardcase-keys.json';
    link.click();
    URL.revokeObjectURL(address);
  };
  const load = async (chosen: File): Promise<void> => {
    const read = readKeysFile(await chosen.text(), new Set(commands.map((command) => command.id)));
    if (read === null) return void notify({ level: 'error', message: t('keysFile.refused', { name: chosen.name }) });
    const bindings = Object.fromEntries(Object.entries(read.keys).map(([id, chords]) => [id, [...chords]]));
    await saveSettings({ keyPreset: read.preset, keys: { ...nothing, ...bindings } });
    notify({
      level: read.unknown > 0 ? 'warning' : 'success',
      message:
        t('keysFile.loaded', { count: Object.keys(bindings).length }) +
        (read.unknown > 0 ? ` ${t('keysFile.unknown', { count: read.unknown })}` : ''),
      action: { label: t('app:undo'), run: () => void saveSettings({ keyPreset, keys: { ...unset(bindings), ...copied(keys) } }) },
    });
  };
  return (
    <>
      <div className="row keys-preset">
        <span className="dim">{t('keyPreset')}</span>
        <Segmented
          label={t('keyPreset')}
          value={keyPreset}
          choices={keyPresets.map((value) => ({ value, label: t(`keyPresets.${value}`) }))}
          onChange={(value) => void saveSettings({ keyPreset: value })}
        />
      </div>
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
        <Button icon="import" onClick={() => file.current?.click()}>
          {t('keysFile.load')}
        </Button>
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          className="sr-only"
          tabIndex={-1}
          aria-label={t('keysFile.load')}
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            if (chosen !== undefined) void load(chosen);
            event.target.value = '';
          }}
        />
        <Button icon="export" onClick={save}>
          {t('keysFile.save')}
        </Button>
        <Button disabled={Object.keys(keys).length === 0} onClick={() => void saveSettings({ keys: nothing })}>
          {t('resetAll')}
        </Button>
      </div>
      {conflicts.length > 0 && (
        <p className="warning row small" role="status">
          <Icon name="warning" small /> {t('conflicts', { count: conflicts.length })}
        </p>
      )}
      {scopes.map((scope) => {
        const rows = commands.filter((command) => command.scope === scope && (titles.get(command.id) ?? '').toLowerCase().includes(wanted));
        return (
          rows.length > 0 && (
            <section key={scope} aria-label={scopeName(scope, t)}>
              <h3>{scopeName(scope, t)}</h3>
              {rows.map((command) => (
                <KeyRow
                  key={command.id}
                  command={command}
                  title={titles.get(command.id) ?? command.id}
                  conflicts={conflicts
                    .filter(({ a, b }) => a === command.id || b === command.id)
                    .map(({ chord, a, b }) => {
                      const other = a === command.id ? b : a;
                      return { chord, id: other, title: titles.get(other) ?? other };
                    })}
                />
              ))}
            </section>
          )
        );
      })}
    </>
  );
}

type Translate = (key: string) => string;

function titleOf(command: Command, t: Translate): string {
  const [namespace, ...name] = command.id.split('.');
  return t(`${namespace}:commands.${name.join('.')}`);
}

function scopeName(scope: CommandScope, t: Translate): string {
  return scope === 'global' ? t('app:scope.global') : t(`app:views.${scope}`);
}

const unset = (keys: object): { [id: string]: null } => Object.fromEntries(Object.keys(keys).map((id) => [id, null]));
const copied = (keys: { readonly [id: string]: readonly string[] }): { [id: string]: string[] } =>
  Object.fromEntries(Object.entries(keys).map(([id, chords]) => [id, [...chords]]));
