import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BackupList } from '../../../../shared/contract/datasets.ts';
import type { BackupReason, SinceBackup } from '../../../../shared/domain/backup.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { AppError, isAppError } from '../../../../shared/errors.ts';
import { layBallast, replaceDatabase } from '../../../db/client.ts';
import type { HostPorts, Log } from '../../ports.ts';
import type { DatasetRegistry } from '../datasets/registry.ts';
import { requireRoom } from '../files/diskRoom.ts';
import type { OpenDataset } from '../openDataset.ts';
import { backupsFolder, keepCopy, listBackups, newCopyPath, rotateBackups, type StoredBackup } from './backupFiles.ts';

/** Copies of the databases that are open, made beside the work, and the way back to one of them. */
export interface BackupService {
  /** Before something that changes much at once; nothing where the newest copy has it all. */
  before(dataset: OpenDataset, reason: BackupReason): Promise<void>;
  /** After something that is not in the journal: soon, once. */
  soon(dataset: OpenDataset, reason: BackupReason): void;
  /** Errors: read_only, disk_full, corrupt, folder_gone. */
  make(dataset: OpenDataset, reason: BackupReason): Promise<void>;
  list(id: DatasetId): Promise<BackupList>;
  /**
   * Puts a backup in the database's place (`null`: makes it anew from journal and imports alone), keeps what was there aside, and
   * replays every newer edit from the journal. Errors: not_found, corrupt (the backup itself), busy, disk_full.
   */
  restore(id: DatasetId, name: string | null): Promise<{ readonly kept: string }>;
  close(): void;
}

interface Deps {
  readonly ports: HostPorts;
  readonly registry: DatasetRegistry;
  readonly notice: (level: 'info' | 'warning', code: string, message: string) => void;
}

