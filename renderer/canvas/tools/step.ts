import { boxStep, extremeStep } from './drawTools.ts';
import { type PointerInput, stay, type Step, type ToolContext, type ToolEffect } from './gesture.ts';
import { selectStep } from './selectTool.ts';
import { idle, type ToolState } from './toolState.ts';

/** One pointer event through the tool: the next state of the gesture and what is to be done. Pure. */
export function step(state: ToolState, input: PointerInput, context: ToolContext): Step {
  switch (state.tool) {
    case 'select':
      return selectStep(state, input, context);
    case 'box':
      return boxStep(state, input, context);
    case 'extreme':
      return extremeStep(state, input, context);
    case 'pan':
      return panStep(state, input);
    case 'comment':
      return input.type === 'down' && input.button === 'primary'
        ? { state, effects: [{ kind: 'comment', point: input.point }] }
        : stay(state);
  }
}

/** Breaks a gesture off; what it had not committed leaves no trace. Of the extreme points the last one goes. */
export function cancel(state: ToolState): ToolState {
  if (state.tool === 'extreme' && state.phase === 'points' && state.points.length > 1)
    return { ...state, points: state.points.slice(0, -1) };
  return idle(state.tool);
}

function panStep(state: ToolState & { tool: 'pan' }, input: PointerInput): Step {
  if (state.phase === 'idle') {
    return input.type === 'down' ? stay({ tool: 'pan', phase: 'panning', last: input.screen }) : stay(state);
  }
  const effects: ToolEffect[] = [{ kind: 'pan', dx: input.screen.x - state.last.x, dy: input.screen.y - state.last.y }];
  return { state: input.type === 'up' ? idle('pan') : { ...state, last: input.screen }, effects };
}
