import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { providerNames } from '../../../shared/contract/host.ts';
import type { Progress } from '../../../shared/contract/common.ts';
import { cardInput, type CardInput } from '../../../shared/contract/models.ts';
import { action, addGlobalOptions } from '../run.ts';
import { oneOf, share, wholeNumber } from '../parse.ts';
import { typedPath, type Session } from '../session.ts';

/** A small file of settings, as YAML or JSON (which YAML of this kind contains). */
async function readSettings(path: string): Promise<unknown> {
  const { parseYaml } = await import('../../host/services/gates/yamlGate.ts');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(typedPath(path));
  } catch (error) {
    throw new AppError('not_found', `${path} cannot be read`, { path }, { cause: error });
  }
  try {
    return parseYaml(bytes);
  } catch (error) {
    throw new AppError(
      'refused_input',
      `${path}: ${error instanceof Error ? error.message : 'it cannot be read'}`,
      { path },
      { cause: error },
    );
  }
}

async function readCard(path: string): Promise<CardInput> {
  const parsed = cardInput.safeParse(await readSettings(path));
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new AppError('refused_input', `${path} is no model card: ${places}`, { path });
  }
  return parsed.data;
}

async function readMap(path: string): Promise<{ [from: string]: string }> {
  const value = await readSettings(path);
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  if (entries.length === 0 || entries.some(([, to]) => typeof to !== 'string')) {
    throw new AppError('refused_input', `${path} is no category map: it needs lines like "bike: bicycle"`, { path });
  }
  return Object.fromEntries(entries as [string, string][]);
}

interface PrelabelOptions {
  readonly model: string;
  readonly provider?: 'auto' | (typeof providerNames)[number];
  readonly scoreThreshold?: number;
  readonly nmsIou?: number;
  readonly maxDetections?: number;
  readonly where?: string;
  readonly name?: string;
  readonly resume?: boolean;
}

/** What Ctrl+C did to a run. */
function stopped(session: Session, run: string): AppError {
  if (session.isElsewhere())
    return new AppError('cancelled', 'The run goes on in the program that has the dataset open; it can be stopped there.');
  return new AppError('cancelled', `Stopped. The frames that are done are kept; --resume --name "${run}" goes on with the others.`);
}

