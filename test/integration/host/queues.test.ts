import { expect, test } from 'vitest';
import { queueStatus } from '../../../shared/contract/queues.ts';
import { formatQueueId } from '../../../shared/review/queueId.ts';
import { codeOf, hostWorld, importWorldRun } from '../../helpers/hostWorld.ts';
import type { HostWorld } from '../../helpers/hostWorld.ts';

const isOpen = (status: Uint8Array): readonly number[] => [...status.keys()].filter((place) => status[place] === queueStatus.open);

async function begin(world: HostWorld, queue: string, renew: 'never' | 'finished' | 'always' = 'finished') {
  return world.client.queues.open({ dataset: world.id, queue, renew });
}

test('a queue keeps its frames while their states change, goes on where one was, and is made anew when it is finished', async () => {
  const world = await hostWorld();
  const { client, id, ids } = world;
  await client.frames.setState({ dataset: id, ids: Float64Array.from(ids), state: 'draft' });
  await client.frames.setState({ dataset: id, ids: Float64Array.from(ids.slice(0, 9)), state: 'labeled' });
  const first = await begin(world, 'unlabeled');
  expect([...first.ids]).toEqual(ids.slice(9));
  expect([first.left, first.place, first.medianMs]).toEqual([3, 0, null]);
  const finish = (place: number, ms: number) =>
    client.queues.visit({
      dataset: id,
      queue: 'unlabeled',
      place: place + 1,
      left: { frame: ids[9 + place] ?? ids[0]!, place, ms, done: true },
    });
  await client.annotations.apply({ dataset: id, changes: [{ op: 'state', frame: ids[9]!, state: 'labeled' }] });
  const after = await finish(0, 4_000);
  expect([after?.left, [...(after?.status ?? [])]]).toEqual([2, [queueStatus.done, queueStatus.open, queueStatus.open]]);
  // Somebody else labels one of them: it stays in its place, marked.
  await client.frames.setState({ dataset: id, ids: Float64Array.of(ids[11]!), state: 'approved' });
  const again = await begin(world, 'unlabeled');
  expect([...again.ids]).toEqual(ids.slice(9));
  expect([...again.status]).toEqual([queueStatus.done, queueStatus.open, queueStatus.gone]);
  expect(again.place).toBe(1);
  await finish(1, 6_000);
  const progress = await client.queues.progress({ dataset: id, queue: 'unlabeled' });
  expect([progress.left, progress.medianMs, progress.timed]).toEqual([0, 5_000, 2]);
  // Reloaded it shows that it is finished; begun again it is a new one.
  expect((await begin(world, 'unlabeled', 'never')).ids).toHaveLength(3);
  await client.annotations.apply({ dataset: id, changes: [{ op: 'state', frame: ids[10]!, state: 'labeled' }] });
  expect((await begin(world, 'unlabeled')).ids).toHaveLength(0);
  expect(await codeOf(begin(world, 'nonsense?x=1'))).toBe('invalid_request');
});

