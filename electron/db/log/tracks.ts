import { boxFlags, flagsOf, interpolatedBit } from '../../../shared/domain/annotation.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { AppError } from '../../../shared/errors.ts';
import { boxesOf, readTrack, timelineOf } from '../../../shared/tracks/track.ts';
import type { Timeline, TrackBox } from '../../../shared/tracks/track.ts';
import { trackChanges } from '../../../shared/tracks/trackChanges.ts';
import type { StoredBox } from '../../../shared/tracks/trackChanges.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { categoryValue, deleteBox, geometry } from './edit.ts';
import { stateAfterEdit } from './frameState.ts';
import type { NewWrite, Step } from './opLog.ts';
import { attributesOf } from './attributeText.ts';
import { selectStoredBox, type StoredBoxRow } from './storedBoxRow.ts';

/** The frames of one recording in their order. */
export interface Sequence {
  readonly name: string;
  readonly frames: readonly number[];
  readonly times: readonly (number | null)[];
  readonly places: ReadonlyMap<number, number>;
  readonly timeline: Timeline;
}

/** More boxes than this are not written in one step: the writer would stand still for seconds. */
const maxChanges = 50_000;

/** Error: not_found (the frame), invalid_request (it belongs to no recording). */
export function sequenceOf(c: ReadConnection, frame: number): Sequence {
  const row = c.prepare<{ sequence: string | null }>('select sequence from frame where id = ?').get(frame);
  if (row === undefined) throw new AppError('not_found', 'This frame does not exist.', { frame });
  if (row.sequence === null)
    throw new AppError('invalid_request', 'This frame belongs to no recording, and tracks need frames that follow each other.', { frame });
  return sequenceNamed(c, row.sequence);
}

export function sequenceNamed(c: ReadConnection, name: string): Sequence {
  const rows = c
    .prepare<{ id: number; time: number | null }>('select id, time from frame where sequence = ? order by idx is null, idx, name')
    .all(name);
  const times = rows.map((row) => row.time);
  return {
    name,
    frames: rows.map((row) => row.id),
    times,
    places: new Map(rows.map((row, i) => [row.id, i])),
    timeline: timelineOf(times),
  };
}

/** Visible boxes of a track by place. Of two on one frame, which no edit makes, the first counts. */
export function trackBoxes(c: ReadConnection, sequence: Sequence, track: number): StoredBox[] {
  const rows = c.prepare<StoredBoxRow>(`${selectStoredBox} where track = ? and live = 1`).all(track);
  const boxes = rows.flatMap((row): StoredBox[] => {
    const at = sequence.places.get(row.frame);
    return at === undefined ? [] : [storedBox(row, at)];
  });
  boxes.sort((a, b) => a.at - b.at || a.id - b.id);
  return boxes.filter((box, i) => boxes[i - 1]?.at !== box.at);
}

export function storedBox(row: StoredBoxRow, at: number): StoredBox {
  return {
    id: row.id,
    at,
    category: row.category,
    bbox: [row.x, row.y, row.w, row.h],
    angle: row.angle ?? 0,
    flags: row.flags & ~interpolatedBit,
    attributes: attributesOf(row.attributes),
    interpolated: (row.flags & interpolatedBit) !== 0,
  };
}

/** Writes what differs between the stored boxes of a track and the wanted ones. Gives the frames it changed. Error: too_large. */
export function writeTrack(
  c: WriteConnection,
  step: Step,
  target: { readonly sequence: Sequence; readonly track: number },
  boxes: { readonly stored: readonly StoredBox[]; readonly wanted: readonly TrackBox[] },
): readonly number[] {
  const { add, set, remove } = trackChanges(boxes.stored, boxes.wanted);
  const count = add.length + set.length + remove.length;
  if (count > maxChanges)
    throw new AppError('too_large', `This would change ${count} boxes at once; ${maxChanges} are the most.`, { boxes: count });
  const frameAt = (at: number): number => target.sequence.frames[at] as number;
  for (const box of remove) deleteBox(c, step, box.id);
  for (const { before, after } of set) changeBox(c, step, frameAt(after.at), { before, after });
  for (const box of add) addTrackBox(c, step, { frame: frameAt(box.at), track: target.track, box });
  return [...add, ...remove, ...set.map(({ after }) => after)].map((box) => frameAt(box.at));
}

