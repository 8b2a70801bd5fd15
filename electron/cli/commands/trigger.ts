import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError, fromWireError } from '../../../shared/errors.ts';
import { action, addGlobalOptions } from '../run.ts';
import { count } from '../parse.ts';
import { typedPath } from '../session.ts';

interface TextOptions {
  readonly text?: string;
}

/** The contract's own limit of a trigger text: a wrong file is named before it travels. */
const maxTextBytes = 65_536;

async function triggerText(file: string | undefined, { text }: TextOptions): Promise<string> {
  if ((file === undefined) === (text === undefined)) throw new AppError('usage', 'Give a file or --text, one of the two');
  if (text !== undefined) return text;
  try {
    const bytes = await readFile(typedPath(file ?? ''));
    if (bytes.byteLength > maxTextBytes) throw new AppError('too_large', `${file} is larger than a trigger may be (64 KB)`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('not_found', `${file} cannot be read`, { path: file }, { cause: error });
  }
}

interface RunOptions extends TextOptions {
  readonly name?: string;
  readonly source?: string;
  readonly where?: string;
  readonly limit?: number;
}

export function addTriggerCommands(program: Command): void {
  const trigger = program.command('trigger').description('overlap triggers');

  addGlobalOptions(
    trigger.command('check').description('parse and type-check').argument('[file]').option('--text <text>', 'the trigger itself'),
  ).action(
    action<TextOptions>(async ({ api }, [file], options) => {
      const { triggers, error } = await api.triggers.check({ text: await triggerText(file, options) });
      if (error !== null) throw fromWireError(error);
      return { result: { triggers } };
    }),
  );

  addGlobalOptions(
    trigger.command('test').description('run the fixtures').argument('[file]').option('--text <text>', 'the trigger itself'),
  ).action(
    action<TextOptions>(async ({ api }, [file], options) => {
      const result = await api.triggers.test({ text: await triggerText(file, options) });
      return { result, exitCode: result.failed > 0 ? 1 : 0 };
    }),
  );

  addGlobalOptions(
    trigger
      .command('run')
      .description('find hits')
      .argument('<dataset>')
      .argument('[file]')
      .option('--text <text>', 'the trigger itself')
      .option('--name <name>', 'a trigger of the dataset or the library')
      .option('--source <source>', 'what variables without @ read')
      .option('--where <expr>', 'these frames only')
      .option('--limit <n>', 'at most so many hits in "top"', count),
  ).action(
    action<RunOptions>(async (session, [dataset = '', file], options) => {
      const { name, source, where, limit } = options;
      if (name !== undefined && (file !== undefined || options.text !== undefined)) {
        throw new AppError('usage', 'Give a file, --text or --name, one of the three');
      }
      const given = name === undefined ? await triggerText(file, options) : undefined;
      const { id } = await session.open(dataset);
      const named = async (): Promise<string> => {
        const found = (await session.api.triggers.list({ dataset: id })).find((summary) => summary.name === name);
        if (found === undefined) throw new AppError('not_found', `There is no trigger "${name}"`);
        return found.text;
      };
      const text = given ?? (await named());
      await session.measureFor(id, text, where);
      const result = await session.api.triggers.run(
        {
          dataset: id,
          text,
          ...(source === undefined ? {} : { source }),
          ...(where === undefined ? {} : { where }),
          ...(limit === undefined ? {} : { limit }),
        },
        session.follow(),
      );
      return { result };
    }),
  );
}
