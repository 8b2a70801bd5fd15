import * as activeRun from './activeRun.ts';
import * as annotations from './annotations.ts';
import * as backup from './backup.ts';
import * as boxAttributes from './boxAttributes.ts';
import * as categories from './categories.ts';
import * as dataset from './dataset.ts';
import * as evaluation from './evaluation.ts';
import * as frames from './frames.ts';
import * as history from './history.ts';
import * as imports from './imports.ts';
import * as models from './models.ts';
import * as ontology from './ontology.ts';
import * as packs from './packs.ts';
import * as people from './people.ts';
import * as predictions from './predictions.ts';
import * as queues from './queues.ts';
import * as review from './review.ts';
import * as runs from './runs.ts';
import * as savedTriggers from './savedTriggers.ts';
import * as statistics from './statistics.ts';
import * as tracks from './tracks.ts';
import * as verify from './verify.ts';
import * as versions from './versions.ts';

/**
 * Every query by its name. One file an area; a file exports `reads` (run on any reader, side-effect free) and `writes` (run
 * in the writer, inside a transaction). Keys are `area.verb`. Keep the lists sorted.
 */
export const readQueries = {
  ...activeRun.reads,
  ...annotations.reads,
  ...backup.reads,
  ...boxAttributes.reads,
  ...categories.reads,
  ...dataset.reads,
  ...evaluation.reads,
  ...frames.reads,
  ...history.reads,
  ...imports.reads,
  ...models.reads,
  ...ontology.reads,
  ...packs.reads,
  ...people.reads,
  ...predictions.reads,
  ...queues.reads,
  ...review.reads,
  ...runs.reads,
  ...savedTriggers.reads,
  ...statistics.reads,
  ...tracks.reads,
  ...verify.reads,
  ...versions.reads,
} as const;

export const writeQueries = {
  ...activeRun.writes,
  ...annotations.writes,
  ...categories.writes,
  ...imports.writes,
  ...models.writes,
  ...ontology.writes,
  ...packs.writes,
  ...queues.writes,
  ...runs.writes,
  ...savedTriggers.writes,
  ...statistics.writes,
  ...tracks.writes,
  ...verify.writes,
  ...versions.writes,
} as const;

export type ReadQueries = typeof readQueries;
export type WriteQueries = typeof writeQueries;
