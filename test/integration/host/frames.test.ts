import { expect, test } from 'vitest';
import type { FrameSelection } from '../../../shared/contract/frames.ts';
import { codeOf, hostWorld, type HostWorld, importWorldRun, worldBoxes, worldNames, worldPredictions } from '../../helpers/hostWorld.ts';
import { startHost } from '../../helpers/prelabelFixture.ts';

const carried = 'bicycle & car where ioa > 0.6';

async function namesOf({ client, id }: HostWorld, ids: Float64Array): Promise<string[]> {
  return (await client.frames.rows({ dataset: id, ids: Float64Array.from(ids) })).map(({ name }) => name);
}

test('frames in every order, with the witness of each where the query binds boxes', async () => {
  const world = await hostWorld();
  const { client, id, ids } = world;
  const all = await client.frames.query({ dataset: id, selection: {} });
  expect(all).toMatchObject({ total: 12, severities: null, witnessIds: null, hits: 0, unknownFrames: 0 });
  expect(await namesOf(world, all.ids)).toEqual(worldNames);

  const found = await client.frames.query({ dataset: id, selection: { where: carried, source: 'gt' } });
  const expected = worldNames.filter((_, i) => i < 11 && i % 3 === 0);
  expect(await namesOf(world, found.ids)).toEqual(expected);
  expect(found.hits).toBe(4);
  expect([...(found.severities ?? [])]).toEqual([1, 1, 1, 1]);
  expect([...(found.witnessOffsets ?? [])]).toEqual([0, 2, 4, 6, 8]);
  for (const [n, frame] of [...found.ids].entries()) {
    const place = ids.findIndex((key) => key === frame);
    const [car, bicycle] = worldBoxes(place);
    expect([...(found.witnessBoxes ?? []).slice(8 * n, 8 * n + 8)]).toEqual([...(bicycle?.bbox ?? []), ...(car?.bbox ?? [])]);
    const { annotations } = await client.annotations.load({ dataset: id, frame: ids[place]! });
    const keys = annotations.map((box) => Number(box.id));
    expect([...(found.witnessIds ?? []).slice(2 * n, 2 * n + 2)].sort()).toEqual(keys.sort());
  }

  // Half-way in the box: the least severe of them, last in the order of severity and where it was in the order of names.
  const { annotations } = await client.annotations.load({ dataset: id, frame: ids[3]! });
  const bicycle = annotations.find((box) => box.bbox[2] === 30)!;
  await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box: bicycle.id, bbox: [98, 30, 30, 20] }] });
  const bySeverity = await client.frames.query({ dataset: id, selection: { where: carried, source: 'gt' }, order: 'severity' });
  expect(bySeverity.ids.at(-1)).toBe(ids[3]);
  expect(bySeverity.severities?.at(-1)).toBeCloseTo(22 / 30, 12);
  expect([...bySeverity.ids].sort()).toEqual([...found.ids].sort());

  const edited = await client.frames.query({ dataset: id, selection: {}, order: 'edited' });
  expect(edited.ids[0]).toBe(ids[3]);
  const random = await client.frames.query({ dataset: id, selection: {}, order: 'random', seed: 5 });
  expect([...random.ids]).not.toEqual([...all.ids]);
  expect([...random.ids].sort()).toEqual([...all.ids].sort());
  expect((await client.frames.query({ dataset: id, selection: {}, order: 'random', seed: 5 })).ids).toEqual(random.ids);
  expect((await client.frames.query({ dataset: id, selection: {}, order: 'random', seed: 6 })).ids).not.toEqual(random.ids);
});

test('a part of the name narrows frames, counts and a query alike, in any case', async () => {
  const world = await hostWorld();
  const { client, id } = world;
  const part = worldNames[4]!.slice(-7, -2).toUpperCase();
  const expected = worldNames.filter((name) => name.toUpperCase().includes(part));
  expect(expected.length).toBeLessThan(worldNames.length);
  const found = await client.frames.query({ dataset: id, selection: { name: ` ${part} ` } });
  expect(await namesOf(world, found.ids)).toEqual(expected);
  const counts = await client.frames.facets({ dataset: id, selection: { name: part } });
  expect(counts.sequence.reduce((sum, { frames }) => sum + frames, 0)).toBe(expected.length);
  expect(await client.frames.query({ dataset: id, selection: { name: part, where: carried, source: 'gt' } })).toMatchObject({
    total: expected.filter((name) => worldNames.indexOf(name) % 3 === 0 && worldNames.indexOf(name) < 11).length,
  });
});

