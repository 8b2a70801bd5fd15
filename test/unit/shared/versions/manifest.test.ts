import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { boxName, isBoxName } from '../../../../shared/versions/boxName.ts';
import { openManifest } from '../../../../shared/versions/decodeManifest.ts';
import { ManifestEncoder } from '../../../../shared/versions/encodeManifest.ts';
import { box, category, decode, encode, frame } from '../../../fixtures/versions/manifestHelpers.ts';

const utf8 = new TextEncoder();
const content = {
  categories: [{ name: 'car', supercategory: 'vehicle', sourceId: 3 }, category('자전거')],
  frames: [
    frame('a.jpg', [
      box(2, [0.1, -0, 1e21, 5e-324], { category: 1, sourceId: 9 }),
      box(1, [1, 2, 3, 4], {
        flags: ['crowd', 'occluded'],
        attributes: { b: 'x', a: 1.5, c: false },
        mask: { size: [480, 640], counts: [1, 2] },
        area: 7,
        track: -4,
        angle: 30,
        sourceId: 5,
      }),
    ]),
    frame('b.jpg', [], { state: 'unlabeled', split: 'train', sequence: 's', index: 0, time: 0.5, sourceId: 1 }),
  ],
};
const text = [
  '{"hardcase":"manifest","version":1}',
  '{"category":"car","supercategory":"vehicle","sourceId":3}',
  '{"category":"자전거"}',
  `{"frame":"a.jpg","sha256":"${content.frames[0]!.sha256}","size":[640,480],"state":"labeled","boxes":[` +
    '{"category":0,"bbox":[1,2,3,4],"angle":30,"flags":["occluded","crowd"],"attributes":{"a":1.5,"b":"x","c":false},"track":-4,' +
    '"area":7,"mask":{"size":[480,640],"counts":[1,2]},"sourceId":5},' +
    '{"category":1,"bbox":[0.1,0,1e+21,5e-324],"sourceId":9}],"ids":["b-knm6o2ezxs-1","b-knm6o2ezxs-2"]}',
  `{"frame":"b.jpg","sha256":"${content.frames[1]!.sha256}","size":[640,480],"state":"unlabeled","split":"train","sequence":"s","index":0,"time":0.5,"sourceId":1}`,
  '{"end":true,"frames":2,"annotations":2}',
  '',
];

