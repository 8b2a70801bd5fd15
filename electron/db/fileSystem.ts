import { existsSync, lstatSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** `statfs` types (Linux magic numbers) that give no dependable locks or shared memory. */
const networkTypes = new Map<number, string>([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
]);

const syncFolders = ['dropbox', 'onedrive', 'google drive', 'googledrive', 'icloud drive', 'mobile documents', 'nextcloud'];

/**
 * Refuses folders where SQLite cannot promise that saved work stays saved. `HARDCASE_UNSAFE_FILESYSTEM=1` overrides, for
 * machines whose local disk only looks like one of these. Error: refused_path.
 */
export function refuseUnsafeFolder(folder: string, env: { readonly [name: string]: string | undefined } = process.env): void {
  if (env.HARDCASE_UNSAFE_FILESYSTEM === '1') return;
  const reason = unsafeReason(folder);
  if (reason !== null)
    throw new AppError(
      'refused_path',
      `This folder lies on ${reason}, where a dataset cannot be kept safely. Keep the dataset on this computer's own disk.`,
      { path: folder, reason, override: 'HARDCASE_UNSAFE_FILESYSTEM=1' },
    );
}

export function unsafeReason(folder: string): string | null {
  if (process.platform === 'win32') {
    if (/^[\\/]{2}/.test(folder)) return 'a network drive';
  } else if (process.platform === 'linux') {
    // The kernel's type is a signed long on some systems.
    const type = networkTypes.get(statfsSync(folder).type >>> 0);
    if (type !== undefined) return `a network drive (${type})`;
  }
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.stfolder'))) return 'a folder that Syncthing synchronises';
    if (path.dirname(at) === at) break;
  }
  const part = folder.split(path.sep).find((name) => syncFolders.includes(name.toLowerCase()));
  return part === undefined ? null : `a synchronised folder (${part})`;
}

/** What Hardcase writes to in a dataset folder. */
const ownNames = [
  'hardcase.json',
  'dataset.sqlite',
  'dataset.sqlite-wal',
  'dataset.sqlite-shm',
  'dataset.lock.db',
  'dataset.lock.db-journal',
  'dataset.lock.json',
  'reserve.bin',
  'journal',
  'packs',
  'backups',
  'media',
  'models',
  'versions',
  'cache',
];

/**
 * Refuses a folder in which one of our own names is a link: a dataset that somebody sent would have us write over files
 * elsewhere. Error: refused_path.
 */
export function refuseLinks(folder: string): void {
  for (const name of ownNames) {
    if (lstatSync(path.join(folder, name), { throwIfNoEntry: false })?.isSymbolicLink() === true)
      throw new AppError(
        'refused_path',
        `“${name}” in this dataset is a link to another place, where Hardcase would write. Put the real file or folder there.`,
        { path: folder, item: name },
      );
  }
}