test('counts and queues by state, assignment, comments and query', async () => {
  const world = await hostWorld();
  const { client, id, ids } = world;
  const author = 'Mara';
  await client.frames.setState({ dataset: id, ids: Float64Array.from(ids), state: 'unlabeled' });
  await client.frames.setState({ dataset: id, ids: Float64Array.from(ids.slice(0, 4)), state: 'labeled' });
  await client.frames.setState({ dataset: id, ids: Float64Array.from(ids.slice(4, 6)), state: 'needs_fix' });
  await client.review.assign({ dataset: id, ids: Float64Array.from(ids.slice(3, 5)), to: author });
  await client.annotations.apply({ dataset: id, changes: [{ op: 'comment', frame: ids[7]!, text: 'look', point: [3, 4] }] });
  const counts = Object.fromEntries((await client.queues.list({ dataset: id })).queues.map((queue) => [queue.id, queue.frames]));
  const mine = formatQueueId({ kind: 'assigned', to: author });
  expect(counts).toEqual({ unlabeled: 6, rejected: 2, unreviewed: 4, changed: 0, comments: 1, corrected: 0, [mine]: 1 });
  expect([...(await begin(world, mine)).ids]).toEqual([ids[4]]);
  expect([...(await begin(world, 'comments')).ids]).toEqual([ids[7]]);
  const query = formatQueueId({
    kind: 'frames',
    where: 'exists b: bicycle@gt, c: car@gt where ioa(b, c) > 0.5',
    name: '',
    facets: { state: ['labeled'] },
    work: 'review',
  });
  const asked = await begin(world, query);
  expect([...asked.ids].sort()).toEqual([ids[0], ids[3]].sort());
  expect(asked.witnessOffsets?.at(-1)).toBe(4);
  const facets = await client.frames.facets({ dataset: id, selection: {} });
  expect(facets.assignee).toEqual([{ name: author, frames: 2 }]);
  expect(facets.review).toEqual([
    { name: 'changed', frames: 0 },
    { name: 'comments', frames: 1 },
  ]);
  expect((await client.frames.query({ dataset: id, selection: { facets: { review: ['comments'] } } })).ids).toEqual(
    Float64Array.of(ids[7]!),
  );
  expect((await client.review.nextComment({ dataset: id, ids: Float64Array.from(ids), from: 0, direction: 1 })).frame).toBe(ids[7]);
  expect((await client.review.nextComment({ dataset: id, ids: Float64Array.from(ids), from: 7, direction: 1 })).frame).toBeNull();
  await begin(world, 'unreviewed');
  await client.queues.visit({ dataset: id, queue: 'unreviewed', place: 2 });
  expect((await begin(world, 'unreviewed')).place).toBe(2);
});

test('a sample is the same for the same seed, and takes as many of each stratum', async () => {
  const world = await hostWorld();
  const sample = (seed: number, per: 'sequence' | 'category' | null, count = 3) =>
    begin(world, formatQueueId({ kind: 'sample', count, seed, per, work: 'review', where: '' }), 'always');
  const one = await sample(5, null);
  expect(one.ids).toHaveLength(3);
  expect((await sample(5, null)).ids).toEqual(one.ids);
  const others = await Promise.all([6, 7, 8, 9].map((seed) => sample(seed, null)));
  expect(others.some(({ ids }) => ids.join() !== one.ids.join())).toBe(true);
  const bySequence = await sample(5, 'sequence');
  const rows = await world.client.frames.rows({ dataset: world.id, ids: Float64Array.from(bySequence.ids) });
  expect(rows.filter((row) => row.sequence === rows[0]?.sequence)).toHaveLength(3);
  expect(rows).toHaveLength(6);
  expect((await sample(5, null, 100)).ids).toEqual(Float64Array.from(world.ids));
  // Each category has its three, and no frame is there twice.
  const byCategory = await sample(5, 'category');
  expect(new Set(byCategory.ids).size).toBe(byCategory.ids.length);
  expect(byCategory.ids.length).toBeGreaterThanOrEqual(3);
});

test('the hits of a trigger are a queue of pairs; those that were judged are left out of the next one', async () => {
  const world = await hostWorld();
  await importWorldRun(world);
  const { client, id } = world;
  const text = 'trigger rack { when exists b: bicycle, c: car where ioa(b, c) > 0.5 }';
  await client.triggers.save({ dataset: id, name: 'rack', text });
  const queue = formatQueueId({ kind: 'hits', trigger: 'rack', order: 'severity', seed: 1 });
  const hits = await begin(world, queue);
  expect(hits.ids).toHaveLength(5);
  expect(hits.hits).toMatchObject({ trigger: 'rack', randomOrder: false });
  expect(hits.witnessBoxes).toHaveLength(5 * 2 * 4);
  expect(isOpen(hits.status)).toHaveLength(5);
  const boxes = [...(hits.witnessIds ?? [])].slice(0, 2);
  await client.triggers.judge({
    dataset: id,
    trigger: 'rack',
    hash: hits.hits?.hash ?? '',
    frame: hits.ids[0] as never,
    boxes,
    verdict: 'accept',
    randomOrder: false,
  });
  expect((await begin(world, queue, 'always')).ids).toHaveLength(4);
  expect(await codeOf(begin(world, formatQueueId({ kind: 'hits', trigger: 'gone', order: 'severity', seed: 1 })))).toBe('not_found');
});
