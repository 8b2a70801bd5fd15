import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createTriggerEngine } from '../../../../electron/triggers/client.ts';
import type { QueryRequest, RunRequest, SourceRef, TriggerEngine } from '../../../../electron/triggers/types.ts';
import { requireFrameFilter, requireTriggers } from '../../../../shared/triggers/check.ts';
import type { SmallBox, SmallFrame } from '../../../helpers/askTrigger.ts';
import { box, smallColumns, smallFrames } from '../../../helpers/askTrigger.ts';

const categories = [
  { id: 3, name: 'bicycle' },
  { id: 7, name: 'car' },
];
const categoryIds = new Map(categories.map(({ id, name }) => [name, id]));
const context = { categories: ['bicycle', 'car'], sources: ['active', 'run 1'] };
const runRef: SourceRef = { key: 'run-key', name: 'run 1' };
const gtRef: SourceRef = { key: 'gt-key', name: 'gt' };

const query: QueryRequest = {
  frames: 'frames',
  categories,
  sources: {
    byDefault: runRef,
    named: new Map([
      ['gt', gtRef],
      ['active', runRef],
      ['run 1', runRef],
    ]),
  },
};

let engine: TriggerEngine | null = null;
afterEach(async () => {
  await engine?.close();
  engine = null;
});

/** Frame i carries a bicycle in a car where i is a multiple of 3; gt has a car on every frame. */
function world(count: number): readonly SmallFrame[] {
  return Array.from({ length: count }, (_, i) => {
    const bicycle: readonly SmallBox[] = i % 3 === 0 ? [box('bicycle', 10 + (i % 7), 10, 20, 20, 0.5 + (i % 50) / 100)] : [];
    return {
      name: `${String(count - i).padStart(6, '0')}.jpg`,
      state: i % 2 === 0 ? 'labeled' : 'draft',
      boxes: [...bicycle, box('car', 0, 0, 28, 100, 0.9)],
      others: { gt: [box('car', 0, 0, 50, 100)] },
    };
  });
}

async function load(into: TriggerEngine, frames: readonly SmallFrame[]): Promise<void> {
  into.loadFrames('frames', smallFrames(frames));
  const run = smallColumns(
    frames.map((f) => f.boxes ?? []),
    categoryIds,
  );
  await into.load(runRef.key, 'frames', run.columns, run.attributes);
  const gt = smallColumns(
    frames.map((f) => f.others?.gt ?? []),
    categoryIds,
  );
  await into.load(gtRef.key, 'frames', gt.columns, gt.attributes);
}

async function start(threads: number, frames: readonly SmallFrame[], chunkFrames = 50): Promise<TriggerEngine> {
  engine = createTriggerEngine({ threads, chunkFrames });
  await load(engine, frames);
  return engine;
}

const ask = (text: string, more: Partial<RunRequest> = {}): RunRequest => ({
  ...query,
  triggers: requireTriggers(text, context, 'text'),
  ...more,
});
const bikes = 'exists b: bicycle, c: car where ioa(b, c) >= 0.4';

