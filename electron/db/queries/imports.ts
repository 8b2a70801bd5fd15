import { frameStates, type FrameState } from '../../../shared/domain/frame.ts';
import { boxAt, type Box } from '../../../shared/geometry/box.ts';
import { decodeOp, toHex } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { setFrameField, setState } from '../log/edit.ts';

/** A frame that the dataset has of some content. */
export interface KnownFrame {
  readonly id: number;
  readonly name: string;
  readonly state: FrameState;
  readonly split: string | null;
  readonly sequence: string | null;
  readonly index: number | null;
}

type KnownRow = Omit<KnownFrame, 'state'> & { readonly state: number };
const selectKnown =
  'select f.id, f.name, f.state, f.split, f.sequence, f.idx as "index" from media m join frame f on f.media = m.id where m.sha256 = ?';

function knownFrame(row: KnownRow): KnownFrame {
  return { ...row, state: frameStates[row.state] ?? 'unlabeled' };
}

/** Frames by the hash of their content, in the order asked; null where there is none. Of several frames the first by key. */
function byHash({ prepare }: ReadConnection, input: { readonly hashes: readonly string[] }): readonly (KnownFrame | null)[] {
  const select = prepare<KnownRow>(`${selectKnown} order by f.id limit 1`);
  return input.hashes.map((hash) => {
    const row = select.get(Buffer.from(hash, 'hex'));
    return row === undefined ? null : knownFrame(row);
  });
}

/** A picture that comes in. `place`: its number in its recording, where its source numbers them. */
export interface IncomingPicture {
  readonly hash: string;
  readonly name: string;
  readonly place: { readonly sequence: string; readonly index: number } | null;
}

/** The frames of the same content that have the name of these pictures, or else their place; null where there is none. */
function samePicture(
  { prepare }: ReadConnection,
  input: { readonly pictures: readonly IncomingPicture[] },
): readonly (KnownFrame | null)[] {
  // The cross joins begin at the one frame of that place or name: many may have the content.
  const select = (where: string): string =>
    `select f.id, f.name, f.state, f.split, f.sequence, f.idx as "index" from frame f cross join media m on m.id = f.media
     where ${where} and m.sha256 = ? order by f.id limit 1`;
  const atPlace = prepare<KnownRow>(select('f.sequence = ? and f.idx = ?'));
  const named = prepare<KnownRow>(select('f.name = ?'));
  return input.pictures.map(({ hash, name, place }) => {
    const sha256 = Buffer.from(hash, 'hex');
    const row = named.get(name, sha256) ?? (place === null ? undefined : atPlace.get(place.sequence, place.index, sha256));
    return row === undefined ? null : knownFrame(row);
  });
}

/** The first frame of some content behind another one, by key. */
function nextOfContent({ prepare }: ReadConnection, input: { readonly hash: string; readonly after: number }): KnownFrame | null {
  const row = prepare<KnownRow>(`${selectKnown} and f.id > ? order by f.id limit 1`).get(Buffer.from(input.hash, 'hex'), input.after);
  return row === undefined ? null : knownFrame(row);
}

/** A box of a frame as an import compares it, visible or deleted: see `newBoxes` of the import service. */
export interface BoxThere {
  readonly category: string;
  readonly geometries: readonly Box[];
  readonly earlierCategories: readonly string[];
  readonly sourceId: number | null;
}

/** Boxes of some frames, in the order asked, with what they were before people changed them. */
function boxesThere({ prepare }: ReadConnection, input: { readonly frames: readonly number[] }): readonly (readonly BoxThere[])[] {
  const select = prepare<{
    id: number;
    name: string;
    x: number;
    y: number;
    w: number;
    h: number;
    source_id: number | null;
    edited: number;
  }>(
    `select b.id, c.name, b.x, b.y, b.w, b.h, b.source_id, exists (select 1 from head h where h.e = b.id and h.fld in ('g', 'c')) edited
     from box b join category c on c.id = b.category where b.frame = ? order by b.id`,
  );
  const changes = prepare<{ body: Buffer; replica: Buffer }>(
    'select o.body, r.id replica from op o join replica r on r.no = o.r where o.f = ? and o.e = ?',
  );
  const nameOf = prepare<{ name: string }>('select name from category where entity = ?');
  return input.frames.map((frame) =>
    select.all(frame).map((row) => {
      const geometries: Box[] = [[row.x, row.y, row.w, row.h]];
      const earlierCategories: string[] = [];
      const bodies = row.edited === 1 ? changes.all(frame, row.id) : [];
      for (const { body, replica } of bodies) {
        for (const write of decodeOp(body, toHex(replica)).writes) {
          if (write.field === 'g' && Array.isArray(write.before)) geometries.push(boxAt(write.before as readonly number[], 0));
          if (write.field !== 'c' || !(write.before instanceof Uint8Array)) continue;
          const earlier = nameOf.get(Buffer.from(write.before))?.name;
          if (earlier !== undefined) earlierCategories.push(earlier);
        }
      }
      return { category: row.name, geometries, earlierCategories, sourceId: row.source_id };
    }),
  );
}

/**
 * Says that labels now cover frames that were in the dataset without: unlabeled becomes labeled, and a frame without a split
 * gets the one of the labels. One step, by the import. Frames that a person has worked on are left as they are.
 */
function cover(
  c: WriteConnection,
  input: {
    readonly author: string;
    readonly frames: readonly { readonly id: number; readonly split: string | null; readonly labeled: boolean }[];
  },
): { readonly changed: number } {
  const now = c.prepare<{ state: number; split: string | null }>('select state, split from frame where id = ?');
  let changed = 0;
  c.log.step({ author: input.author, actor: 2, note: 'import' }, (step) => {
    for (const frame of input.frames) {
      const row = now.get(frame.id);
      if (row === undefined) continue;
      const getsState = frame.labeled && frameStates[row.state] === 'unlabeled';
      const getsSplit = frame.split !== null && row.split === null;
      if (getsState) setState(c, step, frame.id, 'labeled');
      if (getsSplit) setFrameField(c, step, frame.id, 'split', frame.split);
      if (getsState || getsSplit) changed++;
    }
  });
  return { changed };
}

/** The number of a folder that linked images lie in; made where it is new. `relative`: from the dataset folder, or null. */
function linkRoot(
  { prepare }: WriteConnection,
  input: { readonly relative: string | null; readonly label: string },
): { readonly root: number } {
  const known = prepare<{ id: number }>('select id from link_root where relative is ? and label = ?').get(input.relative, input.label);
  if (known !== undefined) return { root: known.id };
  const made = prepare('insert into link_root (relative, label) values (?, ?)').run(input.relative, input.label);
  return { root: Number(made.lastInsertRowid) };
}

/** Ids that frames had in the COCO file they came from: what a results file without its ground truth is resolved by. */
function sourceIds({ prepare }: ReadConnection, _input: object): { readonly ids: Float64Array; readonly sourceIds: Float64Array } {
  const rows = prepare("select id, json_extract(extra, '$.sourceId') from frame where extra is not null")
    .raw()
    .all()
    .filter((row): row is [number, number] => Array.isArray(row) && typeof row[1] === 'number');
  return { ids: Float64Array.from(rows, (row) => row[0]), sourceIds: Float64Array.from(rows, (row) => row[1]) };
}

export const reads = {
  'imports.boxesThere': boxesThere,
  'imports.byHash': byHash,
  'imports.nextOfContent': nextOfContent,
  'imports.samePicture': samePicture,
  'imports.sourceIds': sourceIds,
} as const;

export const writes = {
  'imports.cover': cover,
  'imports.linkRoot': linkRoot,
} as const;
