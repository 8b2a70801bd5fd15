import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import type { HostServices } from '../services/hostServices.ts';
import { personOf } from '../services/settings/personOf.ts';
import { createQueueService } from '../services/queues/queueService.ts';
import { createTriggerLibrary } from '../services/triggers/triggerLibrary.ts';

export function queuesHandlers(services: HostServices): GroupHandlers<HardcaseContract['queues']> {
  const { datasets, triggers, frameIndexes, ports, settings } = services;
  const queues = createQueueService({
    triggers,
    frameIndexes,
    library: createTriggerLibrary(ports.paths.resources, triggers),
    personOf: (name) => personOf(name, settings.get()),
  });
  return {
    list: async ({ dataset }, context) => queues.list(await datasets.get(dataset), context),
    open: async ({ dataset, queue, renew }, context) => queues.open(await datasets.get(dataset), queue, renew, context),
    progress: async ({ dataset, queue }, context) => queues.progress(await datasets.get(dataset), queue, context),
    async visit({ dataset, queue, place, left }, context) {
      const open = await datasets.get(dataset);
      if (open.readOnly) return null;
      await open.db.write('queues.visit', { ...personOf(context.author, settings.get()), at: Date.now(), queue, place, left });
      return queue === null ? null : queues.progress(open, queue, context);
    },
  };
}
