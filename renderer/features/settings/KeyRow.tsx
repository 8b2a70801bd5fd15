import { type KeyboardEvent, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { chordCaps, chordOf } from '../../lib/keys.ts';
import { isMac } from '../../lib/platformKeys.ts';
import { type Command, commandStore, keysOf } from '../../state/commandStore.ts';
import { boundKeys } from '../../state/keyPresets.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { saveSettings } from './saveSettings.ts';

interface Conflict {
  readonly chord: string;
  /** Of the other command. */
  readonly id: string;
  readonly title: string;
}

/** A command with its keys: each can be removed, one more can be pressed, and what another command wants too can be taken from it. */
export function KeyRow({
  command,
  title,
  conflicts,
}: {
  readonly command: Command;
  readonly title: string;
  readonly conflicts: readonly Conflict[];
}) {
  const { t } = useTranslation('settings');
  const settings = useStore(settingsStore, (state) => state.settings);
  const [listening, setListening] = useState(false);
  const bound = boundKeys(settings);
  const keys = keysOf(command, bound);
  const save = (next: readonly string[]): void => void saveSettings({ keys: { [command.id]: [...next] } });
  const take = ({ chord, id }: Conflict): void => {
    const other = commandStore.getState().commands.find((candidate) => candidate.id === id);
    if (other !== undefined) void saveSettings({ keys: { [id]: keysOf(other, bound).filter((key) => key !== chord) } });
  };
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
    <div className={conflicts.length > 0 ? 'key-row conflicting' : 'key-row'}>
      <span className="grow">{title}</span>
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
      <IconButton
        small
        label={t('reset', { command: title })}
        icon="undo"
        disabled={settings.keys[command.id] === undefined}
        onClick={() => void saveSettings({ keys: { [command.id]: null } })}
      />
      {conflicts.map((conflict) => (
        <span key={`${conflict.chord} ${conflict.id}`} className="key-conflict warning small row">
          <Icon name="warning" small />
          {t('conflict', { key: chordCaps(conflict.chord, isMac).join(' '), command: conflict.title })}
          <Button small variant="ghost" onClick={() => take(conflict)}>
            {t('onlyHere')}
          </Button>
        </span>
      ))}
    </div>
  );
}