test('a question about frames alone has no witness, and one about what is not known counts the unknown', async () => {
  const { client, id } = await hostWorld();
  const night = await client.frames.query({ dataset: id, selection: { where: 'frame.sequence = "night"' } });
  expect(night.total).toBe(6);
  expect([...(night.severities ?? [])]).toEqual(Array(6).fill(NaN));
  expect(night.witnessIds).toEqual(new Float64Array());
  const scored = await client.frames.query({ dataset: id, selection: { where: 'exists c: car@gt where c.score > 0.5' } });
  expect(scored).toMatchObject({ total: 0, unknownFrames: 11 });
  expect(await codeOf(client.frames.query({ dataset: id, selection: { where: 'lorry & car where ioa > 0.6' } }))).toBe('trigger_type');
  expect(await codeOf(client.frames.query({ dataset: id, selection: { where: carried, source: 'nobody' } }))).toBe('not_found');
  expect((await client.frames.check({ dataset: id, where: 'bicycle &' })).error?.code).toBe('trigger_syntax');
  expect(await client.frames.check({ dataset: id, where: '' })).toEqual({ error: null });
});

test('statistics of images that nobody measured are unknown', async () => {
  const { client, id } = await hostWorld('link');
  const dark = await client.frames.query({ dataset: id, selection: { where: 'frame.brightness < 1000' } });
  expect(dark.total + dark.unknownFrames).toBe(12);
});

test('facets narrow by "and" between them and "or" inside one, and count what each value would leave', async () => {
  const world = await hostWorld();
  const { client, id, ids } = world;
  await importWorldRun(world);
  const some = (...places: number[]): Float64Array<ArrayBuffer> => Float64Array.from(places, (place) => ids[place]!);
  await client.frames.setState({ dataset: id, ids: some(0, 1, 2), state: 'approved' });
  await client.frames.setState({ dataset: id, ids: some(7), state: 'needs_fix' });
  await client.frames.setSplit({ dataset: id, ids: some(0, 3, 7, 11), split: 'val' });
  await client.frames.setTag({ dataset: id, ids: some(0, 1, 11), tag: '비', on: true });

  const rows = await client.frames.rows({ dataset: id, ids: Float64Array.from(ids) });
  /** The naive reading: what a frame has of each facet. */
  const valuesOf = (place: number): { readonly [facet: string]: readonly string[] } => {
    const { state, split, sequence, tags } = rows[place]!;
    return {
      state: [state],
      category: [...new Set(worldBoxes(place).map(({ category }) => category))],
      split: split === null ? [] : [split],
      sequence: sequence === null ? [] : [sequence],
      // The detections are about every frame of the labels they belong to, also where nothing was found.
      run: ['det'],
      tag: [...tags],
    };
  };
  const lets = (facets: NonNullable<FrameSelection['facets']>, place: number, except?: string): boolean =>
    Object.entries(facets).every(([name, wanted]) => name === except || wanted?.some((value) => valuesOf(place)[name]!.includes(value)));

  const selections: FrameSelection[] = [
    {},
    { facets: { state: ['approved', 'needs_fix'] } },
    { facets: { category: ['bicycle'], split: ['val'] } },
    { facets: { sequence: ['night'], run: ['det'], tag: ['비'] } },
    { facets: { tag: ['nothing has this'] } },
    { where: carried, source: 'gt', facets: { state: ['approved'] } },
    { where: 'frame.sequence = "noon"', facets: { split: ['val'] } },
  ];
  for (const selection of selections) {
    const base = new Set((await client.frames.query({ dataset: id, selection: { where: selection.where ?? '', source: 'gt' } })).ids);
    const facets = selection.facets ?? {};
    const expected = ids.filter((frame, place) => base.has(frame) && lets(facets, place));
    expect([...(await client.frames.query({ dataset: id, selection })).ids], JSON.stringify(selection)).toEqual(expected);

    const counts = await client.frames.facets({ dataset: id, selection });
    const naive = (facet: string, value: string): number =>
      ids.filter((frame, place) => base.has(frame) && lets(facets, place, facet) && valuesOf(place)[facet]!.includes(value)).length;
    for (const [state, frames] of Object.entries(counts.state)) expect([state, frames]).toEqual([state, naive('state', state)]);
    for (const facet of ['category', 'split', 'sequence', 'run', 'tag'] as const) {
      for (const { name, frames } of counts[facet]) expect([facet, name, frames]).toEqual([facet, name, naive(facet, name)]);
    }
    expect(counts.category.map(({ name }) => name).sort()).toEqual(['bicycle', 'car']);
    expect(counts.tag.map(({ name }) => name)).toEqual(['비']);
  }
});

test('boxes of frames in the order asked, of the labels and of a run', async () => {
  const world = await hostWorld();
  const { client, id, ids } = world;
  await importWorldRun(world);
  const asked = [11, 4, 0];
  const keys = Float64Array.from(asked, (place) => ids[place]!);
  for (const [source, boxesOf] of [
    ['gt', worldBoxes],
    ['det', worldPredictions],
  ] as const) {
    const boxes = await client.frames.boxes({ dataset: id, ids: keys, source });
    asked.forEach((place, n) => {
      const [from = 0, to = 0] = boxes.offsets.slice(n, n + 2);
      const got = Array.from({ length: to - from }, (_, k) => [...boxes.boxes.slice(4 * (from + k), 4 * (from + k) + 4)]);
      expect(got).toEqual(boxesOf(place).map(({ bbox }) => [...bbox]));
      expect([...boxes.scores.slice(from, to)]).toEqual(boxesOf(place).map(({ score }) => score ?? NaN));
    });
  }
  expect(await codeOf(client.frames.boxes({ dataset: id, ids: keys, source: 'nobody' }))).toBe('not_found');
});

