import { AppError } from '../../../../shared/errors.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import type { OpenSourceOptions } from './labelSource.ts';

/** A file without which nothing can be read. Error: refused_input. */
export async function readNeeded<T>(file: string, options: OpenSourceOptions, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    options.report.add({ code: error.code, severity: 'refused', message: error.message, item: file });
    throw new AppError('refused_input', `The file ${file} was not read. ${error.message}`, {
      reason: error.code,
      report: options.report.entries(),
    });
  }
}
