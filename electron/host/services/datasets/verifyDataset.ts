import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Progress } from '../../../../shared/contract/common.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';
import { isAppError } from '../../../../shared/errors.ts';
import { imageLimits } from '../../../image/limits.ts';
import { extensionOf } from '../../media/mediaService.ts';
import { hashFile } from '../files/hashFile.ts';
import { openInside, openRoot, type OpenedFile, type Root } from '../gates/paths.ts';
import type { OpenDataset } from '../openDataset.ts';

export interface Verified {
  readonly ok: boolean;
  readonly checked: number;
  readonly problems: readonly { code: string; message: string; item: string }[];
}

/** Checks that other areas add (versions/ …). */
export interface ExtraCheck {
  readonly phase: string;
  run(dataset: OpenDataset, signal: AbortSignal): Promise<{ readonly checked: number; readonly problems: Verified['problems'] }>;
}

/** Integrity of everything in a dataset folder. Problems are findings, not errors. */
export async function verifyDataset(dataset: OpenDataset, extra: readonly ExtraCheck[], context: JobContext<Progress>): Promise<Verified> {
  const { db, folder, id } = dataset;
  const scratch = await mkdtemp(path.join(tmpdir(), 'hardcase-verify-'));
  const checks: readonly ExtraCheck[] = [
    { phase: 'file', run: () => db.read('verify.integrity', {}) },
    { phase: 'log', run: () => db.read('verify.chain', { dataset: id }) },
    { phase: 'journal', run: () => db.read('verify.journal', { folder }) },
    { phase: 'imports', run: () => db.read('verify.packs', {}) },
    { phase: 'runs', run: () => db.read('verify.chunks', {}) },
    { phase: 'state', run: () => db.read('verify.state', { dataset: id, scratch }) },
    { phase: 'media', run: (_, signal) => checkMedia(dataset, signal) },
    ...extra,
  ];
  const problems: { code: string; message: string; item: string }[] = [];
  let checked = 0;
  try {
    for (const [done, check] of checks.entries()) {
      context.signal.throwIfAborted();
      context.progress({ phase: check.phase, done, total: checks.length, unit: 'checks' });
      const result = await check.run(dataset, context.signal);
      checked += result.checked;
      problems.push(...result.problems);
    }
    context.progress({ phase: 'done', done: checks.length, total: checks.length, unit: 'checks' });
    return { ok: problems.length === 0, checked, problems };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Every copied image has the bytes its name says. */
async function checkMedia({ db, folder }: OpenDataset, signal: AbortSignal): Promise<Awaited<ReturnType<ExtraCheck['run']>>> {
  const problems: { code: string; message: string; item: string }[] = [];
  let checked = 0;
  const root = await openRoot(folder);
  for (let after = ''; ;) {
    const page = await db.read('verify.media', { after, limit: 1_000 });
    for (const { sha256, format } of page) {
      signal.throwIfAborted();
      checked += 1;
      const item = `media/${sha256.slice(0, 2)}/${sha256}.${extensionOf(format)}`;
      const problem = await mediaProblem(root, item, { sha256, bytes: null }, signal);
      if (problem !== null) problems.push({ ...problem, item });
    }
    const last = page.at(-1);
    if (last === undefined) return { checked, problems };
    after = last.sha256;
  }
}

/** What is wrong with an image that was imported; null where nothing is. Through the gate: a link or a pipe in an image's place is no image, and nothing outside the folder is read. */
export async function mediaProblem(
  root: Root,
  item: string,
  { sha256, bytes }: { readonly sha256: string; /** Where it is known. */ readonly bytes: number | null },
  signal: AbortSignal,
): Promise<{ readonly code: string; readonly message: string } | null> {
  let file: OpenedFile;
  try {
    file = await openInside(root, item);
  } catch (error) {
    if (isAppError(error, 'not_found')) return { code: 'missing_media', message: 'An image is missing.' };
    if (isAppError(error)) return { code: 'damaged_media', message: 'An image is not the one that was imported.' };
    throw error;
  }
  try {
    // No image that was let in is larger; a file that grew is not read to its end.
    const isSame =
      file.bytes <= imageLimits.bytes &&
      (bytes === null || bytes === file.bytes) &&
      (await hashFile(file.handle, signal)).sha256 === sha256;
    return isSame ? null : { code: 'damaged_media', message: 'An image is not the one that was imported.' };
  } finally {
    await file.handle.close();
  }
}
