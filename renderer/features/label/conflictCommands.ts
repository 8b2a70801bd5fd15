import type { CommandHandler } from '../../state/commandStore.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { conflictInHand } from './conflictInHand.ts';

/** Keys of the conflict that the inspector shows; they mean nothing where there is none. */
export function conflictCommands(editor: Editor, writable: boolean): { readonly [id: string]: CommandHandler } {
  const inHand = () => {
    const { conflicts, selected } = editor.store.getState();
    return writable ? conflictInHand(conflicts, selected) : null;
  };
  const keep = (index: number): CommandHandler => ({
    when: () => inHand()?.alternatives[index] !== undefined,
    run: () => {
      const conflict = inHand();
      const value = conflict?.alternatives[index]?.value;
      if (conflict && value) editor.resolve(conflict, value);
    },
  });
  return {
    'label.conflictKeepA': keep(0),
    'label.conflictKeepB': keep(1),
    'label.conflictThird': {
      when: () => inHand()?.field === 'geometry',
      run: () => {
        const conflict = inHand();
        if (conflict) editor.drawThird(conflict.box);
      },
    },
  };
}
