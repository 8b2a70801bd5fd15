import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import { createEditor } from '../editStream.ts';
import { errorDocument, errorOf, exitCodeOf, writeOut } from '../output.ts';
import { addGlobalOptions, type GlobalOptions } from '../run.ts';
import { startSession, typedPath, type Session } from '../session.ts';

interface EditOptions extends GlobalOptions {
  readonly ops: string;
  readonly author?: string;
}

function openLines(ops: string): Promise<NodeJS.ReadableStream> {
  if (ops === '-') return Promise.resolve(process.stdin);
  return new Promise((resolve, reject) => {
    const stream = createReadStream(typedPath(ops));
    stream.once('open', () => resolve(stream));
    stream.once('error', (error) => reject(new AppError('not_found', `${ops} cannot be read`, { path: ops }, { cause: error })));
  });
}

/** The one command whose output is a stream of its own: it never prints a document, with --json or without. */
async function edit(dataset: string, options: EditOptions): Promise<number> {
  let session: Session | undefined;
  try {
    const input = await openLines(options.ops);
    session = await startSession({
      kind: 'cli',
      verbose: options.verbose === true,
      ...(options.author === undefined ? {} : { author: options.author }),
    });
    const { id, readOnly, name } = await session.open(dataset);
    if (readOnly) throw new AppError('read_only', `"${name}" can be read but not changed`);
    const editor = createEditor(session.api, id);
    // Ctrl+C ends it also while nothing comes in.
    for await (const line of createInterface({ input, crlfDelay: Infinity, signal: session.signal })) {
      if (session.signal.aborted) break;
      // `trim` takes the byte order mark of Windows' editors away, too.
      const text = line.trim();
      if (text !== '') await writeOut(`${JSON.stringify(await editor.apply(text))}\n`);
    }
    await session.close();
    return session.signal.aborted ? 1 : 0;
  } catch (error) {
    await session?.close().catch(() => undefined);
    const wire = errorOf(error);
    await writeOut(errorDocument(wire));
    return exitCodeOf(wire);
  }
}

export function addEditCommand(program: Command): void {
  addGlobalOptions(
    program
      .command('edit')
      .description('change boxes, line by line (NDJSON in, an acknowledgement a line out)')
      .argument('<dataset>')
      .requiredOption('--ops <file>', 'a file of lines, or - for standard input')
      .option('--author <name>', 'who is editing'),
  ).action(async (dataset: string, options: EditOptions) => {
    process.exitCode = await edit(dataset, options);
  });
}
