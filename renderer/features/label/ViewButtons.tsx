import { Columns2, Eye, SunMedium } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { ariaChord } from '../../lib/keys.ts';
import { isMac } from '../../lib/platformKeys.ts';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { toggleCompare } from './useViewCommands.ts';
import { togglePanel, viewStore } from './viewStore.ts';

const buttons = [
  { name: 'imagePanel', icon: SunMedium, chord: 'Shift+I', run: () => togglePanel('image') },
  { name: 'boxesPanel', icon: Eye, chord: 'Shift+B', run: () => togglePanel('boxes') },
  { name: 'compare', icon: Columns2, chord: 'Shift+K', run: toggleCompare },
] as const;

/** The lower part of the toolbox: what helps to see. */
export function ViewButtons(): ReactElement {
  const { t } = useTranslation('canvas');
  const panel = useStore(viewStore, (state) => state.panel);
  const comparing = useStore(viewStore, (state) => state.compare !== null);
  const on = { imagePanel: panel === 'image', boxesPanel: panel === 'boxes', compare: comparing };
  return (
    <>
      <span className="tool-line" aria-hidden />
      {buttons.map(({ name, icon: Drawn, chord, run }) => (
        <Tooltip key={name} text={t(`buttons.${name}`)} chord={chord} side="right">
          <button
            type="button"
            className="tool"
            aria-label={t(`buttons.${name}`)}
            aria-pressed={on[name]}
            aria-keyshortcuts={ariaChord(chord, isMac)}
            onClick={run}
          >
            <Drawn className="i" aria-hidden />
          </button>
        </Tooltip>
      ))}
    </>
  );
}
