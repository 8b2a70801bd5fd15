import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import { exportFormats } from '../../../shared/contract/versions.ts';
import { action, addGlobalOptions } from '../run.ts';
import { count, oneOf, splitShares, wholeNumber } from '../parse.ts';
import { exists, typedPath } from '../session.ts';

interface FreezeOptions {
  readonly name?: string;
  readonly where?: string;
  readonly split?: { readonly [split: string]: number };
  readonly groupBy?: 'sequence' | 'none';
  readonly seed?: number;
  readonly note?: string;
}

interface ExportOptions {
  readonly version: string;
  readonly format: string;
  readonly out: string;
  readonly media?: 'copy' | 'link' | 'none';
}

export function addVersionCommands(program: Command): void {
  addGlobalOptions(
    program
      .command('freeze')
      .description('make an immutable version')
      .argument('<dataset>')
      .option('--name <version>', 'data-1, data-2 … unless named')
      .option('--where <expr>', 'these frames only')
      .option('--split <shares>', 'train=.8,val=.1,test=.1', splitShares)
      .option('--group-by <group>', 'what a split keeps together: sequence or none', oneOf(['sequence', 'none'] as const))
      .option('--seed <n>', 'of the split', wholeNumber)
      .option('--note <text>'),
  ).action(
    action<FreezeOptions>(async (session, [dataset = ''], { name, where, split, groupBy, seed, note }) => {
      const { id } = await session.open(dataset);
      await session.measureFor(id, where);
      const frozen = await session.api.versions.freeze(
        {
          dataset: id,
          ...(name === undefined ? {} : { name }),
          ...(where === undefined ? {} : { where }),
          ...(split === undefined ? {} : { split: { ...split } }),
          ...(groupBy === undefined ? {} : { groupBy }),
          ...(seed === undefined ? {} : { seed }),
          ...(note === undefined ? {} : { note }),
        },
        session.follow(),
      );
      return { result: { version: frozen.name, ...frozen } };
    }),
  );

  addGlobalOptions(program.command('versions').description('list versions').argument('<dataset>')).action(
    action(async ({ api, open }, [dataset = '']) => {
      const { id } = await open(dataset);
      const versions = await api.versions.list({ dataset: id });
      return { result: { versions: versions.map((version) => ({ version: version.name, ...version })) } };
    }),
  );

  addGlobalOptions(
    program
      .command('diff')
      .description('what changed from version A to version B')
      .argument('<dataset>')
      .argument('<a>')
      .argument('<b>')
      .option('--list', 'name the boxes, too')
      .option('--limit <n>', 'at most so many of them', count),
  ).action(
    action<{ readonly list?: boolean; readonly limit?: number }>(async (session, [dataset = '', a = '', b = ''], { list, limit }) => {
      const { id } = await session.open(dataset);
      const result = await session.api.versions.diff(
        { dataset: id, a, b, ...(list === undefined ? {} : { list }), ...(limit === undefined ? {} : { limit }) },
        session.follow(),
      );
      return { result };
    }),
  );

  addGlobalOptions(
    program.command('restore').description('bring boxes, states and splits of a version back').argument('<dataset>').argument('<version>'),
  ).action(
    action(async (session, [dataset = '', version = '']) => {
      const { id } = await session.open(dataset);
      return { result: await session.api.versions.restore({ dataset: id, version }, session.follow()) };
    }),
  );

  addGlobalOptions(
    program
      .command('export')
      .description('write a version for training')
      .argument('<dataset>')
      .requiredOption('--version <version>')
      .requiredOption('--format <format>', exportFormats.join(', '))
      .requiredOption('--out <dir>', 'a new folder')
      .option('--media <how>', 'copy, link or none', oneOf(['copy', 'link', 'none'] as const)),
  ).action(
    action<ExportOptions>(async (session, [dataset = ''], { version, format, out, media }) => {
      const known = exportFormats.find((name) => name === format);
      if (known === undefined)
        throw new AppError('unsupported', `Exporting "${format}" is not supported yet`, { format, supported: exportFormats });
      const { id } = await session.open(dataset);
      const result = await session.api.versions.export(
        { dataset: id, version, format: known, out: typedPath(out), ...(media === undefined ? {} : { media }) },
        session.follow(),
      );
      return { result };
    }),
  );

  addGlobalOptions(program.command('verify').description('check every byte of a dataset or an export').argument('<folder>')).action(
    action(async (session, [folder = '']) => {
      // A dataset says so by this file; whatever else there is must be an export.
      const result = exists(join(folder, 'hardcase.json'))
        ? await session.api.datasets.verify({ dataset: (await session.open(folder)).id }, session.follow())
        : await session.api.versions.verifyExport({ out: typedPath(folder) }, session.follow());
      return { result, exitCode: result.ok ? 0 : 1 };
    }),
  );
}
