import { randomBytes } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatasetCard, DatasetSummary } from '../../../../shared/contract/datasets.ts';
import type { HardcasePublisher } from '../../../../shared/contract/index.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { AppError, isAppError, toWireError } from '../../../../shared/errors.ts';
import { uuidText, uuidV7 } from '../../../../shared/sync/uuid.ts';
import { openDatabase } from '../../../db/client.ts';
import type { HostPorts } from '../../ports.ts';
import { isInside } from '../files/listDir.ts';
import type { OpenDataset } from '../openDataset.ts';
import { datasetFormat, readDatasetFile, writeDatasetFile } from './datasetFile.ts';
import { type KnownDataset, noFigures, openKnownDatasets } from './knownDatasets.ts';
import type { CardFigures } from './knownDatasets.ts';
import { makeNewFolder } from './newFolder.ts';

/**
 * The datasets this process has open, and the list of those this computer knows. Opening what is open gives the same object,
 * also when two ask at once. A dataset found at another path has moved: the list follows.
 */
export interface DatasetRegistry {
  /** The open dataset; opens it from the known list where it is not. Errors: not_found and those of `open`. */
  get(id: DatasetId): Promise<OpenDataset>;
  /** The open dataset, or undefined: for what must not open one by itself. */
  peek(id: DatasetId): OpenDataset | undefined;
  /** Errors: not_found, busy, newer_version, corrupt, refused_path, unreadable. */
  open(
    folder: string,
    options?: { readonly readOnly?: boolean; /** Makes a lost database anew from journal and imports. */ readonly rebuild?: boolean },
  ): Promise<OpenDataset>;
  /** Where a dataset lies, open or not. Error: not_found. */
  folderOf(id: DatasetId): string;
  /** Errors: already_exists, refused_path, read_only, not_found (no such drive). */
  create(folder: string, name?: string): Promise<OpenDataset>;
  cards(): Promise<readonly DatasetCard[]>;
  summary(id: DatasetId): Promise<DatasetSummary>;
  rename(id: DatasetId, name: string): Promise<void>;
  /** Finishes, checkpoints, gives the lock back. Nothing where it is not open. */
  closeDataset(id: DatasetId, options?: { readonly force?: boolean }): Promise<void>;
  forget(id: DatasetId): Promise<void>;
  /** Undoes `forget`, as long as this host runs. Errors: not_found. */
  unforget(id: DatasetId): Promise<void>;
  /** Hears of every dataset that was opened. */
  onOpen(listener: (dataset: OpenDataset) => void): () => void;
  /** Runs before a dataset's database is closed: services that hold on to it let go. */
  onClose(listener: (dataset: OpenDataset) => Promise<void> | void): () => void;
  /** Hears of every change at once; nothing is coalesced. */
  onChange(listener: (id: DatasetId) => void): () => void;
  /** What the card tells of the hits of armed triggers; null where none is armed. */
  noteOpenHits(id: DatasetId, openHits: number | null): void;
  /** Tells clients to ask again, at most ten times a second. */
  changed(id: DatasetId): void;
  close(): Promise<void>;
}

interface Deps {
  readonly ports: HostPorts;
  readonly publisher: HardcasePublisher;
}

/** How old the figures of a dataset on Home may be after a kill. */
const rememberMs = 5_000;

