import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { ballastFile } from './files.ts';

/** What is kept free for the last edits before a disk is full. */
export const ballastBytes = 64 * 2 ** 20;
/** No reserve where it would take more than this share of what is free. */
const share = 20;
const block = Buffer.alloc(2 ** 20);

/** Lays a file of zeros down whose only use is to be deleted. Gives its size; 0 where there is no room for one. */
export function layBallast(folder: string, wanted = ballastBytes): number {
  const file = ballastFile(folder);
  const present = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (present >= wanted) return present;
  const { bavail, bsize } = statfsSync(folder);
  const size = Math.min(wanted, Math.floor((bavail * bsize) / share));
  if (size <= present) return present;
  let fd: number | null = null;
  try {
    fd = openSync(file, 'w', 0o600);
    for (let at = 0; at < size;) at += writeSync(fd, block, 0, Math.min(block.length, size - at));
    fsyncSync(fd);
    closeSync(fd);
    return size;
  } catch {
    if (fd !== null) closeSync(fd);
    rmSync(file, { force: true });
    return 0;
  }
}

/** Gives the reserve back to the disk. False where there is none. */
export function dropBallast(folder: string): boolean {
  const file = ballastFile(folder);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  rmSync(file, { force: true });
  return true;
}
