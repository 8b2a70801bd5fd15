import type { HardcaseContract } from '../../../shared/contract/index.ts';
import { AppError } from '../../../shared/errors.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import { checkChosenPath } from '../services/gates/chosenPath.ts';
import { applyRun } from '../services/models/applyRun.ts';
import { evaluateRun } from '../services/models/evaluateRun.ts';
import { currentGroundTruth, versionLabels } from '../services/models/groundTruth.ts';
import { addModel, inspectModel, listModels, removeModel } from '../services/models/modelStore.ts';
import { runOnFrame } from '../services/models/runOnFrame.ts';
import { createRunService } from '../services/models/runService.ts';
import { tryOn } from '../services/models/tryOn.ts';
import type { HostServices } from '../services/hostServices.ts';

export function modelsHandlers(services: HostServices): GroupHandlers<HardcaseContract['models']> {
  const runs = createRunService(services);
  const { inference, datasets, ports, triggers } = services;
  return {
    async inspect({ path, card }) {
      await checkChosenPath(path, ports.roots);
      return await inspectModel(inference, path, card);
    },
    async add({ dataset, path, name, card, map }, { author }) {
      await checkChosenPath(path, ports.roots);
      const summary = await addModel(inference, await datasets.get(dataset), { path, name, card, map }, author);
      datasets.changed(dataset);
      return summary;
    },
    list: async ({ dataset }) => listModels(await datasets.get(dataset)),
    async remove({ dataset, model }) {
      await removeModel(await datasets.get(dataset), model);
      datasets.changed(dataset);
      return null;
    },
    async tryOn(input) {
      await checkChosenPath(input.path, ports.roots);
      return await tryOn(services, await datasets.get(input.dataset), input);
    },
    runs: ({ dataset }) => runs.list(dataset),
    prelabel: (input, context) => runs.prelabel(input, context),
    runOnFrame: (input, context) => runOnFrame(services, input, context),
    async pauseRun({ dataset, run }) {
      await runs.pause(dataset, run);
      return null;
    },
    async resumeRun({ dataset, run }) {
      await runs.resume(dataset, run);
      return null;
    },
    async cancelRun({ dataset, run }) {
      await runs.cancel(dataset, run);
      return null;
    },
    async removeRun({ dataset, run }) {
      await runs.remove(dataset, run);
      return null;
    },
    apply: (input, context) => applyRun(services, input, context),
    async evaluate(input, context) {
      const dataset = await datasets.get(input.dataset);
      if (input.split !== undefined && input.version === undefined) {
        throw new AppError('invalid_request', 'A split belongs to a version: say which with --version.', { split: input.split });
      }
      const row = await dataset.db.read('runs.byName', { name: input.run });
      if (row === null) throw new AppError('not_found', `This dataset has no run “${input.run}”.`, { run: input.run });
      const version = input.version === undefined ? null : await versionLabels(dataset, input.version, input.split, context.signal);
      const where =
        input.where === undefined || input.where.trim() === ''
          ? null
          : new Set(
              await triggers.frameFilter(dataset, input.where, { signal: context.signal, onProgress: (value) => context.progress(value) }),
            );
      const frames =
        version === null || where === null ? (version?.frames ?? where) : new Set([...version.frames].filter((frame) => where.has(frame)));
      const evaluation = await evaluateRun(
        dataset,
        { run: input.run, frames, labels: version === null ? (list) => currentGroundTruth(dataset, list) : (list) => version.over(list) },
        context.signal,
        (value) => context.progress(value),
      );
      const [ap] = evaluation.stats;
      // The card of a run shows its last evaluation on all of its frames; a slice is not that.
      if (frames === null && ap !== undefined && !dataset.readOnly) {
        await dataset.db.write('runs.update', { run: row.id, ap });
        datasets.changed(dataset.id);
      }
      return evaluation;
    },
  };
}
