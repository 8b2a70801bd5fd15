import { type Attributes, type BoxFlag, boxFlags, flagsOf, interpolatedBit } from '../../../shared/domain/annotation.ts';
import { frameStates, type FrameState } from '../../../shared/domain/frame.ts';
import { joinKey, splitKey } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RleMask } from '../../../shared/formats/labelSet.ts';
import { toHex } from '../../../shared/sync/operation.ts';
import { boxName } from '../../../shared/versions/boxName.ts';
import type { ManifestBox, ManifestFrame } from '../../../shared/versions/manifest.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { isWhereItWasBorn } from '../log/bornGeometry.ts';
import { categoryValue, geometry, setFrameField, setState } from '../log/edit.ts';
import { categoryEntity } from '../log/entities.ts';
import type { NewWrite, Step } from '../log/opLog.ts';
import { attributesOf } from '../log/attributeText.ts';
import { revisionOf } from './annotations.ts';
import { selectStoredBox, type StoredBoxRow } from '../log/storedBoxRow.ts';

export interface VersionRow {
  readonly name: string;
  readonly sha256: string;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly author: string;
  readonly frames: number;
  readonly annotations: number;
  readonly splits: { readonly [split: string]: number };
  readonly where: string | null;
  readonly parent: string | null;
  readonly note: string | null;
}

type StoredVersion = Omit<VersionRow, 'splits'> & { readonly splits: string };

const columns = `name, sha256, created_at as createdAt, author, frames, annotations, splits, selection as "where", parent, note`;

/** Oldest first. */
function list({ prepare }: ReadConnection, _input: object): readonly VersionRow[] {
  return prepare<StoredVersion>(`select ${columns} from version order by id`).all().map(toVersion);
}

function byName({ prepare }: ReadConnection, input: { readonly name: string }): VersionRow | null {
  const row = prepare<StoredVersion>(`select ${columns} from version where name = ?`).get(input.name);
  return row === undefined ? null : toVersion(row);
}

function toVersion(row: StoredVersion): VersionRow {
  return { ...row, splits: JSON.parse(row.splits) as { [split: string]: number } };
}

/** Error: already_exists. */
function add({ prepare }: WriteConnection, input: VersionRow): null {
  if (prepare('select 1 from version where name = ?').get(input.name) !== undefined)
    throw new AppError('already_exists', `There is already a version “${input.name}”.`, { name: input.name });
  prepare(
    'insert into version (name, sha256, created_at, author, frames, annotations, splits, selection, parent, note) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(
    input.name,
    input.sha256,
    input.createdAt,
    input.author,
    input.frames,
    input.annotations,
    JSON.stringify(input.splits),
    input.where,
    input.parent,
    input.note,
  );
  return null;
}

interface FrameRow {
  readonly id: number;
  readonly name: string;
  readonly sha256: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly state: number;
  readonly split: string | null;
  readonly sequence: string | null;
  readonly idx: number | null;
  readonly time: number | null;
  readonly extra: string | null;
}

interface BoxRow {
  readonly id: number;
  readonly category: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly angle: number | null;
  readonly flags: number;
  readonly track: number | null;
  readonly area: number | null;
  readonly source_id: number | null;
  readonly attributes: string | null;
  readonly extra: string | null;
  readonly edited: number;
}

/** A frame as a manifest has it, with the key it has here. `category` of its boxes is the dataset's id, not a place. */
export type FrozenFrame = ManifestFrame & {
  readonly id: number;
  /** `valid`: approved or locked, of exactly these boxes. `disputed`: it was approved, and people are at odds about a value since. */
  readonly approval: 'valid' | 'disputed' | 'none';
  /** Names of the boxes with open conflicts. */
  readonly disputed: readonly string[];
};

/** Frames in the order of their names, from behind `after`, with their visible boxes: one consistent look at each page. */
function page(
  c: ReadConnection,
  input: { readonly after: string | null; readonly limit: number },
): { readonly frames: readonly FrozenFrame[]; readonly revision: number } {
  const frames = c
    .prepare<FrameRow>(
      `select id, name, sha256, width, height, state, split, sequence, idx, time, extra from frame where name > ? order by name limit ?`,
    )
    .all(input.after ?? '', input.limit);
  const origins = originsOf(c);
  return { frames: frames.map((row) => frozen(c, row, origins)), revision: revisionOf(c) };
}

