import { beforeEach, expect, test } from 'vitest';
import type { TrackEdit } from '../../../shared/contract/tracks.ts';
import type { CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import { codeOf, hostWorld, importWorldRun, type HostWorld } from '../../helpers/hostWorld.ts';

/** The frames of the recording "night" are the first six. */
let world: HostWorld;
beforeEach(async () => {
  world = await hostWorld();
});

const edit = (...edits: TrackEdit[]) => world.client.tracks.edit({ dataset: world.id, frame: world.ids[0] as FrameId, edits });
const idOf = (place: number): FrameId => world.ids[place] as FrameId;

async function boxOn(place: number, x: number): Promise<number> {
  const change = { op: 'add', frame: idOf(place), category: 0 as CategoryId, bbox: [x, 50, 20, 10] } as const;
  const { results } = await world.client.annotations.apply({ dataset: world.id, changes: [change] });
  return results[0]?.box as number;
}

/** `x`, or `x*` for a key frame, by place; `-` where the track is out of sight. */
async function rowOf(track: number): Promise<string> {
  const { annotations } = world.client;
  const row: string[] = [];
  for (let place = 0; place < 6; place++) {
    const { annotations: boxes } = await annotations.load({ dataset: world.id, frame: idOf(place) });
    const box = boxes.find((one) => one.track === track);
    row.push(box === undefined ? '-' : `${box.bbox[0]}${box.interpolated === true ? '' : '*'}`);
  }
  return row.join(' ');
}

async function madeTrack(): Promise<number> {
  const boxes = [await boxOn(0, 0), await boxOn(4, 40)];
  const { tracks } = await edit({ op: 'create', boxes: boxes as never, bridged: true });
  return tracks[0] as number;
}

test('two boxes become a track of real boxes, which follows its key frames and loses what is deleted, undone step by step', async () => {
  const track = await madeTrack();
  expect(await rowOf(track)).toBe('0* 10 20 30 40* -');
  const list = await world.client.tracks.list({ dataset: world.id, frame: idOf(3) });
  expect([list.sequence, [...list.places], [...list.keys]]).toEqual(['night', [0, 1, 2, 3, 4], [1, 0, 0, 0, 1]]);
  await world.client.annotations.undo({ dataset: world.id, frame: idOf(2) });
  expect(await rowOf(track)).toBe('- - - - - -');
  expect((await world.client.annotations.load({ dataset: world.id, frame: idOf(4) })).annotations.some((box) => box.bbox[0] === 40)).toBe(
    true,
  );
  await world.client.annotations.redo({ dataset: world.id });
  expect(await rowOf(track)).toBe('0* 10 20 30 40* -');

  // Moving an interpolated box makes it a key frame, and its neighbours follow in the same step.
  const { annotations } = await world.client.annotations.load({ dataset: world.id, frame: idOf(2) });
  const box = annotations.find((one) => one.track === track);
  const changes = [{ op: 'set', box: box?.id as never, bbox: [60, 50, 20, 10] }] as const;
  const applied = await world.client.annotations.apply({ dataset: world.id, changes: [...changes] });
  expect(applied.frameStates.map(({ frame }) => frame).sort()).toEqual([1, 2, 3].map(idOf).sort());
  expect(await rowOf(track)).toBe('0* 30 60* 50 40* -');
  await edit({ op: 'unkey', track, frame: idOf(2) });
  expect(await rowOf(track)).toBe('0* 10 20 30 40* -');
  await world.client.annotations.undo({ dataset: world.id });
  await world.client.annotations.undo({ dataset: world.id });
  expect(await rowOf(track)).toBe('0* 10 20 30 40* -');

  // Deleting the box of one frame makes a gap, whose ends stay where they were.
  await world.client.annotations.apply({ dataset: world.id, changes: [{ op: 'delete', box: box?.id as never }] });
  expect(await rowOf(track)).toBe('0* 10* - 30* 40* -');
  await edit({ op: 'bridge', track, frame: idOf(2) });
  expect(await rowOf(track)).toBe('0* 10* 20 30* 40* -');
});

test('end, resume, extend, cut, split, merge, category and dissolve, each undone by one step', async () => {
  const track = await madeTrack();
  const before = await rowOf(track);
  const steps: readonly (readonly [TrackEdit, string])[] = [
    [{ op: 'end', track, frame: idOf(2) }, '0* 10 20* - - -'],
    [{ op: 'cut', track, from: idOf(1), to: idOf(2) }, '0* - - 30* 40* -'],
    [{ op: 'extend', track, frame: idOf(5) }, '0* 10 20 30 40* 40'],
    [{ op: 'resume', track, frame: idOf(5), bbox: [90, 0, 5, 5] }, '0* 10 20 30 40* 90*'],
    [{ op: 'key', track, frame: idOf(3) }, '0* 10 20 30* 40* -'],
    [{ op: 'dissolve', track, from: idOf(1), to: idOf(1) }, '0* - 20* 30 40* -'],
    [{ op: 'delete', track }, '- - - - - -'],
  ];
  for (const [one, after] of steps) {
    await edit(one);
    expect([one.op, await rowOf(track)]).toEqual([one.op, after]);
    await world.client.annotations.undo({ dataset: world.id });
    expect(await rowOf(track)).toBe(before);
  }
  const other = (await edit({ op: 'split', track, frame: idOf(3) })).tracks[0] as number;
  expect([await rowOf(track), await rowOf(other)]).toEqual(['0* 10 20* - - -', '- - - 30* 40* -']);
  await edit({ op: 'category', track: other, category: 1 as CategoryId });
  expect((await world.client.tracks.list({ dataset: world.id, frame: idOf(0) })).tracks.map(({ category }) => category)).toEqual([0, 1]);
  await edit({ op: 'merge', track, other });
  expect(await rowOf(track)).toBe('0* 10 20* 30* 40* -');
});

test('what cannot be is refused, and nothing of it is written', async () => {
  const track = await madeTrack();
  const loose = (await world.client.annotations.load({ dataset: world.id, frame: idOf(1) })).annotations.find((box) => box.track === null);
  const second = (await world.client.annotations.load({ dataset: world.id, frame: idOf(1) })).annotations.filter(
    (box) => box.track === null,
  )[1];
  const refused: readonly (readonly [TrackEdit, string])[] = [
    [{ op: 'end', track: track + 7, frame: idOf(2) }, 'not_found'],
    [{ op: 'key', track, frame: idOf(8) }, 'not_found'],
    [{ op: 'split', track, frame: idOf(0) }, 'invalid_request'],
    [{ op: 'merge', track, other: track }, 'invalid_request'],
    [{ op: 'create', boxes: [loose?.id as never, second?.id as never] }, 'invalid_request'],
  ];
  for (const [one, code] of refused)
    expect([one.op, await codeOf(edit({ op: 'end', track, frame: idOf(3) }, one))]).toEqual([one.op, code]);
  expect(await rowOf(track)).toBe('0* 10 20 30 40* -');
  const other = (await edit({ op: 'create', boxes: [loose?.id as never] })).tracks[0] as number;
  expect(await codeOf(edit({ op: 'merge', track, other }))).toBe('invalid_request');
  await edit({ op: 'dissolve', track: other }, { op: 'delete', track });
});

test('the boxes of a run are linked into tracks, as one step together with becoming annotations', async () => {
  await importWorldRun(world);
  const before = await world.client.annotations.list({ dataset: world.id, source: 'gt' });
  const linked = await world.client.tracks.link({ dataset: world.id, frame: idOf(0), source: 'det', maxGap: 1 });
  // The car stands still on six frames; the bicycle jumps between two places, each seen on every second frame.
  expect(linked).toMatchObject({ frames: 6 });
  const { tracks, offsets } = await world.client.tracks.list({ dataset: world.id, frame: idOf(0) });
  expect(tracks.map(({ category }, t) => [category, (offsets[t + 1] ?? 0) - (offsets[t] ?? 0)])).toContainEqual([0, 6]);
  await world.client.annotations.undo({ dataset: world.id });
  expect((await world.client.annotations.list({ dataset: world.id, source: 'gt' })).boxes).toEqual(before.boxes);
});
