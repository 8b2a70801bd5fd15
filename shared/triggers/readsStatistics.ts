import type { CheckedTrigger } from './checkedTrigger.ts';
import type { AnyNode } from './typedTree.ts';
import { partsOf } from './typedTree.ts';

const fields: readonly string[] = ['brightness', 'luma_p95', 'contrast', 'sharpness'];

/** Whether a trigger asks for what has to be measured on the image: nobody decodes images for those that do not. */
export function readsStatistics(trigger: CheckedTrigger): boolean {
  const reads = (node: AnyNode): boolean => (node.kind === 'frameNumber' && fields.includes(node.field)) || partsOf(node).some(reads);
  return reads(trigger.when) || reads(trigger.severity);
}
