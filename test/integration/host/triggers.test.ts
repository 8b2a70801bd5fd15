import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { BoxId } from '../../../shared/domain/ids.ts';
import { codeOf, hostWorld, type HostWorld, importWorldRun, worldBoxes, worldNames, worldPredictions } from '../../helpers/hostWorld.ts';

const text = (name: string, bound = '0.6', more = ''): string => `trigger ${name} {
  when exists b: bicycle, c: car where ioa(b, c) >= ${bound}
  guideline "One box, the vehicle's."
  fixture "in it" fires { bicycle 40 30 30 20   car 20 20 100 60 }
  fixture "beside it" silent { bicycle 150 30 30 20   car 20 20 100 60 }
  ${more}
}`;

const inside = (boxes: typeof worldBoxes): number[] => worldNames.flatMap((_, i) => ((boxes(i)[1]?.bbox[0] ?? 150) < 100 ? [i] : []));

async function moveBicycle({ client, id, ids }: HostWorld, place: number, x: number): Promise<BoxId> {
  const { annotations } = await client.annotations.load({ dataset: id, frame: ids[place]! });
  const { id: box } = annotations.find(({ bbox }) => bbox[2] === 30)!;
  await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box, bbox: [x, 30, 30, 20] }] });
  return box;
}

test('a trigger is saved, renamed, armed by its fixtures, and removed', async () => {
  const { client, id } = await hostWorld();
  const own = async () => (await client.triggers.list({ dataset: id })).filter(({ origin }) => origin === 'dataset');
  expect(await codeOf(client.triggers.save({ dataset: id, name: 'other', text: text('carried') }))).toBe('invalid_request');
  expect(await codeOf(client.triggers.save({ dataset: id, name: 'carried', text: text('carried') + text('two') }))).toBe('invalid_request');
  expect(await codeOf(client.triggers.save({ dataset: id, name: 'carried', text: 'trigger carried { when }' }))).toBe('trigger_syntax');
  expect(await client.triggers.save({ dataset: id, name: 'carried', text: text('carried') })).toMatchObject({
    name: 'carried',
    origin: 'dataset',
    armed: false,
    hits: 4,
    frames: 4,
    fixtures: { passed: 2, failed: 0 },
    guideline: "One box, the vehicle's.",
  });
  expect(await client.triggers.arm({ dataset: id, name: 'carried', armed: true })).toMatchObject({ armed: true });
  // Only what is in the braces counts: a new fixture that fails disarms it.
  const failing = text('carried', '0.6', 'fixture "wrong" silent { bicycle 40 30 30 20   car 20 20 100 60 }');
  expect(await client.triggers.save({ dataset: id, name: 'carried', text: failing })).toMatchObject({
    armed: false,
    fixtures: { failed: 1 },
  });
  expect(await codeOf(client.triggers.arm({ dataset: id, name: 'carried', armed: true }))).toBe('conflict');
  const bare = 'trigger bare { when exists b: bicycle@gt }';
  await client.triggers.save({ dataset: id, name: 'bare', text: bare });
  expect(await codeOf(client.triggers.arm({ dataset: id, name: 'bare', armed: true }))).toBe('conflict');

  expect(await codeOf(client.triggers.save({ dataset: id, name: 'bare', previousName: 'carried', text: bare }))).toBe('already_exists');
  await client.triggers.save({ dataset: id, name: 'rack', previousName: 'carried', text: text('rack') });
  expect((await own()).map(({ name }) => name)).toEqual(['bare', 'rack']);
  await client.triggers.remove({ dataset: id, name: 'rack' });
  await client.triggers.remove({ dataset: id, name: 'bare' });
  expect(await own()).toEqual([]);
  expect(await codeOf(client.triggers.remove({ dataset: id, name: 'rack' }))).toBe('not_found');
});

test('the library is fitted to the dataset, and says where it does not apply', async () => {
  const { client, id, host } = await hostWorld();
  const files = (await readdir(path.join(host.services.ports.paths.resources, 'triggers'))).filter((name) => name.endsWith('.trigger'));
  const list = await client.triggers.list({ dataset: id });
  expect(list.map(({ name }) => `${name}.trigger`)).toEqual(files.sort());
  const rack = list.find(({ name }) => name === 'bike_on_rack');
  expect(rack).toMatchObject({ error: null, origin: 'library', armed: false });
  expect(rack?.text).not.toContain('truck |');
  expect(list.find(({ name }) => name === 'riderless_motorcycle')).toMatchObject({ hits: null, error: { code: 'unsupported' } });
  // Arming one makes it the dataset's own; taken away, the shipped one is back.
  expect(await client.triggers.arm({ dataset: id, name: 'bike_on_rack', armed: true })).toMatchObject({ armed: true, origin: 'dataset' });
  expect(await client.triggers.list({ dataset: id, name: 'bike_on_rack' })).toMatchObject([{ armed: true, origin: 'dataset' }]);
  await client.triggers.remove({ dataset: id, name: 'bike_on_rack' });
  expect(await client.triggers.list({ dataset: id, name: 'bike_on_rack' })).toMatchObject([{ armed: false, origin: 'library' }]);
  expect(await codeOf(client.triggers.arm({ dataset: id, name: 'riderless_motorcycle', armed: true }))).toBe('conflict');
});

