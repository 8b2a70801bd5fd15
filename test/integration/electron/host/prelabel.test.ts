import type { Progress } from '../../../../shared/contract/common.ts';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyRun } from '../../../../electron/host/services/models/applyRun.ts';
import type { RunSummary } from '../../../../shared/contract/models.ts';
import { blocksOf, colourImage, imageName } from '../../../helpers/colourImages.ts';
import { makeTinyDetector } from '../../../helpers/makeModel.ts';
import {
  killDuringPrelabel,
  makePrelabelFixture,
  openFixture,
  type PrelabelFixture,
  runContent,
  startHost,
} from '../../../helpers/prelabelFixture.ts';

const count = 150;
let folder = '';
let fixture: PrelabelFixture;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hardcase 사전-')));
  fixture = await makePrelabelFixture(folder, count, 40);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cpu = { model: 'tiny', provider: 'cpu' } as const;

describe('pre-labeling a dataset', { timeout: 60_000 }, () => {
  it('keeps what the model found, applies it as drafts, and measures it', async () => {
    const opened = await openFixture(fixture);
    const { client, id } = opened;
    try {
      const changes: RunSummary[] = [];
      client.models.runChanged(({ run }) => changes.push(run));
      const progress: number[] = [];
      const result = await client.models.prelabel({ dataset: id, ...cpu }, { onProgress: (value) => progress.push(value.done) });
      const boxes = Array.from({ length: count }, (_, i) => blocksOf(i).length).reduce((a, b) => a + b);
      expect(result).toMatchObject({ run: `tiny on ${count} frames`, provider: 'cpu', frames: count, boxes, failed: [], resumed: false });
      expect(result.imagesPerSecond).toBeGreaterThan(0);
      expect(result.pipelineEfficiency).toBeGreaterThan(0);
      expect(result.pipelineEfficiency).toBeLessThanOrEqual(1);
      expect(result.possibleImagesPerSecond).toBeGreaterThanOrEqual(result.imagesPerSecond);
      expect(progress.at(-1)).toBe(count);
      expect([...progress].sort((a, b) => a - b)).toEqual(progress);
      expect(changes.at(-1)).toMatchObject({ status: 'done', frames: count, boxes });

      const categories = await client.categories.list({ dataset: id });
      const shown = await client.frames.byName({ dataset: id, name: imageName(42) });
      const { predictions } = await client.annotations.load({ dataset: id, frame: shown.id, sources: [result.run] });
      const found = (predictions[0]?.boxes ?? []).map((box) => ({
        name: categories.find((c) => c.id === box.category)?.name,
        bbox: box.bbox,
      }));
      expect(found.sort((a, b) => (a.name === 'red' ? -1 : 1) - (b.name === 'red' ? -1 : 1))).toEqual(
        blocksOf(42).map(({ category, bbox }) => ({ name: ['red', 'green'][category], bbox })),
      );

      // Stopped by its first report, it keeps whole frames and says so; undone in one step, and the next one does them all.
      const steps: Progress[] = [];
      const stop = new AbortController();
      const stopped = await applyRun(
        opened.host.services,
        { dataset: id, run: result.run, where: 'frame.width > 0' },
        {
          clientId: 'test',
          author: 'Mara',
          signal: stop.signal,
          progress: ({ phase, done }) => phase === 'Applying' && done > 0 && stop.abort(),
        },
      );
      expect(stopped).toMatchObject({ cancelled: true });
      expect(stopped.frames).toBeGreaterThan(0);
      expect(stopped.frames).toBeLessThan(count);
      expect((await client.annotations.undo({ dataset: id })).frames).toHaveLength(stopped.frames);
      expect((await client.categories.list({ dataset: id })).reduce((sum, category) => sum + category.boxes, 0)).toBe(0);
      expect(
        await client.models.apply({ dataset: id, run: result.run, where: 'frame.width > 0' }, { onProgress: (step) => steps.push(step) }),
      ).toEqual({ frames: count, added: boxes, replaced: 0, keptHuman: 0 });
      expect(steps.at(-1)).toEqual({ phase: 'Applying', done: count, total: count, unit: 'frames' });
      // A box a person moved stays as the person left it, and the others are there once.
      const draft = await client.annotations.load({ dataset: id, frame: shown.id });
      const first = draft.annotations[0];
      if (first === undefined) throw new Error('no draft');
      expect(first).toMatchObject({ origin: 'model', provenance: { run: result.run, model: 'tiny' } });
      const moved = [first.bbox[0] + 1, first.bbox[1], first.bbox[2], first.bbox[3]] as const;
      await client.annotations.apply({ dataset: id, changes: [{ op: 'set', box: first.id, bbox: [...moved] }] });
      expect(await client.models.apply({ dataset: id, run: result.run })).toEqual({ frames: count, added: 0, replaced: 0, keptHuman: 1 });
      const after = await client.annotations.load({ dataset: id, frame: shown.id });
      expect(after.annotations.find((box) => box.id === first.id)?.bbox).toEqual(moved);
      expect(after.annotations).toHaveLength(draft.annotations.length);

      const evaluation = await client.models.evaluate({ dataset: id, run: result.run });
      expect(evaluation.frames).toBe(count);
      // IoU of 8 × 8 px boxes moved by 1 px is 0.78: one of them is missed above that threshold, so AP is just below 1.
      expect(evaluation.stats[1]).toBe(1);
      expect(evaluation.stats[0]).toBeGreaterThan(0.95);
      expect(evaluation.perCategory.map((row) => [row.category, row.groundTruths])).toEqual([
        ['red', count],
        ['green', count / 3],
      ]);
      expect((await client.models.runs({ dataset: id }))[0]?.ap).toBe(evaluation.stats[0]);
      const part = await client.models.evaluate({ dataset: id, run: result.run, where: `exists b: green@gt` });
      expect(part.frames).toBe(count / 3);
      // On a frozen version the labels are the version's, whatever happened to the dataset since.
      await client.versions.freeze({ dataset: id, name: 'v1', split: { train: 0.5, test: 0.5 }, groupBy: 'none' });
      await client.annotations.apply({ dataset: id, changes: after.annotations.map((box) => ({ op: 'delete' as const, box: box.id })) });
      const frozen = await client.models.evaluate({ dataset: id, run: result.run, version: 'v1' });
      expect(frozen.stats).toEqual(evaluation.stats);
      const test = await client.models.evaluate({ dataset: id, run: result.run, version: 'v1', split: 'test' });
      expect(test.frames).toBeLessThan(count);
      expect(test.frames).toBeGreaterThan(0);
      await expect(client.models.evaluate({ dataset: id, run: result.run, version: 'v1', split: 'none' })).rejects.toMatchObject({
        code: 'not_found',
      });
      // The same again gets a name of its own; a name that is taken is refused.
      await expect(client.models.prelabel({ dataset: id, ...cpu, name: result.run })).rejects.toMatchObject({ code: 'already_exists' });
      await client.models.removeRun({ dataset: id, run: result.run });
      expect(await client.models.runs({ dataset: id })).toEqual([]);
    } finally {
      await opened.close();
    }
  });

  it('waits for another run, pauses, goes on, and is cancelled without losing what is done', async () => {
    const opened = await openFixture(fixture);
    const { client, id } = opened;
    try {
      const { promise: paused, resolve: onPaused } = Promise.withResolvers<void>();
      let pausing: Promise<null> | undefined;
      let during = 0;
      const first = client.models.prelabel(
        { dataset: id, ...cpu, name: 'paused' },
        {
          onProgress: ({ done }) => {
            during = done;
            if (done >= 10 && pausing === undefined) {
              pausing = client.models.pauseRun({ dataset: id, run: 'paused' });
              void pausing.then(() => onPaused());
            }
          },
        },
      );
      await paused;
      const phases: string[] = [];
      const { promise: waiting, resolve: onWaiting } = Promise.withResolvers<void>();
      const second = client.models.prelabel(
        { dataset: id, ...cpu, name: 'waiting' },
        {
          onProgress: ({ phase }) => {
            phases.push(phase);
            onWaiting();
          },
        },
      );
      await waiting;
      expect((await client.models.runs({ dataset: id })).find((run) => run.name === 'paused')?.status).toBe('paused');
      expect(during).toBeLessThan(count);
      expect(phases).toEqual(['waiting']);
      await client.models.resumeRun({ dataset: id, run: 'paused' });
      expect((await first).frames).toBe(count);
      expect((await second).frames).toBe(count);
      expect(await runContent(opened, id, 'paused')).toEqual(await runContent(opened, id, 'waiting'));

      const { promise: stopped, resolve: onStopped } = Promise.withResolvers<null>();
      let stopping = false;
      const third = client.models.prelabel(
        { dataset: id, ...cpu, name: 'stopped' },
        {
          onProgress: ({ done }) => {
            if (done < 70 || stopping) return;
            stopping = true;
            void client.models.cancelRun({ dataset: id, run: 'stopped' }).then(onStopped);
          },
        },
      );
      await expect(third).rejects.toMatchObject({ code: 'cancelled' });
      await stopped;
      const run = (await client.models.runs({ dataset: id })).find((candidate) => candidate.name === 'stopped');
      expect(run).toMatchObject({ status: 'cancelled' });
      expect(run?.frames).toBeGreaterThanOrEqual(64);
      const again = await client.models.prelabel({ dataset: id, ...cpu, name: 'stopped', resume: true });
      expect(again).toMatchObject({ resumed: true, frames: count });
      expect(await runContent(opened, id, 'stopped')).toEqual(await runContent(opened, id, 'waiting'));
    } finally {
      await opened.close();
    }
  });

  it('names a broken image and one that ends the process twice, and does the rest', async () => {
    const own = join(folder, 'faulty');
    const faulty = await makePrelabelFixture(own, 12);
    const image = (i: number): string => {
      const sha = createHash('sha256')
        .update(readFileSync(faulty.images[i] as string))
        .digest('hex');
      return join(faulty.dataset, 'media', sha.slice(0, 2), `${sha}.png`);
    };
    writeFileSync(image(3), 'this was a picture once');
    const crash = image(7);
    const opened = await openFixture(faulty, { HARDCASE_FAULT_INFERENCE: crash.slice(-40) });
    try {
      const result = await opened.client.models.prelabel({ dataset: opened.id, ...cpu });
      expect(result.frames).toBe(12);
      expect(result.failed.map(({ frame, error }) => [frame, error.code]).sort()).toEqual([
        [imageName(3), 'refused_image'],
        [imageName(7), 'model_failed'],
      ]);
      const content = await runContent(opened, opened.id, result.run);
      expect(content.frames).toHaveLength(12);
      const boxes = content.offsets.slice(1).map((end, f) => end - (content.offsets[f] ?? 0));
      expect(boxes).toEqual(Array.from({ length: 12 }, (_, i) => (i === 3 || i === 7 ? 0 : blocksOf(i).length)));
      // What failed keeps its labels when the run is applied.
      expect((await opened.client.models.apply({ dataset: opened.id, run: result.run })).frames).toBe(10);
    } finally {
      await opened.close();
    }
  });

  it('killed at any moment and resumed, is equal to a run that was not', async () => {
    const whole = 'whole';
    for (const [round, frames] of [5, 100].entries()) {
      const name = `killed ${round}`;
      const killed = await killDuringPrelabel(fixture, { ...cpu, name }, frames);
      expect(killed.seen).not.toBeNull();
      const opened = await openFixture(fixture);
      const { client, id } = opened;
      try {
        const left = (await client.models.runs({ dataset: id })).find((run) => run.name === name);
        expect(left?.status).toBe('interrupted');
        // Durable at least every 64 frames, in the order of the frames.
        expect(left?.frames).toBeGreaterThanOrEqual(Math.max(0, Math.floor(frames / 64) - 1) * 64);
        const result = await client.models.prelabel({ dataset: id, ...cpu, name, resume: true });
        expect(result).toMatchObject({ resumed: true, frames: count, run: name });
        if (round === 0) await client.models.prelabel({ dataset: id, ...cpu, name: whole });
        expect(await runContent(opened, id, name)).toEqual(await runContent(opened, id, whole));
        // A run that is done is not done again.
        expect(await client.models.prelabel({ dataset: id, ...cpu, name, resume: true })).toMatchObject({ resumed: true, frames: count });
      } finally {
        await opened.close();
      }
    }
  });

  it('goes on when its caller goes, and is interrupted, not lost, when the host closes', async () => {
    const first = await openFixture(fixture);
    const gone = new AbortController();
    const { promise: begun, resolve: onBegun } = Promise.withResolvers<void>();
    const call = first.client.models.prelabel(
      { dataset: first.id, ...cpu, name: 'left' },
      { signal: gone.signal, onProgress: ({ done }) => (done >= 5 ? onBegun() : undefined) },
    );
    await begun;
    gone.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect((await first.client.models.runs({ dataset: first.id })).find((run) => run.name === 'left')?.status).toBe('running');
    await first.client.models.pauseRun({ dataset: first.id, run: 'left' });
    await first.close();
    const second = await openFixture(fixture);
    try {
      expect((await second.client.models.runs({ dataset: second.id })).find((run) => run.name === 'left')?.status).toBe('interrupted');
      expect((await second.client.models.prelabel({ dataset: second.id, ...cpu, resume: true })).run).toBe('left');
    } finally {
      await second.close();
    }
  });
});

