import * as annotations from './annotations.ts';
import * as categories from './categories.ts';
import * as frames from './frames.ts';
import * as imports from './imports.ts';
import * as packs from './packs.ts';

/**
 * Every query by its name. One file an area; a file exports `reads` (run on any reader, side-effect free) and `writes` (run
 * in the writer, inside a transaction). Keys are `area.verb`. Keep the lists sorted.
 */
export const readQueries = {
  ...annotations.reads,
  ...categories.reads,
  ...frames.reads,
  ...imports.reads,
  ...packs.reads,
} as const;

export const writeQueries = {
  ...annotations.writes,
  ...categories.writes,
  ...imports.writes,
  ...packs.writes,
} as const;

export type ReadQueries = typeof readQueries;
export type WriteQueries = typeof writeQueries;
