/**
 * Text that was typed and is not saved yet, by dataset and trigger: leaving the view or loading the page again loses no keystroke.
 * It lives as long as the tab.
 */
const key = (dataset: string, trigger: string): string => `draft ${dataset} ${trigger}`;

export function readDraft(dataset: string, trigger: string): string | null {
  try {
    return sessionStorage.getItem(key(dataset, trigger));
  } catch {
    return null;
  }
}

/** null forgets it. */
export function writeDraft(dataset: string, trigger: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(key(dataset, trigger));
    else sessionStorage.setItem(key(dataset, trigger), text);
  } catch {
    // No storage, no draft: the text in the editor is still there.
  }
}
