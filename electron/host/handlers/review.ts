import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { FrameId } from '../../../shared/domain/ids.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import type { HostServices } from '../services/hostServices.ts';
import { personOf } from '../services/settings/personOf.ts';

/** More frames than this and clients ask again for what they show. */
const announcedFrames = 1_000;

export function reviewHandlers({ datasets, publisher, settings }: HostServices): GroupHandlers<HardcaseContract['review']> {
  return {
    frame: async ({ dataset, frame }, { author }) =>
      (await datasets.get(dataset)).db.read('review.frame', { frame, ...personOf(author, settings.get()) }),
    async assign({ dataset, ids, to }, { author, clientId }) {
      const { db } = await datasets.get(dataset);
      const result = await db.write('annotations.setFrames', { author, frames: ids, set: { field: 'assignee', value: to } });
      publisher.publish('frames', 'changed', {
        dataset,
        frames: ids.length > announcedFrames ? null : ([...ids] as FrameId[]),
        by: clientId,
      });
      datasets.changed(dataset);
      return result;
    },
    nextComment: async ({ dataset, ids, from, direction }) =>
      (await datasets.get(dataset)).db.read('review.nextComment', { ids, from, direction }),
  };
}
