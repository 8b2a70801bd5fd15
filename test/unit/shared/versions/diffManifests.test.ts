import { describe, expect, test } from 'vitest';
import { diffManifests } from '../../../../shared/versions/diffManifests.ts';
import { box, category, frame } from '../../../fixtures/versions/manifestHelpers.ts';

const categories = [category('car'), category('bicycle')];
const side = (...frames: ReturnType<typeof frame>[]) => ({ categories, frames });
const none = { added: 0, removed: 0, moved: 0, relabelled: 0 };

describe('diff of two versions', () => {
  test('counts boxes added, removed, moved and relabelled; one both moved and relabelled counts in both', async () => {
    const a = side(frame('a', [box(1, [0, 0, 1, 1]), box(2, [5, 5, 1, 1]), box(3, [7, 7, 1, 1]), box(4, [8, 8, 1, 1])]));
    const b = side(
      frame('a', [
        box(1, [0, 0, 1, 2]),
        box(2, [5, 5, 1, 1], { category: 1 }),
        box(3, [6, 7, 1, 1], { category: 1 }),
        box(5, [9, 9, 1, 1]),
      ]),
    );
    const diff = await diffManifests(a, b, { limit: 100 });
    expect(diff.boxes).toEqual({ added: 1, removed: 1, moved: 2, relabelled: 2 });
    expect(diff.list.map((line) => line.kind)).toEqual(['moved', 'relabelled', 'moved', 'relabelled', 'removed', 'added']);
    expect(diff.list[1]).toMatchObject({ frame: 'a', before: { category: 'car' }, after: { category: 'bicycle', bbox: [5, 5, 1, 1] } });
    expect(diff.list[4]).not.toHaveProperty('after');
    expect((await diffManifests(a, b, { limit: 2 })).list).toHaveLength(2);
    expect((await diffManifests(a, b)).list).toEqual([]);
  });

  test('a turned box is a moved box', async () => {
    const diff = await diffManifests(side(frame('a', [box(1, [0, 0, 1, 1])])), side(frame('a', [box(1, [0, 0, 1, 1], { angle: 5 })])));
    expect(diff.boxes).toEqual({ ...none, moved: 1 });
  });

  test('frames added and removed bring their boxes; a name with another image is both', async () => {
    const a = side(frame('a', [box(1, [0, 0, 1, 1])]), frame('c', [box(2, [0, 0, 1, 1])]), frame('d'));
    const b = side(frame('b', [box(3, [0, 0, 1, 1])]), frame('c', [box(2, [0, 0, 1, 1])], { sha256: 'f'.repeat(64) }), frame('d'));
    const diff = await diffManifests(a, b);
    expect(diff.frames).toEqual({ added: 2, removed: 2 });
    expect(diff.boxes).toEqual({ ...none, added: 2, removed: 2 });
  });

  test('counts frames that changed their split', async () => {
    const diff = await diffManifests(
      side(frame('a', [], { split: 'test' }), frame('b')),
      side(frame('a', [], { split: 'train' }), frame('b')),
    );
    expect(diff).toMatchObject({ splitMoves: 1, frames: { added: 0, removed: 0 } });
  });

  test('a renamed category relabels nothing; other places of the categories neither', async () => {
    const frames = [frame('a', [box(1, [0, 0, 1, 1], { category: 1 })])];
    const renamed = await diffManifests({ categories, frames }, { categories: [category('car'), category('bike')], frames });
    expect(renamed.boxes).toEqual(none);
    const swapped = {
      categories: [category('bicycle'), category('car')],
      frames: [frame('a', [box(1, [0, 0, 1, 1], { category: 0 })])],
    };
    expect((await diffManifests({ categories, frames }, swapped)).boxes).toEqual(none);
    const swappedNames = await diffManifests({ categories, frames }, { categories: swapped.categories, frames });
    expect(swappedNames.boxes).toEqual({ ...none, relabelled: 1 });
  });

  test('a box drawn anew in the same place is the same box, each once', async () => {
    const a = side(frame('a', [box(1, [0, 0, 1, 1]), box(2, [0, 0, 1, 1])]));
    const b = side(frame('a', [box(7, [0, 0, 1, 1])]));
    expect((await diffManifests(a, b)).boxes).toEqual({ ...none, removed: 1 });
  });

  test('calls back for each frame, and stops where that throws', async () => {
    let seen = 0;
    await diffManifests(side(frame('a'), frame('b')), side(frame('a')), { onFrame: () => seen++ });
    expect(seen).toBe(3);
    let closed = false;
    const frames = (function* () {
      try {
        yield frame('a');
        yield frame('b');
      } finally {
        closed = true;
      }
    })();
    const stop = () => {
      throw new Error('stop');
    };
    await expect(diffManifests({ categories, frames }, side(), { onFrame: stop })).rejects.toThrow('stop');
    expect(closed).toBe(true);
  });
});