export function addModelCommands(program: Command): void {
  const model = program.command('model').description('detectors');

  addGlobalOptions(
    model
      .command('inspect')
      .description('what an ONNX file is')
      .argument('<file>')
      .option('--card <file>', 'describes what cannot be recognised'),
  ).action(
    action<{ readonly card?: string }>(async ({ api }, [file = ''], { card }) => ({
      result: await api.models.inspect({ path: typedPath(file), ...(card === undefined ? {} : { card: await readCard(card) }) }),
    })),
  );

  addGlobalOptions(
    model
      .command('add')
      .description('add a detector to a dataset')
      .argument('<dataset>')
      .argument('<file>')
      .option('--name <name>')
      .option('--card <file>', 'describes what cannot be recognised')
      .option('--map <file>', 'model category: dataset category'),
  ).action(
    action<{ readonly name?: string; readonly card?: string; readonly map?: string }>(
      async ({ api, open }, [dataset = '', file = ''], options) => {
        const card = options.card === undefined ? undefined : await readCard(options.card);
        const map = options.map === undefined ? undefined : await readMap(options.map);
        const { id } = await open(dataset);
        const name = options.name ?? basename(file).replace(/\.onnx$/i, '');
        return {
          result: await api.models.add({
            dataset: id,
            path: typedPath(file),
            name,
            ...(card === undefined ? {} : { card }),
            ...(map === undefined ? {} : { map }),
          }),
        };
      },
    ),
  );

  addGlobalOptions(
    program
      .command('prelabel')
      .description('run a detector over frames')
      .argument('<dataset>')
      .requiredOption('--model <name>')
      .option('--provider <provider>', 'auto or one of doctor', oneOf(['auto', ...providerNames] as const))
      .option('--score-threshold <s>', 'keep boxes from this score on', share)
      .option('--nms-iou <t>', 'overlap from which one of two boxes goes', share)
      .option('--max-detections <k>', 'at most so many boxes a frame', wholeNumber)
      .option('--where <expr>', 'these frames only')
      .option('--name <run>', 'name of the run')
      .option('--resume', 'go on with the run of that name, or start it'),
  ).action(
    action<PrelabelOptions>(async (session, [dataset = ''], options) => {
      const { id } = await session.open(dataset);
      const { model: name, provider, scoreThreshold, nmsIou, maxDetections, where, name: run, resume } = options;
      await session.measureFor(id, where);
      const follow = session.follow<Progress & { readonly run: string }>();
      let known = run ?? '';
      const running = session.api.models.prelabel(
        {
          dataset: id,
          model: name,
          ...(provider === undefined ? {} : { provider }),
          ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
          ...(nmsIou === undefined ? {} : { nmsIou }),
          ...(maxDetections === undefined ? {} : { maxDetections }),
          ...(where === undefined ? {} : { where }),
          ...(run === undefined ? {} : { name: run }),
          ...(resume === undefined ? {} : { resume }),
        },
        {
          ...follow,
          onProgress: (step) => {
            known = step.run;
            follow.onProgress?.(step);
          },
        },
      );
      const result = await running.catch((error: unknown) => {
        throw session.signal.aborted && isAppError(error, 'cancelled') ? stopped(session, known) : error;
      });
      if (provider !== undefined && provider !== 'auto' && provider !== result.provider) {
        const { reasons = [] } = (await session.api.models.runs({ dataset: id })).find((row) => row.name === result.run) ?? {};
        const reason = reasons.find((tried) => tried.provider === provider)?.reason ?? 'It is not available.';
        process.stderr.write(`Not run on ${provider} but on ${result.provider}: ${reason}\n`);
      }
      return { result };
    }),
  );

  addGlobalOptions(
    program
      .command('apply')
      .description('turn a run into draft annotations')
      .argument('<dataset>')
      .requiredOption('--run <run>')
      .option('--score-threshold <s>', 'boxes from this score on', share)
      .option('--where <expr>', 'these frames only'),
  ).action(
    action<{ readonly run: string; readonly scoreThreshold?: number; readonly where?: string }>(
      async ({ api, open, measureFor, follow }, [dataset = ''], { run, scoreThreshold, where }) => {
        const { id } = await open(dataset);
        await measureFor(id, where);
        const request = {
          dataset: id,
          run,
          ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
          ...(where === undefined ? {} : { where }),
        };
        const result = await api.models.apply(request, follow());
        return { result, exitCode: result.cancelled === true ? 1 : 0 };
      },
    ),
  );

  addGlobalOptions(
    program
      .command('evaluate')
      .description('COCO metrics of a run against gt')
      .argument('<dataset>')
      .requiredOption('--run <run>')
      .option('--where <expr>', 'these frames only')
      .option('--version <version>', 'the frames and boxes of a frozen version')
      .option('--split <split>', 'of that version'),
  ).action(
    action<{ readonly run: string; readonly where?: string; readonly version?: string; readonly split?: string }>(
      async (session, [dataset = ''], options) => {
        const { run, where, version, split } = options;
        if (split !== undefined && version === undefined) throw new AppError('usage', 'A split belongs to a version: give --version, too');
        const { id } = await session.open(dataset);
        await session.measureFor(id, where);
        const result = await session.api.models.evaluate(
          {
            dataset: id,
            run,
            ...(where === undefined ? {} : { where }),
            ...(version === undefined ? {} : { version }),
            ...(split === undefined ? {} : { split }),
          },
          session.follow(),
        );
        return { result };
      },
    ),
  );
}
