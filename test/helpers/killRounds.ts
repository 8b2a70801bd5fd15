import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../electron/db/client.ts';
import type { DbClient } from '../../electron/db/client.ts';

interface Acknowledged {
  readonly seq: number;
  readonly box?: number;
  readonly change: { readonly op: string; readonly bbox?: readonly number[]; readonly text?: string; readonly frame?: number };
}

export interface KillReport {
  readonly rounds: number;
  readonly acknowledged: number;
  readonly missing: readonly string[];
  readonly problems: readonly { readonly code: string; readonly item: string }[];
}

/** Lets a process edit and kills it after a random number of acknowledged changes; then looks for each of them. */
export async function killRounds(folder: string, dataset: string, rounds: number, seed: number): Promise<KillReport> {
  const missing: string[] = [];
  const problems: { code: string; item: string }[] = [];
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const acks = await editUntilKilled(folder, dataset, seed + round, 3 + ((seed * 31 + round * 17) % 40));
    acknowledged += acks.length;
    const db = await openDatabase({ folder, dataset, kind: 'test', app: 'test' });
    try {
      missing.push(...(await lookFor(db, acks)).map((text) => `round ${round}: ${text}`));
      for (const check of [
        await db.read('verify.integrity', {}),
        await db.read('verify.chain', { dataset }),
        await db.read('verify.journal', { folder }),
        await db.read('verify.packs', {}),
        ...(round === rounds - 1 ? [await db.read('verify.state', { dataset, scratch: folder })] : []),
      ])
        problems.push(...check.problems);
    } finally {
      await db.close();
    }
  }
  return { rounds, acknowledged, missing, problems };
}

function editUntilKilled(folder: string, dataset: string, seed: number, killAfter: number): Promise<readonly Acknowledged[]> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('editProcess.ts', import.meta.url));
    const child = fork(script, [folder, dataset, String(seed)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
    let out = '';
    let errors = '';
    let lines = 0;
    child.stdout?.on('data', (data: Buffer) => {
      out += data.toString();
      lines = out.split('\n').length - 2;
      if (lines >= killAfter) child.kill('SIGKILL');
    });
    child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') {
        reject(new Error(`the editing process ended by itself: ${errors}`));
        return;
      }
      // The last line may be cut off: what was not read whole was not acknowledged.
      const whole = out.slice(0, out.lastIndexOf('\n')).split('\n').slice(1);
      resolve(whole.filter((line) => line !== '').map((line) => JSON.parse(line) as Acknowledged));
    });
  });
}

/** Each acknowledged change is in the history of its frame with its seq, and what it says is what was asked. */
async function lookFor(db: DbClient, acks: readonly Acknowledged[]): Promise<string[]> {
  const missing: string[] = [];
  const frames = new Map<number, Map<number, unknown>>();
  for (const ack of acks) {
    const [box] = ack.box === undefined ? [] : await db.read('annotations.byIds', { ids: Float64Array.of(ack.box) });
    const frame = ack.change.frame ?? box?.frame;
    if (frame === undefined) {
      missing.push(`box ${ack.box} of seq ${ack.seq}`);
      continue;
    }
    if (!frames.has(frame))
      frames.set(frame, new Map((await db.read('annotations.history', { frame })).map((entry) => [entry.seq, entry.after])));
    const after = frames.get(frame)?.get(ack.seq) as { readonly bbox?: unknown; readonly text?: unknown } | undefined;
    const same =
      ack.change.op === 'comment' ? after?.text === ack.change.text : JSON.stringify(after?.bbox) === JSON.stringify(ack.change.bbox);
    if (!same) missing.push(`seq ${ack.seq} ${JSON.stringify(ack.change)} but ${JSON.stringify(after)}`);
  }
  return missing;
}
