import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes `folder` and what is missing between it and `root`, but never `root` itself: a dataset that was moved away must not leave
 * an empty folder of its name behind, or it could not come back to its place. Error: ENOENT where `root` is gone.
 */
export async function makeFolderIn(root: string, folder: string): Promise<void> {
  let at = root;
  for (const part of path.relative(root, folder).split(path.sep)) {
    at = path.join(at, part);
    await mkdir(at).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
}
