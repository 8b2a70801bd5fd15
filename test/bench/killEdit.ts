import { rm } from 'node:fs/promises';
import { killRounds } from '../helpers/killRounds.ts';
import { storeOnDisk } from '../helpers/storeOnDisk.ts';

/** `node test/bench/killEdit.ts [rounds] [seed]`: kill -9 in the middle of editing, a hundred times unless told. */
const rounds = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? Date.now() % 100_000);
const { folder, dataset, db } = await storeOnDisk();
await db.close();
const began = performance.now();
const report = await killRounds(folder, dataset, rounds, seed);
await rm(folder, { recursive: true });
const seconds = (performance.now() - began) / 1000;
process.stdout.write(`${JSON.stringify({ ...report, seed, seconds: Math.round(seconds) }, null, 2)}\n`);
process.exitCode = report.missing.length + report.problems.length > 0 ? 1 : 0;
