import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { openManifest, type OpenManifest } from '../../../../shared/versions/decodeManifest.ts';
import type { VersionRow } from '../../../db/queries/versions.ts';
import { checkDataPath } from '../gates/dataPath.ts';
import { openReal, openRoot, resolveInside } from '../gates/paths.ts';
import { chunksOf } from '../imports/readFile.ts';
import type { OpenDataset } from '../openDataset.ts';
import { contentHash } from './contentHash.ts';

/** Files of one version, in `versions/<name>/`. */
export const manifestFile = 'manifest.ndjson';
export const versionFile = 'version.json';

export function versionsFolder(dataset: OpenDataset): string {
  return path.join(dataset.folder, 'versions');
}

export function versionFolder(dataset: OpenDataset, name: string): string {
  return path.join(versionsFolder(dataset), name);
}

/** A version's name is the name of its folder, on every system. Error: invalid_request. */
export function checkVersionName(name: string): void {
  const checked = checkDataPath(name);
  const isUsable = checked.ok && checked.parts.length === 1 && checked.path === name && !name.startsWith('.') && !/[<>"|?*]/.test(name);
  if (!isUsable)
    throw new AppError('invalid_request', 'A version cannot have this name: it must be usable as the name of a folder.', { name });
}

/** Error: not_found. */
export async function versionNamed(dataset: OpenDataset, name: string): Promise<VersionRow> {
  const row = await dataset.db.read('versions.byName', { name });
  if (row === null) throw new AppError('not_found', `There is no version “${name}”.`, { name });
  return row;
}

/** The manifest of a version, checked against its hash as it is read. Errors: corrupt, newer_version. The caller goes through it. */
export async function openVersion(dataset: OpenDataset, version: VersionRow, signal?: AbortSignal): Promise<OpenManifest> {
  const file = await openReal(await manifestPath(dataset, version.name));
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* chunksOf(file, signal);
    } finally {
      await file.handle.close();
    }
  };
  return openManifest(chunks(), { hash: contentHash(), expected: version.sha256 });
}

/** Error: corrupt where the file is not there. */
export async function manifestPath(dataset: OpenDataset, name: string): Promise<string> {
  try {
    return await resolveInside(await openRoot(versionsFolder(dataset)), `${name}/${manifestFile}`);
  } catch (error) {
    throw new AppError('corrupt', `The files of the version “${name}” are missing.`, { name }, { cause: error });
  }
}
