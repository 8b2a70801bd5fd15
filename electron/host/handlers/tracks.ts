import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import type { HostServices } from '../services/hostServices.ts';
import { announceFrames } from '../services/tracks/announceFrames.ts';
import { followBox } from '../services/tracks/followBox.ts';
import { linkTracks } from '../services/tracks/linkTracks.ts';

export function tracksHandlers(services: HostServices): GroupHandlers<HardcaseContract['tracks']> {
  return {
    list: async ({ dataset, frame }) => (await services.datasets.get(dataset)).db.read('tracks.list', { frame }),
    async edit({ dataset, frame, edits }, { author, clientId }) {
      const { db } = await services.datasets.get(dataset);
      const edited = await db.write('tracks.edit', { author, frame, edits });
      const savedAt = new Date().toISOString();
      announceFrames(
        services,
        dataset,
        edited.frameStates.map((changed) => changed.frame),
        clientId,
      );
      return { ...edited, savedAt };
    },
    link: (request, context) => linkTracks(services, request, context),
    follow: (request, context) => followBox(services, request, context),
  };
}
