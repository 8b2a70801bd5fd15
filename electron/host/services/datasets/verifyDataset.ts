import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Progress } from '../../../../shared/contract/common.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';
import { extensionOf } from '../../media/mediaService.ts';
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
  for (let after = ''; ;) {
    const page = await db.read('verify.media', { after, limit: 1_000 });
    for (const { sha256, format } of page) {
      signal.throwIfAborted();
      checked += 1;
      const item = `media/${sha256.slice(0, 2)}/${sha256}.${extensionOf(format)}`;
      const file = path.join(folder, item);
      if (
        !(await stat(file).then(
          (info) => info.isFile(),
          () => false,
        ))
      )
        problems.push({ code: 'missing_media', message: 'An image is missing.', item });
      else if ((await hashFile(file)) !== sha256)
        problems.push({ code: 'damaged_media', message: 'An image is not the one that was imported.', item });
    }
    const last = page.at(-1);
    if (last === undefined) return { checked, problems };
    after = last.sha256;
  }
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
