import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { isInside } from '../files/listDir.ts';

/**
 * A path that a user typed or picked, where only some folders are served (browser mode): it, or the nearest folder above it
 * that exists, has to lie in one of them. Without roots every path is allowed. Error: refused_path.
 */
export async function checkChosenPath(chosen: string, roots: readonly string[]): Promise<void> {
  if (roots.length === 0) return;
  for (let at = path.resolve(chosen); ; at = path.dirname(at)) {
    const real = await realpath(at).catch(() => null);
    if (real === null && path.dirname(at) !== at) continue;
    if (real !== null && isInside(real, roots)) return;
    throw new AppError('refused_path', 'This path lies outside the folders that are served.', { path: chosen });
  }
}
