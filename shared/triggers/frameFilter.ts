import { requireFrameFilter } from './check.ts';
import type { CheckContext } from './checkedTrigger.ts';
import type { TriggerData } from './slotTables.ts';
import { compileTrigger } from './evaluator.ts';

/** Whether a frame is in the selection: only where the expression is true, not where it is unknown. */
export type FrameFilter = (frame: number) => boolean;

/** Compiles a frame expression (EXPR). Throws `trigger_syntax`, `trigger_type`, `trigger_limit` or `unsupported`. */
export function compileFrameFilter(text: string, context: CheckContext, data: TriggerData): FrameFilter {
  const compiled = compileTrigger(requireFrameFilter(text, context), data);
  return (frame) => compiled.truth(frame) === 1;
}
