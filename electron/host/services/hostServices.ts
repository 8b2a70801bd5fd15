import type { HardcasePublisher } from '../../../shared/contract/index.ts';
import type { MediaService } from '../media/mediaService.ts';
import type { HostPorts } from '../ports.ts';
import type { BackupService } from './backups/backupService.ts';
import type { DatasetRegistry } from './datasets/registry.ts';
import type { ExtraCheck } from './datasets/verifyDataset.ts';
import type { DemoService } from './demo/demoService.ts';
import type { FrameIndexes } from './frames/frameIndexes.ts';
import type { ImageMeasurer } from './frames/imageMeasurer.ts';
import type { LinkRoots } from './media/linkRoots.ts';
import type { InferenceService } from './models/inferenceService.ts';
import type { PredictionStore } from './predictions/predictionStore.ts';
import type { SettingsStore } from './settings/settingsStore.ts';
import type { TriggerService } from './triggers/triggerService.ts';

/** What handlers work with. Made once by `createHost`; every member is owned by it and closed with it. */
export interface HostServices {
  readonly ports: HostPorts;
  readonly publisher: HardcasePublisher;
  readonly settings: SettingsStore;
  readonly linkRoots: LinkRoots;
  readonly datasets: DatasetRegistry;
  readonly backups: BackupService;
  readonly frameIndexes: FrameIndexes;
  readonly measurer: ImageMeasurer;
  readonly predictions: PredictionStore;
  readonly triggers: TriggerService;
  readonly media: MediaService;
  readonly inference: InferenceService;
  readonly demo: DemoService;
  /** What `verify` checks beside the database and the media. */
  readonly verifyChecks: readonly ExtraCheck[];
}
