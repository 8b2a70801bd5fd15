import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** What each `*.bench.ts` exports: measures and tells in Markdown, its own heading left out. */
interface Bench {
  readonly title: string;
  run(): string | Promise<string>;
}

const folder = import.meta.dirname;
const results = join(folder, 'RESULTS.md');
const intro = `# Measurements

Made by \`npm run bench\` (\`npm run bench <name>\` refreshes one section). Absolute times are of the machine named in each section; what lasts is the ratio between rows of one run.
`;

function machine(): string {
  const [first] = cpus();
  const commit = (): string => {
    try {
      return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      return 'unknown';
    }
  };
  return `${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${availableParallelism()} cores of ${first?.model.trim() ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}, Node ${process.versions.node}`;
}

/** Section name → its text, in the order of the file. */
function readSections(): Map<string, string> {
  const sections = new Map<string, string>();
  if (!existsSync(results)) return sections;
  for (const part of readFileSync(results, 'utf8').split(/^(?=<!-- bench: )/m)) {
    const name = /^<!-- bench: (\S+) -->/.exec(part)?.[1];
    if (name !== undefined) sections.set(name, part.trimEnd());
  }
  return sections;
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace(/\.bench\.ts$/, ''))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench "${unknown.join('", "')}". There are: ${names.join(', ')}.\n`);
  process.exit(2);
}

const sections = readSections();
for (const name of wanted.length > 0 ? wanted : names) {
  process.stderr.write(`${name} …\n`);
  const began = performance.now();
  try {
    const bench = (await import(`./${name}.bench.ts`)) as Bench;
    const text = await bench.run();
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    sections.set(name, `<!-- bench: ${name} -->\n\n## ${bench.title}\n\n${machine()}; took ${seconds} s.\n\n${text.trim()}`);
    process.stderr.write(`${text.trim()}\n\n`);
    // After each: a later one that fails loses nothing.
    writeFileSync(
      results,
      `${[intro.trimEnd(), ...[...sections].sort(([a], [b]) => a.localeCompare(b)).map(([, part]) => part)].join('\n\n')}\n`,
    );
  } catch (error) {
    process.stderr.write(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}
process.exit();
