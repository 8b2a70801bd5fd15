import { readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Backup, backupReasons } from '../../../../shared/domain/backup.ts';
import { makeFolderIn } from '../files/makeFolderIn.ts';
import { writeFileAtomically } from '../files/writeFileAtomically.ts';
import { keepBackups } from './keepBackups.ts';

/** Beside the copy, under the same name: what it holds, and its hash. */
interface Manifest extends Omit<Backup, 'name' | 'since'> {
  readonly sha256: string;
  readonly rev: number;
  readonly seq: number;
}

export type StoredBackup = Omit<Backup, 'since'> & {
  readonly file: string;
  readonly sha256: string | null;
  readonly rev: number | null;
  readonly seq: number | null;
};

export function backupsFolder(dataset: string): string {
  return path.join(dataset, 'backups');
}

/** Newest first. A copy without a manifest (made before a migration) is listed with what its file tells. */
export async function listBackups(dataset: string): Promise<readonly StoredBackup[]> {
  const folder = backupsFolder(dataset);
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.sqlite'))
      .map(async (name): Promise<StoredBackup | null> => {
        const file = path.join(folder, name);
        const info = await stat(file).catch(() => null);
        if (info === null || !info.isFile()) return null;
        const manifest = await readManifest(`${file}.json`);
        if (manifest !== null) return { ...manifest, name, file, bytes: info.size };
        return {
          name,
          file,
          at: info.mtime.toISOString(),
          reason: 'migration',
          bytes: info.size,
          frames: null,
          boxes: null,
          sha256: null,
          rev: null,
          seq: null,
        };
      }),
  );
  return found.filter((backup) => backup !== null).sort((a, b) => (a.at < b.at ? 1 : -1));
}

async function readManifest(file: string): Promise<Manifest | null> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { at, reason, bytes, frames, boxes, sha256, rev, seq } = value as { readonly [key: string]: unknown };
    const known = backupReasons.find((one) => one === reason);
    if (typeof at !== 'string' || Number.isNaN(Date.parse(at)) || known === undefined || typeof sha256 !== 'string') return null;
    const numbers = [bytes, frames, boxes, rev, seq];
    if (!numbers.every((number): number is number => typeof number === 'number')) return null;
    const [size = 0, f = 0, b = 0, r = 0, s = 0] = numbers;
    return { at, reason: known, bytes: size, frames: f, boxes: b, sha256, rev: r, seq: s };
  } catch {
    return null;
  }
}

/** Gives a finished copy its name and manifest. The manifest comes last: a copy without one was cut off. */
export async function keepCopy(dataset: string, copy: string, manifest: Manifest): Promise<void> {
  const name = `${manifest.at.replace(/[-:]/g, '').replace(/[.]\d+Z$/, 'Z')}-${manifest.reason}.sqlite`;
  const file = path.join(backupsFolder(dataset), name);
  await writeFileAtomically(`${file}.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(copy, file);
}

export async function newCopyPath(dataset: string): Promise<string> {
  await makeFolderIn(dataset, backupsFolder(dataset));
  return path.join(backupsFolder(dataset), 'copying.tmp');
}

/** Takes away what the rotation does not keep, and manifests whose copy is gone. */
export async function rotateBackups(dataset: string): Promise<void> {
  const { drop } = keepBackups(await listBackups(dataset));
  for (const { file } of drop) await Promise.all([rm(file, { force: true }), rm(`${file}.json`, { force: true })]);
}
