import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliJson, spawnCli, type CliOptions } from '../helpers/runCli.ts';
import { makeSampleDataset, sampleFrames } from '../helpers/sampleDataset.ts';

/**
 * `node test/bench/killEditCommand.ts [rounds]`: the command `hardcase edit` is killed with SIGKILL while it takes lines, a
 * hundred times unless told. Afterwards every acknowledged box must be there as it was acknowledged.
 */
const rounds = Number(process.argv[2] ?? 100);
const folder = mkdtempSync(join(tmpdir(), 'hardcase-kill-'));
const options: CliOptions = { env: { HARDCASE_USER_DATA: join(folder, 'user') } };

type Box = readonly [number, number, number, number];
const boxOf = (round: number, line: number): Box => [round + 0.5, line + 0.25, 10, 20];

/** Feeds lines until the first answer, then up to 0.3 s more, and kills. Returns the answers that came out whole. */
async function killedRound(path: string, round: number): Promise<readonly string[]> {
  const child = spawnCli(['edit', path, '--ops', '-', '--author', 'kim'], options);
  // Writing into a process that was just killed is what this is about.
  child.stdin?.on('error', () => undefined);
  let out = '';
  let sent = 0;
  const feed = (): void => {
    for (let i = 0; i < 200; i++) {
      const frame = `${String(sent % sampleFrames).padStart(6, '0')}.jpg`;
      child.stdin?.write(`${JSON.stringify({ op: 'add', frame, category: 'person', bbox: boxOf(round, sent) })}\n`);
      sent++;
    }
  };
  const feeding = setInterval(feed, 40);
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      if (out === '') setTimeout(resolve, Math.random() * 300);
      out += String(chunk);
    });
  });
  child.kill('SIGKILL');
  clearInterval(feeding);
  await new Promise((resolve) => child.once('close', resolve));
  return out.split('\n').slice(0, -1);
}

try {
  const { path } = await makeSampleDataset(folder, options);
  const acknowledged = new Map<number, Box>();
  for (let round = 0; round < rounds; round++) {
    const answers = await killedRound(path, round);
    answers.forEach((line, i) => {
      const answer = JSON.parse(line) as { readonly ok: boolean; readonly box: number };
      if (answer.ok) acknowledged.set(answer.box, boxOf(round, i));
    });
  }
  const { boxes } = await cliJson<{ readonly boxes: readonly { readonly id: number; readonly bbox: Box }[] }>(
    ['boxes', path, '--source', 'gt'],
    options,
  );
  const there = new Map(boxes.map(({ id, bbox }) => [id, bbox]));
  const missing = [...acknowledged].filter(([id, bbox]) => JSON.stringify(there.get(id)) !== JSON.stringify(bbox)).length;
  const { ok } = await cliJson<{ readonly ok: boolean }>(['verify', path], options);
  process.stdout.write(`${JSON.stringify({ rounds, acknowledged: acknowledged.size, missing, verify: ok })}\n`);
  process.exitCode = missing > 0 || !ok ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
