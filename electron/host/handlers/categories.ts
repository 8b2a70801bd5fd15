import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import type { HostServices } from '../services/hostServices.ts';

export function categoriesHandlers({ datasets }: HostServices): GroupHandlers<HardcaseContract['categories']> {
  return {
    list: async ({ dataset }) => (await datasets.get(dataset)).db.read('categories.list', {}),
    async add({ dataset, name }, { author }) {
      const added = await (await datasets.get(dataset)).db.write('categories.add', { author, name });
      datasets.changed(dataset);
      return added;
    },
    async update({ dataset, category, name, color }, { author }) {
      const updated = await (await datasets.get(dataset)).db.write('categories.update', { author, category, name, color });
      datasets.changed(dataset);
      return updated;
    },
  };
}
