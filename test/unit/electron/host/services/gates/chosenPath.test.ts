import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkChosenPath } from '../../../../../../electron/host/services/gates/chosenPath.ts';
import { tempFolder, writeFiles } from '../../../../../helpers/tempFolder.ts';

test('a chosen path lies in a root, also when it is yet to be made; a link out of it does not', async () => {
  const folder = await tempFolder();
  await writeFiles(folder, { 'served/a.txt': 'a', 'other/b.txt': 'b' });
  await symlink(path.join(folder, 'other'), path.join(folder, 'served', 'out'));
  const roots = [path.join(folder, 'served')];
  await checkChosenPath(path.join(folder, 'served', 'a.txt'), roots);
  await checkChosenPath(path.join(folder, 'served', 'new', 'export'), roots);
  await checkChosenPath(path.join(folder, 'other', 'b.txt'), []);
  for (const refused of ['other/b.txt', 'served/out/b.txt', 'served/out/new', 'served/../other', 'served2'])
    await expect(checkChosenPath(path.join(folder, refused), roots), refused).rejects.toMatchObject({ code: 'refused_path' });
});