function originsOf({ prepare }: ReadConnection): ReadonlyMap<number, string> {
  return new Map(
    prepare<{ no: number; id: Buffer }>('select no, id from origin')
      .all()
      .map((row) => [row.no, toHex(row.id)]),
  );
}

function frozen(c: ReadConnection, row: FrameRow, origins: ReadonlyMap<number, string>): FrozenFrame {
  const boxes = c
    .prepare<BoxRow>(
      `select id, category, x, y, w, h, angle, flags, track, area, source_id, attributes, extra,
         exists (select 1 from head h where h.e = b.id and h.fld = 'g') edited
       from box b where frame = ? and live = 1 order by id`,
    )
    .all(row.id);
  const disputed = c.prepare<{ e: number; frame: number }>('select e, frame from conflict where frame = ? and hard = 1').all(row.id);
  const isApproved = row.state >= frameStates.indexOf('approved');
  return {
    approval: isApproved ? 'valid' : disputed.length > 0 && wasApproved(c, row.id) ? 'disputed' : 'none',
    disputed: disputed.flatMap(({ e }) => {
      const { originNo, n } = splitKey(e);
      const origin = origins.get(originNo);
      return e === row.id || origin === undefined ? [] : [boxName(origin, n)];
    }),
    id: row.id,
    name: row.name,
    sha256: Buffer.from(row.sha256).toString('hex'),
    width: row.width,
    height: row.height,
    state: frameStates[row.state] ?? 'unlabeled',
    split: row.split,
    sequence: row.sequence,
    index: row.idx,
    time: row.time,
    sourceId: sourceIdOf(row.extra),
    boxes: boxes.map((box) => frozenBox(c, row.id, box, origins)),
  };
}

function wasApproved({ prepare }: ReadConnection, frame: number): boolean {
  return prepare<{ changed: number }>('select changed from frame where id = ?').get(frame)?.changed === 1;
}

function sourceIdOf(extra: string | null): number | null {
  const id = extra === null ? null : (JSON.parse(extra) as { sourceId?: unknown }).sourceId;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null;
}

function frozenBox(c: ReadConnection, frame: number, row: BoxRow, origins: ReadonlyMap<number, string>): ManifestBox {
  const { originNo, n } = splitKey(row.id);
  const origin = origins.get(originNo);
  if (origin === undefined) throw new AppError('corrupt', 'A box is of an import or computer that is not known.', { box: row.id });
  // Area and mask are those of the outline that the file had. A box that was moved has left it.
  const isMoved = row.edited === 1 && !isWhereItWasBorn(c, { ...row, frame });
  const mask = row.extra === null || isMoved ? null : ((JSON.parse(row.extra) as { segmentation?: RleMask }).segmentation ?? null);
  return {
    id: boxName(origin, n),
    category: row.category,
    bbox: [row.x, row.y, row.w, row.h],
    angle: row.angle ?? 0,
    flags: flagsOf(row.flags),
    attributes: attributesOf(row.attributes),
    track: row.track,
    ...(row.track === null || (row.flags & interpolatedBit) === 0 ? {} : { interpolated: true as const }),
    area: isMoved ? null : row.area,
    mask,
    sourceId: row.source_id,
  };
}

/** Splits that sequences have already: of several the first by name. */
function sequenceSplits({ prepare }: ReadConnection, _input: object): readonly (readonly [sequence: string, split: string])[] {
  return prepare<[string, string]>(
    'select sequence, min(split) from frame where sequence is not null and split is not null group by sequence',
  )
    .raw()
    .all();
}

/** What restoring a version changes on one frame. Category numbers are the dataset's. */
export interface FrameRestore {
  readonly frame: number;
  readonly state: FrameState | null;
  readonly split: { readonly value: string | null } | null;
  /** Names of boxes that the version does not have. */
  readonly remove: readonly string[];
  /** Boxes as the version has them: brought back where they were deleted, made anew where they are unknown here. */
  readonly boxes: readonly RestoredBox[];
}

export interface RestoredBox {
  readonly name: string;
  readonly category: number;
  readonly bbox: readonly [number, number, number, number];
  readonly angle: number;
  readonly flags: readonly BoxFlag[];
  readonly attributes: Attributes;
  readonly track: number | null;
  readonly interpolated: boolean;
}

