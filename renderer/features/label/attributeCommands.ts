import i18next from 'i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { CommandHandler } from '../../state/commandStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { layoutFlag, settingsStore, setLayout } from '../../state/settingsStore.ts';
import { attributeKeysStore } from './attributeKeys.ts';
import { incompleteBoxes } from './incomplete.ts';
import type { LabelSession } from './labelSession.ts';

interface Options {
  readonly session: LabelSession;
  readonly summary: DatasetSummary;
}

/** Attributes by key, the next box that lacks one, and the guideline beside the canvas. */
export function attributeCommands({ session, summary }: Options): { readonly [id: string]: CommandHandler } {
  const { editor } = session;
  const hasSelection = (): boolean => editor.store.getState().selected.size > 0;
  return {
    'label.attributes': {
      when: () => !summary.readOnly && hasSelection() && summary.attributes.length > 0,
      run: () => attributeKeysStore.setState({ open: true }),
    },
    'label.nextIncomplete': {
      run: () => {
        const { annotations, selected } = editor.store.getState();
        const boxes = incompleteBoxes(summary.attributes, annotations);
        const at = boxes.findIndex(({ box }) => selected.has(box));
        const next = boxes[(at + 1) % Math.max(boxes.length, 1)];
        if (next === undefined) notify({ level: 'info', message: i18next.t('label:notice.complete') });
        else editor.select([next.box]);
      },
    },
    'label.guideline': {
      run: () => setLayout(guidelineLayout, !layoutFlag(settingsStore.getState().settings, guidelineLayout, true)),
    },
  };
}

/** Whether the guideline stands beside the canvas. */
export const guidelineLayout = 'label.guideline';