const intervalMs = 30 * 60_000;
const soonMs = 20_000;
/** The reserve for a full disk is laid once a dataset has been open for a while. */
const ballastAfterMs = 60_000;
export function createBackupService({ ports, registry, notice }: Deps): BackupService {
  const dirty = new Set<DatasetId>();
  const running = new Map<DatasetId, Promise<void>>();
  const waiting = new Map<DatasetId, NodeJS.Timeout>();
  const { log } = ports;
  // A command is over in seconds: its copies would push out those of the day.
  const stays = ports.kind === 'web' || ports.kind === 'electron';

  const timer = setInterval(() => {
    for (const id of dirty) {
      const dataset = registry.peek(id);
      if (dataset && stays) void quietly(dataset, 'interval');
    }
  }, intervalMs);
  timer.unref();

  registry.onChange((id) => void dirty.add(id));
  registry.onOpen((dataset) => {
    if (dataset.readOnly || !stays) return;
    void isBehind(dataset).then(
      (behind) => behind && dirty.add(dataset.id),
      () => undefined,
    );
    setTimeout(() => registry.peek(dataset.id) === dataset && reserve(dataset.folder, log), ballastAfterMs).unref();
  });
  registry.onClose(async (dataset) => {
    clearTimeout(waiting.get(dataset.id));
    waiting.delete(dataset.id);
    await running.get(dataset.id)?.catch(() => undefined);
    if (dataset.readOnly || dataset.db.isGone() || !dirty.has(dataset.id)) return;
    if (stays || (ports.kind === 'cli' && (await isOld(dataset)))) await quietly(dataset, 'close');
    dirty.delete(dataset.id);
  });

  /** Whether the newest copy lacks something of the log. */
  async function isBehind(dataset: OpenDataset): Promise<boolean> {
    const [newest] = await listBackups(dataset.folder);
    const now = await dataset.db.read('backup.position', {});
    return newest === undefined ? now.seq > 0 : newest.rev !== now.rev || newest.seq !== now.seq;
  }

  async function isOld(dataset: OpenDataset): Promise<boolean> {
    const [newest] = await listBackups(dataset.folder);
    return newest === undefined || Date.now() - Date.parse(newest.at) > intervalMs;
  }

  async function quietly(dataset: OpenDataset, reason: BackupReason): Promise<void> {
    await make(dataset, reason).catch((error: unknown) => {
      const reason = (isAppError(error) && error.details?.['reason']) || String(error);
      log.warn('A backup could not be made.', { dataset: dataset.id, reason });
      if (isAppError(error, 'disk_full'))
        notice('warning', 'backup_skipped', 'There is too little room on the disk for a backup. Your edits are saved; free some space.');
      if (isAppError(error, 'corrupt')) notice('warning', 'corrupt', 'The dataset file is damaged. Open Settings, Backups to restore it.');
    });
  }

  function make(dataset: OpenDataset, reason: BackupReason): Promise<void> {
    // One copy at a time: who asks meanwhile gets the next one, which has what was done until then.
    const before = running.get(dataset.id) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => copy(dataset, reason));
    running.set(dataset.id, mine);
    const done = (): void => {
      if (running.get(dataset.id) === mine) running.delete(dataset.id);
    };
    mine.then(done, done);
    return mine;
  }

  async function copy(dataset: OpenDataset, reason: BackupReason): Promise<void> {
    if (dataset.readOnly) throw new AppError('read_only', 'This dataset is open for reading only.');
    await requireRoom(dataset.folder, await sizeOf(dataset));
    dirty.delete(dataset.id);
    const target = await newCopyPath(dataset.folder);
    try {
      const made = await dataset.db.readAside('backup.copy', { target });
      await keepCopy(dataset.folder, target, { ...made, at: new Date().toISOString(), reason });
      await rotateBackups(dataset.folder);
    } catch (error) {
      dirty.add(dataset.id);
      await rm(target, { force: true });
      // Moved or removed in the middle of it: that is what went wrong, and not what the half copy says.
      await sizeOf(dataset);
      throw error;
    }
  }

  /** Bytes of the database. Error: folder_gone, where its name leads to none any more: the open file is found by nobody. */
  async function sizeOf({ folder }: OpenDataset): Promise<number> {
    try {
      return (await stat(path.join(folder, 'dataset.sqlite'))).size;
    } catch (error) {
      throw new AppError('folder_gone', 'The folder of this dataset was moved or removed.', { path: folder }, { cause: error });
    }
  }

  async function list(id: DatasetId): Promise<BackupList> {
    const folder = registry.folderOf(id);
    const backups = await listBackups(folder);
    const since = await sinceBackups(id, backups);
    return {
      folder: backupsFolder(folder),
      bytes: backups.reduce((sum, { bytes }) => sum + bytes, 0),
      backups: backups.map((backup) => {
        const { name, at, reason, bytes, frames, boxes } = backup;
        return { name, at, reason, bytes, frames, boxes, since: since.get(backup) ?? null };
      }),
    };
  }

  /** Only of a dataset that is open: one that is damaged is listed all the same. */
  async function sinceBackups(id: DatasetId, backups: readonly StoredBackup[]): Promise<ReadonlyMap<StoredBackup, SinceBackup>> {
    const placed = backups.flatMap((backup) => (backup.seq === null ? [] : [{ backup, at: Date.parse(backup.at), seq: backup.seq }]));
    const copies = placed.map(({ at, seq }) => ({ at, seq }));
    const found = await registry
      .peek(id)
      ?.db.read('backup.since', { copies })
      .catch(() => null);
    return new Map(placed.flatMap(({ backup }, i) => (found?.[i] === undefined ? [] : [[backup, found[i]] as const])));
  }

  async function restore(id: DatasetId, name: string | null): Promise<{ readonly kept: string }> {
    const folder = registry.folderOf(id);
    const backup = name === null ? null : (await listBackups(folder)).find((one) => one.name === name);
    if (backup === undefined) throw new AppError('not_found', 'This backup is no longer there.', { backup: name });
    if (backup !== null) await requireWhole(backup);
    // What is damaged may not close well; it is kept as it is.
    await registry.closeDataset(id, { force: true });
    const kept = path.join(backupsFolder(folder), `replaced-${new Date().toISOString().replace(/[:.]/g, '-')}`);
    replaceDatabase({ folder, kind: ports.kind, backup: backup?.file ?? null, kept });
    await registry.open(folder, { rebuild: backup === null });
    registry.changed(id);
    return { kept };
  }

  return {
    async before(dataset, reason) {
      if (!dataset.readOnly && dirty.has(dataset.id)) await quietly(dataset, reason);
    },
    soon(dataset, reason) {
      dirty.add(dataset.id);
      if (!stays || waiting.has(dataset.id)) return;
      const timeout = setTimeout(() => {
        waiting.delete(dataset.id);
        if (registry.peek(dataset.id) === dataset) void quietly(dataset, reason);
      }, soonMs);
      waiting.set(dataset.id, timeout.unref());
    },
    make,
    list,
    restore,
    close() {
      clearInterval(timer);
      for (const timeout of waiting.values()) clearTimeout(timeout);
    },
  };
}

async function requireWhole(backup: StoredBackup): Promise<void> {
  if (backup.sha256 === null) return;
  const hash = createHash('sha256');
  await pipeline(createReadStream(backup.file), hash);
  if (hash.digest('hex') !== backup.sha256)
    throw new AppError('corrupt', 'This backup is damaged. Choose another one.', { backup: backup.name });
}

function reserve(folder: string, log: Log): void {
  try {
    layBallast(folder);
  } catch (error) {
    log.warn('No room could be kept for a full disk.', { reason: String(error) });
  }
}
