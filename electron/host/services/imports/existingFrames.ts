import type { MediaLocation } from '../../../db/types.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { ExistingFrames, ExistingSequence } from './labelSource.ts';

/** Recordings of the dataset, for labels that come without their images. */
export function existingFrames(dataset: OpenDataset, pathOf: (location: MediaLocation) => Promise<string>): ExistingFrames {
  return {
    async sequence(names) {
      const all = await dataset.db.read('tracks.sequenceNames', {});
      const found = names.map((name) => matching(all, name)).find((name) => name !== null);
      return found == null ? null : open(dataset, found, pathOf);
    },
  };
}

/** The recording of this name; else the only one whose name is the same without folders and ending. */
function matching(all: readonly string[], name: string): string | null {
  if (all.includes(name)) return name;
  const plain = plainName(name);
  const similar = all.filter((other) => plainName(other) === plain);
  return similar.length === 1 ? (similar[0] as string) : null;
}

function plainName(name: string): string {
  return name
    .slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
    .replace(/\.[a-z0-9]{2,4}$/i, '')
    .normalize('NFC')
    .toLowerCase();
}

async function open(dataset: OpenDataset, name: string, pathOf: (location: MediaLocation) => Promise<string>): Promise<ExistingSequence> {
  const ids = await dataset.db.read('tracks.framesOf', { sequence: name });
  const rows = await dataset.db.read('frames.rows', { ids });
  return {
    name,
    frames: rows.map((row) => ({
      name: row.name,
      index: row.index,
      path: async () => pathOf((await dataset.db.read('frames.media', { ids: Float64Array.of(row.id) }))[0] as MediaLocation),
    })),
  };
}
