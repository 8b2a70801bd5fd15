import type { Database } from 'better-sqlite3';

/**
 * What people say about categories. Until here `archived` meant that the category had been taken back (its life register);
 * from here on that is `live`, and `archived` is out of the lists with its boxes left alone.
 */
export function up(db: Database): void {
  db.exec(/* sql */ `
    alter table category add column live integer not null default 1;
    update category set live = 0, archived = 0 where archived = 1;
    -- place: where it stands in lists; null: in its pinned order (ord), which exports keep.
    alter table category add column place real;
    alter table category add column hotkey text;
    alter table category add column guideline text;
    -- JSON array of box keys.
    alter table category add column examples text;
    -- The category its boxes went to.
    alter table category add column merged_into integer;

    create table category_group (
      category integer not null,
      name text not null,
      primary key (category, name)
    ) strict, without rowid;

    -- category: -1 for the attributes of every category. spec: JSON of shared/domain/attribute.ts.
    create table attribute (
      category integer not null,
      key text not null,
      spec text not null,
      primary key (category, key)
    ) strict, without rowid;

    -- The history of categories, without reading through that of the boxes.
    create index op_by_ontology on op (h) where e < 0;
  `);
}
