import type { Command } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import { importFormats } from '../../../shared/contract/imports.ts';
import { action, addGlobalOptions } from '../run.ts';
import { count, oneOf, positiveNumber, wholeNumber } from '../parse.ts';
import { exists, typedPath } from '../session.ts';

/** Formats of the fixed command line that a later release reads. */
const laterFormats = ['kitti', 'bdd100k', 'labelstudio', 'labelme', 'createml', 'openimages', 'datumaro'] as const;
const formats = ['auto', ...importFormats, ...laterFormats] as const;

interface ImportOptions {
  readonly format: (typeof formats)[number];
  readonly from: string;
  readonly images?: string;
  readonly source?: string;
  readonly media?: 'copy' | 'link';
  readonly groundTruth?: string;
  readonly every?: number;
  readonly fps?: number;
  readonly dryRun?: boolean;
}

const isLater = (format: ImportOptions['format']): format is (typeof laterFormats)[number] =>
  (laterFormats as readonly string[]).includes(format);

/** Rows are asked for in portions, so that no message grows with the dataset. */
const rowsAtOnce = 2_000;

export function addDatasetCommands(program: Command): void {
  addGlobalOptions(program.command('doctor').description('what this machine can do: Node, SQLite, ONNX Runtime and its providers')).action(
    action(async ({ api }) => ({ result: await api.host.doctor({ fresh: true }) })),
  );

  addGlobalOptions(
    program.command('create').description('make an empty dataset').argument('<dataset>', 'a new folder').option('--name <name>'),
  ).action(
    action<{ readonly name?: string }>(async ({ api }, [dataset = ''], { name }) => ({
      result: await api.datasets.create({ path: typedPath(dataset), ...(name === undefined ? {} : { name }) }),
    })),
  );

  addGlobalOptions(
    program
      .command('import')
      .description('bring in images and labels')
      .argument('<dataset>')
      .requiredOption('--format <format>', `auto, ${importFormats.join(', ')}`, oneOf(formats))
      .requiredOption('--from <path>', 'a folder or file')
      .option('--images <dir>', 'where the images are, when the labels do not say')
      .option('--source <source>', 'gt, or the name of the run that results become')
      .option('--media <how>', 'copy or link', oneOf(['copy', 'link'] as const))
      .option('--ground-truth <file>', 'the annotation file whose ids a results array uses')
      .option('--every <n>', 'of a video, every n-th frame', wholeNumber)
      .option('--fps <rate>', 'of a video, so many frames a second', positiveNumber)
      .option('--dry-run', 'only say what would be read, repaired and refused'),
  ).action(
    action<ImportOptions>(async (session, [dataset = ''], options) => {
      const { format } = options;
      if (isLater(format))
        throw new AppError('unsupported', `Importing "${format}" is not supported yet`, { format, supported: importFormats });
      const request = {
        format,
        from: typedPath(options.from),
        ...(options.images === undefined ? {} : { images: typedPath(options.images) }),
        ...(options.source === undefined ? {} : { source: options.source }),
        ...(options.media === undefined ? {} : { media: options.media }),
        ...(options.every === undefined ? {} : { every: options.every }),
        ...(options.fps === undefined ? {} : { perSecond: options.fps }),
        ...(options.groundTruth === undefined ? {} : { groundTruth: typedPath(options.groundTruth) }),
      };
      const isNew = options.dryRun === true && !exists(typedPath(dataset));
      if (isNew) process.stderr.write(`There is no dataset in ${dataset}: checked as into a new one.\n`);
      const target = isNew ? { dataset: null, at: typedPath(dataset) } : { dataset: (await session.open(dataset)).id };
      const result =
        options.dryRun === true || target.dataset === null
          ? await session.api.imports.preview({ ...request, ...target }, session.follow())
          : await session.api.imports.run({ ...request, ...target }, session.follow());
      return { result, exitCode: result.cancelled === true ? 1 : 0 };
    }),
  );

  addGlobalOptions(
    program
      .command('frames')
      .description('list frames')
      .argument('<dataset>')
      .option('--where <expr>')
      .option('--limit <n>', 'at most so many', count),
  ).action(
    action<{ readonly where?: string; readonly limit?: number }>(async ({ api, open, measureFor }, [dataset = ''], { where, limit }) => {
      const { id } = await open(dataset);
      await measureFor(id, where);
      const { total, ids } = await api.frames.query({ dataset: id, selection: where === undefined ? {} : { where }, order: 'name' });
      const wanted = limit === undefined ? ids : ids.subarray(0, limit);
      const frames: unknown[] = [];
      for (let from = 0; from < wanted.length; from += rowsAtOnce) {
        for (const row of await api.frames.rows({ dataset: id, ids: wanted.slice(from, from + rowsAtOnce) })) {
          frames.push({
            id: row.id,
            name: row.name,
            width: row.width,
            height: row.height,
            ...(row.sequence === null ? {} : { sequence: row.sequence }),
            state: row.state,
            ...(row.split === null ? {} : { split: row.split }),
          });
        }
      }
      return { result: { total, frames } };
    }),
  );

  addGlobalOptions(
    program
      .command('boxes')
      .description('list boxes')
      .argument('<dataset>')
      .requiredOption('--source <source>', 'gt or the name of a run')
      .option('--frame <name>'),
  ).action(
    action<{ readonly source: string; readonly frame?: string }>(async ({ api, open }, [dataset = ''], { source, frame }) => {
      const { id } = await open(dataset);
      return { result: await api.annotations.list({ dataset: id, source, ...(frame === undefined ? {} : { frame }) }) };
    }),
  );

  addGlobalOptions(
    program
      .command('history')
      .description('who changed what on a frame, or of the categories')
      .argument('<dataset>')
      .option('--frame <name>')
      .option('--categories', 'changes of categories and attributes'),
  ).action(
    action<{ readonly frame?: string; readonly categories?: boolean }>(async ({ api, open }, [dataset = ''], { frame, categories }) => {
      if ((frame === undefined) === (categories !== true)) throw new AppError('usage', 'Give either --frame NAME or --categories');
      const { id } = await open(dataset);
      if (frame === undefined) return { result: await api.categories.history({ dataset: id }) };
      const { id: frameId } = await api.frames.byName({ dataset: id, name: frame });
      return { result: await api.annotations.history({ dataset: id, frame: frameId }) };
    }),
  );

  addGlobalOptions(
    program.command('stats').description('counts').argument('<dataset>').option('--version <version>', 'of a frozen version'),
  ).action(
    action<{ readonly version?: string }>(async ({ api, open }, [dataset = ''], { version }) => {
      const summary = await open(dataset);
      if (version !== undefined) {
        const found = (await api.versions.list({ dataset: summary.id })).find(({ name }) => name === version);
        if (found === undefined) throw new AppError('not_found', `There is no version "${version}"`);
        return { result: { version: found.name, frames: found.frames, annotations: found.annotations, splits: found.splits } };
      }
      const categories = await api.categories.list({ dataset: summary.id });
      return {
        result: {
          frames: summary.frames,
          annotations: summary.annotations,
          states: summary.states,
          sequences: summary.sequences,
          runs: summary.runs,
          categories: categories.filter(({ mergedInto }) => mergedInto === null).map(({ name, boxes }) => ({ category: name, boxes })),
        },
      };
    }),
  );
}