describe('manifest', () => {
  test('has exactly these bytes, and its hash is that of the lines without ids', () => {
    const written = encode(content);
    const name = content.frames[0]!.boxes[1]!.id.split('-')[1]!;
    expect(written.text.split('\n')).toEqual(text.map((line) => line.replaceAll('knm6o2ezxs', name)));
    const bare = written.text.replace(/,"ids":\[[^\]]*\]/, '');
    expect(written.summary).toEqual({
      sha256: createHash('sha256').update(bare).digest('hex'),
      frames: 2,
      annotations: 2,
      splits: { '': 1, train: 1 },
    });
  });

  test('hashes with the hash it is given', () => {
    const hash = createHash('sha256');
    const encoder = new ManifestEncoder(content.categories, {
      update: (bytes) => hash.update(bytes),
      hex: () => hash.digest('hex'),
    });
    for (const one of content.frames) encoder.frame(one);
    expect(encoder.finish().summary).toEqual(encode(content).summary);
  });

  test.each([
    ['NaN', frame('a', [box(1, [NaN, 0, 1, 1])])],
    ['Infinity', frame('a', [box(1, [0, 0, Infinity, 1])])],
    ['NaN attribute', frame('a', [box(1, [0, 0, 1, 1], { attributes: { a: NaN } })])],
    ['unknown category', frame('a', [box(1, [0, 0, 1, 1], { category: 9 })])],
    ['doubled box', frame('a', [box(1, [0, 0, 1, 1]), box(1, [0, 0, 1, 1])])],
    ['hash', frame('a', [], { sha256: 'XYZ' })],
    ['dangerous attribute', frame('a', [box(1, [0, 0, 1, 1], { attributes: JSON.parse('{"__proto__":1}') as Record<string, number> })])],
  ])('refuses to write %s and names the frame', (_, bad) => {
    expect(() => encode({ ...content, frames: [bad] })).toThrow(expect.objectContaining({ code: 'corrupt', details: { frame: 'a' } }));
  });

  test('refuses frames out of order, and doubled names of frames or categories', () => {
    expect(() => encode({ ...content, frames: [frame('b'), frame('a')] })).toThrow(/out of order/);
    expect(() => encode({ ...content, frames: [frame('a'), frame('a')] })).toThrow(/listed twice/);
    expect(() => encode({ categories: [category('x'), category('x')], frames: [] })).toThrow(/same name/);
  });

  const good = encode(content).text;
  test.each([
    ['cut in the middle', good.slice(0, -60), 'corrupt'],
    ['without its end', good.split('\n').slice(0, -2).join('\n') + '\n', 'corrupt'],
    ['without its last line end', good.slice(0, -1), 'corrupt'],
    ['more after its end', `${good}{"end":true,"frames":2,"annotations":2}\n`, 'corrupt'],
    ['empty', '', 'corrupt'],
    ['of something else', '{"images":[]}\n', 'corrupt'],
    ['of a newer Hardcase', good.replace('"version":1', '"version":2'), 'newer_version'],
    ['with spaces', good.replace('"version":1', '"version": 1'), 'corrupt'],
    ['with a number written otherwise', good.replace('[1,2,3,4]', '[1.0,2,3,4]'), 'corrupt'],
    ['with an unknown field', good.replace('"angle":30', '"angel":30'), 'corrupt'],
    ['with a doubled field', good.replace('"angle":30', '"angle":1,"angle":30'), 'corrupt'],
    ['with a wrong count', good.replace('"annotations":2}', '"annotations":3}'), 'corrupt'],
    ['with a hostile key', good.replace('"a":1.5', '"__proto__":1.5'), 'corrupt'],
    ['with a box of text', good.replace('[1,2,3,4]', '["1",2,3,4]'), 'corrupt'],
    ['with fewer ids than boxes', good.replace(/,"b-[a-z2-7]+-2"/, ''), 'corrupt'],
    ['with deep nesting', good.replace('"a":1.5', `"a":${'['.repeat(5000)}${']'.repeat(5000)}`), 'corrupt'],
    ['a category after the frames', good.replace('{"end"', '{"category":"late"}\n{"end"'), 'corrupt'],
  ])('refuses a file %s', async (_, bad, code) => {
    await expect(decode(utf8.encode(bad))).rejects.toMatchObject({ name: 'AppError', code });
  });

  test.each([
    ['a number written otherwise', good.replace('[1,2,3,4]', '[1.0,2,3,4]')],
    ['another box', good.replace('[1,2,3,4]', '[1,2,3,5]')],
    ['ids twice', good.replace(',"ids":[', ',"ids":["b-aaaaaaaaaa-1","b-aaaaaaaaaa-2"],"ids":[')],
    ['ids in another place', good.replace(/("boxes":.*?\]),("ids":\[[^\]]*\])\}/, '$2,$1}')],
  ])('with the hash known, refuses %s', async (_, bad) => {
    expect(bad).not.toBe(good);
    await expect(decode(utf8.encode(bad), 64, encode(content).summary.sha256)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('refuses bytes that are no UTF-8', async () => {
    await expect(decode(Uint8Array.of(0x7b, 0xff, 0x0a))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('lets go of its source when it is not read to the end', async () => {
    let closed = 0;
    const source = function* () {
      try {
        for (const byte of utf8.encode(good)) yield Uint8Array.of(byte);
      } finally {
        closed++;
      }
    };
    await (await openManifest(source())).close();
    expect(closed).toBe(1);
    for await (const one of (await openManifest(source())).frames) {
      expect(one.name).toBe('a.jpg');
      break;
    }
    expect(closed).toBe(2);
  });
});

describe('box names', () => {
  test('are the last 50 bits of the origin in base 32, and the number', () => {
    expect(boxName('00000000000000000000000000000000', 0)).toBe('b-aaaaaaaaaa-0');
    expect(boxName('ffffffffffffffffffffffffffffffff', 4294967295)).toBe('b-7777777777-4294967295');
    expect(boxName(`${'f'.repeat(19)}c000000000021`, 5)).toBe('b-aaaaaaaabb-5');
    expect(isBoxName('b-aaaaaaaabb-5')).toBe(true);
    for (const bad of ['b-aaaaaaaabb-05', 'b-aaaaaaaab1-5', 'b-aaaaaaaabb-4294967296', 'x', 'b-aaaaaaaabb-5\n']) {
      expect(isBoxName(bad)).toBe(false);
    }
    expect(() => boxName('zz', 1)).toThrow();
    expect(() => boxName('00000000000000000000000000000000', -1)).toThrow();
  });
});
