import { existsSync } from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import { journalFolder } from './files.ts';

/** A folder without a database: no dataset, or one that lost it. */
export function missing(folder: string): AppError {
  return existsSync(journalFolder(folder))
    ? new AppError('corrupt', 'The dataset file is missing. Restore a backup; the edits are safe in the journal.', { path: folder })
    : new AppError('not_found', 'There is no dataset in this folder.', { path: folder });
}
