import type { Database } from 'better-sqlite3';

/**
 * Three kinds of tables. The **log** (`replica`, `origin`, `op`, `pack`, `pack_chunk`) is the record: append-only, never
 * rebuilt. **State** (`head`, `early`, `step`, `step_frame`, `frame`, `frame_tag`, `box`, `category`, `comment`,
 * `provenance`, `conflict`) follows from the log and can be dropped and rebuilt. The rest (`media`, `model`, `run`, `chunk`,
 * saved triggers, versions …) is kept beside it and written directly.
 *
 * Keys of frames, boxes and comments are `originNo * 2^32 + n` (shared/domain/ids.ts). In `op.e` and `head.e` a category has
 * the negative number `-1 - category.id`.
 */
export function up(db: Database): void {
  db.exec(/* sql */ `
    create table meta (key text primary key, value any) strict, without rowid;

    -- ------------------------------------------------------------------ log
    -- The version vector. Replica numbers are origin numbers. next_n: next free number of this replica's own things.
    create table replica (
      no integer primary key,
      id blob not null unique,
      seq integer not null default 0,
      chain blob not null,
      next_n integer not null default 0,
      name text,
      suspect_ms integer
    ) strict;

    -- Where keys come from. kind: 'replica', 'pack' (id = first 16 bytes of its SHA-256), 'run'.
    create table origin (
      no integer primary key,
      id blob not null unique,
      kind text not null
    ) strict;

    -- r replica, s seq, h hybrid clock (48 bit ms, 16 bit counter), t first seq of its transaction, k kind, ak actor kind.
    create table op (
      r integer not null,
      s integer not null,
      h integer not null,
      t integer not null,
      k integer not null,
      ak integer not null,
      e integer,
      f integer,
      body blob not null,
      primary key (r, s)
    ) strict, without rowid;
    create index op_by_frame on op (f, h) where f is not null;

    -- A pack is one import. r, s: the operation that brought it in, which is the write that first edits replace.
    -- status: staging, applying, done. applied: chunks already in the state tables.
    create table pack (
      no integer primary key,
      sha256 blob unique,
      r integer,
      s integer,
      status text not null,
      format text not null,
      name text not null,
      header blob not null,
      frames integer not null default 0,
      boxes integer not null default 0,
      applied integer not null default 0,
      added_at integer not null
    ) strict;
    -- body: deflated canonical records (shared/sync/pack.ts). local: where the media lie, cleared when applied.
    create table pack_chunk (
      id integer primary key,
      pack integer not null references pack (no) on delete cascade,
      no integer not null,
      first_n integer not null,
      frames integer not null,
      boxes integer not null,
      body blob not null,
      local text,
      unique (pack, no)
    ) strict;

    -- ---------------------------------------------------------------- state
    -- Current siblings of fields that were written after birth. A field without a row has the value of its birth (add or pack).
    create table head (
      e integer not null,
      fld text not null,
      r integer not null,
      s integer not null,
      h integer not null,
      ak integer not null,
      x blob not null,
      primary key (e, fld, r, s)
    ) strict, without rowid;
    -- Writes that were replaced before they arrived.
    create table early (
      e integer not null,
      fld text not null,
      r integer not null,
      s integer not null,
      primary key (e, fld, r, s)
    ) strict, without rowid;

    -- One row a transaction: what undo and redo go through. status: 0 done, 1 undone, 2 no longer to be redone,
    -- 3 an undo or redo itself. at: seq since which it stands (its own, or that of its last redo or undo).
    create table step (
      r integer not null,
      t integer not null,
      last integer not null,
      author text not null,
      kind text not null,
      status integer not null,
      at integer not null,
      primary key (r, t)
    ) strict, without rowid;
    create index step_by_author on step (author, status, at);
    create table step_frame (
      frame integer not null,
      r integer not null,
      t integer not null,
      primary key (frame, r, t)
    ) strict, without rowid;

    -- rev: value of meta.rev when something of this frame last changed. boxes, comments: visible ones.
    create table frame (
      id integer primary key,
      name text not null unique,
      sha256 blob not null,
      width integer not null,
      height integer not null,
      media integer not null references media (id),
      state integer not null,
      split text,
      sequence text,
      idx integer,
      time real,
      boxes integer not null default 0,
      comments integer not null default 0,
      rev integer not null default 0,
      -- Digest of the boxes that an 'approved' or 'locked' of the register judged; null where the state has none.
      basis blob,
      extra text
    ) strict;
    create index frame_by_state on frame (state, boxes);
    create index frame_by_sequence on frame (sequence, idx) where sequence is not null;
    create index frame_by_split on frame (split) where split is not null;
    create index frame_by_rev on frame (rev);
    create index frame_by_media on frame (media);

    create table frame_tag (
      frame integer not null,
      tag text not null,
      primary key (frame, tag)
    ) strict, without rowid;
    create index frame_tag_by_tag on frame_tag (tag, frame);

    -- flags: bit i is boxFlags[i]; origin: index into origins; live: 1 visible, 0 deleted.
    -- born: seq of its 'add' (null for boxes of packs). area, source_id, extra: what a format brought and an export gives back.
    create table box (
      id integer primary key,
      frame integer not null,
      category integer not null,
      x real not null,
      y real not null,
      w real not null,
      h real not null,
      flags integer not null,
      origin integer not null,
      live integer not null,
      angle real,
      track integer,
      score real,
      provenance integer,
      born integer,
      source_id integer,
      area real,
      attributes text,
      extra text
    ) strict;
    create index box_by_frame on box (frame);

    create table category (
      id integer primary key check (id between 0 and 65535),
      entity blob not null unique,
      name text not null,
      supercategory text,
      ord integer not null,
      source_id integer,
      color text,
      archived integer not null default 0,
      boxes integer not null default 0,
      r integer not null,
      s integer not null
    ) strict;

    create table comment (
      id integer primary key,
      frame integer not null,
      box integer,
      text text not null,
      author text not null,
      time integer not null,
      live integer not null,
      born integer not null
    ) strict;
    create index comment_by_frame on comment (frame);

    -- Where applied model boxes came from; survives the removal of the run. r, s: the operation that declared it.
    create table provenance (
      id integer primary key,
      r integer not null,
      s integer not null,
      run text not null,
      model text not null,
      model_sha256 text not null,
      unique (r, s)
    ) strict;

    create table conflict (
      id blob primary key,
      e integer not null,
      frame integer,
      kind text not null,
      hard integer not null,
      fld text,
      opened_h integer not null
    ) strict, without rowid;

    -- ---------------------------------------------------------------- media
    -- Content by its hash. place: 'copy' (media/<aa>/<sha256>.<ext>), 'link' (path below link_root), 'none'.
    -- problem: why it cannot be decoded. Statistics are null until they were measured.
    create table media (
      id integer primary key,
      sha256 blob not null unique,
      place text not null,
      root integer references link_root (id),
      path text,
      format text,
      bytes integer,
      problem text,
      brightness real,
      luma_p95 real,
      contrast real,
      sharpness real
    ) strict;
    -- relative: from the dataset folder, where the root lies near it; otherwise the path is known per computer, by this id.
    create table link_root (
      id integer primary key,
      relative text,
      label text not null
    ) strict;

    -- --------------------------------------------------- models, runs, triggers
    create table model (
      id integer primary key,
      name text not null unique,
      sha256 text not null,
      bytes integer not null,
      family text not null,
      card text not null,
      map text not null,
      provider text,
      images_per_second real,
      added_at integer not null
    ) strict;

    -- kind: 'model' or 'import'. frame_list: frame keys as little-endian float64, the order of the run.
    create table run (
      id integer primary key,
      name text not null unique,
      kind text not null,
      model text,
      model_sha256 text,
      status text not null,
      provider text,
      frames integer not null default 0,
      total_frames integer not null default 0,
      boxes integer not null default 0,
      score_threshold real,
      selection text,
      settings text not null default '{}',
      reasons text not null default '[]',
      frame_list blob,
      images_per_second real,
      possible_images_per_second real,
      pipeline_efficiency real,
      ap real,
      started_at integer not null,
      finished_at integer
    ) strict;
    create table chunk (
      id integer primary key,
      run integer not null references run (id) on delete cascade,
      no integer not null,
      frames integer not null,
      boxes integer not null,
      sha256 blob not null,
      body blob not null,
      unique (run, no)
    ) strict;
    create table run_failure (
      run integer not null references run (id) on delete cascade,
      frame integer not null,
      code text not null,
      message text not null,
      details text,
      primary key (run, frame)
    ) strict, without rowid;

    create table saved_trigger (
      name text primary key,
      text text not null,
      hash text,
      armed integer not null default 0,
      guideline text,
      author text not null,
      created_at integer not null,
      updated_at integer not null
    ) strict, without rowid;
    create table trigger_history (
      id integer primary key,
      name text not null,
      text text not null,
      hash text,
      author text not null,
      time integer not null
    ) strict;
    create index trigger_history_by_name on trigger_history (name, id);
    -- boxes: JSON array of box keys, sorted.
    create table hit_verdict (
      name text not null,
      hash text not null,
      frame integer not null,
      boxes text not null,
      verdict text not null,
      random_order integer not null,
      author text not null,
      time integer not null,
      primary key (name, hash, frame, boxes)
    ) strict, without rowid;

    create table version (
      id integer primary key,
      name text not null unique,
      sha256 text not null,
      created_at integer not null,
      author text not null,
      frames integer not null,
      annotations integer not null,
      splits text not null,
      selection text,
      parent text,
      note text
    ) strict;
  `);
}
