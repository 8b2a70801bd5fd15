import type { CheckedTrigger } from './checkedTrigger.ts';
import type { AnyNode } from './typedTree.ts';
import { partsOf } from './typedTree.ts';

const kinds: readonly string[] = ['attributeNumber', 'attributeText', 'attributeBool'];

/** Whether a trigger asks for attributes of boxes: they are brought in only where one does. */
export function readsAttributes(trigger: CheckedTrigger): boolean {
  const reads = (node: AnyNode): boolean => kinds.includes(node.kind) || partsOf(node).some(reads);
  return reads(trigger.when) || reads(trigger.severity);
}