describe('run', () => {
  test('answers as `trigger run` prints it', async () => {
    const running = await start(2, world(10));
    const [result] = await running.run(ask('exists b: bicycle, c: car@gt where ioa(b, c) = 1 and b.score > 0.55', { limit: 2 }));
    expect(result).toMatchObject({ name: '', hits: 2, frames: 2, unknown: { frames: 0, causes: {} } });
    expect(result!.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(result!.ms).toBeGreaterThan(0);
    expect(result!.top).toEqual([
      {
        frame: '000001.jpg',
        frameIndex: 9,
        severity: 1,
        witness: [
          { variable: 'b', source: 'run 1', id: 1, category: 'bicycle', bbox: [12, 10, 20, 20], score: 0.59 },
          { variable: 'c', source: 'gt', id: 1, category: 'car', bbox: [0, 0, 50, 100] },
        ],
      },
      {
        frame: '000004.jpg',
        frameIndex: 6,
        severity: 1,
        witness: [
          { variable: 'b', source: 'run 1', id: 1, category: 'bicycle', bbox: [16, 10, 20, 20], score: 0.56 },
          { variable: 'c', source: 'gt', id: 1, category: 'car', bbox: [0, 0, 50, 100] },
        ],
      },
    ]);
  });

  test('the limit cuts top, never hits and frames; ranked brings all', async () => {
    const running = await start(2, world(600));
    const [all] = await running.run(ask(bikes, { limit: 1_000, ranked: true }));
    const [few] = await running.run(ask(bikes, { limit: 3 }));
    expect(all!.hits).toBe(200);
    expect(few).toMatchObject({ hits: 200, frames: 200, ranked: null });
    expect(few!.top).toEqual(all!.top.slice(0, 3));
    expect([...all!.ranked!.frames]).toEqual(all!.top.map((hit) => hit.frameIndex));
    expect([...all!.ranked!.severities]).toEqual(all!.top.map((hit) => hit.severity));
    expect(all!.ranked!.hit(17)).toEqual(all!.top[17]);
  });

  test('several triggers and a frame expression in one pass', async () => {
    const running = await start(2, world(300));
    const triggers = requireTriggers(
      'trigger one { when exists b: bicycle } trigger two { when count(c: car) = 1 and frame.state = "draft" }',
      context,
    );
    const where = requireFrameFilter('frame.state = "labeled"', context);
    const [one, two] = await running.run({ ...query, triggers, where });
    expect([one!.name, one!.hits, two!.name, two!.hits]).toEqual(['one', 50, 'two', 0]);
  });

  test('threads are given the names of frames when a query reads them', async () => {
    const running = await start(2, world(120));
    expect((await running.run(ask('exists c: car')))[0]!.hits).toBe(120);
    const [named] = await running.run(ask('frame.name = "000077.jpg"'));
    expect(named!.top.map((hit) => hit.frame)).toEqual(['000077.jpg']);
  });

  test('a table that is loaded anew is what later runs read; one that is dropped is not found', async () => {
    const running = await start(2, world(120));
    expect((await running.run(ask('exists b: bicycle')))[0]!.hits).toBe(40);
    const empty = smallColumns(
      world(120).map(() => []),
      categoryIds,
    );
    await running.load(runRef.key, 'frames', empty.columns);
    expect((await running.run(ask('exists b: bicycle')))[0]!.hits).toBe(0);
    running.drop(runRef.key);
    expect(running.has(runRef.key)).toBe(false);
    await expect(running.run(ask('exists b: bicycle'))).rejects.toMatchObject({ code: 'not_found', details: { source: 'run 1' } });
  });

  test('other states of the same frames keep the tables; other frames drop them', async () => {
    const running = await start(1, world(20));
    running.loadFrames('frames', smallFrames(world(20).map((f) => ({ ...f, state: 'approved' }))));
    expect((await running.run(ask('frame.state = "approved" and exists b: bicycle')))[0]!.hits).toBe(7);
    running.loadFrames('frames', smallFrames(world(21)));
    expect(running.has(runRef.key)).toBe(false);
  });

  test('frames that a source does not have are empty, and their order is the frames’', async () => {
    const running = await start(1, world(6));
    const { columns } = smallColumns([[box('bicycle', 0, 0, 10, 10, 0.5)], [box('car', 0, 0, 10, 10, 0.5)]], categoryIds);
    await running.load('other', 'frames', { ...columns, frameIds: Float64Array.of(5, 2) });
    const other = { ...query, sources: { ...query.sources, byDefault: { key: 'other', name: 'other' } } };
    const [result] = await running.run({ ...ask('exists b: any'), ...other });
    expect(result!.top.map((hit) => [hit.frameIndex, hit.witness[0]!.category])).toEqual([
      [4, 'bicycle'],
      [1, 'car'],
    ]);
  });

  test('unknown sources and words that do not run yet are coded errors', async () => {
    const running = await start(1, world(3));
    const triggers = requireTriggers('exists b: car@candidate', {}, 'text');
    await expect(running.run({ ...query, triggers })).rejects.toMatchObject({ code: 'not_found', details: { source: 'candidate' } });
    await expect(running.run(ask('exists t: track(car)'))).rejects.toMatchObject({ code: 'unsupported', details: { word: 'track' } });
  });
});

describe('limits', () => {
  // The second trigger fails on an earlier frame than the first one does.
  const crowd = (is: string, n: number): readonly SmallBox[] => Array.from({ length: n }, (_, i) => box(is, i, 0, 5, 5, 0.5));
  const frames = world(400).map((f, i) => ({
    ...f,
    name: `${i}.jpg`,
    boxes: i === 391 || i === 222 ? crowd('car', 60) : i === 217 ? crowd('bicycle', 60) : (f.boxes ?? []),
  }));
  const three = (name: string, set: string): string =>
    `trigger ${name} { when exists a: ${set}, b: ${set}, c: ${set} where a.x1 < b.x1 and b.x1 < c.x1 and c.score > a.score }`;
  const triggers = requireTriggers(`${three('cars', 'car')} ${three('bicycles', 'bicycle')}`, context);

  test.each([0, 1, 2, 3])('the first frame beyond the budget is named, with %i threads', async (threads) => {
    const running = await start(threads, frames, 7);
    const failure = (chosen: typeof triggers, stepBudget: number): Promise<unknown> =>
      running.run({ ...query, triggers: chosen, stepBudget }).then(
        () => null,
        (error: unknown) => error,
      );
    const named = (frame: string, trigger: string): object => ({ code: 'trigger_limit', details: { frame, trigger } });
    expect(await failure(triggers, 5_000)).toMatchObject(named('217.jpg', 'bicycles'));
    expect(await failure([triggers[0]!], 5_000)).toMatchObject(named('222.jpg', 'cars'));
    expect(await failure(triggers, 1_000_000)).toBeNull();
  });
});

describe('progress and cancel', () => {
  // Enough work that a run cannot be over before it is cancelled.
  const heavy = 'exists a: car, b: car, c: car where a.x1 + b.x1 + c.x1 = 1px';
  const crowd = Array.from({ length: 120 }, (_, i) => box('car', i, 0, 5, 5, 0.5));
  const frames = Array.from({ length: 400 }, (_, i) => ({ name: `${i}.jpg`, boxes: crowd }));

  test('cancel answers at once, and the engine goes on working', async () => {
    const running = await start(2, frames);
    const controller = new AbortController();
    const seen: number[] = [];
    const run = running.run(ask(heavy), {
      signal: controller.signal,
      onProgress: ({ framesDone, framesTotal }) => {
        expect(framesTotal).toBe(400);
        seen.push(framesDone);
        controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.at(-1)).toBeLessThan(400);
    expect((await running.run(ask('exists c: car where c.x1 = 0px')))[0]!.hits).toBe(400);
  });

  test('a signal that is aborted already starts nothing', async () => {
    const running = await start(1, frames);
    await expect(running.run(ask(heavy), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('closing refuses what runs and what comes', async () => {
    const running = await start(1, frames);
    const run = running.run(ask(heavy));
    const refused = expect(run).rejects.toMatchObject({ code: 'unavailable' });
    await running.close();
    await refused;
    await expect(running.run(ask('exists c: car'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('filter', () => {
  test.each([0, 2])('brings the indices of the frames for which an expression is true, with %i threads', async (threads) => {
    const running = await start(threads, world(130));
    const where = requireFrameFilter('exists b: bicycle where frame.state = "labeled"', context);
    const expected = Array.from({ length: 130 }, (_, i) => i).filter((i) => i % 6 === 0);
    expect([...(await running.filter({ ...query, where }))]).toEqual(expected);
    // Unknown is not true.
    expect([...(await running.filter({ ...query, where: requireFrameFilter('frame.time > 1s', context) }))]).toEqual([]);
  });
});

describe('loading many boxes', () => {
  const many = world(40_000);

  test('lets the thread do other things, answers from the table before it until the end, then from the new one', async () => {
    const running = await start(0, many);
    const { columns } = smallColumns(
      many.map(() => [box('bicycle', 0, 0, 10, 10, 0.5)]),
      categoryIds,
    );
    let turns = 0;
    let loaded = false;
    const load = running.load(runRef.key, 'frames', columns).then(() => (loaded = true));
    while (!loaded) {
      turns += 1;
      if (turns === 1) expect((await running.run(ask('exists b: bicycle')))[0]!.hits).toBe(Math.ceil(many.length / 3));
      await setImmediate();
    }
    await load;
    expect(turns).toBeGreaterThan(1);
    expect((await running.run(ask('exists b: bicycle')))[0]!.hits).toBe(many.length);
  });

  test('loads nothing for frames that became others meanwhile', async () => {
    const running = await start(0, many);
    const { columns } = smallColumns(
      many.map(() => []),
      categoryIds,
    );
    const load = running.load('other', 'frames', columns);
    running.loadFrames('frames', smallFrames(world(20)));
    await load;
    expect(running.has('other')).toBe(false);
  });
});
