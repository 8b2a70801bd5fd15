import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { killRounds } from '../../helpers/killRounds.ts';
import { storeOnDisk } from '../../helpers/storeOnDisk.ts';

test('ten kills in the middle of editing lose nothing that was acknowledged', async () => {
  const { folder, dataset, db } = await storeOnDisk();
  await db.close();
  try {
    const report = await killRounds(folder, dataset, 10, 4711);
    expect(report.missing).toEqual([]);
    expect(report.problems).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(30);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
