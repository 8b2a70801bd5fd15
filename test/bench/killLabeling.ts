import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killLabeling, ruleOfThree } from '../helpers/killLabeling.ts';

/**
 * `node test/bench/killLabeling.ts [kills] [seed] [minutes]`: a scripted labeler in a real browser; host, browser or both are killed with
 * SIGKILL at any moment and started again. 1,000 kills unless told, fewer where the minutes are over.
 */
const kills = Number(process.argv[2] ?? 1_000);
const seed = Number(process.argv[3] ?? Date.now() % 100_000);
const minutes = Number(process.argv[4] ?? Infinity);
const folder = mkdtempSync(join(tmpdir(), 'hardcase-kills-'));
try {
  const report = await killLabeling(folder, kills, seed, (line) => void process.stderr.write(`${line}\n`), minutes * 60_000);
  const failures = report.missing.length + report.problems.length;
  process.stdout.write(`${JSON.stringify({ seed, ...report, bound: failures === 0 ? ruleOfThree(report.views) : null }, null, 2)}\n`);
  process.exitCode = failures + report.lostViews.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