test('frames are found by name in any script, and wildcards of the database are plain letters', async () => {
  const { client, id } = await hostWorld();
  const find = async (text: string): Promise<number> => (await client.frames.find({ dataset: id, text, limit: 100 })).length;
  expect(await find('거리')).toBe(6);
  expect(await find('거리_')).toBe(6);
  expect(await find('리_0')).toBe(6);
  expect(await find('n_ght')).toBe(0);
  expect(await find('%')).toBe(6);
  expect(await find('100%06')).toBe(1);
  expect(await find('\\')).toBe(0);
  expect((await client.frames.find({ dataset: id, text: '', limit: 5 })).length).toBe(5);
  expect(await client.frames.byName({ dataset: id, name: worldNames[2]! })).toMatchObject({ name: worldNames[2], boxes: 2, width: 200 });
  expect(await codeOf(client.frames.byName({ dataset: id, name: '거리' }))).toBe('not_found');
});

test('state, split and tag are set in one step, and undone', async () => {
  const { client, id, ids } = await hostWorld();
  const some = Float64Array.of(ids[1]!, ids[2]!);
  const rowOf = async () => (await client.frames.rows({ dataset: id, ids: some }))[0]!;
  const before = await rowOf();
  const changes: (readonly number[] | null)[] = [];
  client.frames.changed(({ frames }) => changes.push(frames));
  expect(await client.frames.setState({ dataset: id, ids: some, state: 'locked' })).toMatchObject({ changed: 2 });
  expect(await client.frames.setState({ dataset: id, ids: some, state: 'locked' })).toMatchObject({ changed: 0 });
  expect(await client.frames.setSplit({ dataset: id, ids: some, split: 'test' })).toMatchObject({ changed: 2 });
  expect(await client.frames.setTag({ dataset: id, ids: some, tag: 'rain', on: true })).toMatchObject({ changed: 2 });
  expect(await rowOf()).toMatchObject({ state: 'locked', split: 'test', tags: ['rain'] });
  expect((await client.frames.query({ dataset: id, selection: { where: 'frame.tag("rain")' } })).ids).toEqual(some);
  for (const expected of [{ tags: [] }, { split: before.split }, { state: before.state }]) {
    await client.annotations.undo({ dataset: id });
    expect(await rowOf()).toMatchObject(expected);
  }
  expect((await client.frames.query({ dataset: id, selection: { where: 'frame.tag("rain")' } })).total).toBe(0);
  await client.annotations.redo({ dataset: id });
  expect((await client.frames.query({ dataset: id, selection: { facets: { state: ['locked'] } } })).ids).toEqual(some);
  expect(changes[0]).toEqual([...some]);
  expect(await codeOf(client.frames.setState({ dataset: id, ids: Float64Array.of(1e15), state: 'draft' }))).toBe('not_found');
});

test('after every edit a query sees it, and says what a host that has just started says', async () => {
  const world = await hostWorld();
  const { client, id, ids } = world;
  const ask = (asked: typeof client) =>
    Promise.all([
      asked.frames.query({ dataset: id, selection: { where: carried, source: 'gt' }, order: 'severity' }),
      asked.triggers.run({ dataset: id, text: carried, source: 'gt' }),
      asked.frames.facets({ dataset: id, selection: {} }),
    ]).then(([query, run, facets]) => ({ query: { ...query, ms: 0 }, run: run.triggers.map((t) => ({ ...t, ms: 0 })), facets }));
  const category = (await client.categories.list({ dataset: id })).find(({ name }) => name === 'bicycle')!.id;
  let hits = (await ask(client)).query.hits;
  expect(hits).toBe(4);
  // Every place: the first, the last (which had no box), and two at once.
  for (const places of [[11], [0], [5, 6], [10], [1, 2, 4]]) {
    const asking = ask(client);
    await client.annotations.apply({
      dataset: id,
      changes: places.flatMap((place) => [{ op: 'add', frame: ids[place]!, category, bbox: [50, 40, 10 + place, 10] } as const]),
    });
    const now = (await ask(client)).query;
    await asking;
    hits += places.filter((place) => place !== 11).length;
    expect(now.hits).toBe(hits);
  }
  const { annotations } = await client.annotations.load({ dataset: id, frame: ids[0]! });
  await client.annotations.apply({ dataset: id, changes: annotations.map(({ id: box }) => ({ op: 'delete', box }) as const) });
  const live = await ask(client);
  expect(live.query.hits).toBe(hits - 2);
  await client.datasets.close({ dataset: id });
  const fresh = await startHost(`${world.userData}-2`);
  try {
    await fresh.client.datasets.open({ path: world.path });
    expect(await ask(fresh.client)).toEqual(live);
  } finally {
    await fresh.close();
  }
});
