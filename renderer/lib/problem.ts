import i18next from 'i18next';
import { AppError } from '../../shared/errors.ts';
import { hostText } from '../locales/hostText.ts';

/** An error as a screen shows it: what happened, in the words of the language that is shown when it is read, and what "Copy details" copies. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly details: string;
}

/** Null for a cancelled call: nothing went wrong. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof AppError) {
    if (error.code === 'cancelled') return null;
    return {
      code: error.code,
      get message() {
        return said(error);
      },
      details: JSON.stringify({ code: error.code, message: error.message, details: error.details ?? {} }, null, 2),
    };
  }
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, details: error instanceof Error && error.stack !== undefined ? error.stack : message };
}

/** The host's sentence in the language of the interface; where it has none there, what its code says stands before it. */
function said({ code, message }: AppError): string {
  const translated = hostText(message);
  return translated !== message || i18next.language === 'en' ? translated : `${i18next.t(`app:errors.${code}`)}: ${message}`;
}
