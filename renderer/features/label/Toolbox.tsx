import { Hand, MessageSquare, MousePointer2, SquareDashed, SquareDot, SquareSlash } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ToolName } from '../../canvas/tools/toolState.ts';
import { ariaChord } from '../../lib/keys.ts';
import { isMac } from '../../lib/platformKeys.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { Tooltip } from '../../ui/Tooltip.tsx';

const tools = [
  { name: 'select', icon: MousePointer2, chord: 'Escape' },
  { name: 'box', icon: SquareDashed, chord: 'R' },
  { name: 'extreme', icon: SquareDot, chord: 'Shift+R' },
  { name: 'ignore', icon: SquareSlash, chord: 'Shift+W' },
  { name: 'pan', icon: Hand, chord: 'G' },
  { name: 'comment', icon: MessageSquare, chord: 'Shift+C' },
] as const satisfies readonly { name: ToolName | 'ignore'; icon: unknown; chord: string }[];

export function Toolbox({ editor, children }: { readonly editor: Editor; readonly children?: ReactNode }): ReactElement {
  const { t } = useTranslation('label');
  const active = useStore(editor.store, (state) => state.tool.tool);
  const readOnly = useStore(editor.store, (state) => state.readOnly);
  const ignoring = useStore(editor.store, (state) => state.drawsIgnore);
  const pressed = active === 'box' && ignoring ? 'ignore' : active;
  return (
    <div className="pop toolbox" role="toolbar" aria-orientation="vertical" aria-label={t('tools.title')}>
      {tools.map(({ name, icon: Drawn, chord }) => (
        <Tooltip key={name} text={t(`tools.${name}`)} chord={chord} side="right">
          <button
            type="button"
            className="tool"
            aria-label={t(`tools.${name}`)}
            aria-pressed={pressed === name}
            aria-keyshortcuts={ariaChord(chord, isMac)}
            disabled={readOnly && name !== 'select' && name !== 'pan'}
            onClick={() => (name === 'ignore' ? editor.drawIgnore() : editor.setTool(name))}
          >
            <Drawn className="i" aria-hidden />
          </button>
        </Tooltip>
      ))}
      {children}
    </div>
  );
}
