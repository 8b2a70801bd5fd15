import i18next from 'i18next';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { Settings } from '../../../shared/contract/settings.ts';
import { api } from '../../api/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { uiScale } from '../../lib/uiScale.ts';
import type { CommandHandler } from '../../state/commandStore.ts';
import type { EditorState } from '../../state/editor/editorState.ts';
import { navigate } from '../../state/addressStore.ts';
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
    'label.addExample': {
      when: () => !summary.readOnly && exampleIn(editor.store.getState()) !== null,
      run: () => void addExample(session, summary),
    },
    'label.guideline': {
      run: () => {
        if (summary.categories.some(({ guided, archived }) => guided && !archived))
          setLayout(guidelineLayout, !guidelineShown(settingsStore.getState().settings));
        else
          notify({
            level: 'info',
            message: i18next.t('label:notice.noGuideline'),
            action: {
              label: i18next.t('label:guideline.write'),
              run: () => navigate({ view: 'settings', dataset: null, params: { section: 'categories' } }),
            },
          });
      },
    },
  };
}

/** The one selected box, where it is an annotation. */
function exampleIn({ annotations, selected }: EditorState): Annotation | null {
  const chosen = annotations.filter((box) => selected.has(box.id));
  return chosen.length === 1 && chosen[0] ? chosen[0] : null;
}

/** Shows in the guideline of its category what is meant. */
export async function addExample({ editor, dataset }: LabelSession, summary: DatasetSummary): Promise<void> {
  const box = exampleIn(editor.store.getState());
  if (box === null) return;
  try {
    await editor.saving.flush();
    const { examples } = await api.categories.guideline({ dataset, category: box.category });
    if (examples.includes(box.id)) return;
    if (examples.length >= maxExamples) {
      notify({ level: 'info', message: i18next.t('label:notice.exampleFull') });
      return;
    }
    await api.categories.update({ dataset, category: box.category, examples: [...examples, box.id] });
    const category = summary.categories.find(({ id }) => id === box.category)?.name ?? '';
    notify({ level: 'success', message: i18next.t('label:notice.exampleAdded', { category }) });
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
  }
}

const maxExamples = 12;

export const guidelineLayout = 'label.guideline';

/** CSS px of the window from which on there is room for a second column beside the canvas. */
const roomyWindow = 1_200;

/** Whether the guideline stands beside the canvas: as somebody chose, else where there is room. */
export function guidelineShown(settings: Settings): boolean {
  return layoutFlag(settings, guidelineLayout, window.innerWidth / uiScale() >= roomyWindow);
}
