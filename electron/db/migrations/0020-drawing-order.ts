import type { Database } from 'better-sqlite3';

/** Boxes get a drawing order: greater lies above; null counts as 0, and equal ones lie as they were made. */
export function up(db: Database): void {
  db.exec('alter table box add column z integer');
}
