import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A disk of so many bytes, or why there is none: only root may mount, and not everywhere. Gone when the test is over. */
export async function smallDisk(bytes: number): Promise<{ readonly folder: string } | { readonly skipped: string }> {
  if (process.platform !== 'linux') return { skipped: 'a small disk is made on Linux only' };
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'hardcase-disk-')));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    await rmdir(folder);
    return { skipped: `no disk can be mounted here (${String(error instanceof Error ? error.message : error).split('\n')[0]})` };
  }
  onTestFinished(async () => {
    execFileSync('umount', ['-l', folder]);
    await rmdir(folder);
  });
  return { folder };
}

/** Makes a mounted disk read-only (modes do not bind root), or larger. */
export function remount(folder: string, mode: 'ro' | `rw,size=${number}m`): void {
  execFileSync('mount', ['-o', `remount,${mode}`, folder], { stdio: 'pipe' });
}
