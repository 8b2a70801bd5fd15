import type { CheckedTrigger } from './checkedTrigger.ts';
import type { AnyNode } from './typedTree.ts';
import { partsOf } from './typedTree.ts';

/** Whether a trigger reads `frame.name`: the one column that threads are not given unless it is needed. */
export function readsNames(trigger: CheckedTrigger): boolean {
  const reads = (node: AnyNode): boolean => (node.kind === 'frameText' && node.field === 'name') || partsOf(node).some(reads);
  return reads(trigger.when) || reads(trigger.severity);
}
