import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Progress, ReportEntry } from '../../../../shared/contract/common.ts';
import type { VersionSummary } from '../../../../shared/contract/versions.ts';
import { AppError } from '../../../../shared/errors.ts';
import { ManifestEncoder } from '../../../../shared/versions/encodeManifest.ts';
import { LeakAudit } from '../../../../shared/versions/leaks.ts';
import type { ManifestSummary } from '../../../../shared/versions/manifest.ts';
import { createSplitter, groupOf, type GroupBy, type SplitShares } from '../../../../shared/versions/split.ts';
import { nextVersionName } from '../../../../shared/versions/nextName.ts';
import type { FrozenFrame, VersionRow } from '../../../db/queries/versions.ts';
import { makeFolderIn } from '../files/makeFolderIn.ts';
import { createProgress, type ProgressReporter } from '../imports/throttledProgress.ts';
import type { OpenDataset } from '../openDataset.ts';
import { contentHash } from './contentHash.ts';
import { syncFolder } from './syncFolder.ts';
import { approvedChoice } from './approvedChoice.ts';
import { checkVersionName, manifestFile, versionFile, versionFolder, versionsFolder } from './versionFiles.ts';
import { versionText } from './versionText.ts';
import { summaryOf } from './versionSummary.ts';

export interface FreezeRequest {
  readonly name?: string | undefined;
  readonly where?: string | undefined;
  readonly approvedOnly?: boolean | undefined;
  readonly includeConflicts?: boolean | undefined;
  readonly split?: SplitShares | undefined;
  readonly groupBy?: GroupBy | undefined;
  readonly seed?: number | undefined;
  readonly note?: string | undefined;
}

export interface FreezeContext {
  readonly dataset: OpenDataset;
  /** Keys of the frames that the expression is true for. */
  readonly frameFilter: (where: string) => Promise<Float64Array>;
  readonly author: string;
  readonly signal: AbortSignal;
  readonly progress: (value: Progress) => void;
}

const pageFrames = 500;
/** When people edit while a version is written, it is written again this often before it is taken frame by frame. */
const maxTries = 3;

/**
 * Makes an immutable version: its manifest and what it is, in a fresh folder that appears as a whole, then a row in the
 * database. The same content under the same name is the version that is there. A frame keeps the split it has; the others get
 * theirs by group. Errors: already_exists (the name belongs to other content), invalid_request, read_only, trigger_*.
 */
