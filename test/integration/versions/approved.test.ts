import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hostWorld } from '../../helpers/hostWorld.ts';

test('a version of approved frames alone takes what stands approved, counts the rest, and conflicts only when asked', async () => {
  const { client, id, ids, path: at } = await hostWorld();
  const approve = (places: readonly number[]) =>
    client.frames.setState({ dataset: id, ids: Float64Array.from(places, (place) => ids[place]!), state: 'approved' });
  await approve([0, 1, 2, 3]);
  await client.frames.setState({ dataset: id, ids: Float64Array.of(ids[4]!), state: 'needs_fix' });
  // Changed since it was approved: no longer what was judged.
  const first = async (place: number) => (await client.annotations.load({ dataset: id, frame: ids[place]! })).annotations[0]!;
  await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box: (await first(1)).id, bbox: [1, 1, 9, 9] }] });
  // Two values that did not know of each other: approved or not, it waits for somebody to decide.
  const disputed = await first(2);
  const both = [
    [30, 20, 60, 60],
    [90, 20, 60, 60],
  ] as const;
  for (const bbox of both)
    await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box: disputed.id, bbox, seen: { bbox: disputed.bbox } }] });
  await approve([2]);
  expect((await client.frames.rows({ dataset: id, ids: Float64Array.of(ids[2]!) }))[0]).toMatchObject({ state: 'labeled', changed: true });
  const only = await client.versions.freeze({ dataset: id, name: 'approved', approvedOnly: true });
  expect(only.frames).toBe(2);
  expect(only.leaks.map(({ code, item, count }) => [code, item, count])).toEqual([
    ['approved', '', 2],
    ['not_approved', 'labeled', 8],
    ['not_approved', 'needs_fix', 1],
    ['open_conflict', '', 1],
  ]);
  expect(only.where).toBe('frame.state = "approved" or frame.state = "locked"');
  const all = await client.versions.freeze({ dataset: id, name: 'all of them', approvedOnly: true, includeConflicts: true });
  expect(all.frames).toBe(3);
  const manifest = await readFile(path.join(at, 'versions', 'all of them', 'manifest.ndjson'), 'utf8');
  expect(manifest.match(/"conflict":true/g)).toHaveLength(1);
  // What was written as its selection is a selection.
  expect((await client.frames.query({ dataset: id, selection: { where: only.where ?? '' } })).total).toBe(2);
});
