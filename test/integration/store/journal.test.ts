import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Journal, readSegment } from '../../../electron/db/log/journal.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

const replica = '0190000000007000800000000000000a';
const dataset = new Uint8Array(16).fill(7);

const record = (fill: number, length: number): Uint8Array => new Uint8Array(length).fill(fill);

/** Appends as a process whose files may not grow beyond 8 KiB: what a full disk does, a part of a write and then an error. */
const script = (journal: string, folder: string): string => `
  import { Journal } from ${JSON.stringify(pathToFileURL(journal).href)};
  const journal = new Journal(${JSON.stringify(folder)}, new Uint8Array(16).fill(7), '${replica}');
  journal.append(1, [new Uint8Array(6_000).fill(1)]);
  try {
    journal.append(2, [new Uint8Array(4_000).fill(2)]);
  } catch (error) {
    process.stdout.write(error.code);
  }
  journal.append(2, [new Uint8Array(100).fill(3)]);
  journal.close();
`;

test.skipIf(process.platform === 'win32')('a disk that fills up in the middle of a record leaves nothing of it behind', async () => {
  const folder = await tempFolder();
  const module = script(path.resolve('electron/db/log/journal.ts'), folder);
  const code = execFileSync('bash', ['-c', `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1"`, process.execPath, module], {
    encoding: 'utf8',
  });
  expect(code).toBe('EFBIG');
  const segment = readSegment(path.join(folder, replica, '000000000001.seg.open'));
  expect(segment.ops.map((op) => [op.seq, op.body.length, op.body[0]])).toEqual([
    [1, 6_000, 1],
    [2, 100, 3],
  ]);
  // Goes on where it stopped, and what is there can be sealed.
  const again = new Journal(folder, dataset, replica);
  again.open(3);
  again.append(3, [record(4, 10)]);
  again.close();
  expect(Journal.read(folder, replica, 1).ops.map((op) => op.seq)).toEqual([1, 2, 3]);
});

test('a request is in the journal whole or not at all, wherever a kill cuts it off', async () => {
  const folder = await tempFolder();
  const file = path.join(folder, replica, '000000000001.seg.open');
  const journal = new Journal(folder, dataset, replica);
  journal.append(1, [record(1, 5)]);
  const before = statSync(file).size;
  journal.append(2, [record(2, 20), record(3, 20), record(4, 7)], [{ key: 'a gesture', first: 2, last: 3 }]);
  journal.close();
  const whole = readFileSync(file);
  expect(Journal.read(folder, replica, 2)).toMatchObject({
    ops: [{ seq: 2 }, { seq: 3 }, { seq: 4 }],
    requests: [{ key: 'a gesture', first: 2, last: 3 }],
  });
  const requestEnd = whole.length - 4 - 7;
  for (let end = before; end < whole.length; end++) {
    writeFileSync(file, whole.subarray(0, end));
    const { ops, requests, end: kept } = readSegment(file);
    const isWhole = end >= requestEnd;
    expect([end, ops.map(({ seq }) => seq), requests.length, kept]).toEqual([
      end,
      isWhole ? [1, 2, 3] : [1],
      isWhole ? 1 : 0,
      isWhole ? requestEnd : before,
    ]);
  }
  // What is written next stands where the half request stood.
  const again = new Journal(folder, dataset, replica);
  writeFileSync(file, whole.subarray(0, requestEnd - 1));
  again.open(2);
  again.append(2, [record(9, 3)]);
  again.close();
  expect(readSegment(file).ops.map(({ seq, body }) => [seq, body[0]])).toEqual([
    [1, 1],
    [2, 9],
  ]);
});
