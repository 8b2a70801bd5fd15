import { AppError } from '../../shared/errors.ts';

/** An error as a screen shows it: what happened in words, and what "Copy details" copies. */
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
      message: error.message,
      details: JSON.stringify({ code: error.code, message: error.message, details: error.details ?? {} }, null, 2),
    };
  }
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, details: error instanceof Error && error.stack !== undefined ? error.stack : message };
}
