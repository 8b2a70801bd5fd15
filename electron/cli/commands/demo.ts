import type { Command } from 'commander';
import { action, addGlobalOptions } from '../run.ts';
import { typedPath } from '../session.ts';

export function addDemoCommand(program: Command): void {
  addGlobalOptions(
    program.command('demo').description('the whole job on the bundled demo dataset').option('--out <dir>', 'where the dataset goes'),
  ).action(
    action<{ readonly out?: string }>(async (session, _, { out }) => {
      const { id, path, figures } = await session.api.datasets.demo(out === undefined ? {} : { out: typedPath(out) }, session.follow());
      return { result: { id, path, figures } };
    }),
  );
}
