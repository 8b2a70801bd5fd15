/**
 * Coded errors: the only errors that cross a process, a channel or the command line.
 * `message` is written for the person labeling; `details` is what "Copy details" copies and what code may act on.
 */
export const errorCodes = [
  'invalid_request',
  'not_found',
  'already_exists',
  'conflict',
  'busy',
  'read_only',
  'cancelled',
  'unavailable',
  'unsupported',
  'disk_full',
  'folder_gone',
  'too_large',
  'refused_path',
  'refused_image',
  'refused_model',
  'refused_input',
  'unreadable',
  'unknown_format',
  'unknown_model',
  'model_failed',
  'newer_version',
  'corrupt',
  'trigger_syntax',
  'trigger_type',
  'trigger_limit',
  'nothing_to_undo',
  'nothing_to_redo',
  'locked_by_rule',
  'invalid_attribute',
  'usage',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Plain data beside an error. JSON only, so that it survives every channel. */
export type ErrorDetails = { readonly [key: string]: unknown };

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/** An expected failure. Anything else that is thrown is a defect and becomes `internal` with a trace id. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message: string, details?: ErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

export function toWireError(error: AppError): WireError {
  return error.details === undefined
    ? { code: error.code, message: error.message }
    : { code: error.code, message: error.message, details: error.details };
}

export function fromWireError(error: WireError): AppError {
  return new AppError(error.code, error.message, error.details);
}
