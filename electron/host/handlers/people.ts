import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import type { HostServices } from '../services/hostServices.ts';
import { personOf } from '../services/settings/personOf.ts';

const dayMs = 86_400_000;

export function peopleHandlers({ datasets, settings }: HostServices): GroupHandlers<HardcaseContract['people']> {
  return {
    list: async ({ dataset }) => ({ names: await (await datasets.get(dataset)).db.read('people.names', {}) }),
    async statistics({ dataset, days, offsetMinutes }, { author }) {
      const { db } = await datasets.get(dataset);
      // From the morning of the first day where the person is.
      const local = Date.now() + offsetMinutes * 60_000;
      const since = local - (local % dayMs) - (days - 1) * dayMs - offsetMinutes * 60_000;
      return db.read('people.statistics', { ...personOf(author, settings.get()), since, offsetMinutes });
    },
  };
}
