import { statfs } from 'node:fs/promises';
import { AppError } from '../../../../shared/errors.ts';

/** Room that must stay free beside what a copy or an import takes. */
const marginBytes = 256 * 2 ** 20;
const growth = 1.3;

/** Room for something of this size and a margin (references: SYNC 5.5). Error: disk_full, with bytes. */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const needed = Math.ceil(bytes * growth + marginBytes);
  if (free < needed)
    throw new AppError(
      'disk_full',
      `There is too little room on the disk: ${megabytes(free)} MB are free, ${megabytes(needed)} MB are needed.`,
      {
        free,
        needed,
      },
    );
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