export async function freezeVersion(
  request: FreezeRequest,
  context: FreezeContext,
): Promise<VersionSummary & { readonly leaks: readonly ReportEntry[] }> {
  const { dataset, author } = context;
  if (dataset.readOnly) throw new AppError('read_only', 'This dataset is open for reading only.');
  const versions = await dataset.db.read('versions.list', {});
  const name = request.name ?? nextVersionName(versions.map(({ name }) => name));
  checkVersionName(name);
  const known = versions.find((version) => version.name === name);
  if (known === undefined) refuseSimilar(name, versions);
  const progress = createProgress(context.progress);
  const where = request.where?.trim() === '' ? undefined : request.where;
  const only = where === undefined ? null : new Set(await context.frameFilter(where));
  await makeFolderIn(dataset.folder, versionsFolder(dataset));
  await removeLeftovers(versionsFolder(dataset));
  const temporary = path.join(versionsFolder(dataset), `.freeze-${randomBytes(6).toString('hex')}`);
  await mkdir(temporary);
  try {
    const written = await writeManifest(path.join(temporary, manifestFile), { request, context, only, progress });
    const { summary } = written;
    if (known !== undefined) {
      if (known.sha256 !== summary.sha256) throw nameTaken(name);
      return { ...summaryOf(known), leaks: written.leaks };
    }
    const row: VersionRow = {
      name,
      sha256: summary.sha256,
      createdAt: Date.now(),
      author,
      frames: summary.frames,
      annotations: summary.annotations,
      splits: summary.splits,
      where: selectionText(where, request.approvedOnly === true),
      parent: versions.at(-1)?.name ?? null,
      note: request.note ?? null,
    };
    await writeWhole(path.join(temporary, versionFile), versionText(row, written.fileSha256));
    await syncFolder(temporary);
    await publish(dataset, temporary, row);
    await dataset.db.write('versions.add', row);
    return { ...summaryOf(row), leaks: written.leaks };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function selectionText(where: string | undefined, approvedOnly: boolean): string | null {
  const approved = 'frame.state = "approved" or frame.state = "locked"';
  if (!approvedOnly) return where ?? null;
  return where === undefined ? approved : `(${where}) and (${approved})`;
}

/** Folders that differ in letter case only are one folder on Windows and macOS. */
function refuseSimilar(name: string, versions: readonly VersionRow[]): void {
  const folded = name.normalize('NFC').toLowerCase();
  if (versions.some((version) => version.name.normalize('NFC').toLowerCase() === folded)) throw nameTaken(name);
}

function nameTaken(name: string): AppError {
  return new AppError('already_exists', `The name “${name}” belongs to a version with other content. Choose another.`, { name });
}

async function writeManifest(
  file: string,
  what: {
    readonly request: FreezeRequest;
    readonly context: FreezeContext;
    readonly only: ReadonlySet<number> | null;
    readonly progress: ProgressReporter;
  },
): Promise<{ readonly summary: ManifestSummary; readonly fileSha256: string; readonly leaks: readonly ReportEntry[] }> {
  for (let tries = 1; ; tries++) {
    const written = await writeOnce(file, what);
    const isQuiet = written.revisions.size <= 1;
    if (!isQuiet && tries < maxTries) continue;
    const edited: ReportEntry = {
      code: 'edited_meanwhile',
      severity: 'warning',
      message: 'Somebody edited while the version was made: each frame is as it was at one moment, not all at the same.',
      item: '',
      count: 1,
    };
    return { ...written, leaks: isQuiet ? written.leaks : [...written.leaks, edited] };
  }
}

async function writeOnce(
  file: string,
  what: Parameters<typeof writeManifest>[1],
): Promise<{
  readonly summary: ManifestSummary;
  readonly fileSha256: string;
  readonly leaks: readonly ReportEntry[];
  readonly revisions: ReadonlySet<number>;
}> {
  const { request, context, only, progress } = what;
  const { db } = context.dataset;
  const categories = await db.read('categories.pinned', {});
  const placeOf = new Map<number, number>(categories.map((category, place) => [category.id, place]));
  const encoder = new ManifestEncoder(
    categories.map(({ name, supercategory, sourceId }) => ({ name, supercategory, sourceId })),
    contentHash(),
  );
  const splitOf = await splitterOf(request, context);
  const audit = new LeakAudit();
  const choice = approvedChoice(request);
  const revisions = new Set<number>();
  const out = await LineWriter.create(file);
  try {
    for (const line of encoder.head()) await out.write(line);
    let done = 0;
    for (let after: string | null = null; ;) {
      context.signal.throwIfAborted();
      const { frames, revision }: { frames: readonly FrozenFrame[]; revision: number } = await db.read('versions.page', {
        after,
        limit: pageFrames,
      });
      revisions.add(revision);
      for (const { id, approval, disputed, ...frame } of frames) {
        if (only !== null && !only.has(id)) continue;
        if (!choice.takes(approval, frame.state)) continue;
        const marked = approval === 'disputed' ? disputed : [];
        const boxes = frame.boxes.map((box) => ({
          ...box,
          category: placeOf.get(box.category) ?? -1,
          ...(marked.includes(box.id) ? { attributes: { ...box.attributes, conflict: true } } : {}),
        }));
        const split = splitOf(frame);
        audit.add({ ...frame, split });
        await out.write(encoder.frame({ ...frame, split, boxes }));
        progress.soon({ phase: 'Freezing', done: ++done, total: only?.size ?? null, unit: 'frames' });
      }
      after = frames.at(-1)?.name ?? null;
      if (after === null) break;
    }
    const { line, summary } = encoder.finish();
    await out.write(line);
    return { summary, fileSha256: await out.end(), leaks: [...choice.report(), ...audit.entries(request.split)], revisions };
  } finally {
    await out.close();
  }
}

async function splitterOf(
  request: FreezeRequest,
  { dataset }: FreezeContext,
): Promise<(frame: Omit<FrozenFrame, 'id' | 'approval' | 'disputed'>) => string | null> {
  const shares = request.split;
  if (shares === undefined) return (frame) => frame.split;
  const groupBy = request.groupBy ?? 'sequence';
  // What a sequence was given stays with it: more frames of it must not end up in another split.
  const frozen = new Map<string, string>();
  if (groupBy === 'sequence')
    for (const [sequence, split] of await dataset.db.read('versions.sequenceSplits', {}))
      frozen.set(groupOf({ sha256: '', sequence }, groupBy), split);
  const splitter = createSplitter(shares, request.seed, frozen);
  return (frame) => frame.split ?? splitter(groupOf(frame, groupBy));
}

/**
 * Gives the folder its name. A folder of that name without a row is of a freeze that ended between the two; if its content is
 * the same, it makes room. Error: already_exists.
 */
async function publish(dataset: OpenDataset, temporary: string, row: VersionRow): Promise<void> {
  const target = versionFolder(dataset, row.name);
  if ((await lstat(target).catch(() => null)) !== null) {
    if ((await contentThere(target)) !== row.sha256) throw nameTaken(row.name);
    await rm(target, { recursive: true });
  }
  await rename(temporary, target);
  await syncFolder(versionsFolder(dataset));
}

/** Hash of the content that a folder says it has; null where it is no version. */
async function contentThere(folder: string): Promise<unknown> {
  try {
    return (JSON.parse(await readFile(path.join(folder, versionFile), 'utf8')) as { readonly sha256?: unknown } | null)?.sha256;
  } catch {
    return null;
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith('.freeze-')) await rm(path.join(folder, name), { recursive: true, force: true });
}

async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Lines to a file in pieces, hashed on the way. */
class LineWriter {
  readonly #handle: FileHandle;
  readonly #hash = contentHash();
  #parts: string[] = [];
  #length = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(file: string): Promise<LineWriter> {
    return new LineWriter(await open(file, 'w'));
  }

  async write(line: string): Promise<void> {
    this.#parts.push(line);
    this.#length += line.length;
    if (this.#length >= 1_048_576) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#parts.join(''));
    this.#parts = [];
    this.#length = 0;
    this.#hash.update(bytes);
    await this.#handle.writeFile(bytes);
  }

  /** Durable; gives the SHA-256 of the file. */
  async end(): Promise<string> {
    await this.#flush();
    await this.#handle.sync();
    return this.#hash.hex();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
