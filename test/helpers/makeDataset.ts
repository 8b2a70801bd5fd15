import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openDatabase } from '../../electron/db/client.ts';
import { openLinkRoots, type LinkRoots } from '../../electron/host/services/media/linkRoots.ts';
import type { OpenDataset } from '../../electron/host/services/openDataset.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { tempFolder } from './tempFolder.ts';

export interface TestDataset {
  readonly dataset: OpenDataset;
  readonly linkRoots: LinkRoots;
  /** A folder beside the dataset for the test's files. */
  readonly folder: string;
}

/** A real dataset in a temp folder, open until the test is over. */
export async function makeDataset(): Promise<TestDataset> {
  const folder = await tempFolder();
  const at = path.join(folder, 'dataset');
  await mkdir(at);
  const id = '0198c0de-0000-7000-8000-000000000001';
  await writeFile(path.join(at, 'hardcase.json'), JSON.stringify({ format: 'hardcase', id, name: 'test', min_reader: 1, min_writer: 1 }));
  const db = await openDatabase({ folder: await realpath(at), dataset: id, create: true, kind: 'test', app: 'test' });
  onTestFinished(() => db.close());
  return {
    dataset: { id: id as DatasetId, folder: await realpath(at), name: 'test', readOnly: false, db },
    linkRoots: await openLinkRoots(path.join(folder, 'userData')),
    folder,
  };
}
