import path from 'node:path';
import { isAppError } from '../../../../shared/errors.ts';
import { asObject, own, parseJson } from '../../../../shared/formats/json/jsonGate.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import type { VersionRow } from '../../../db/queries/versions.ts';
import type { ExtraCheck } from '../datasets/verifyDataset.ts';
import { hashFile } from '../files/hashFile.ts';
import { openInside, openRoot } from '../gates/paths.ts';
import { FolderTree, walkFolder } from '../imports/folderTree.ts';
import type { OpenDataset } from '../openDataset.ts';
import { manifestFile, openVersion, versionFile, versionsFolder } from './versionFiles.ts';
import { versionText } from './versionText.ts';

type Problem = Awaited<ReturnType<ExtraCheck['run']>>['problems'][number];

/** Every byte below `versions/`: each version's manifest and description against the database, and nothing beside them. */
export const verifyVersions: ExtraCheck = {
  phase: 'versions',
  async run(dataset, signal) {
    const versions = await dataset.db.read('versions.list', {});
    const problems: Problem[] = [];
    for (const version of versions) problems.push(...(await problemsOf(dataset, version, signal)));
    problems.push(...(await unexpected(dataset, versions, signal)));
    return { checked: 2 * versions.length, problems };
  },
};

async function problemsOf(dataset: OpenDataset, version: VersionRow, signal: AbortSignal): Promise<readonly Problem[]> {
  const item = `versions/${version.name}`;
  try {
    const manifest = await openVersion(dataset, version, signal);
    let read = await manifest.frames.next();
    while (read.done !== true) read = await manifest.frames.next();
    const { frames, annotations } = read.value;
    if (frames !== version.frames || annotations !== version.annotations)
      return [{ code: 'damaged_version', message: 'The version has other numbers than were noted.', item }];
    return await descriptionProblems(dataset, version, item);
  } catch (error) {
    if (signal.aborted || !isAppError(error)) throw error;
    return [{ code: 'damaged_version', message: error.message, item }];
  }
}

/** Many times the longest description there is: a name, a note, the shares of a split. */
const maxDescriptionBytes = 4 * 1_048_576;

/** The ids of boxes are not in the content hash; the description holds the hash of the manifest's file with them. */
async function descriptionProblems(dataset: OpenDataset, version: VersionRow, item: string): Promise<readonly Problem[]> {
  const root = await openRoot(path.join(versionsFolder(dataset), version.name));
  const manifest = await openInside(root, manifestFile);
  const { sha256 } = await hashFile(manifest.handle).finally(() => manifest.handle.close());
  const description = await openInside(root, versionFile);
  const wanted = versionText(version, sha256);
  // As long as the one that was written, or it is another: nothing longer is read.
  const bytes = Buffer.alloc(Math.min(description.bytes, maxDescriptionBytes));
  await description.handle.read(bytes, 0, bytes.length, 0).finally(() => description.handle.close());
  const text = bytes.toString('utf8');
  const noted = manifestHashIn(text);
  if (noted !== sha256)
    return [{ code: 'damaged_version', message: 'The manifest has other bytes than were written.', item: `${item}/${manifestFile}` }];
  return text === wanted && description.bytes === bytes.length
    ? []
    : [{ code: 'damaged_version', message: 'The description of the version was changed.', item: `${item}/${versionFile}` }];
}

function manifestHashIn(text: string): unknown {
  try {
    const value = asObject(parseJson(Buffer.from(text)));
    return value === null ? null : own(value, 'manifestSha256');
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

async function unexpected(dataset: OpenDataset, versions: readonly VersionRow[], signal: AbortSignal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const known = new Set(versions.flatMap(({ name }) => [`${name}/${manifestFile}`, `${name}/${versionFile}`]));
  const folder = await openRoot(versionsFolder(dataset)).catch(() => null);
  if (folder === null) return problems;
  const note = (relative: string): void =>
    void problems.push({ code: 'unexpected_file', message: 'A file below versions/ belongs to no version.', item: `versions/${relative}` });
  for await (const file of walkFolder(new FolderTree(folder), { accept: () => true, signal, withHidden: true, onPassedOver: note })) {
    const relative = file.parts.join('/');
    // What an interrupted freeze left is taken away by the next one.
    if (!known.has(relative) && !relative.startsWith('.freeze-')) note(relative);
  }
  return problems;
}