test('without @ a variable means the active run, then the labels; a source asked for overrides it', async () => {
  const world = await hostWorld();
  const { client, id } = world;
  const short = 'bicycle & car where ioa > 0.6';
  const frames = async (asked: { text?: string; source?: string } = {}): Promise<number[]> => {
    const { triggers } = await client.triggers.run({ dataset: id, text: short, order: 'frame', ...asked });
    return triggers[0]!.top.map(({ frame }) => worldNames.indexOf(frame));
  };
  expect(await frames()).toEqual(inside(worldBoxes));
  expect(await frames({ source: 'active' })).toEqual(inside(worldBoxes));
  expect(await codeOf(frames({ text: 'bicycle@active & car@gt where ioa > 0.6' }))).toBe('trigger_type');
  await importWorldRun(world);
  expect((await client.datasets.summary({ dataset: id })).activeRun).toBe('det');
  expect(await frames()).toEqual(inside(worldPredictions));
  expect(await frames({ source: 'active' })).toEqual(inside(worldPredictions));
  expect(await frames({ source: 'gt' })).toEqual(inside(worldBoxes));
  expect(await frames({ text: 'bicycle@"det" & car@gt where ioa > 0.6' })).toEqual(inside(worldPredictions));
  const { triggers } = await client.triggers.run({ dataset: id, text: 'bicycle@active & car@gt where ioa > 0.6', limit: 1 });
  expect(triggers[0]!.top[0]!.witness.map(({ source }) => source)).toEqual(['det', 'gt']);
  expect(triggers[0]!.top[0]!.witness[0]!.score).toBeGreaterThanOrEqual(0.5);
  await client.datasets.setActiveRun({ dataset: id, run: null });
  expect(await frames()).toEqual(inside(worldBoxes));
  expect(await codeOf(frames({ source: 'nobody' }))).toBe('not_found');
  expect(await codeOf(client.datasets.setActiveRun({ dataset: id, run: 'nobody' }))).toBe('not_found');
});

test('attributes of boxes are read when a trigger asks, also after they changed', async () => {
  const { client, id, ids } = await hostWorld();
  const red = async (): Promise<number> =>
    (await client.triggers.run({ dataset: id, text: 'exists c: car@gt where c.attribute("colour") = "red"' })).triggers[0]!.hits;
  expect(await red()).toBe(0);
  const box = (await client.annotations.load({ dataset: id, frame: ids[4]! })).annotations.find(({ bbox }) => bbox[2] === 100)!.id;
  await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box, attributes: { colour: 'red' } }] });
  expect(await red()).toBe(1);
  await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box, attributes: { colour: null } }] });
  expect(await red()).toBe(0);
});

test('verdicts stand at their hits, count, and make the precision once five were given in random order', async () => {
  const { client, id, ids } = await hostWorld();
  const saved = await client.triggers.save({ dataset: id, name: 'carried', text: text('carried', '0') });
  const { triggers } = await client.triggers.run({ dataset: id, text: saved.text, order: 'random', seed: 3 });
  const { top, hash } = triggers[0]!;
  expect(top).toHaveLength(11);
  const judge = (n: number, verdict: 'accept' | 'reject' | null, reversed = false) => {
    const boxes = top[n]!.witness.map(({ id: box }) => Number(box));
    if (reversed) boxes.reverse();
    return client.triggers.judge({ dataset: id, trigger: 'carried', hash, frame: top[n]!.frameId, boxes, verdict, randomOrder: true });
  };
  for (const n of [0, 1, 2]) await judge(n, 'accept', n === 1);
  await judge(3, 'reject');
  const summary = async () => (await client.triggers.list({ dataset: id, name: 'carried' }))[0]!;
  expect(await summary()).toMatchObject({ verdicts: { right: 3, wrong: 1 }, precision: null });
  await judge(4, 'accept');
  const { precision } = await summary();
  expect(precision?.value).toBeCloseTo(0.8, 12);
  expect(precision?.low).toBeCloseTo(0.3755, 4);
  expect(precision?.high).toBeCloseTo(0.9638, 4);
  const again = (await client.triggers.run({ dataset: id, text: saved.text, order: 'random', seed: 3 })).triggers[0]!.top;
  expect(again.map(({ verdict }) => verdict)).toEqual(['accept', 'accept', 'accept', 'reject', 'accept', ...Array(6).fill(undefined)]);
  await judge(0, null);
  expect(await summary()).toMatchObject({ verdicts: { right: 3, wrong: 1 }, precision: null });
  // Another meaning has another hash, and no verdicts yet.
  expect(await client.triggers.save({ dataset: id, name: 'carried', text: text('carried', '0.5') })).toMatchObject({
    verdicts: { right: 0, wrong: 0 },
  });
  expect(ids).toContain(top[0]!.frameId);
});