export async function createDatasetRegistry({ ports, publisher }: Deps): Promise<DatasetRegistry> {
  const known = await openKnownDatasets(ports.paths.userData);
  /** By real folder, so that two paths to one folder are one dataset. */
  const opening = new Map<string, Promise<OpenDataset>>();
  /** By real folder; never rejects. */
  const closing = new Map<string, Promise<void>>();
  const open = new Map<DatasetId, OpenDataset>();
  const forgotten = new Map<DatasetId, KnownDataset>();
  const openListeners = new Set<(dataset: OpenDataset) => void>();
  const closeListeners = new Set<(dataset: OpenDataset) => Promise<void> | void>();
  const announcements = new Map<DatasetId, NodeJS.Timeout>();
  const remembering = new Map<DatasetId, NodeJS.Timeout>();
  const changeListeners = new Set<(id: DatasetId) => void>();
  const openHits = new Map<DatasetId, number | null>();

  /** A host that is killed leaves on Home what a dataset held this long ago at most, not what it held when it was opened. */
  function rememberSoon(id: DatasetId): void {
    if (remembering.has(id)) return;
    remembering.set(
      id,
      setTimeout(() => {
        remembering.delete(id);
        const dataset = open.get(id);
        // What closes meanwhile leaves its figures itself.
        if (dataset !== undefined) void remember(dataset).catch(() => undefined);
      }, rememberMs).unref(),
    );
  }

  function announce(id: DatasetId): void {
    if (announcements.has(id)) return;
    announcements.set(
      id,
      setTimeout(() => {
        announcements.delete(id);
        publisher.publish('datasets', 'changed', { dataset: id });
      }, 100).unref(),
    );
  }

  async function openFolder(folder: string, readOnly: boolean, create: boolean): Promise<OpenDataset> {
    const file = await readDatasetFile(folder);
    const other = open.get(file.id);
    // The folder was moved while it was open: what was open is no more, and this is it.
    if (other !== undefined && other.folder !== folder && (await isElsewhere(other))) await closeDataset(other.id, { force: true });
    else if (other !== undefined && other.folder !== folder)
      throw new AppError('conflict', 'A copy of this dataset is open from another folder. Close that one first.', { path: other.folder });
    const db = await openDatabase({
      folder,
      dataset: file.id,
      create,
      readOnly: readOnly || file.min_writer > datasetFormat,
      kind: ports.kind,
      app: ports.appVersion,
      ...(ports.door === undefined ? {} : { door: ports.door }),
      onSlow: (name, ms) => ports.log.info('A database call took long.', { name, ms: Math.round(ms) }),
      onNotice: (code, message) =>
        publisher.publish('host', 'notice', { level: code === 'reserve_used' ? 'warning' : 'info', code, message }),
    });
    const dataset: OpenDataset = { id: file.id, folder, name: file.name, readOnly: db.readOnly, db };
    open.set(file.id, dataset);
    try {
      await remember(dataset);
    } catch (error) {
      // Nobody gets it, so nobody would close it.
      open.delete(file.id);
      await db.close();
      throw error;
    }
    for (const listener of openListeners) listener(dataset);
    return dataset;
  }

  function openOnce(folder: string, readOnly: boolean, create: boolean): Promise<OpenDataset> {
    const running = opening.get(folder);
    if (running !== undefined) return running;
    // Who opens what is being closed gets it anew: the lock is free only then.
    const started = (closing.get(folder) ?? Promise.resolve()).then(() => openFolder(folder, readOnly, create));
    opening.set(folder, started);
    started.catch(() => {
      if (opening.get(folder) === started) opening.delete(folder);
    });
    return started;
  }

  async function figuresOf(dataset: OpenDataset): Promise<CardFigures> {
    const counts = await dataset.db.read('dataset.counts', {});
    const { unlabeled, draft, labeled, needs_fix: rejected, approved, locked } = counts.states;
    return {
      frames: counts.frames,
      boxes: counts.annotations,
      labeled: labeled + approved + locked,
      waiting: { unlabeled: unlabeled + draft, unreviewed: labeled, rejected },
      openHits: openHits.has(dataset.id) ? (openHits.get(dataset.id) ?? null) : (known.find(dataset.id)?.figures.openHits ?? null),
      lastEdit: counts.lastEdit,
      cover: counts.cover,
    };
  }

  async function remember(dataset: OpenDataset): Promise<void> {
    const figures = await figuresOf(dataset);
    const entry = { id: dataset.id, name: dataset.name, path: dataset.folder, usedAt: new Date().toISOString(), figures };
    await known.put(entry).catch((error: unknown) => ports.log.warn('The list of datasets could not be saved.', { reason: String(error) }));
  }

  /** `force`: what is damaged or gone need not close well. */
  async function closeDataset(id: DatasetId, { force = false } = {}): Promise<void> {
    const dataset = open.get(id);
    if (dataset === undefined) return;
    open.delete(id);
    opening.delete(dataset.folder);
    clearTimeout(announcements.get(id));
    announcements.delete(id);
    clearTimeout(remembering.get(id));
    remembering.delete(id);
    const closed = closeWell(dataset, force);
    const settled = closed
      .catch(() => undefined)
      .finally(() => {
        if (closing.get(dataset.folder) === settled) closing.delete(dataset.folder);
      });
    closing.set(dataset.folder, settled);
    await closed;
  }

  async function closeWell(dataset: OpenDataset, force: boolean): Promise<void> {
    try {
      for (const listener of closeListeners) {
        const left = Promise.resolve(listener(dataset));
        await (force ? left.catch(() => undefined) : left);
      }
      await remember(dataset).catch((error: unknown) =>
        ports.log.warn('The figures of a dataset could not be read.', { reason: String(error) }),
      );
    } finally {
      await dataset.db.close();
    }
  }

  const registry: DatasetRegistry = {
    async get(id) {
      const dataset = open.get(id);
      if (dataset !== undefined && !(dataset.db.isGone() && (await isBack(dataset)))) return dataset;
      // The drive is there again: another file in the same place, so it is opened anew.
      if (dataset !== undefined) await closeDataset(id, { force: true });
      const entry = known.find(id);
      if (entry === undefined)
        throw new AppError('not_found', 'This dataset is not known on this computer. Open its folder.', { dataset: id });
      const opened = await registry.open(entry.path);
      if (opened.id !== id)
        throw new AppError('not_found', 'Another dataset lies in the folder where this one was.', { dataset: id, path: entry.path });
      return opened;
    },
    peek: (id) => open.get(id),
    async open(folder, options = {}) {
      return openOnce(await resolveFolder(folder, ports.roots), options.readOnly === true, options.rebuild === true);
    },
    async create(folder, name) {
      const real = await makeNewFolder(folder, ports.roots);
      const id = uuidText(uuidV7(Date.now(), randomBytes(10))) as DatasetId;
      const shown = (name ?? path.basename(real)).slice(0, 128) || 'dataset';
      await writeDatasetFile(real, { format: datasetFormat, id, name: shown, min_reader: 1, min_writer: 1 }).catch((error: unknown) => {
        throw new AppError('read_only', 'The dataset could not be made here: the folder cannot be written to.', {
          path: real,
          reason: String(error),
        });
      });
      return openOnce(real, false, true).catch(async (error: unknown) => {
        // What says that here is a dataset, without one: the next try would find the folder taken.
        await rm(path.join(real, 'hardcase.json'), { force: true }).catch(() => undefined);
        throw error;
      });
    },
    cards: () => Promise.all(known.list().map((entry) => cardOf(entry))),
    async summary(id) {
      const dataset = await registry.get(id);
      const [counts, categories, attributes] = await Promise.all([
        dataset.db.read('dataset.counts', {}),
        dataset.db.read('categories.list', {}),
        dataset.db.read('ontology.attributes', {}),
      ]);
      return {
        id,
        name: dataset.name,
        path: dataset.folder,
        readOnly: dataset.readOnly,
        frames: counts.frames,
        annotations: counts.annotations,
        states: counts.states,
        categories: categories.map(({ boxes: _, ...category }) => category),
        attributes,
        sequences: counts.sequences,
        runs: counts.runs,
        activeRun: counts.activeRun,
        lastEdit: counts.lastEdit,
      };
    },
    async rename(id, name) {
      const dataset = await registry.get(id);
      if (dataset.readOnly) throw new AppError('read_only', 'This dataset is open for reading only.');
      await writeDatasetFile(dataset.folder, { ...(await readDatasetFile(dataset.folder)), name });
      const renamed = { ...dataset, name };
      open.set(id, renamed);
      opening.set(dataset.folder, Promise.resolve(renamed));
      await remember(renamed);
      registry.changed(id);
    },
    closeDataset,
    async forget(id) {
      await closeDataset(id);
      const entry = known.find(id);
      if (entry === undefined) return;
      forgotten.set(id, entry);
      await known.remove(id);
    },
    async unforget(id) {
      const entry = forgotten.get(id);
      if (entry === undefined) throw new AppError('not_found', 'This dataset was not taken off the list since Hardcase started.');
      forgotten.delete(id);
      // Opened again meanwhile: the list knows better than what was kept.
      if (known.find(id) === undefined) await known.put(entry);
    },
    folderOf(id) {
      const folder = open.get(id)?.folder ?? known.find(id)?.path;
      if (folder === undefined)
        throw new AppError('not_found', 'This dataset is not known on this computer. Open its folder.', { dataset: id });
      return folder;
    },
    onOpen(listener) {
      openListeners.add(listener);
      return () => openListeners.delete(listener);
    },
    onClose(listener) {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    noteOpenHits(id, count) {
      if (openHits.has(id) && openHits.get(id) === count) return;
      openHits.set(id, count);
      announce(id);
    },
    changed(id) {
      announce(id);
      rememberSoon(id);
      for (const listener of changeListeners) listener(id);
    },
    async close() {
      await Promise.allSettled(opening.values());
      for (const id of [...open.keys()]) await closeDataset(id);
      await Promise.all(closing.values());
    },
  };

  async function cardOf(entry: ReturnType<typeof known.list>[number]): Promise<DatasetCard> {
    const dataset = open.get(entry.id);
    if (dataset !== undefined)
      return { id: entry.id, name: dataset.name, path: dataset.folder, open: true, reachable: true, ...(await figuresOf(dataset)) };
    const base = { id: entry.id, name: entry.name, path: entry.path, open: false, ...noFigures, ...entry.figures };
    try {
      const file = await readDatasetFile(entry.path);
      if (file.id !== entry.id) throw new AppError('not_found', 'Another dataset lies in this folder now.', { path: entry.path });
      return { ...base, name: file.name, reachable: true };
    } catch (error) {
      const { code, message } = isAppError(error) ? toWireError(error) : { code: 'unreadable', message: 'This folder cannot be read.' };
      return { ...base, reachable: false, problem: { code, message } };
    }
  }

  return registry;
}

/** Whether the folder that is open no longer holds this dataset. */
async function isElsewhere(dataset: OpenDataset): Promise<boolean> {
  return dataset.db.isGone() || !(await isBack(dataset));
}

async function isBack(dataset: OpenDataset): Promise<boolean> {
  return readDatasetFile(dataset.folder).then(
    ({ id }) => id === dataset.id && existsSync(path.join(dataset.folder, 'dataset.sqlite')),
    () => false,
  );
}

async function resolveFolder(folder: string, roots: readonly string[]): Promise<string> {
  const real = await realpath(folder).catch(() => {
    throw new AppError('not_found', 'This folder does not exist or cannot be read.', { path: folder });
  });
  refuseOutside(real, roots);
  return real;
}

function refuseOutside(real: string, roots: readonly string[]): void {
  if (!isInside(real, roots)) throw new AppError('refused_path', 'This folder lies outside the folders that are served.', { path: real });
}
