import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExportLayout, SplitFolders, safePart, withoutExtension } from '../../../../shared/formats/exportLayout.ts';

const hash = (digit: string) => digit.repeat(64);
const plain = { uniqueStems: false, reservedParts: [] };
const yolo = { uniqueStems: true, reservedParts: ['images'] };

describe('names of exported images', () => {
  test('safe names stay as they are, with their folders', () => {
    const layout = new ExportLayout(plain);
    for (const name of ['cam7/0001.jpg', 'cam7/0002.jpg', '한글 이름.png', 'a.b.c.jpg', 'images/x.jpg'])
      expect(layout.place(name, hash('a'))).toBe(name);
  });

  test.each([
    ['../../etc/passwd', '_/_/etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['C:\\x\\y.jpg', 'C__x_y.jpg'],
    ['a\u0000b\u202e.jpg', 'a_b_.jpg'],
    ['NUL.jpg', '_NUL.jpg'],
    ['dir. /x.jpg', 'dir/x.jpg'],
    ['./x.jpg', 'x.jpg'],
    ['...', '_'],
    ['', 'image'],
    ['u\u0308.jpg', 'ü.jpg'],
  ])('%j becomes %j', (name, expected) => {
    expect(new ExportLayout(plain).place(name, hash('a'))).toBe(expected);
  });

  test('names that differ only in case, or only in what is not safe, get the mark of their image', () => {
    const layout = new ExportLayout(plain);
    expect(layout.place('a.jpg', hash('1'))).toBe('a.jpg');
    expect(layout.place('A.JPG', hash('2'))).toBe('A-22222222.JPG');
    expect(layout.place('a:.jpg', hash('3'))).toBe('a_.jpg');
    expect(layout.place('a?.jpg', hash('3'))).toBe('a_-33333333.jpg');
    expect(layout.place('a*.jpg', hash('3'))).toBe('a_-33333333-2.jpg');
  });

  test('a file never stands where a folder stands', () => {
    const layout = new ExportLayout(plain);
    expect(layout.place('x.jpg', hash('1'))).toBe('x.jpg');
    expect(layout.place('x.jpg/y.jpg', hash('2'))).toBe('x.jpg_y-22222222.jpg');
    expect(layout.place('d/y.jpg', hash('3'))).toBe('d/y.jpg');
    expect(layout.place('d', hash('4'))).toBe('d-44444444');
  });

  test('YOLO: one label file for each image, and no second folder called images', () => {
    const layout = new ExportLayout(yolo);
    expect(layout.place('a.jpg', hash('1'))).toBe('a.jpg');
    expect(layout.place('a.png', hash('2'))).toBe('a-22222222.png');
    expect(layout.place('images/train/b.jpg', hash('3'))).toBe('train/b.jpg');
    expect(layout.place('c/Images/d.jpg', hash('3'))).toBe('c/d.jpg');
    expect(layout.place('images', hash('3'))).toBe('images');
  });

  test('any names at all give safe paths, no two of them equal on any file system, and the same again', () => {
    const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('..', 'a', 'A', 'con', 'images', 'x.jpg', '.', 'ä'));
    const names = fc.array(
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join('/')),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(names, fc.constantFrom(plain, yolo), (list, options) => {
        const layout = new ExportLayout(options);
        const again = new ExportLayout(options);
        const placed = list.map((name, i) => layout.place(name, hash(String(i % 10))));
        expect(list.map((name, i) => again.place(name, hash(String(i % 10))))).toEqual(placed);
        const key = (path: string) => path.normalize('NFC').toLowerCase();
        const keys = new Set(placed.map((path) => key(options.uniqueStems ? withoutExtension(path) : path)));
        expect(keys.size).toBe(placed.length);
        const pieces = placed.flatMap((path) => path.split('/'));
        expect(pieces.filter((piece) => piece !== safePart(piece) || ['', '.', '..'].includes(piece))).toEqual([]);
        const whole = placed.map(key);
        expect(whole.filter((path) => whole.some((other) => other.startsWith(`${path}/`)))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('long parts and deep paths are cut', () => {
    const layout = new ExportLayout(plain);
    const long = layout.place(`${'한'.repeat(300)}.jpg`, hash('a'));
    expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(204);
    expect(long.endsWith('한.jpg')).toBe(true);
    expect(layout.place(`${'d/'.repeat(100)}x.jpg`, hash('b'))).toBe(`${'b'.repeat(32)}.jpg`);
  });
});

describe('folders of splits', () => {
  test('none, named, unsafe, doubled in case, and frames without one', () => {
    expect(new SplitFolders(new Set([null])).folders).toEqual(['']);
    expect(new SplitFolders(new Set()).folders).toEqual(['']);
    const folders = new SplitFolders(new Set(['train', '../x', 'Val', 'val', 'images', null, 'unassigned']));
    const of = (split: string | null) => folders.of(split);
    expect([of('train'), of('../x'), of('Val'), of('val'), of('images'), of('unassigned'), of(null)]).toEqual([
      'train',
      '.._x',
      'Val',
      'val-2',
      'images_',
      'unassigned',
      'unassigned-2',
    ]);
  });
});
