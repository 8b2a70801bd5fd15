import path from 'node:path';
import type { Progress } from '../../../../shared/contract/common.ts';
import { AppError, isAppError } from '../../../../shared/errors.ts';
import { openManifest } from '../../../../shared/versions/decodeManifest.ts';
import type { ExportSource } from '../../../../shared/formats/exportSource.ts';
import type { ManifestFrame } from '../../../../shared/versions/manifest.ts';
import { hashFile } from '../files/hashFile.ts';
import { openInside, openReal, openRoot, type Root } from '../gates/paths.ts';
import { FolderTree, walkFolder } from '../imports/folderTree.ts';
import { chunksOf } from '../imports/readFile.ts';
import { createProgress, type ProgressReporter } from '../imports/throttledProgress.ts';
import { contentHash } from '../versions/contentHash.ts';
import { compareCvat, compareMot } from './compareTracks.ts';
import { compareCoco, compareYolo, type ExportProblem } from './compareExport.ts';
import { ExportListReader, exportListFile, exportManifestFile, type ExportedFile, type ExportHead } from './exportList.ts';

export interface VerifiedExport {
  readonly ok: boolean;
  /** Files looked at. */
  readonly checked: number;
  readonly problems: readonly ExportProblem[];
}

/**
 * Checks an export without its dataset: every byte of every file against the list, nothing missing and nothing beside it, the
 * list against its own hash, and the labels, read back by the readers of imports, against the version's manifest. Problems
 * are findings, not errors. Errors: not_found, unknown_format (this is no export of Hardcase).
 */
export async function verifyExport(
  out: string,
  context: { readonly signal: AbortSignal; readonly progress: (value: Progress) => void },
): Promise<VerifiedExport> {
  const { signal } = context;
  const progress = createProgress(context.progress);
  const root = await openRoot(out);
  const problems: ExportProblem[] = [];
  const list = await readList(root);
  if ('problem' in list) return { ok: false, checked: 1, problems: [list.problem] };
  const { files, head } = list;
  await checkFiles(files, { root, signal, progress, problems });
  await checkExtra(files, { root, signal, problems });
  // Labels of damaged files are damaged: saying so twice helps nobody.
  if (problems.length === 0) problems.push(...(await checkContent(head, { root, signal, progress })));
  return { ok: problems.length === 0, checked: files.length + 1, problems };
}

async function readList(
  root: Root,
): Promise<{ readonly head: ExportHead; readonly files: readonly ExportedFile[] } | { readonly problem: ExportProblem }> {
  const file = await openInside(root, exportListFile).catch((error: unknown) => {
    throw new AppError(
      'unknown_format',
      'This folder is no export of Hardcase: its list of files is missing.',
      { path: root.real },
      { cause: error },
    );
  });
  const reader = new ExportListReader();
  const files: ExportedFile[] = [];
  try {
    const seen = new Set<string>();
    for await (const line of linesOf(file.handle.createReadStream({ autoClose: false }))) {
      const listed = reader.push(line);
      if (listed === null) continue;
      if (seen.has(listed.path)) throw new AppError('corrupt', 'The list of the export is damaged: a file is listed twice.');
      seen.add(listed.path);
      files.push(listed);
    }
    if (reader.sha256 !== '') return { head: reader.head, files };
    throw new AppError('corrupt', 'The list of the export is damaged.');
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { problem: { code: 'damaged_list', message: error.message, item: exportListFile } };
  } finally {
    await file.handle.close();
  }
}

/** Lines end with a line feed and nothing else: a carriage return is a changed byte. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const piece of stream) {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > 1_048_576) throw new AppError('corrupt', 'The list of the export is damaged: a line is too long.');
    yield* lines;
  }
  if (rest !== '') throw new AppError('corrupt', 'The list of the export is damaged: its last line has no end.');
}

async function checkFiles(
  files: readonly ExportedFile[],
  context: { readonly root: Root; readonly signal: AbortSignal; readonly progress: ProgressReporter; readonly problems: ExportProblem[] },
): Promise<void> {
  const { root, signal, progress, problems } = context;
  for (const [done, listed] of files.entries()) {
    signal.throwIfAborted();
    progress.soon({ phase: 'Checking files', done, total: files.length, unit: 'files' });
    try {
      const file = await openInside(root, listed.path);
      try {
        const { sha256, bytes } = await hashFile(file.handle, signal);
        if (bytes !== listed.bytes || sha256 !== listed.sha256)
          problems.push({ code: 'damaged_file', message: 'The file is not the one that was exported.', item: listed.path });
      } finally {
        await file.handle.close();
      }
    } catch (error) {
      if (signal.aborted || !isAppError(error)) throw error;
      const code = error.code === 'not_found' ? 'missing_file' : 'refused_file';
      problems.push({ code, message: error.message, item: listed.path });
    }
  }
}

async function checkExtra(
  files: readonly ExportedFile[],
  context: { readonly root: Root; readonly signal: AbortSignal; readonly problems: ExportProblem[] },
): Promise<void> {
  const { root, signal, problems } = context;
  const listed = new Set([...files.map((file) => file.path), exportListFile]);
  const onPassedOver = (relative: string): void =>
    void problems.push({ code: 'unexpected_file', message: 'A link or special file does not belong to the export.', item: relative });
  for await (const file of walkFolder(new FolderTree(root), { accept: () => true, signal, onPassedOver, withHidden: true, maxDepth: 64 })) {
    const relative = file.parts.join('/');
    if (!listed.has(relative))
      problems.push({ code: 'unexpected_file', message: 'The file does not belong to the export.', item: relative });
  }
}

async function checkContent(
  head: ExportHead,
  context: { readonly root: Root; readonly signal: AbortSignal; readonly progress: ProgressReporter },
): Promise<readonly ExportProblem[]> {
  const { root, signal, progress } = context;
  try {
    const source = await sourceOf(head, root, signal);
    let done = 0;
    const compare = { coco: compareCoco, yolo: compareYolo, cvat: compareCvat, mot: compareMot }[head.format];
    return await compare({
      root,
      source,
      signal,
      onFrame: () => progress.soon({ phase: 'Reading back', done: ++done, total: null, unit: 'frames' }),
    });
  } catch (error) {
    if (signal.aborted || !isAppError(error)) throw error;
    return [{ code: 'damaged_version', message: error.message, item: exportManifestFile }];
  }
}

async function sourceOf(head: ExportHead, root: Root, signal: AbortSignal): Promise<ExportSource> {
  const openIt = async () => {
    const file = await openReal(path.join(root.real, exportManifestFile));
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      try {
        yield* chunksOf(file, signal);
      } finally {
        await file.handle.close();
      }
    };
    return openManifest(chunks(), { hash: contentHash(), expected: head.version });
  };
  const first = await openIt();
  await first.close();
  const frames = async function* (): AsyncGenerator<ManifestFrame> {
    yield* (await openIt()).frames;
  };
  return { sha256: head.version, categories: first.categories, frames };
}
