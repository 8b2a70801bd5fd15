import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import type { ViewName } from '../lib/address.ts';
import { useCommands } from '../lib/useCommands.ts';
import { addressStore } from '../state/addressStore.ts';
import { commandStore, isEnabled, keysOf, runCommand } from '../state/commandStore.ts';
import { boundKeys } from '../state/keyPresets.ts';
import { setLayout, settingsStore } from '../state/settingsStore.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { KeyHint } from '../ui/KeyHint.tsx';

interface Step {
  readonly name: string;
  /** The view it speaks of; where a dataset is open, the tour goes there. */
  readonly view: ViewName | null;
  /** Commands whose keys it shows. */
  readonly commands: readonly string[];
}

const steps: readonly Step[] = [
  { name: 'bring', view: 'home', commands: ['home.demo', 'home.import', 'home.open'] },
  { name: 'find', view: 'frames', commands: ['frames.query', 'frames.open'] },
  { name: 'label', view: 'label', commands: ['label.boxTool', 'label.category1', 'label.accept'] },
  { name: 'trigger', view: 'triggers', commands: ['triggers.new', 'triggers.accept', 'triggers.reject'] },
  { name: 'rest', view: null, commands: ['app.palette', 'app.help'] },
];

/** Five steps beside the work, never over it: on the first start, and again from the palette and the help. */
export function Tour() {
  const { t } = useTranslation();
  const [at, setAt] = useState<number | null>(null);
  const bound = useStore(settingsStore, (state) => boundKeys(state.settings));
  const commands = useStore(commandStore, (state) => state.commands);
  const view = useStore(addressStore, (state) => state.address.view);
  useCommands({ 'app.tour': () => setAt(0) });
  const step = at === null ? undefined : steps[at];
  const shown = step?.view ?? null;
  useEffect(() => {
    if (shown !== null) document.documentElement.dataset['tour'] = shown;
    return () => void delete document.documentElement.dataset['tour'];
  }, [shown]);
  if (at === null || step === undefined) return null;
  const end = (): void => {
    setLayout('tour.seen', true);
    setAt(null);
  };
  const go = (to: number): void => {
    const next = steps[to];
    if (next === undefined) return end();
    setAt(to);
    if (next.view !== null && next.view !== view && isEnabled(`app.${next.view}`)) runCommand(`app.${next.view}`);
  };
  return (
    <aside
      className="pop tour"
      aria-label={t('tour.title')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        end();
      }}
    >
      <div className="row">
        <span className="dim small">{t('tour.step', { at: at + 1, of: steps.length })}</span>
        <span className="right" />
        <IconButton small label={t('tour.skip')} icon="close" onClick={end} />
      </div>
      <h2>{t(`tour.${step.name}.title`)}</h2>
      <p>{t(`tour.${step.name}.text`)}</p>
      <ul>
        {step.commands.map((id) => {
          const command = commands.find((candidate) => candidate.id === id);
          const chord = command === undefined ? undefined : keysOf(command, bound)[0];
          const [namespace, ...name] = id.split('.');
          return (
            chord !== undefined && (
              <li key={id} className="row">
                <KeyHint chord={chord} />
                <span className="sr-only">{chord}</span>
                <span>{t(`${namespace}:commands.${name.join('.')}`)}</span>
              </li>
            )
          );
        })}
      </ul>
      <div className="row">
        {at < steps.length - 1 && (
          <Button variant="ghost" onClick={end}>
            {t('tour.skip')}
          </Button>
        )}
        <span className="right" />
        {at > 0 && <Button onClick={() => go(at - 1)}>{t('tour.back')}</Button>}
        <Button variant="primary" onClick={() => go(at + 1)}>
          {at === steps.length - 1 ? t('tour.end') : t('tour.next')}
        </Button>
      </div>
    </aside>
  );
}
