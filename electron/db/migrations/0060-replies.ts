import type { Database } from 'better-sqlite3';

/** Comments are answered. parent: the comment that began the thread; null where it is that one. */
export function up(db: Database): void {
  db.exec('alter table comment add column parent integer');
}