describe('models of a dataset', { timeout: 60_000 }, () => {
  it('are copied by content, mapped by name, listed, tried on a frame and removed', async () => {
    const own = join(folder, 'models');
    const { client, close } = await startHost(join(own, 'user'));
    try {
      const { id, path: dataset } = await client.datasets.create({ path: join(own, 'set') });
      await client.categories.add({ dataset: id, name: 'RED' });
      await client.categories.add({ dataset: id, name: 'limes' });
      const source = join(own, 'in');
      const file = join(own, 'fruit.onnx');
      writeFileSync(file, makeTinyDetector({ layout: 'yolox', names: ['red', 'green'] }));
      mkdirSync(source);
      writeFileSync(join(source, imageName(0)), await colourImage(0));
      await client.imports.run({ dataset: id, format: 'images', from: source, media: 'copy' });

      const inspected = await client.models.inspect({ path: file });
      expect(inspected).toMatchObject({ family: 'yolox', categories: ['red', 'green'], input: { layout: 'nchw', shape: [1, 3, 64, 64] } });
      expect(inspected.why.length).toBeGreaterThan(3);
      const frame = await client.frames.byName({ dataset: id, name: imageName(0) });
      const tried = await client.models.tryOn({ dataset: id, path: file, frame: frame.id });
      expect(tried.boxes.map((box) => box.category).sort()).toEqual(['green', 'red']);

      const added = await client.models.add({ dataset: id, path: file });
      expect(added).toMatchObject({ name: 'fruit', family: 'yolox', mapped: 1, unmapped: ['green'] });
      expect(readdirSync(join(dataset, 'models'))).toEqual([`${added.sha256}.onnx`]);
      // The same file again changes its map; other content under the same name is refused.
      expect(await client.models.add({ dataset: id, path: file, map: { green: 'limes' } })).toMatchObject({
        name: 'fruit',
        mapped: 2,
        unmapped: [],
      });
      writeFileSync(file, makeTinyDetector({ layout: 'yolov5', names: ['red', 'green'] }));
      await expect(client.models.add({ dataset: id, path: file, name: 'fruit' })).rejects.toMatchObject({ code: 'already_exists' });
      expect(await client.models.add({ dataset: id, path: file })).toMatchObject({ name: 'fruit 2' });
      expect((await client.models.list({ dataset: id })).map((model) => model.name)).toEqual(['fruit', 'fruit 2']);
      await client.models.prelabel({ dataset: id, model: 'fruit', provider: 'cpu', name: 'one' });
      const { predictions } = await client.annotations.load({ dataset: id, frame: frame.id, sources: ['one'] });
      expect(predictions[0]?.boxes).toHaveLength(2);
      await client.models.remove({ dataset: id, model: 'fruit' });
      await expect(client.models.prelabel({ dataset: id, model: 'fruit' })).rejects.toMatchObject({ code: 'not_found' });
      expect(readdirSync(join(dataset, 'models'))).toHaveLength(1);
    } finally {
      await close();
    }
  });
});
