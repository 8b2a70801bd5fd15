import path from 'node:path';
import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import { exportVersion, preflight } from '../services/exports/exportVersion.ts';
import { freeExportFolder } from '../services/exports/freeExportFolder.ts';
import { verifyExport } from '../services/exports/verifyExport.ts';
import { checkChosenPath } from '../services/gates/chosenPath.ts';
import type { HostServices } from '../services/hostServices.ts';
import { diffVersions } from '../services/versions/diffVersions.ts';
import { createTurns } from '../services/turns.ts';
import { freezeVersion } from '../services/versions/freezeVersion.ts';
import { restoreVersion } from '../services/versions/restoreVersion.ts';
import { summaryOf } from '../services/versions/versionSummary.ts';

export function versionsHandlers(services: HostServices): GroupHandlers<HardcaseContract['versions']> {
  const { datasets, publisher, triggers, media, ports } = services;
  /** A freeze clears away what an earlier one left unfinished; one at work must not look like that. */
  const freezes = createTurns<DatasetId>();
  return {
    async list(input) {
      const dataset = await datasets.get(input.dataset);
      return (await dataset.db.read('versions.list', {})).map(summaryOf);
    },
    async freeze(request, { author, signal, progress }) {
      const dataset = await datasets.get(request.dataset);
      const frozen = await freezes.take(dataset.id, signal, () =>
        freezeVersion(request, {
          dataset,
          frameFilter: (where) => triggers.frameFilter(dataset, where, { signal, onProgress: progress }),
          author,
          signal,
          progress,
        }),
      );
      publisher.publish('versions', 'changed', { dataset: dataset.id });
      services.backups.soon(dataset, 'interval');
      return frozen;
    },
    async diff(request, { signal, progress }) {
      return diffVersions(request, { dataset: await datasets.get(request.dataset), signal, progress });
    },
    async restore(request, { author, clientId, signal, progress }) {
      const dataset = await datasets.get(request.dataset);
      const restored = await restoreVersion(request, { dataset, author, signal, progress });
      publisher.publish('frames', 'changed', { dataset: dataset.id, frames: null, by: clientId });
      datasets.changed(dataset.id);
      return restored;
    },
    async preflight(request, { signal }) {
      return { report: await preflight(request, { dataset: await datasets.get(request.dataset), signal }) };
    },
    async exportFolder({ dataset, version, format, parent }) {
      if (parent !== undefined) await checkChosenPath(parent, ports.roots);
      const folder = parent ?? path.join(datasets.folderOf(dataset), 'exports');
      return { out: await freeExportFolder(folder, `${version}-${format}`) };
    },
    async export(request, { signal, progress }) {
      await checkChosenPath(request.out, ports.roots);
      const dataset = await datasets.get(request.dataset);
      return exportVersion(request, { dataset, pathOf: (location) => media.pathOf(dataset, location), signal, progress });
    },
    async verifyExport({ out }, { signal, progress }) {
      await checkChosenPath(out, ports.roots);
      return verifyExport(out, { signal, progress });
    },
  };
}
