import { Command } from 'commander';
import { addDatasetCommands } from './commands/dataset.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addEditCommand } from './commands/edit.ts';
import { addLaterCommands } from './commands/later.ts';
import { addModelCommands } from './commands/model.ts';
import { addServeCommand } from './commands/serve.ts';
import { addTrackCommands } from './commands/tracks.ts';
import { addTriggerCommands } from './commands/trigger.ts';
import { addVersionCommands } from './commands/version.ts';

/** The command line of PRODUCT.md. Scripts depend on it: names and fields are added, never changed. */
export function createProgram(version: string): Command {
  const program = new Command('hardcase')
    .description('A data engine for object detection: turn what a deployed model gets wrong into the dataset that fixes it.')
    // Without this, the program's own --version would swallow that of `export` and `evaluate`.
    .enablePositionalOptions()
    .version(version)
    .showHelpAfterError('(--help shows how)')
    .configureHelp({ showGlobalOptions: false })
    // Inherited by every command that is added from here on.
    .exitOverride();
  addDatasetCommands(program);
  addEditCommand(program);
  addModelCommands(program);
  addTrackCommands(program);
  addTriggerCommands(program);
  addVersionCommands(program);
  addDemoCommand(program);
  addServeCommand(program);
  addLaterCommands(program);
  return program;
}
