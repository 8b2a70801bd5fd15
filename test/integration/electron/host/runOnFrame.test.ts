import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, imageName } from '../../../helpers/colourImages.ts';
import { makePrelabelFixture, openFixture, type PrelabelFixture } from '../../../helpers/prelabelFixture.ts';

let folder = '';
let fixture: PrelabelFixture;
const frameNo = [...Array(40).keys()].find((i) => blocksOf(i).length >= 2) ?? 0;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hardcase-frame-')));
  fixture = await makePrelabelFixture(folder, frameNo + 2);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a model on one frame', { timeout: 60_000 }, () => {
  it('adds drafts where nothing of a person is, as one step of undo, and leaves no run behind', async () => {
    const { client, id: dataset, close } = await openFixture(fixture);
    try {
      const { id: frame } = await client.frames.byName({ dataset, name: imageName(frameNo) });
      const other = await client.frames.byName({ dataset, name: imageName(frameNo + 1) });
      const heard: (readonly number[] | null)[] = [];
      client.frames.changed((event) => heard.push(event.frames));
      const progress: number[] = [];
      const done = await client.models.runOnFrame({ dataset, frame }, { onProgress: ({ done: now }) => progress.push(now) });
      const wanted = blocksOf(frameNo).map(({ bbox }) => bbox);
      expect(done).toMatchObject({ model: 'tiny', found: wanted.length, added: wanted.length, replaced: 0, keptHuman: 0 });
      expect(progress).toEqual([0, 1]);
      expect(heard).toEqual([[frame]]);
      const drafts = await client.annotations.load({ dataset, frame });
      expect(drafts.annotations.map((box) => box.bbox).sort()).toEqual([...wanted].sort());
      expect(drafts.annotations[0]).toMatchObject({ origin: 'model', provenance: { model: 'tiny', run: 'tiny on single frames' } });
      expect((await client.annotations.load({ dataset, frame: other.id })).annotations).toEqual([]);
      expect(await client.models.runs({ dataset })).toEqual([]);
      expect((await client.datasets.summary({ dataset })).activeRun).toBeNull();

      // What a person touched stays as it is and is not doubled.
      const [first] = drafts.annotations;
      if (first === undefined) throw new Error('no draft');
      const [x, y, w, h] = first.bbox;
      await client.annotations.apply({ dataset, changes: [{ op: 'set', box: first.id, bbox: [x + 1, y, w, h] }] });
      expect(await client.models.runOnFrame({ dataset, frame, model: 'tiny' })).toMatchObject({ added: 0, keptHuman: 1 });
      expect((await client.annotations.load({ dataset, frame })).annotations).toHaveLength(wanted.length);

      await client.annotations.undo({ dataset, frame });
      await client.annotations.undo({ dataset, frame });
      expect((await client.annotations.load({ dataset, frame })).annotations).toEqual([]);
    } finally {
      await close();
    }
  });

  it('says what is missing', async () => {
    const { client, id: dataset, close } = await openFixture(fixture);
    try {
      const { id: frame } = await client.frames.byName({ dataset, name: imageName(frameNo) });
      await expect(client.models.runOnFrame({ dataset, frame, model: 'other' })).rejects.toMatchObject({ code: 'not_found' });
      await client.models.remove({ dataset, model: 'tiny' });
      await expect(client.models.runOnFrame({ dataset, frame })).rejects.toMatchObject({
        code: 'not_found',
        message: 'This dataset has no model yet. Add one in Models.',
      });
    } finally {
      await close();
    }
  });
});
