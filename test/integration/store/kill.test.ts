import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openDatabase, type DbClient } from '../../../electron/db/client.ts';
import type { UndoGoing } from '../../../electron/db/log/undo.ts';
import { killRounds } from '../../helpers/killRounds.ts';
import { stagedFrame } from '../../helpers/memoryStore.ts';
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

/** Takes back or gives back a part in a process of its own and kills it between this part and the next. */
async function killBetweenParts(folder: string, dataset: string, direction: 'undo' | 'redo'): Promise<string> {
  const script = fileURLToPath(new URL('../../helpers/undoProcess.ts', import.meta.url));
  const child = fork(script, [folder, dataset, direction], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] });
  const [said] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  return said.toString();
}

test('a kill in the middle of a long undo, or redo, leaves nothing half taken back: the next start finishes it', async () => {
  const frames = Array.from({ length: 2_500 }, (_, i) => stagedFrame(`${String(i).padStart(4, '0')}.jpg`, []));
  const { folder, dataset, db: first } = await storeOnDisk(frames);
  const ids = [...(await first.read('frames.index', {})).ids];
  await first.write('annotations.setFrames', { author: 'mara', frames: Float64Array.from(ids), set: { field: 'split', value: 'val' } });
  await first.close();
  const splits = async (db: DbClient) => {
    const counts: { [split: string]: number } = {};
    for (const { split } of await db.read('frames.rows', { ids: Float64Array.from(ids) }))
      counts[split ?? '-'] = (counts[split ?? '-'] ?? 0) + 1;
    return counts;
  };
  try {
    for (const direction of ['undo', 'redo'] as const) {
      expect(await killBetweenParts(folder, dataset, direction)).toBe('a part\n');
      const notices: string[] = [];
      const db = await openDatabase({ folder, dataset, kind: 'test', app: 'test', onNotice: (code) => notices.push(code) });
      expect(notices).toContain('undo_finished');
      expect(await splits(db)).toEqual(direction === 'undo' ? { '-': 2_500 } : { val: 2_500 });
      await db.close();
    }
    // What was finished is one step still, and is not finished a second time.
    const notices: string[] = [];
    const db = await openDatabase({ folder, dataset, kind: 'test', app: 'test', onNotice: (code) => notices.push(code) });
    expect(notices).toEqual([]);
    for (const [direction, wanted] of [
      ['undo', { '-': 2_500 }],
      ['redo', { val: 2_500 }],
    ] as const) {
      for (let going: UndoGoing | null | undefined = undefined; going !== null;)
        ({ going } = await db.write('annotations.undo', { author: 'mara', direction, ...(going === undefined ? {} : { going }) }));
      expect(await splits(db)).toEqual(wanted);
    }
    expect((await db.read('verify.state', { dataset, scratch: folder })).problems).toEqual([]);
    await db.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
