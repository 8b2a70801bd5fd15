import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import { verifyDataset } from '../services/datasets/verifyDataset.ts';
import type { HostServices } from '../services/hostServices.ts';

export function datasetsHandlers(services: HostServices): GroupHandlers<HardcaseContract['datasets']> {
  const { datasets } = services;
  return {
    list: () => datasets.cards(),
    async create({ path, name }) {
      const { id, folder } = await datasets.create(path, name);
      return { id, path: folder };
    },
    open: async ({ path }) => datasets.summary((await datasets.open(path)).id),
    openById: async ({ dataset }) => datasets.summary((await datasets.get(dataset)).id),
    summary: ({ dataset }) => datasets.summary(dataset),
    async rename({ dataset, name }) {
      await datasets.rename(dataset, name);
      return null;
    },
    async close({ dataset }) {
      await datasets.closeDataset(dataset);
      return null;
    },
    async forget({ dataset }) {
      await datasets.forget(dataset);
      return null;
    },
    async unforget({ dataset }) {
      await datasets.unforget(dataset);
      return null;
    },
    backups: ({ dataset }) => services.backups.list(dataset),
    async backUp({ dataset }) {
      await services.backups.make(await datasets.get(dataset), 'asked');
      return null;
    },
    restoreBackup: ({ dataset, backup }) => services.backups.restore(dataset, backup),
    async setActiveRun({ dataset, run }) {
      await (await datasets.get(dataset)).db.write('activeRun.set', { run });
      datasets.changed(dataset);
      return null;
    },
    verify: async ({ dataset }, context) => verifyDataset(await datasets.get(dataset), services.verifyChecks, context),
    demo: (input, context) => services.demo.run(input, context),
  };
}
