import type { Command } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import { addGlobalOptions, fail } from '../run.ts';

/** Commands of the fixed command line that a later release brings: known, not offered. */
const names = [
  'compare',
  'gate',
  'audit',
  'select',
  'duplicates',
  'agreement',
  'drift',
  'sync',
  'clone',
  'pack',
  'merge',
  'conflicts',
  'inbox',
  'edge',
  'deploy',
  'retrain',
] as const;

export function addLaterCommands(program: Command): void {
  for (const name of names) {
    addGlobalOptions(program.command(name, { hidden: true }).allowUnknownOption().allowExcessArguments().argument('[args...]')).action(
      async (_args: unknown, options: { readonly json?: boolean }) => {
        process.exitCode = await fail(
          new AppError('unsupported', `"${name}" is not supported yet`, { command: name }),
          options.json === true,
        );
      },
    );
  }
}
