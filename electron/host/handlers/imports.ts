import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { ImportReport } from '../../../shared/contract/imports.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { JobContext, GroupHandlers } from '../../../shared/rpc/define.ts';
import type { Progress } from '../../../shared/contract/common.ts';
import { checkChosenPath } from '../services/gates/chosenPath.ts';
import { detectFormat } from '../services/imports/detectFormat.ts';
import { runImport, type ImportRequest } from '../services/imports/importService.ts';
import { finishPacks } from '../services/imports/packStager.ts';
import type { HostServices } from '../services/hostServices.ts';
import { createTurns } from '../services/turns.ts';

export function importsHandlers(services: HostServices): GroupHandlers<HardcaseContract['imports']> {
  const { roots } = services.ports;
  /** Two imports at once would each take the other's frames for new ones. */
  const turns = createTurns<DatasetId>();
  const run = async (
    request: ImportRequest & { readonly dataset: Parameters<HostServices['datasets']['get']>[0] },
    context: JobContext<Progress>,
    dryRun: boolean,
  ): Promise<ImportReport> => {
    for (const chosen of [request.from, request.images, request.groundTruth])
      if (chosen !== undefined) await checkChosenPath(chosen, roots);
    const dataset = await services.datasets.get(request.dataset);
    const work = (): Promise<ImportReport> =>
      runImport(request, {
        dataset,
        linkRoots: services.linkRoots,
        pathOf: (location) => services.media.pathOf(dataset, location),
        spawner: services.ports.spawner,
        author: context.author,
        signal: context.signal,
        progress: (value) => context.progress(value),
        dryRun,
      });
    if (!dryRun) await services.backups.before(dataset, 'bulk');
    const report = dryRun
      ? await work()
      : await turns.take(dataset.id, context.signal, async () => {
          await finishPacks(dataset);
          return work();
        });
    if (!dryRun) {
      services.publisher.publish('frames', 'changed', { dataset: dataset.id, frames: null, by: context.clientId });
      services.datasets.changed(dataset.id);
      services.backups.soon(dataset, 'import');
    }
    return report;
  };
  return {
    detect: async ({ from }) => {
      await checkChosenPath(from, roots);
      return { candidates: await detectFormat(from) };
    },
    preview: (request, context) => run(request, context, true),
    run: (request, context) => run(request, context, false),
  };
}