/** One step, which undo takes back as a whole. */
function restore(
  c: WriteConnection,
  input: {
    readonly author: string;
    readonly categories: readonly { readonly category: number; readonly name: string }[];
    readonly revive: readonly number[];
    readonly frames: readonly FrameRestore[];
  },
): { readonly boxes: number } {
  const originNos = new Map<string, number>();
  for (const [no, id] of originsOf(c)) originNos.set(boxName(id, 0).slice(2, 12), no);
  let boxes = 0;
  c.log.step({ author: input.author, actor: 0, note: 'restore' }, (step) => {
    for (const category of input.revive)
      step.op({
        kind: 'put',
        entity: { kind: 'category', key: categoryEntity(category) },
        writes: [
          { field: 'archived', value: 0 },
          { field: 'alias', value: null },
        ],
      });
    for (const { category, name } of input.categories)
      step.op({ kind: 'put', entity: { kind: 'category', key: categoryEntity(category) }, writes: [{ field: 'name', value: name }] });
    for (const frame of input.frames) {
      for (const name of frame.remove) {
        const key = keyOf(name, originNos);
        if (key === null) throw new AppError('not_found', 'A box is of an import or computer that is not known.', { box: name });
        step.op({ kind: 'del', entity: { kind: 'box', key }, frame: frame.frame, writes: [{ field: 'life', value: 0 }] });
        boxes++;
      }
      for (const box of frame.boxes) {
        restoreBox(c, step, frame.frame, { box, key: keyOf(box.name, originNos) });
        boxes++;
      }
      if (frame.split !== null) setFrameField(c, step, frame.frame, 'split', frame.split.value);
      // Last, because a verdict stands for the boxes as they are then.
      if (frame.state !== null) setState(c, step, frame.frame, frame.state);
    }
  });
  return { boxes };
}

function keyOf(name: string, originNos: ReadonlyMap<string, number>): number | null {
  const no = originNos.get(name.slice(2, 12));
  return no === undefined ? null : joinKey(no, Number(name.slice(13)));
}

function restoreBox(c: WriteConnection, step: Step, frame: number, what: { readonly box: RestoredBox; readonly key: number | null }): void {
  const { box, key } = what;
  const now = key === null ? undefined : c.prepare<StoredBoxRow>(`${selectStoredBox} where id = ? and frame = ?`).get(key, frame);
  if (key === null || now === undefined) {
    const made = c.log.reserve(1);
    const writes = writesOf(c, box, null).map((write): NewWrite => ({ ...write, birth: true }));
    step.op({ kind: 'add', entity: { kind: 'box', key: made }, frame, writes });
    return;
  }
  if (now.live === 0) step.op({ kind: 'undel', entity: { kind: 'box', key }, frame, writes: [{ field: 'life', value: 1 }] });
  const writes = writesOf(c, box, {
    category: now.category,
    bbox: [now.x, now.y, now.w, now.h],
    angle: now.angle ?? 0,
    flags: flagsOf(now.flags),
    attributes: attributesOf(now.attributes),
    track: now.track,
    interpolated: (now.flags & interpolatedBit) !== 0,
  });
  if (writes.length > 0) step.op({ kind: 'put', entity: { kind: 'box', key }, frame, writes });
}

/** The fields that differ from what is there now; all that are set, where nothing is. */
function writesOf(c: WriteConnection, box: Omit<RestoredBox, 'name'>, now: Omit<RestoredBox, 'name'> | null): NewWrite[] {
  const writes: NewWrite[] = [];
  if (now?.category !== box.category) writes.push({ field: 'c', value: categoryValue(c, box.category) });
  if (now === null || now.angle !== box.angle || now.bbox.some((value, i) => value !== box.bbox[i]))
    writes.push({ field: 'g', value: geometry(box.bbox, box.angle) });
  if (now === null ? box.track !== null : now.track !== box.track) writes.push({ field: 't', value: box.track });
  if (box.interpolated !== (now?.interpolated ?? false)) writes.push({ field: 'k:interpolated', value: box.interpolated });
  for (const flag of boxFlags) {
    const isSet = box.flags.includes(flag);
    if (isSet !== (now?.flags.includes(flag) ?? false)) writes.push({ field: `k:${flag}`, value: isSet });
  }
  for (const [key, value] of Object.entries(box.attributes)) if (now?.attributes[key] !== value) writes.push({ field: `a:${key}`, value });
  for (const key of Object.keys(now?.attributes ?? {}))
    if (!Object.hasOwn(box.attributes, key)) writes.push({ field: `a:${key}`, value: null });
  return writes;
}

export const reads = {
  'versions.byName': byName,
  'versions.list': list,
  'versions.page': page,
  'versions.sequenceSplits': sequenceSplits,
} as const;

export const writes = {
  'versions.add': add,
  'versions.restore': restore,
} as const;