export function addTrackBox(
  c: WriteConnection,
  step: Step,
  { frame, track, box }: { readonly frame: number; readonly track: number; readonly box: TrackBox },
): number {
  const key = c.log.reserve(1);
  const writes: NewWrite[] = [
    { field: 'c', value: categoryValue(c, box.category) },
    { field: 'g', value: geometry(box.bbox, box.angle) },
    { field: 't', value: track },
    ...flagsOf(box.flags).map((flag): NewWrite => ({ field: `k:${flag}`, value: true })),
    ...(box.interpolated ? [{ field: 'k:interpolated', value: true }] : []),
    ...Object.entries(box.attributes).map(([name, value]): NewWrite => ({ field: `a:${name}`, value })),
  ];
  step.op({
    kind: 'add',
    entity: { kind: 'box', key },
    frame,
    writes: [...writes.map((write): NewWrite => ({ ...write, birth: true })), ...stateAfterEdit(c, frame, 0)],
  });
  return key;
}

function changeBox(
  c: WriteConnection,
  step: Step,
  frame: number,
  { before, after }: { readonly before: StoredBox; readonly after: TrackBox },
): void {
  const writes: NewWrite[] = [];
  if (before.category !== after.category) writes.push({ field: 'c', value: categoryValue(c, after.category) });
  if (before.angle !== after.angle || after.bbox.some((value, i) => value !== before.bbox[i]))
    writes.push({ field: 'g', value: geometry(after.bbox, after.angle) });
  for (const [i, flag] of boxFlags.entries())
    if ((((before.flags ^ after.flags) >> i) & 1) === 1) writes.push({ field: `k:${flag}`, value: ((after.flags >> i) & 1) === 1 });
  if (before.interpolated !== after.interpolated) writes.push({ field: 'k:interpolated', value: after.interpolated });
  for (const [name, value] of Object.entries(after.attributes))
    if (!Object.hasOwn(before.attributes, name) || before.attributes[name] !== value) writes.push({ field: `a:${name}`, value });
  for (const name of Object.keys(before.attributes))
    if (!Object.hasOwn(after.attributes, name)) writes.push({ field: `a:${name}`, value: null });
  if (writes.length > 0)
    step.op({
      kind: 'put',
      entity: { kind: 'box', key: before.id },
      frame,
      writes: [...writes, ...stateAfterEdit(c, frame, 0)],
    });
}

/** A track of one sequence. */
export interface TouchedTrack {
  readonly sequence: string;
  readonly track: number;
  /** Frames where its box is about to be deleted. */
  readonly deletedOn: number[];
}

/** Tracks that interpolate and of which a change is about to touch a box. */
export function interpolatedTracksOf(c: ReadConnection, changes: readonly Change[]): readonly TouchedTrack[] {
  const touched = new Map<string, TouchedTrack>();
  const of = c.prepare<{ track: number; sequence: string; frame: number }>(
    'select b.track, b.frame, f.sequence from box b join frame f on f.id = b.frame where b.id = ? and b.track is not null and f.sequence is not null',
  );
  const isInterpolated = c.prepare('select 1 from box where track = ? and live = 1 and flags & ? limit 1');
  for (const change of changes) {
    if (change.op !== 'set' && change.op !== 'delete' && change.op !== 'resolve') continue;
    const row = of.get(change.box);
    if (row === undefined) continue;
    const { track, sequence, frame } = row;
    const key = `${track} ${sequence}`;
    if (!touched.has(key) && isInterpolated.get(track, interpolatedBit) !== undefined) touched.set(key, { track, sequence, deletedOn: [] });
    if (change.op === 'delete') touched.get(key)?.deletedOn.push(frame);
  }
  return [...touched.values()];
}

/**
 * A box that was deleted by itself leaves its neighbours where they are: they become key frames, before the track is
 * interpolated anew. `deleted`: places of those boxes.
 */
function pinNeighbours(
  c: WriteConnection,
  step: Step,
  sequence: Sequence,
  stored: readonly StoredBox[],
  deleted: ReadonlySet<number>,
): void {
  for (const box of stored)
    if (box.interpolated && (deleted.has(box.at - 1) || deleted.has(box.at + 1)))
      changeBox(c, step, sequence.frames[box.at] as number, { before: box, after: { ...box, interpolated: false } });
}

/** After its key frames changed: interpolates anew. Gives the frames it changed. */
export function settleTracks(c: WriteConnection, step: Step, touched: readonly TouchedTrack[]): readonly number[] {
  return touched.flatMap(({ sequence: name, track, deletedOn }) => {
    const sequence = sequenceNamed(c, name);
    const before = trackBoxes(c, sequence, track);
    const gone = new Set(deletedOn.flatMap((frame) => sequence.places.get(frame) ?? []));
    for (const box of before) gone.delete(box.at);
    if (gone.size > 0) pinNeighbours(c, step, sequence, before, gone);
    const stored = gone.size > 0 ? trackBoxes(c, sequence, track) : before;
    return writeTrack(c, step, { sequence, track }, { stored, wanted: boxesOf(readTrack(stored), sequence.timeline) });
  });
}
