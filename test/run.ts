import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findElectron } from '../electron/node/electronBinary.ts';
import type { Counts } from './countingReporter.ts';

/** Everything that must hold, in the order in which it tells most; `npm test <name> …` runs some of it. */
interface Step {
  readonly name: string;
  /** A script below the repository and its arguments, run with this Node. */
  readonly command: readonly string[];
  /** Steps of one stage run side by side. */
  readonly stage: number;
  /** Where Vitest leaves its counts; a step without is one check. */
  readonly counts?: string;
  /** Only when asked for by name. */
  readonly onDemand?: boolean;
  readonly env?: { readonly [name: string]: string };
  /** A word that stands for several steps. */
  readonly group?: string;
}

const root = join(import.meta.dirname, '..');
const cache = join(root, '.cache');
const [wanted, rest] = splitArguments(process.argv.slice(2));

const tsc = (name: string, project: string): Step => ({
  name: `types of ${name}`,
  group: 'types',
  stage: 0,
  command: [
    'node_modules/typescript/bin/tsc',
    '-p',
    project,
    '--noEmit',
    '--incremental',
    '--tsBuildInfoFile',
    join(cache, 'tsc', `${name}.tsbuildinfo`),
  ],
});

const vitest = (name: string, config: string, folders: readonly string[], stage: number): Step => ({
  name,
  stage,
  counts: join(cache, 'counts', `${name}.json`),
  command: ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...folders, ...rest],
});

const steps: readonly Step[] = [
  tsc('shared', 'shared'),
  tsc('electron', 'electron'),
  tsc('preload', 'electron/preload'),
  tsc('renderer', 'renderer'),
  tsc('test', 'test'),
  {
    name: 'lint',
    stage: 0,
    command: [
      'node_modules/eslint/bin/eslint.js',
      '--config',
      'test/arch/eslint.config.js',
      '--cache',
      '--cache-strategy',
      'content',
      '--cache-location',
      join(cache, 'eslint'),
      ...['shared', 'electron', 'renderer', 'resources', 'test'],
    ],
  },
  {
    name: 'format',
    stage: 0,
    command: [
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level',
      'warn',
      '--cache',
      '--cache-location',
      join(cache, 'prettier'),
      '.',
    ],
  },
  { name: 'page', stage: 0, command: ['electron/setup.mjs', 'setup'] },
  vitest('tests', 'test/vitest.config.ts', [], 1),
  vitest('browser', 'test/e2e/vitest.config.ts', [], 2),
  { ...vitest('electron', 'test/e2e/vitest.config.ts', [], 2), onDemand: true, env: { HARDCASE_E2E_TARGET: 'electron' } },
];

/** Names of steps, then what is for Vitest (`npm test tests -- test/unit/shared`). */
function splitArguments(args: readonly string[]): readonly [readonly string[], readonly string[]] {
  const at = args.findIndex((arg) => arg.includes('/') || arg.startsWith('-'));
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at).filter((arg) => arg !== '--')];
}

interface Outcome extends Counts {
  readonly step: string;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function counted(step: Step, code: number | null): Counts {
  if (step.counts !== undefined && existsSync(step.counts)) {
    const counts = JSON.parse(readFileSync(step.counts, 'utf8')) as Counts;
    // Vitest may fail for what is no test (coverage, a hook, an unhandled error).
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  }
  return code === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] };
}

function run(step: Step): Promise<Outcome> {
  if (step.counts !== undefined) rmSync(step.counts, { force: true });
  const began = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...step.command], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...step.env, ...(step.counts === undefined ? {} : { HARDCASE_TEST_COUNTS: step.counts }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (text: string): void => void (output += text);
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('close', (code) => {
      const counts = counted(step, code);
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      const detail =
        step.counts === undefined ? '' : `: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`;
      if (counts.failed > 0) say(output.trimEnd());
      say(`${counts.failed > 0 ? '✗' : '✓'} ${step.name} (${seconds} s)${detail}`);
      resolve({ ...counts, step: step.name });
    });
  });
}

async function runStage(queue: Step[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) outcomes.push(await run(step));
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(2, availableParallelism()), queue.length) }, worker));
  return outcomes;
}

async function main(): Promise<number> {
  const chosen = steps.filter(
    (step) => (wanted.length === 0 && step.onDemand !== true) || wanted.includes(step.name) || wanted.includes(step.group ?? ''),
  );
  if (chosen.length === 0) {
    say(
      `There is no such step. There are: types, ${steps
        .filter(({ group }) => group === undefined)
        .map(({ name }) => name)
        .join(', ')}.`,
    );
    return 2;
  }
  mkdirSync(cache, { recursive: true });
  const began = Date.now();
  const outcomes: Outcome[] = [];
  for (const stage of [...new Set(chosen.map((step) => step.stage))])
    outcomes.push(...(await runStage(chosen.filter((step) => step.stage === stage))));

  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  if (wanted.length === 0) {
    const electron = findElectron();
    // The specs of the browser run there too, by `npm run test:electron` on machines that have the binary.
    skipped.push({ name: 'end to end in Electron', reason: electron.available ? 'run by npm run test:electron' : 'no Electron binary' });
  }
  for (const { name, reason } of skipped) say(`skipped: ${reason} (${name})`);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  say(`All of it took ${((Date.now() - began) / 1000).toFixed(0)} s.`);
  say(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
