import { CommanderError } from 'commander';
import { appVersion } from '../node/nodePorts.ts';
import { writeOut } from './output.ts';
import { createProgram } from './program.ts';
import { fail, failUsage } from './run.ts';

const neededNode = 24;

async function main(args: readonly string[]): Promise<number | undefined> {
  if (Number(process.versions.node.split('.')[0]) < neededNode) {
    // On older ones better-sqlite3 would end the process without a word.
    process.stderr.write(
      `Hardcase needs Node.js ${neededNode}; this is ${process.versions.node}. In the repository: npm run -s hardcase -- …\n`,
    );
    return 1;
  }
  const program = createProgram(appVersion());
  const json = args.includes('--json');
  // With --json the error document on standard output says it; the usage text still goes to standard error.
  try {
    await program.parseAsync(args, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error, json);
    // Help and version were asked for and were printed.
    if (error.exitCode === 0) return 0;
    return failUsage(error.message.replace(/^error: /, ''), json);
  }
}

// Whoever read the results or the log has gone (`| head`); the work goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const exitCode = await main(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;
// Whatever still holds the process (a pooled thread, a socket) has nothing left to do.
await writeOut('');
process.exit();
