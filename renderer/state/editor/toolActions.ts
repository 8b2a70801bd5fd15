import type { CategoryId } from '../../../shared/domain/ids.ts';
import { cancel } from '../../canvas/tools/step.ts';
import { idle, isBusy, isHeld, type ToolName } from '../../canvas/tools/toolState.ts';
import type { EditorCore } from './editorCore.ts';

/** Which tool is in hand, and what it draws. */
export interface ToolActions {
  setTool(tool: ToolName): void;
  /** The box tool, for regions that are no objects. */
  drawIgnore(): void;
  /** Ends a gesture whose button or finger was lost, without a trace. */
  breakOff(): void;
  /** Breaks off the gesture; else drops the selection; else goes back to the select tool. */
  escape(): void;
  /** Draws on with this category until it is released; the same one again releases it. */
  lockCategory(category: CategoryId): void;
  /** The tool and category of the box drawn last. */
  drawAgain(): void;
  toggleSnapping(): void;
}

export function toolActions({ store, select }: Pick<EditorCore, 'store' | 'select'>): ToolActions {
  return {
    setTool: (tool) => store.setState({ tool: idle(tool), drawsIgnore: false }),
    drawIgnore: () => store.setState({ tool: idle('box'), drawsIgnore: true }),
    escape() {
      const { tool, selected } = store.getState();
      if (isBusy(tool)) store.setState({ tool: cancel(tool) });
      else if (selected.size > 0) select([]);
      else store.setState({ tool: idle('select'), drawsIgnore: false });
    },
    breakOff() {
      const { tool } = store.getState();
      if (isHeld(tool)) store.setState({ tool: idle(tool.tool) });
    },
    lockCategory(category) {
      const { lockedCategory, tool } = store.getState();
      if (lockedCategory === category) store.setState({ lockedCategory: null });
      else store.setState({ lockedCategory: category, nextCategory: category, tool: tool.tool === 'extreme' ? tool : idle('box') });
    },
    drawAgain() {
      const { lastDrawn } = store.getState();
      store.setState({ tool: idle(lastDrawn?.tool ?? 'box'), ...(lastDrawn === null ? {} : { nextCategory: lastDrawn.category }) });
    },
    toggleSnapping: () => store.setState((state) => ({ snapping: !state.snapping })),
  };
}
