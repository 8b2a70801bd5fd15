import i18next from 'i18next';
import { notify } from '../state/noticeStore.ts';

/** Puts a text on the clipboard and says so (`copied`); where the browser does not allow it, says that instead. */
export async function copyText(text: string, copied: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify({ level: 'info', message: copied });
  } catch {
    notify({ level: 'warning', message: i18next.t('app:copyRefused') });
  }
}
