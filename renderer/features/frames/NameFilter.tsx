import { type Ref, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '../../lib/useShortcut.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';

const settleMs = 150;

/** Narrows the frames to those with the typed part in their name. */
export function NameFilter({
  name,
  onName,
  field,
}: {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly field: Ref<HTMLInputElement>;
}) {
  const { t } = useTranslation('frames');
  const chord = useShortcut('frames.name');
  const [text, setText] = useState(name);
  const told = useRef(name);
  const tell = useRef(onName);
  useEffect(() => {
    tell.current = onName;
  });
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      tell.current(text);
    }, settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    if (name === told.current) return;
    told.current = name;
    setText(name);
  }, [name]);
  return (
    <div className="name-filter">
      <div className="input" role="search">
        <Icon name="search" small />
        <input
          ref={field}
          type="search"
          aria-label={t('nameFilter')}
          placeholder={t('nameFilter')}
          value={text}
          maxLength={256}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            setText('');
            event.currentTarget.blur();
          }}
        />
        {text === '' ? <KeyHint chord={chord} /> : <IconButton small label={t('clearName')} icon="close" onClick={() => setText('')} />}
      </div>
    </div>
  );
}
