import { type KeyboardEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chordOf } from '../../../lib/keys.ts';
import { isMac } from '../../../lib/platformKeys.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { KeyHint } from '../../../ui/KeyHint.tsx';

interface Props {
  readonly name: string;
  /** The key it has now, its own or that of its place. */
  readonly shown: string | undefined;
  readonly hotkey: string | null;
  readonly disabled: boolean;
  readonly onChange: (hotkey: string | null) => void;
}

/** Keys that nothing else on the canvas has. */
const allowed = /^(?:[0-9]|Alt\+[D-Z0-9])$/;

export function HotkeyField({ name, shown, hotkey, disabled, onChange }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const [listening, setListening] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!listening || event.key === 'Tab') return;
    const chord = chordOf(event.nativeEvent, isMac);
    event.preventDefault();
    event.stopPropagation();
    if (chord === null) return;
    setListening(false);
    if (allowed.test(chord)) onChange(chord);
    else if (chord !== 'Escape') setRefused(chord);
  };
  return (
    <div className="col gap6">
      <span className="row gap8">
        {shown === undefined ? <span className="dim">{t('categories.noKey')}</span> : <KeyHint chord={shown} />}
        {shown !== undefined && hotkey === null && <span className="dim">{t('categories.keyOfPlace')}</span>}
        <Button
          small
          variant={listening ? 'plain' : 'ghost'}
          disabled={disabled}
          aria-label={listening ? t('pressKey') : t('categories.setKey', { name })}
          onClick={() => {
            setRefused(null);
            setListening(true);
          }}
          onBlur={() => setListening(false)}
          onKeyDown={onKeyDown}
        >
          {listening ? t('pressKey') : t('categories.change')}
        </Button>
        {hotkey !== null && <IconButton small icon="close" label={t('categories.clearKey', { name })} onClick={() => onChange(null)} />}
      </span>
      {refused !== null && <span className="bad small">{t('categories.keyRule', { key: refused })}</span>}
    </div>
  );
}
