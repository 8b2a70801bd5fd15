import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetCard } from '../../../../shared/contract/datasets.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { writeFileAtomically } from '../files/writeFileAtomically.ts';

/** The figures of a card, as they were when the dataset was last open: Home shows them without opening anything. */
export type CardFigures = Pick<DatasetCard, 'frames' | 'boxes' | 'labeled' | 'waiting' | 'openHits' | 'lastEdit' | 'cover'>;

export interface KnownDataset {
  readonly id: DatasetId;
  readonly name: string;
  readonly path: string;
  /** ISO 8601 */
  readonly usedAt: string;
  readonly figures: CardFigures;
}

export const noFigures: CardFigures = {
  frames: 0,
  boxes: 0,
  labeled: 0,
  waiting: { unlabeled: 0, unreviewed: 0, rejected: 0 },
  openHits: null,
  lastEdit: null,
  cover: [],
};

/** Datasets known on this computer: one JSON file in the user's data folder, most recently used first. */
export interface KnownDatasets {
  list(): readonly KnownDataset[];
  find(id: DatasetId): KnownDataset | undefined;
  /** Adds or replaces by id: a dataset opened at another path has moved there. */
  put(known: KnownDataset): Promise<void>;
  remove(id: DatasetId): Promise<void>;
}

export async function openKnownDatasets(userData: string): Promise<KnownDatasets> {
  const file = path.join(userData, 'datasets.json');
  let current = await read(file);
  let writing: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    // One after the other, so that the last state is the one that stays.
    writing = writing.then(
      () => writeFileAtomically(file, JSON.stringify(current, null, 2)),
      () => writeFileAtomically(file, JSON.stringify(current, null, 2)),
    );
    return writing;
  };
  return {
    list: () => current,
    find: (id) => current.find((known) => known.id === id),
    put(known) {
      current = [known, ...current.filter((other) => other.id !== known.id)].sort((a, b) => (a.usedAt < b.usedAt ? 1 : -1));
      return save();
    },
    remove(id) {
      current = current.filter((other) => other.id !== id);
      return save();
    },
  };
}

/** A damaged list costs the list, never the start: the datasets are where they were. */
async function read(file: string): Promise<readonly KnownDataset[]> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (!Array.isArray(value)) return [];
    return (value as readonly unknown[]).map(toKnown).filter((known) => known !== null);
  } catch {
    return [];
  }
}

function toKnown(value: unknown): KnownDataset | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, name, path: folder, usedAt, figures } = value as { readonly [key: string]: unknown };
  if (typeof id !== 'string' || typeof name !== 'string' || typeof folder !== 'string' || typeof usedAt !== 'string') return null;
  const kept = typeof figures === 'object' && figures !== null ? (figures as Partial<CardFigures>) : {};
  return { id: id as DatasetId, name, path: folder, usedAt, figures: { ...noFigures, ...kept } };
}
