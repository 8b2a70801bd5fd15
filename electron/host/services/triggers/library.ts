import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface LibraryFile {
  /** File name without its ending. */
  readonly name: string;
  readonly text: string;
}

/** The triggers that ship, in the order of their names. */
export async function readLibrary(resources: string): Promise<readonly LibraryFile[]> {
  const folder = path.join(resources, 'triggers');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.trigger')).sort();
  return Promise.all(
    names.map(async (file) => ({ name: file.slice(0, -'.trigger'.length), text: await readFile(path.join(folder, file), 'utf8') })),
  );
}
