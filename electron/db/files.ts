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
/** Second copies of imports. */
export function packsFolder(folder: string): string {
  return path.join(folder, 'packs');
}
export function ballastFile(folder: string): string {
  return path.join(folder, 'reserve.bin');
}
export function backupFolder(folder: string): string {
  return path.join(folder, 'backups');
}
