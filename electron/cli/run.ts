import type { Command } from 'commander';
import { errorDocument, errorOf, exitCodeOf, readable, writeOut } from './output.ts';
import { startSession, type Session, type SessionOptions } from './session.ts';

/** What every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** A result, and where that is not 0, the exit status it means ("verify" that found something). */
export interface Outcome {
  readonly result: unknown;
  readonly exitCode?: number;
  /** For people, where the general form would not do. */
  readonly text?: string;
}

export type Work<O> = (session: Session, args: readonly string[], options: O & GlobalOptions) => Promise<Outcome>;

/** Commander's own parsers see `(value, previous)`; errors of ours become wrong usage. */
export function addGlobalOptions(command: Command): Command {
  return command.option('--json', 'one JSON document on standard output, nothing else').option('-v, --verbose', 'log to standard error');
}

async function fail(error: unknown, json: boolean): Promise<number> {
  const wire = errorOf(error);
  if (json) await writeOut(errorDocument(wire));
  else process.stderr.write(`hardcase: ${wire.message}${wire.code === 'internal' ? '' : ` (${wire.code})`}\n`);
  return exitCodeOf(wire);
}

/** Runs the work of one command with a host, prints what came of it, ends with the status that says so. */
export function action<O extends object>(work: Work<O>, sessionOptions: Partial<SessionOptions> = {}) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const options = command.opts<O & GlobalOptions>();
    const args = command.args;
    let session: Session | undefined;
    try {
      session = await startSession({ kind: 'cli', verbose: options.verbose === true, ...sessionOptions });
      const { result, exitCode = 0, text } = await work(session, args, options);
      await session.close();
      await writeOut(options.json === true ? `${JSON.stringify(result)}\n` : `${text ?? readable(result)}\n`);
      process.exitCode = exitCode;
    } catch (error) {
      await session?.close().catch(() => undefined);
      process.exitCode = await fail(error, options.json === true);
    }
  };
}

/** Wrong usage, said by commander or by us. */
export function failUsage(message: string, json: boolean): Promise<number> {
  if (!json) return Promise.resolve(2);
  return writeOut(errorDocument({ code: 'usage', message })).then(() => 2);
}

export { fail };
