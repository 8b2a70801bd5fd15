import type { HardcaseHandlers, HardcasePublisher } from '../../shared/contract/index.ts';
import { annotationsHandlers } from './handlers/annotations.ts';
import { categoriesHandlers } from './handlers/categories.ts';
import { datasetsHandlers } from './handlers/datasets.ts';
import { framesHandlers } from './handlers/frames.ts';
import { hostHandlers } from './handlers/host.ts';
import { importsHandlers } from './handlers/imports.ts';
import { modelsHandlers } from './handlers/models.ts';
import { peopleHandlers } from './handlers/people.ts';
import { queuesHandlers } from './handlers/queues.ts';
import { reviewHandlers } from './handlers/review.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { tracksHandlers } from './handlers/tracks.ts';
import { triggersHandlers } from './handlers/triggers.ts';
import { versionsHandlers } from './handlers/versions.ts';
import { createMediaService } from './media/mediaService.ts';
import type { HostPorts } from './ports.ts';
import { createBackupService } from './services/backups/backupService.ts';
import { createDatasetRegistry } from './services/datasets/registry.ts';
import { createDemoService } from './services/demo/demoService.ts';
import { createFrameIndexes } from './services/frames/frameIndexes.ts';
import { createImageMeasurer } from './services/frames/imageMeasurer.ts';
import type { HostServices } from './services/hostServices.ts';
import { verifyLinks } from './services/datasets/verifyLinks.ts';
import { openLinkRoots } from './services/media/linkRoots.ts';
import { createInferenceService } from './services/models/inferenceService.ts';
import { createPredictionStore } from './services/predictions/predictionStore.ts';
import { openSettings } from './services/settings/settingsStore.ts';
import { createArmedTriggers } from './services/triggers/armedTriggers.ts';
import { createTriggerService } from './services/triggers/triggerService.ts';
import { verifyVersions } from './services/versions/verifyVersions.ts';

/** The whole application behind its contract: every shell and every test makes one and talks to it by a channel. */
export interface Host {
  readonly handlers: HardcaseHandlers;
  readonly services: HostServices;
  /** `/media/<dataset>/<frame>/<variant>` */
  media(request: Request): Promise<Response>;
  /** Everything that the host publishes, whatever the topic. */
  subscribe(listener: (group: string, name: string, payload: unknown) => void): () => void;
  /** Finishes what is being written, stops children, gives locks back. */
  close(): Promise<void>;
}

/** Composition root: the only place that knows which service is made of what. */
export async function createHost(ports: HostPorts): Promise<Host> {
  const listeners = new Set<(group: string, name: string, payload: unknown) => void>();
  const publisher: HardcasePublisher = {
    publish(group, name, payload) {
      for (const listener of listeners) listener(group, String(name), payload);
    },
  };
  const [settings, linkRoots] = await Promise.all([openSettings(ports.paths.userData, ports.log), openLinkRoots(ports.paths.userData)]);
  const datasets = await createDatasetRegistry({ ports, publisher });
  const backups = createBackupService({
    ports,
    registry: datasets,
    notice: (level, code, message) => publisher.publish('host', 'notice', { level, code, message }),
  });
  const frameIndexes = createFrameIndexes();
  const predictions = createPredictionStore();
  const media = createMediaService({
    userData: ports.paths.userData,
    linkRoots,
    openDataset: (id) => datasets.get(id),
    peekDataset: (id) => datasets.peek(id),
  });
  const measurer = createImageMeasurer({
    pathOf: (dataset, location) => media.pathOf(dataset, location),
    onMeasured(dataset, frames, values) {
      frameIndexes.noteStatistics(dataset, frames, values);
      publisher.publish('frames', 'measured', { dataset: dataset.id });
      armed.changed(dataset.id);
    },
  });
  const triggers = createTriggerService({
    frameIndexes,
    predictions,
    measurer,
    onUnmeasured: ({ id }, images) => publisher.publish('frames', 'measureWanted', { dataset: id, images }),
  });
  const inference = createInferenceService({ ports });
  const demo = createDemoService({ ports, handlers: () => handlers });
  const services: HostServices = {
    ports,
    publisher,
    settings,
    linkRoots,
    datasets,
    backups,
    frameIndexes,
    measurer,
    predictions,
    triggers,
    media,
    inference,
    demo,
    verifyChecks: [verifyLinks(linkRoots), verifyVersions],
  };
  const armed = createArmedTriggers({
    triggers,
    publisher,
    openDataset: (id) => datasets.peek(id),
    noteOpenHits: (id, openHits) => datasets.noteOpenHits(id, openHits),
    log: ports.log,
  });
  datasets.onChange((id) => armed.changed(id));
  datasets.onClose(async (dataset) => {
    await measurer.stop(dataset);
    await armed.settle(dataset);
    triggers.forget(dataset);
  });
  settings.onChange((changed) => publisher.publish('settings', 'changed', changed));
  const handlers: HardcaseHandlers = {
    annotations: annotationsHandlers(services),
    categories: categoriesHandlers(services),
    datasets: datasetsHandlers(services),
    frames: framesHandlers(services),
    host: hostHandlers(services),
    imports: importsHandlers(services),
    models: modelsHandlers(services),
    people: peopleHandlers(services),
    queues: queuesHandlers(services),
    review: reviewHandlers(services),
    settings: settingsHandlers(services),
    tracks: tracksHandlers(services),
    triggers: triggersHandlers(services),
    versions: versionsHandlers(services),
  };
  return {
    handlers,
    services,
    media: (request) => media.respond(request),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await inference.close();
      await datasets.close();
      backups.close();
      await triggers.close();
      listeners.clear();
    },
  };
}
