import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { FixtureResult } from '../../../shared/contract/triggers.ts';
import { toWireError } from '../../../shared/errors.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import { checkTriggers, requireTriggers } from '../../../shared/triggers/check.ts';
import { completions } from '../../../shared/triggers/completion.ts';
import { runFixtures } from '../../../shared/triggers/fixtures.ts';
import { problemError } from '../../../shared/triggers/problem.ts';
import type { HostServices } from '../services/hostServices.ts';
import type { OpenDataset } from '../services/openDataset.ts';
import { createTriggerLibrary } from '../services/triggers/triggerLibrary.ts';
import { verdictKey, withVerdicts } from '../services/triggers/verdicts.ts';

export function triggersHandlers(services: HostServices): GroupHandlers<HardcaseContract['triggers']> {
  const { datasets, triggers, publisher, ports } = services;
  const library = createTriggerLibrary(ports.paths.resources, triggers);
  const changed = (dataset: OpenDataset, name: string | null): void => {
    publisher.publish('triggers', 'changed', { dataset: dataset.id, name });
    // The open hits of the dataset may be others now.
    datasets.changed(dataset.id);
  };
  return {
    list: async ({ dataset, name }) => library.list(await datasets.get(dataset), name),
    async check({ dataset, text }) {
      const context = dataset === undefined ? {} : (await triggers.names(await datasets.get(dataset))).context;
      const checked = checkTriggers(text, context, 'text');
      const [problem, ...more] = checked.problems;
      return {
        triggers: checked.triggers.map(({ name, hash, sources, categories }) => ({ name, hash, sources, classes: categories })),
        error: problem ? toWireError(problemError([problem, ...more])) : null,
      };
    },
    async complete({ dataset, text, offset, frameExpression }) {
      const { context } = await triggers.names(await datasets.get(dataset));
      return { completions: completions(text, offset, context, frameExpression) };
    },
    async test({ text, dataset }) {
      const { groups } = dataset === undefined ? {} : (await triggers.names(await datasets.get(dataset))).context;
      const results = requireTriggers(text, groups ? { groups } : {}, 'file').flatMap((trigger) =>
        runFixtures(trigger).map((result): FixtureResult => {
          const fixture = trigger.syntax.fixtures.find((candidate) => candidate.name === result.fixture);
          return {
            trigger: trigger.name,
            name: result.fixture,
            expected: result.expected,
            passed: result.passed,
            actual: result.outcome,
            boxes: (fixture?.boxes ?? []).map(({ category, bbox, score, source }) => ({ category, bbox, score, source })),
          };
        }),
      );
      const passed = results.filter((result) => result.passed).length;
      return { passed, failed: results.length - passed, results };
    },
    async run(request, { signal, progress }) {
      const dataset = await datasets.get(request.dataset);
      const results = await triggers.run(dataset, request, { signal, onProgress: progress });
      return { triggers: await Promise.all(results.map((result) => withVerdicts(dataset, result))) };
    },
    async save({ dataset, name, text, previousName }, { author }) {
      const open = await datasets.get(dataset);
      const summary = await library.save(open, { name, text, previousName, author });
      changed(open, name);
      return summary;
    },
    async remove({ dataset, name }) {
      const open = await datasets.get(dataset);
      await open.db.write('savedTriggers.remove', { name });
      changed(open, name);
      return null;
    },
    async arm({ dataset, name, armed }, { author }) {
      const open = await datasets.get(dataset);
      const summary = await library.arm(open, { name, armed, author });
      changed(open, name);
      return summary;
    },
    async judge({ dataset, trigger, hash, frame, boxes, verdict, randomOrder }, { author }) {
      const open = await datasets.get(dataset);
      await open.db.write('savedTriggers.judge', {
        name: trigger,
        hash,
        frame,
        boxes: verdictKey(boxes),
        verdict,
        randomOrder,
        author,
        time: Date.now(),
      });
      changed(open, trigger);
      return null;
    },
  };
}
