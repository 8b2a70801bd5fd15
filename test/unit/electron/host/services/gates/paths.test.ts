import { execFileSync } from 'node:child_process';
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openInside, openReal, openRoot, resolveInside } from '../../../../../../electron/host/services/gates/paths.ts';
import { tempFolder, writeFiles } from '../../../../../helpers/tempFolder.ts';

async function makeRoot(): Promise<{ folder: string; inside: string }> {
  const folder = await tempFolder();
  await writeFiles(folder, { 'secret.txt': 'secret', 'data/a.jpg': 'a', 'data/sub/b.jpg': 'b' });
  return { folder, inside: path.join(folder, 'data') };
}

describe('the path resolver', () => {
  test('opens a file inside its root', async () => {
    const { inside } = await makeRoot();
    const file = await openInside(await openRoot(inside), 'sub/b.jpg');
    expect(await file.handle.readFile('utf8')).toBe('b');
    await file.handle.close();
  });

  test('finds a name that the disk stores decomposed', async () => {
    const { inside } = await makeRoot();
    await writeFile(path.join(inside, '\u1112\u1161\u11ab.jpg'), 'k');
    expect(await resolveInside(await openRoot(inside), '\ud55c.jpg')).toBe(path.join(inside, '\u1112\u1161\u11ab.jpg'));
  });

  test('refuses what the text gate refuses, and says that a file is missing', async () => {
    const root = await openRoot((await makeRoot()).inside);
    await expect(openInside(root, '../secret.txt')).rejects.toMatchObject({ code: 'refused_path' });
    await expect(openInside(root, 'none.jpg')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('follows no link to a file, to a folder, or inside its root', async () => {
    const { folder, inside } = await makeRoot();
    await symlink(path.join(folder, 'secret.txt'), path.join(inside, 'link.jpg'));
    await symlink(folder, path.join(inside, 'out'));
    await symlink(path.join(inside, 'a.jpg'), path.join(inside, 'near.jpg'));
    await symlink('circle.jpg', path.join(inside, 'circle.jpg'));
    const root = await openRoot(inside);
    for (const name of ['link.jpg', 'out/secret.txt', 'near.jpg', 'circle.jpg'])
      await expect(openInside(root, name), name).rejects.toMatchObject({ code: 'refused_path' });
    await expect(openReal(path.join(inside, 'near.jpg'))).rejects.toMatchObject({ code: 'refused_path' });
  });

  test('lets the user choose a root that is itself a link', async () => {
    const { folder, inside } = await makeRoot();
    await symlink(inside, path.join(folder, 'chosen'));
    const file = await openInside(await openRoot(path.join(folder, 'chosen')), 'a.jpg');
    await file.handle.close();
    expect(file.path).toBe(path.join(inside, 'a.jpg'));
  });

  test('refuses folders and pipes without waiting for a writer', async () => {
    const { inside } = await makeRoot();
    execFileSync('mkfifo', [path.join(inside, 'pipe.jpg')]);
    await mkdir(path.join(inside, 'folder.jpg'));
    const root = await openRoot(inside);
    await expect(openInside(root, 'pipe.jpg')).rejects.toMatchObject({ code: 'refused_path' });
    await expect(openInside(root, 'folder.jpg')).rejects.toMatchObject({ code: 'refused_path' });
  });

  test('refuses a file with several names where that is asked for', async () => {
    const { folder, inside } = await makeRoot();
    await link(path.join(folder, 'secret.txt'), path.join(inside, 'hard.jpg'));
    const root = await openRoot(inside);
    await expect(openInside(root, 'hard.jpg', { singleLink: true })).rejects.toMatchObject({ code: 'refused_path' });
    await (await openInside(root, 'hard.jpg')).handle.close();
  });
});
