import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolderIn } from '../../../../electron/host/services/files/makeFolderIn.ts';
import { tempFolder } from '../../../helpers/tempFolder.ts';

test('makes what is missing below a folder, twice without complaint, and several at once', async () => {
  const root = await tempFolder();
  mkdirSync(path.join(root, 'cache'));
  const wanted = path.join(root, 'cache', 'thumbs', 'ab');
  await Promise.all([makeFolderIn(root, wanted), makeFolderIn(root, wanted)]);
  await makeFolderIn(root, wanted);
  expect(existsSync(wanted)).toBe(true);
});

test('a folder that was moved away is not made again', async () => {
  const root = path.join(await tempFolder(), 'moved away');
  await expect(makeFolderIn(root, path.join(root, 'cache', 'thumbs'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(existsSync(root)).toBe(false);
});
