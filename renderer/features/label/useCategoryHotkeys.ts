import { useEffect } from 'react';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { categoryKeys, choosable } from '../../../shared/domain/category.ts';
import { chordOf } from '../../lib/keys.ts';
import { isMac } from '../../lib/platformKeys.ts';
import type { Editor } from '../../state/editor/createEditor.ts';

/**
 * The keys that people gave to categories beside the digits, which are commands. Categories come and go with the dataset, so
 * their keys are none of the commands that a person can bind.
 */
export function useCategoryHotkeys(editor: Editor, summary: DatasetSummary): void {
  const { categories, readOnly } = summary;
  useEffect(() => {
    if (readOnly) return;
    const keys = categoryKeys(categories);
    const onKey = (event: KeyboardEvent): void => {
      if (!event.altKey || event.defaultPrevented) return;
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea, [contenteditable]')) return;
      // Alt types signs on some layouts: the place of the key says which it is.
      const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
      const chord = place === null ? chordOf(event, isMac) : `Alt+${place[1] ?? place[2] ?? ''}`;
      const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
      const category = plain && chord !== null ? keys.get(chord) : undefined;
      if (category === undefined) return;
      event.preventDefault();
      editor.setCategory(category.id);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [editor, categories, readOnly]);

  // What is drawn next is never a category that is out of the lists; of a merged one it is the other.
  useEffect(() => {
    const { nextCategory, lockedCategory } = editor.store.getState();
    const standing = (id: typeof nextCategory): typeof nextCategory => {
      const category = categories.find((candidate) => candidate.id === id);
      if (category !== undefined && !category.archived) return id;
      return category?.mergedInto ?? choosable(categories)[0]?.id ?? null;
    };
    const next = standing(nextCategory);
    const locked = lockedCategory === null || standing(lockedCategory) === lockedCategory ? lockedCategory : null;
    if (next !== nextCategory || locked !== lockedCategory) editor.store.setState({ nextCategory: next, lockedCategory: locked });
  }, [editor, categories]);
}
