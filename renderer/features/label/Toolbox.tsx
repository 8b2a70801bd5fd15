import { Hand, MessageSquare, MousePointer2, SquareDashed } from 'lucide-react';
import type { ReactElement } from 'react';
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
  { name: 'pan', icon: Hand, chord: 'G' },
  { name: 'comment', icon: MessageSquare, chord: 'Shift+C' },
] as const satisfies readonly { name: ToolName; icon: unknown; chord: string }[];

export function Toolbox({ editor }: { readonly editor: Editor }): ReactElement {
  const { t } = useTranslation('label');
  const active = useStore(editor.store, (state) => state.tool.tool);
  const readOnly = useStore(editor.store, (state) => state.readOnly);
  return (
    <div className="pop toolbox" role="toolbar" aria-orientation="vertical" aria-label={t('tools.title')}>
      {tools.map(({ name, icon: Drawn, chord }) => (
        <Tooltip key={name} text={t(`tools.${name}`)} chord={chord} side="right">
          <button
            type="button"
            className="tool"
            aria-label={t(`tools.${name}`)}
            aria-pressed={active === name}
            aria-keyshortcuts={ariaChord(chord, isMac)}
            disabled={readOnly && (name === 'box' || name === 'comment')}
            onClick={() => editor.setTool(name)}
          >
            <Drawn className="i" aria-hidden />
          </button>
        </Tooltip>
      ))}
    </div>
  );
}
