import { annotations } from './annotations.ts';
import { categories } from './categories.ts';
import { datasets } from './datasets.ts';
import { frames } from './frames.ts';
import { host } from './host.ts';
import { imports } from './imports.ts';
import { models } from './models.ts';
import { people } from './people.ts';
import { queues } from './queues.ts';
import { review } from './review.ts';
import { settings } from './settings.ts';
import { tracks } from './tracks.ts';
import { triggers } from './triggers.ts';
import { versions } from './versions.ts';
import type { Client, Handlers, Publisher } from '../rpc/define.ts';

/** All that a client can ask of the host. `test/contract/contract.golden.json` shows every change of it. */
export const contract = {
  host,
  settings,
  datasets,
  imports,
  frames,
  annotations,
  categories,
  models,
  people,
  queues,
  review,
  tracks,
  triggers,
  versions,
} as const;

export type HardcaseContract = typeof contract;
export type HardcaseClient = Client<HardcaseContract>;
export type HardcaseHandlers = Handlers<HardcaseContract>;
export type HardcasePublisher = Publisher<HardcaseContract>;
