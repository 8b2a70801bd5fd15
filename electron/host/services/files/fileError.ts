import { isDiskFull } from '../../../../shared/diskFull.ts';
import { AppError } from '../../../../shared/errors.ts';

const writing: ReadonlySet<string> = new Set([
  'mkdir',
  'rename',
  'unlink',
  'rm',
  'rmdir',
  'copyfile',
  'write',
  'ftruncate',
  'link',
  'symlink',
]);

/** What the system says of a file that nobody nearer to it put into words; null for anything else, which is a defect. */
export function fileError(error: unknown): AppError | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall = '', path } = error as NodeJS.ErrnoException;
  const details = { errno: code, syscall, ...(path === undefined ? {} : { path }) };
  if (isDiskFull(error)) return new AppError('disk_full', 'The disk is full. Make room and try again.', details, { cause: error });
  switch (code) {
    case 'EROFS':
      return new AppError('read_only', 'This disk can only be read. Choose a place on another one.', details, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return writing.has(syscall)
        ? new AppError('read_only', 'You are not allowed to write here. Choose another folder, or change its permissions.', details, {
            cause: error,
          })
        : new AppError(
            'unreadable',
            'You are not allowed to open this file or folder. Change its permissions, or choose another.',
            details,
            {
              cause: error,
            },
          );
    default:
      return null;
  }
}
