import { execFile } from 'node:child_process';
import { mkdir, open, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { jpegBytes, pngBytes } from '../../helpers/imageBytes.ts';
import { tempFolder, writeFiles } from '../../helpers/tempFolder.ts';

const child = fileURLToPath(new URL('../../helpers/importChild.ts', import.meta.url));

interface Outcome {
  readonly error: string | null;
  readonly taken: number;
  readonly codes: readonly string[];
  readonly megabytes: number;
}

async function read(format: string, from: string): Promise<Outcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [child, format, from], { timeout: 60_000, maxBuffer: 1_048_576 });
  return JSON.parse(stdout) as Outcome;
}

const good = pngBytes(8, 8, { seed: 1 });

/** Everything else in the folder is hostile; `good.png` has to be taken all the same, where the format lets it stand by itself. */
const corpus: readonly {
  readonly what: string;
  readonly format: string;
  readonly make: (folder: string) => Promise<void>;
  readonly expected: Partial<Outcome>;
}[] = [
  {
    what: 'image bombs, a sparse giant, cut and empty files, links, devices by name, texts that pose as images',
    format: 'images',
    make: async (folder) => {
      await writeFiles(folder, {
        'good.png': good,
        'bomb.png': pngBytes(4, 4, { claims: { width: 30_000, height: 30_000 } }),
        'tall.png': pngBytes(4, 4, { claims: { width: 1, height: 2_000_000_000 } }),
        'cut.jpg': jpegBytes(640, 480, { orientation: 6 }).subarray(0, 120),
        'empty.png': '',
        'page.png': '<html><script>alert(1)</script></html>',
        'vector.jpg': '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        'giant.png': good,
        'segments.jpg': Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(200_000, Buffer.from([0xff, 0xe1, 0, 2]))]),
      });
      await truncate(path.join(folder, 'giant.png'), 20 * 2 ** 30);
      await symlink('/etc/hostname', path.join(folder, 'link.png'));
      await symlink('/', path.join(folder, 'root'));
    },
    expected: {
      taken: 1,
      codes: ['link_passed_over', 'image_too_large', 'image_truncated', 'empty_file', 'not_an_image'],
    },
  },
  {
    what: 'a JSON file of 200 MB of brackets',
    format: 'coco',
    make: async (folder) => {
      await writeFiles(folder, { 'x.json': '{"images":[],"annotations":[' });
      const file = await open(path.join(folder, 'x.json'), 'a');
      for (let i = 0; i < 200; i++) await file.write(Buffer.alloc(1_048_576, '['));
      await file.close();
    },
    expected: { error: 'refused_input', codes: ['json_too_deep'] },
  },
  {
    what: 'a JSON file with one text of 200 MB',
    format: 'coco',
    make: async (folder) => {
      await writeFiles(folder, { 'x.json': '{"images":[{"id":1,"file_name":"' });
      const file = await open(path.join(folder, 'x.json'), 'a');
      for (let i = 0; i < 200; i++) await file.write(Buffer.alloc(1_048_576, 'a'));
      await file.write('"}]}');
      await file.close();
    },
    expected: { error: 'refused_input', codes: ['json_string_too_long'] },
  },
  {
    what: 'a JSON file with one list of 300 MB',
    format: 'coco',
    make: async (folder) => {
      await writeFiles(folder, { 'x.json': '{"images":[{"id":1,"file_name":"good.png"}],"annotations":[{"id":1,"segmentation":[[' });
      const file = await open(path.join(folder, 'x.json'), 'a');
      for (let i = 0; i < 300; i++) await file.write(Buffer.alloc(1_048_576, '1,'));
      await file.write('1]]}]}');
      await file.close();
    },
    expected: { error: 'refused_input', codes: ['json_element_too_large'] },
  },
  {
    what: 'category numbers that would make a dense list huge, and ids beyond doubles',
    format: 'coco',
    make: async (folder) => {
      await writeFiles(folder, {
        'good.png': good,
        'x.json':
          '{"images":[{"id":9007199254740993,"file_name":"good.png"},{"id":1e999,"file_name":"b.png"}],"categories":[{"id":4000000000000,"name":"a"},{"id":-7,"name":"b"}],"annotations":[{"id":1e300,"image_id":9007199254740993,"category_id":4000000000000,"bbox":[1e308,1e308,1e308,1e308]}]}',
      });
    },
    expected: { error: null, taken: 1 },
  },
  {
    what: 'a YAML bomb and a YAML of a million brackets',
    format: 'yolo',
    make: async (folder) => {
      await writeFiles(folder, {
        'data.yaml': `a: &a [${'x,'.repeat(100)}x]\n${'bcdefgh'
          .split('')
          .map((key, i) => `${key}: &${key} [${`*${'abcdefg'[i] ?? ''},`.repeat(50)}x]`)
          .join('\n')}\nnames: *h\n`,
        'images/good.png': good,
      });
    },
    expected: { error: 'refused_input', codes: ['yaml_anchor'] },
  },
  {
    what: 'label files of 9 MB, of a million numbers in a line, and lists that lead outside',
    format: 'yolo',
    make: async (folder) => {
      await writeFiles(folder, {
        'data.yaml': 'train: train.txt\nnames: [car]\n',
        'train.txt': '../../etc/passwd\n/etc/passwd\nimages/good.png\nimages/b.png\nimages/a\u0000.png\n',
        'images/good.png': good,
        'images/b.png': pngBytes(8, 8, { seed: 2 }),
        'labels/good.txt': Buffer.alloc(9 * 1_048_576, '0 0.5 0.5 0.1 0.1\n'),
        'labels/b.txt': `0 ${'0.5 '.repeat(1_000_000)}\n`,
      });
    },
    expected: { error: null, taken: 2 },
  },
  {
    what: 'XML with document types, of 33 levels, of 9 MB and cut',
    format: 'voc',
    make: async (folder) => {
      const lol = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
      await writeFiles(folder, {
        'good.png': good,
        'good.xml': '<annotation><filename>good.png</filename></annotation>',
        'lol.xml': `<!DOCTYPE a [<!ENTITY l0 "lol">${lol}]><annotation>&l9;</annotation>`,
        'utf16.xml': Buffer.from('\ufeff<!DOCTYPE a SYSTEM "file:///etc/passwd"><annotation/>', 'utf16le'),
        'deep.xml': '<annotation>'.repeat(100_000),
        'cut.xml': '<annotation><filename>good',
        'quotes.xml': '<annotation x="'.repeat(100_000),
        'large.xml': Buffer.alloc(9 * 1_048_576, '<annotation>'),
      });
    },
    expected: { error: null, taken: 1 },
  },
  {
    what: 'folders nested 200 levels deep',
    format: 'images',
    make: async (folder) => {
      await writeFile(path.join(folder, 'good.png'), good);
      await mkdir(path.join(folder, ...Array.from({ length: 200 }, () => 'd')), { recursive: true });
    },
    expected: { error: null, taken: 1, codes: [] },
  },
];

test.each(corpus)('$what: refused with reasons, under 512 MB, the rest is read', async ({ format, make, expected }) => {
  const folder = await tempFolder();
  await make(folder);
  const outcome = await read(format, folder);
  expect(outcome).toMatchObject(expected);
  expect(outcome.megabytes).toBeLessThan(512);
});
