import { mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { compareYolo } from '../../../electron/host/services/exports/compareExport.ts';
import { openRoot } from '../../../electron/host/services/gates/paths.ts';
import { planYolo, writeYolo } from '../../../shared/formats/yolo/writeYolo.ts';
import { collectExport, exportSource } from '../../fixtures/versions/collectExport.ts';
import { box, category, frame } from '../../fixtures/versions/manifestHelpers.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

test.skipIf(process.platform === 'win32')(
  'a YOLO export is read back from its own folder alone, and no label file to its end that has none',
  async () => {
    const folder = await tempFolder();
    const out = path.join(folder, 'out');
    const source = exportSource({
      categories: [category('car')],
      frames: [frame('a.jpg', [box(1, [1, 1, 5, 5])], { width: 100, height: 50 })],
    });
    const { files } = await collectExport(writeYolo(source, await planYolo(source)));
    for (const [name, text] of files) {
      await mkdir(path.dirname(path.join(out, name)), { recursive: true });
      await writeFile(path.join(out, name), text);
    }
    const problems = async () =>
      (await compareYolo({ root: await openRoot(out), source, signal: new AbortController().signal, onFrame: () => undefined })).map(
        ({ message }) => message,
      );
    expect(await problems()).toEqual([]);

    // The same labels, but elsewhere: a folder on the way is a link.
    await rename(path.join(out, 'labels'), path.join(folder, 'elsewhere'));
    await symlink(path.join(folder, 'elsewhere'), path.join(out, 'labels'));
    expect(await problems()).toEqual(['The label file is missing.']);

    await rm(path.join(out, 'labels'));
    await rename(path.join(folder, 'elsewhere'), path.join(out, 'labels'));
    // Sparse: it takes no room on the disk, and would take all of the memory.
    await truncate(path.join(out, 'labels/a.txt'), 64 * 1_073_741_824);
    expect(await problems()).toEqual(['It cannot be read back: The file is larger than 8 MB.']);
  },
);