test('armed triggers stay live: who shows them hears of new hits, and the card counts those nobody judged', async () => {
  const world = await hostWorld();
  const { client, id, ids } = world;
  const told: (string | null)[] = [];
  client.triggers.changed(({ name }) => told.push(name));
  const openHits = async () => (await client.datasets.list({}))[0]!.openHits;
  expect(await openHits()).toBeNull();
  const { hash } = await client.triggers.save({ dataset: id, name: 'carried', text: text('carried') });
  await client.triggers.save({ dataset: id, name: 'asleep', text: text('asleep') });
  await client.triggers.arm({ dataset: id, name: 'carried', armed: true });
  await vi.waitFor(async () => expect(await openHits()).toBe(4), { timeout: 10_000, interval: 50 });
  told.length = 0;

  const box = await moveBicycle(world, 1, 40);
  await vi.waitFor(() => expect(told).toEqual(['carried']), { timeout: 10_000, interval: 50 });
  await vi.waitFor(async () => expect(await openHits()).toBe(5), { timeout: 10_000, interval: 50 });
  // The same number of hits, but another one: that is news, too.
  await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box, bbox: [42, 30, 30, 20] }] });
  await vi.waitFor(() => expect(told).toEqual(['carried', 'carried']), { timeout: 10_000, interval: 50 });

  const hit = (await client.triggers.run({ dataset: id, text: text('carried') })).triggers[0]!.top.find(
    ({ frameId }) => frameId === ids[1],
  )!;
  await client.triggers.judge({
    dataset: id,
    trigger: 'carried',
    hash: hash!,
    frame: hit.frameId,
    boxes: hit.witness.map(({ id: key }) => Number(key)),
    verdict: 'accept',
    randomOrder: false,
  });
  await vi.waitFor(async () => expect(await openHits()).toBe(4), { timeout: 10_000, interval: 50 });
  // A burst is one round, and the figure that is kept at closing is the last one.
  for (const x of [43, 44, 45, 150]) await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box, bbox: [x, 30, 30, 20] }] });
  await moveBicycle(world, 0, 150);
  await client.datasets.close({ dataset: id });
  expect(await client.datasets.list({})).toMatchObject([{ open: false, openHits: 3 }]);
});

test('armed triggers hear of what models do: predictions made drafts, a run removed', async () => {
  const world = await hostWorld();
  const { client, id } = world;
  await importWorldRun(world);
  const openHits = async () => (await client.datasets.list({}))[0]!.openHits;
  const becomes = (count: number) => vi.waitFor(async () => expect(await openHits()).toBe(count), { timeout: 10_000, interval: 50 });
  await client.datasets.setActiveRun({ dataset: id, run: null });
  await client.triggers.save({ dataset: id, name: 'carried', text: text('carried') });
  await client.triggers.arm({ dataset: id, name: 'carried', armed: true });
  await becomes(4);
  expect(await client.models.apply({ dataset: id, run: 'det' })).toMatchObject({ added: 5 });
  // The labels' own four, and three bicycles of the run that are in a car where the label is beside it.
  await becomes(7);

  await client.datasets.setActiveRun({ dataset: id, run: 'det' });
  await becomes(inside(worldPredictions).length);
  await client.models.removeRun({ dataset: id, run: 'det' });
  await becomes(7);
});

test('a closed dataset leaves no tables behind, and its triggers run again once it is open', async () => {
  const { client, id, host, path: at } = await hostWorld();
  const ask = async () => (await client.triggers.run({ dataset: id, text: 'bicycle & car where ioa > 0.6' })).triggers[0]!.hits;
  expect(await ask()).toBe(4);
  const dataset = await host.services.datasets.get(id);
  expect(host.services.triggers.holds(dataset)).toBe(true);
  await client.datasets.close({ dataset: id });
  expect(host.services.triggers.holds(dataset)).toBe(false);
  await client.datasets.open({ path: at });
  expect(await ask()).toBe(4);
});
