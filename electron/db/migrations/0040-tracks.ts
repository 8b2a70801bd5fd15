import type { Database } from 'better-sqlite3';

/** The boxes of a track are looked up at every edit of one of them, and lie on as many frames. */
export function up(db: Database): void {
  db.exec(/* sql */ `create index box_by_track on box (track) where track is not null;`);
}
