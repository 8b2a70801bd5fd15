import * as annotations from './annotations.ts';

/**
 * Every query by its name. One file an area; a file exports `reads` (run on any reader, side-effect free) and `writes` (run
 * in the writer, inside a transaction). Keys are `area.verb`. Keep the lists sorted.
 */
export const readQueries = {
  ...annotations.reads,
} as const;

export const writeQueries = {
  ...annotations.writes,
} as const;

export type ReadQueries = typeof readQueries;
export type WriteQueries = typeof writeQueries;
