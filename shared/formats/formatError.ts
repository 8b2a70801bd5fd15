/**
 * Why one file of an import cannot be used. `code` names a line of the report; the import goes on with the other files,
 * and only where nothing is left does it become a coded error.
 */
export class FormatError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FormatError';
    this.code = code;
  }
}
