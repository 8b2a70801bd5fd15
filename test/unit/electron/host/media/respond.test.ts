import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseMediaPath } from '../../../../../electron/host/media/mediaService.ts';
import { parseRange, respondWithFile } from '../../../../../electron/host/media/respond.ts';
import { tempFolder } from '../../../../helpers/tempFolder.ts';

test.each([
  ['bytes=0-3', { start: 0, end: 3 }],
  ['bytes=4-', { start: 4, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-30', { start: 0, end: 9 }],
  ['bytes=2-100', { start: 2, end: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-2', null],
  ['bytes=0-1,4-5', null],
  ['bytes=-', null],
  ['lines=1-2', null],
  [null, null],
])('the range %s of ten bytes', (header, expected) => {
  expect(parseRange(header, 10)).toEqual(expected);
});

test.each([
  ['/media/0190-ab/4294967297/original', { dataset: '0190-ab', frame: 4294967297, variant: 'original' }],
  ['/media/0190-ab/1/thumb-256', { dataset: '0190-ab', frame: 1, variant: 256 }],
  ['/media/0190-ab/1/cover', { dataset: '0190-ab', frame: 1, variant: 'cover' }],
  ['/media/0190-ab/1/thumb-257', null],
  ['/media/0190-ab/1/../../etc', null],
  ['/media/..%2f..%2fetc/1/original', null],
  ['/media/0190-ab/-1/original', null],
  ['/media/0190-ab/1/original/x', null],
])('the address %s names a frame or nothing', (pathname, expected) => {
  expect(parseMediaPath(pathname)).toEqual(expected);
});

test('a file is sent whole, in part, not at all where it is known, and never guessed at', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'picture.html');
  writeFileSync(path, '0123456789');
  const file = { path, type: 'image/jpeg', tag: 'abc' };
  const ask = (headers: Record<string, string> = {}, method = 'GET') =>
    respondWithFile(new Request('http://localhost/media/a/1/original', { headers, method }), file);

  const whole = await ask();
  expect([whole.status, await whole.text(), whole.headers.get('content-type'), whole.headers.get('x-content-type-options')]).toEqual([
    200,
    '0123456789',
    'image/jpeg',
    'nosniff',
  ]);
  const part = await ask({ range: 'bytes=2-4' });
  expect([part.status, await part.text(), part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
    206,
    '234',
    'bytes 2-4/10',
    '3',
  ]);
  const known = await ask({ 'if-none-match': '"abc"' });
  expect([known.status, await known.text()]).toEqual([304, '']);
  expect((await ask({ range: 'bytes=10-' })).status).toBe(416);
  const head = await ask({}, 'HEAD');
  expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', '10']);
});
