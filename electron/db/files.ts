import path from 'node:path';

/** Names inside a dataset folder. */
export function databaseFile(folder: string): string {
  return path.join(folder, 'dataset.sqlite');
}
export function lockFile(folder: string): string {
  return path.join(folder, 'dataset.lock.db');
}
export function ownerFile(folder: string): string {
  return path.join(folder, 'dataset.lock.json');
}
export function journalFolder(folder: string): string {
  return path.join(folder, 'journal');
}
export function backupFolder(folder: string): string {
  return path.join(folder, 'backups');
}
