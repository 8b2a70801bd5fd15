import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { JobContext, GroupHandlers } from '../../../shared/rpc/define.ts';
import type { Progress } from '../../../shared/contract/common.ts';
import { requireNewFolder } from '../services/datasets/newFolder.ts';
import { checkChosenPath } from '../services/gates/chosenPath.ts';
import { detectFormat } from '../services/imports/detectFormat.ts';
import { runImport, type ImportContext, type ImportRequest } from '../services/imports/importService.ts';
import { finishPacks } from '../services/imports/packStager.ts';
import type { HostServices } from '../services/hostServices.ts';
import type { OpenDataset } from '../services/openDataset.ts';
import { createTurns } from '../services/turns.ts';

export function importsHandlers(services: HostServices): GroupHandlers<HardcaseContract['imports']> {
  const { roots } = services.ports;
  /** Two imports at once would each take the other's frames for new ones. */
  const turns = createTurns<DatasetId>();
  const checkPaths = async ({ from, images, groundTruth }: ImportRequest): Promise<void> => {
    for (const chosen of [from, images, groundTruth]) if (chosen !== undefined) await checkChosenPath(chosen, roots);
  };
  const contextOf = (dataset: OpenDataset | null, context: JobContext<Progress>): Omit<ImportContext, 'dryRun'> => ({
    dataset,
    linkRoots: services.linkRoots,
    ...(dataset === null ? {} : { pathOf: (location) => services.media.pathOf(dataset, location) }),
    spawner: services.ports.spawner,
    author: context.author,
    signal: context.signal,
    progress: (value) => context.progress(value),
  });
  return {
    detect: async ({ from }) => {
      await checkChosenPath(from, roots);
      return { candidates: await detectFormat(from) };
    },
    async preview(request, context) {
      await checkPaths(request);
      // What making the dataset would refuse, said before everything was read.
      if (request.at !== undefined) await requireNewFolder(request.at, roots);
      const dataset = request.dataset === null ? null : await services.datasets.get(request.dataset);
      return runImport(request, { ...contextOf(dataset, context), dryRun: true });
    },
    async run(request, context) {
      await checkPaths(request);
      const dataset = await services.datasets.get(request.dataset);
      await services.backups.before(dataset, 'bulk');
      const report = await turns.take(dataset.id, context.signal, async () => {
        await finishPacks(dataset);
        return runImport(request, { ...contextOf(dataset, context), dryRun: false });
      });
      services.publisher.publish('frames', 'changed', { dataset: dataset.id, frames: null, by: context.clientId });
      services.datasets.changed(dataset.id);
      services.backups.soon(dataset, 'import');
      return report;
    },
  };
}
