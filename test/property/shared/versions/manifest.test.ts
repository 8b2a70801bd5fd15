import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxName } from '../../../../shared/versions/boxName.ts';
import { diffManifests } from '../../../../shared/versions/diffManifests.ts';
import { compareText } from '../../../../shared/versions/manifest.ts';
import { arbitraryManifest } from '../../../fixtures/versions/arbitraryManifest.ts';
import type { ManifestContent } from '../../../fixtures/versions/arbitraryManifest.ts';
import { decode, encode } from '../../../fixtures/versions/manifestHelpers.ts';

const runs = { numRuns: 100 };

test('what is read back encodes to the same bytes and the same hash, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryManifest, fc.integer({ min: 1, max: 200 }), async (content, size) => {
      const { text, summary } = encode(content);
      const back = await decode(new TextEncoder().encode(text), size);
      expect(back.summary).toEqual(summary);
      expect(encode(back)).toEqual({ text, summary });
      expect(back.frames.map((frame) => frame.name)).toEqual(content.frames.map((frame) => frame.name));
      for (const [i, frame] of content.frames.entries()) {
        const read = new Map(back.frames[i]!.boxes.map((box) => [box.id, box]));
        for (const box of frame.boxes) {
          const same = read.get(box.id)!;
          // -0 is written as 0; nothing else changes.
          expect(same.bbox).toEqual(box.bbox.map((value) => value + 0));
          expect(same.category).toBe(box.category);
          expect([...same.flags].sort()).toEqual([...box.flags].sort());
        }
      }
    }),
    runs,
  );
});

test('the order in which boxes, flags and attributes come changes no byte', () => {
  fc.assert(
    fc.property(arbitraryManifest, (content) => {
      const turned = content.frames.map((frame) => ({
        ...frame,
        boxes: frame.boxes.toReversed().map((box) => ({
          ...box,
          flags: box.flags.toReversed(),
          attributes: Object.fromEntries(Object.entries(box.attributes).reverse()),
        })),
      }));
      expect(encode({ ...content, frames: turned })).toEqual(encode(content));
    }),
    runs,
  );
});

test('a changed byte never reads as the same version', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryManifest, fc.nat(), fc.integer({ min: 1, max: 255 }), async (content, at, change) => {
      const { text, summary } = encode(content);
      const bytes = new TextEncoder().encode(text);
      const place = at % bytes.length;
      bytes[place] = bytes[place]! ^ change;
      const read = await decode(bytes).catch((error: unknown) => error as Error);
      if (read instanceof Error) {
        expect(read).toMatchObject({ name: 'AppError' });
        return;
      }
      // Ids are the one thing that may change without the content changing.
      const anonymous = (content: ManifestContent) => content.frames.map((f) => ({ ...f, boxes: f.boxes.map((b) => ({ ...b, id: '' })) }));
      const isSame = read.summary.sha256 === summary.sha256;
      if (isSame) expect(anonymous(read)).toEqual(anonymous(await decode(new TextEncoder().encode(text))));
      expect(encode(read).text).not.toBe(text);
    }),
    runs,
  );
});

test('with the hash known, every changed byte of the content is found', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryManifest, fc.nat(), fc.integer({ min: 1, max: 255 }), async (content, at, change) => {
      const { text, summary } = encode(content);
      const bytes = new TextEncoder().encode(text);
      expect((await decode(bytes, 64, summary.sha256)).summary).toEqual(summary);
      const place = at % bytes.length;
      bytes[place] = bytes[place]! ^ change;
      const read = await decode(bytes, 64, summary.sha256).catch((error: unknown) => error as Error);
      if (read instanceof Error) expect(read).toMatchObject({ name: 'AppError' });
      else expect(encode({ ...content, frames: read.frames }).summary).toEqual(summary);
    }),
    runs,
  );
});

test('equal content differs in nothing, and a diff turned round is the diff the other way', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryManifest, arbitraryManifest, async (a, b) => {
      const self = await diffManifests(a, a, { limit: 10 });
      expect(self).toEqual({
        frames: { added: 0, removed: 0 },
        boxes: { added: 0, removed: 0, moved: 0, relabelled: 0 },
        splitMoves: 0,
        list: [],
      });
      const there = await diffManifests(a, b);
      const back = await diffManifests(b, a);
      expect(there.frames).toEqual({ added: back.frames.removed, removed: back.frames.added });
      expect(there.boxes).toEqual({ ...back.boxes, added: back.boxes.removed, removed: back.boxes.added });
    }),
    runs,
  );
});

test('boxes drawn anew in the same places have the same hash and differ in nothing', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryManifest, async (content) => {
      const frames = content.frames.map((frame) => ({
        ...frame,
        boxes: frame.boxes.map((box, i) => ({ ...box, id: boxName('ffffffffffffffffffffffffffffffff', 100 + i) })),
      }));
      const anew = { ...content, frames };
      expect(encode(anew).summary).toEqual(encode(content).summary);
      const diff = await diffManifests(content, anew);
      expect(diff.boxes).toEqual({ added: 0, removed: 0, moved: 0, relabelled: 0 });
    }),
    runs,
  );
});

test('text is ordered as its UTF-8 bytes are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 1000 },
  );
});
