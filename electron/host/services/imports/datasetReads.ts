import type { DbClient, QueryInput, QueryOutput } from '../../../db/client.ts';
import type { ReadQueries } from '../../../db/queries/index.ts';

type ImportRead =
  | 'imports.boxesThere'
  | 'imports.byHash'
  | 'imports.nextOfContent'
  | 'imports.samePicture'
  | 'packs.known'
  | 'tracks.sequenceOfVideo'
  | 'tracks.videoFrames';

/** What an import of labels asks of the dataset that it goes to. */
export interface DatasetReads {
  read<K extends ImportRead>(name: K, input: QueryInput<ReadQueries[K]>): Promise<QueryOutput<ReadQueries[K]>>;
}

const nothing: { readonly [K in ImportRead]: (input: QueryInput<ReadQueries[K]>) => QueryOutput<ReadQueries[K]> } = {
  'imports.boxesThere': ({ frames }) => frames.map(() => []),
  'imports.byHash': ({ hashes }) => hashes.map(() => null),
  'imports.nextOfContent': () => null,
  'imports.samePicture': ({ pictures }) => pictures.map(() => null),
  'packs.known': ({ names }) => names.map(() => null),
  'tracks.sequenceOfVideo': () => null,
  'tracks.videoFrames': () => [],
};

/** The answers of a dataset that holds nothing: what an import into a new one is checked against before there is one. */
const emptyDataset: DatasetReads = { read: (name, input) => Promise.resolve(nothing[name](input)) };

export const readsOf = (dataset: { readonly db: DbClient } | null): DatasetReads => dataset?.db ?? emptyDataset;
