import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../../electron/db/client.ts';
import { openLocalDoor } from '../../../../electron/node/localDoor.ts';
import { createRpcServer } from '../../../../shared/rpc/server.ts';
import { sample, sampleHandlers } from '../../../contract/sampleContract.ts';
import { cliJson, runCli, spawnCli, type CliOptions } from '../../../helpers/runCli.ts';
import { makeSampleDataset, sampleFrames } from '../../../helpers/sampleDataset.ts';

let folder = '';
let dataset = '';
let id = '';
let options: CliOptions = {};

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly details?: { readonly [key: string]: unknown } };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hardcase 명령 '));
  options = { env: { HARDCASE_USER_DATA: join(folder, 'user') }, cwd: folder };
  ({ id, path: dataset } = await makeSampleDataset(folder, options));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function failure(args: readonly string[], input = ''): Promise<Failure['error'] & { readonly exit: number | null }> {
  const { code, stdout } = await runCli([...args, '--json'], { ...options, input });
  // One document and nothing else.
  return { ...(JSON.parse(stdout) as Failure).error, exit: code };
}

describe('documents', () => {
  test('frames: names, sizes and states; --limit cuts the list, not the total', async () => {
    const { total, frames } = await cliJson<{ total: number; frames: readonly object[] }>(['frames', dataset, '--limit', '2'], options);
    expect(total).toBe(sampleFrames);
    expect(frames).toHaveLength(2);
    expect(frames[0]).toEqual({ id: expect.any(Number), name: '000000.jpg', width: 640, height: 480, state: 'labeled' });
  });

  test('frames --where narrows', async () => {
    const { total } = await cliJson<{ total: number }>(
      ['frames', dataset, '--where', 'exists b: bicycle@gt, c: car@gt where ioa(b, c) > 0.9'],
      options,
    );
    expect(total).toBe(sampleFrames / 3);
  });

  test('frames --where about images is right at once: they are measured first, with progress on standard error', async () => {
    const ask = (sign: string) => runCli(['frames', dataset, '--where', `frame.brightness ${sign} 128`, '--json'], options);
    const first = await ask('<');
    expect(first.stderr).toContain(`of ${sampleFrames} images`);
    const second = await ask('>=');
    expect(second.stderr).toBe('');
    const totalOf = ({ stdout }: { readonly stdout: string }) => (JSON.parse(stdout) as { readonly total: number }).total;
    expect(totalOf(first) + totalOf(second)).toBe(sampleFrames);
  });

  test('boxes by source and frame', async () => {
    const { boxes } = await cliJson<{ boxes: readonly object[] }>(['boxes', dataset, '--source', 'gt', '--frame', '000000.jpg'], options);
    expect(boxes).toHaveLength(3);
    expect(boxes[0]).toMatchObject({
      id: expect.any(Number),
      frame: '000000.jpg',
      category: 'car',
      bbox: [40, 200, 240, 120],
      origin: 'import',
      attributes: {},
    });
  });

  test('stats, versions, verify', async () => {
    expect(await cliJson(['stats', dataset], options)).toMatchObject({ frames: sampleFrames, annotations: 3 * sampleFrames });
    expect(await cliJson(['versions', dataset], options)).toEqual({ versions: [] });
    expect(await cliJson(['verify', dataset], options)).toMatchObject({ ok: true, checked: expect.any(Number), problems: [] });
  });

  test('the same import again changes nothing', async () => {
    const again = await cliJson<{ frames: object }>(
      [
        'import',
        dataset,
        '--format',
        'coco',
        '--from',
        join(folder, 'source/instances.json'),
        '--images',
        join(folder, 'source/images'),
        '--media',
        'copy',
      ],
      options,
    );
    expect(again.frames).toEqual({ added: 0, unchanged: sampleFrames, failed: 0 });
  });

  test('a dry run needs no dataset and makes none', async () => {
    const args = ['import', 'not-there', '--format', 'coco', '--from', 'source', '--dry-run'];
    expect(await cliJson(args, options)).toMatchObject({ frames: { added: sampleFrames, unchanged: 0, failed: 0 } });
    expect(existsSync(join(folder, 'not-there'))).toBe(false);
  });

  test('trigger run: hits, the worst with its witness', async () => {
    const result = await cliJson<{ triggers: readonly { hits: number; frames: number; top: readonly object[] }[] }>(
      ['trigger', 'run', dataset, '--text', 'exists b: bicycle@gt, c: car@gt where ioa(b, c) > 0.9', '--limit', '1'],
      options,
    );
    expect(result.triggers).toHaveLength(1);
    expect(result.triggers[0]).toMatchObject({ hits: sampleFrames / 3, frames: sampleFrames / 3 });
    expect(result.triggers[0]?.top).toHaveLength(1);
  });
});

test('a command loads the host, but none of the sources that draw the demo', async () => {
  const hook = join(folder, 'hook.mjs');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module';
     import { writeFileSync } from 'node:fs';
     const urls = [];
     registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
     process.on('exit', () => writeFileSync('loaded.json', JSON.stringify(urls)));`,
  );
  const env = { ...options.env, NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` };
  await cliJson(['stats', dataset], { ...options, env });
  const loaded = JSON.parse(readFileSync(join(folder, 'loaded.json'), 'utf8')) as readonly string[];
  expect(loaded.filter((url) => url.endsWith('/electron/host/createHost.ts'))).toHaveLength(1);
  expect(loaded.filter((url) => url.includes('/resources/demo/'))).toEqual([]);
});

describe('people', () => {
  test('read tables; progress and log stay off standard output', async () => {
    const { stdout, code } = await runCli(['frames', 'sample', '--limit', '1'], options);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^total +12\nframes\n {2}id +name/);
  });

  test('get failures in one line', async () => {
    const { stdout, stderr, code } = await runCli(['frames', 'nowhere'], options);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^hardcase: .*\(not_found\)\n$/);
  });
});

describe('exit status', () => {
  test.each<[string, readonly string[]]>([
    ['an unknown command', ['frobnicate']],
    ['a missing argument', ['create']],
    ['a missing option', ['import', 'sample', '--format', 'coco']],
    ['an unknown option', ['frames', 'sample', '--colour']],
    ['a value that is none', ['frames', 'sample', '--limit', 'many']],
    ['a number below 0', ['frames', 'sample', '--limit', '-1']],
    ['a split of no version', ['evaluate', 'sample', '--run', 'r', '--split', 'val']],
    ['an unknown format', ['import', 'sample', '--format', 'floppy', '--from', '.']],
    ['shares that do not add up', ['freeze', 'sample', '--split', 'train=.8,val=.1']],
    ['both a file and a text', ['trigger', 'check', 'x', '--text', 'y']],
  ])('2 for %s', async (_, args) => {
    expect(await failure(args)).toMatchObject({ exit: 2, code: 'usage' });
  });

  test('2 for a value that the contract refuses, with what it refused', async () => {
    const error = await failure(['freeze', 'sample', '--name', '']);
    expect(error).toMatchObject({ exit: 2, code: 'invalid_request', details: { issues: [{ path: 'name' }] } });
  });

  test('work goes on when nobody reads its progress', async () => {
    await cliJson(['create', 'unread'], options);
    const child = spawnCli(['import', 'unread', '--format', 'coco', '--from', 'source', '--json'], options);
    child.stderr?.destroy();
    let stdout = '';
    child.stdout?.on('data', (text: Buffer) => (stdout += String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, stdout]).toEqual([0, expect.stringContaining(`"added":${sampleFrames}`)]);
  });

  test('1 for work that failed', async () => {
    expect(await failure(['frames', 'nowhere'])).toMatchObject({ exit: 1, code: 'not_found' });
    expect(await failure(['create', 'sample'])).toMatchObject({ exit: 1, code: 'already_exists' });
    expect(await failure(['import', 'sample', '--format', 'kitti', '--from', '.'])).toMatchObject({ exit: 1, code: 'unsupported' });
    expect(await failure(['compare', 'sample', '--run', 'a', '--run', 'b'])).toMatchObject({ exit: 1, code: 'unsupported' });
    expect(await failure(['history', 'sample', '--frame', 'nope.jpg'])).toMatchObject({ exit: 1, code: 'not_found' });
    expect(await failure(['model', 'inspect', 'source/instances.json'])).toMatchObject({ exit: 1 });
  });

  test('a trigger that does not parse says where', async () => {
    const error = await failure(['trigger', 'check', '--text', 'exists b: bicycle where (']);
    expect(error).toMatchObject({
      exit: 1,
      code: 'trigger_syntax',
      details: { line: 1, column: expect.any(Number), expected: expect.anything() },
    });
  });
});

describe('edit', () => {
  const edit = async (
    lines: readonly object[],
    ...args: readonly string[]
  ): Promise<{ code: number | null; answers: readonly { ok: boolean; seq?: number; box?: number; error?: { code: string } }[] }> => {
    const { code, stdout } = await runCli(['edit', 'sample', '--ops', '-', ...args], {
      ...options,
      input: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    });
    return {
      code,
      answers: stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as never),
    };
  };

  test('an acknowledgement a line, in order; what fails does not stop the rest', async () => {
    const { code, answers } = await edit(
      [
        { op: 'add', frame: '000001.jpg', category: 'car', bbox: [1, 2, 30, 40] },
        { op: 'add', frame: 'nope.jpg', category: 'car', bbox: [1, 2, 30, 40] },
        { op: 'add', frame: '000001.jpg', category: 'zebra', bbox: [1, 2, 30, 40] },
        { op: 'add', frame: '000001.jpg', category: 'car', bbox: [1, 2, -30, 40] },
        { op: 'fly' },
        { op: 'state', frame: '000001.jpg', state: 'approved' },
        { op: 'comment', frame: '000001.jpg', text: '확인 부탁' },
      ],
      '--author',
      'mara',
    );
    expect(code).toBe(0);
    expect(answers.map(({ ok, error }) => (ok ? 'ok' : error?.code))).toEqual([
      'ok',
      'not_found',
      'not_found',
      'invalid_request',
      'invalid_request',
      'ok',
      'ok',
    ]);
    const sequence = answers.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
    expect(sequence).toEqual([...sequence].sort((a, b) => a - b));
    expect(answers[0]?.box).toEqual(expect.any(Number));

    const box = answers[0]?.box;
    const more = await edit(
      [
        { op: 'set', box, bbox: [5, 6, 30, 40], attributes: { blur: 2 }, flags: ['occluded'], track: 7 },
        { op: 'set', box, attributes: { blur: null, side: 'left' } },
        { op: 'delete', box },
        { op: 'undo', frame: '000001.jpg' },
        { op: 'redo', frame: '000001.jpg' },
        { op: 'undo', frame: '000001.jpg' },
      ],
      '--author',
      'mara',
    );
    expect(more.answers.every(({ ok }) => ok)).toBe(true);
    const { boxes } = await cliJson<{ boxes: readonly { id: number }[] }>(
      ['boxes', 'sample', '--source', 'gt', '--frame', '000001.jpg'],
      options,
    );
    expect(boxes.find(({ id }) => id === box)).toMatchObject({
      bbox: [5, 6, 30, 40],
      attributes: { side: 'left' },
      flags: ['occluded'],
      track: 7,
      origin: 'human',
    });

    const { operations } = await cliJson<{ operations: readonly { seq: number; author: string; kind: string; time: string }[] }>(
      ['history', 'sample', '--frame', '000001.jpg'],
      options,
    );
    const ours = operations.filter(({ author }) => author === 'mara');
    expect(ours.map(({ kind }) => kind)).toEqual(['add', 'state', 'comment', 'set', 'set', 'delete', 'undo', 'redo', 'undo']);
    expect(ours[0]).toMatchObject({ seq: sequence[0], before: null, after: { bbox: [1, 2, 30, 40], category: 'car' } });
    for (const { time } of ours) expect(new Date(time).toISOString()).toBe(time);
  });

  test('undo is of this author alone', async () => {
    const { answers } = await edit([{ op: 'undo' }], '--author', 'somebody new');
    expect(answers).toEqual([{ ok: false, error: expect.objectContaining({ code: 'nothing_to_undo' }) }]);
  });

  test('a stream that cannot start prints one line', async () => {
    for (const args of [
      ['nowhere', '--ops', '-'],
      ['sample', '--ops', 'no such file'],
    ]) {
      const { code, stdout } = await runCli(['edit', ...args], options);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not_found' } });
    }
  });

  test('a dataset of bare images takes its categories from the stream', async () => {
    await cliJson(['create', 'bare'], options);
    await cliJson(['import', 'bare', '--format', 'images', '--from', 'source/images'], options);
    writeFileSync(
      join(folder, 'ops.ndjson'),
      '\ufeff{"op":"add","frame":"000000.jpg","category":"tram","bbox":[1,1,5,5]}\r\n\r\n{"op":"add","frame":"000000.jpg","category":"bus","bbox":[1,1,5,5]}\n',
    );
    const { stdout } = await runCli(['edit', 'bare', '--ops', 'ops.ndjson'], options);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { ok: boolean }).ok),
    ).toEqual([true, true]);
    const { boxes } = await cliJson<{ boxes: readonly { category: string }[] }>(['boxes', 'bare', '--source', 'gt'], options);
    expect(boxes.map(({ category }) => category).sort()).toEqual(['bus', 'tram']);
  });

  test('Ctrl+C ends a stream that waits, and the second signal of one press does not tear it off', async () => {
    const child = spawnCli(['edit', 'sample', '--ops', '-'], options);
    const line = { op: 'add', frame: '000004.jpg', category: 'car', bbox: [1, 2, 3, 4] };
    child.stdin?.write(`${JSON.stringify(line)}\n`);
    await once(child.stdout ?? expect.fail(), 'data');
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(await cliJson(['verify', 'sample'], options)).toMatchObject({ ok: true });
  });

  test('a dataset that another version has open says so, and by which process', async () => {
    const local = await openLocalDoor();
    const server = createRpcServer({
      contract: sample,
      handlers: sampleHandlers({ aborts: [] }),
      subscribe: () => () => undefined,
      onDefect: () => undefined,
      newTraceId: () => '',
    });
    local.serve((channel) => server.connect(channel, { clientId: 'other', author: () => 'other' }));
    const db = await openDatabase({ folder: dataset, dataset: id, kind: 'test', app: 'test', door: local.door });
    try {
      const error = await failure(['stats', 'sample']);
      expect(error).toMatchObject({ exit: 1, code: 'unavailable', details: { pid: process.pid } });
      expect(error.message).toContain('another version');
    } finally {
      await db.close();
      server.close();
      await local.close();
    }
  });

  test('a second process is told who has the dataset, while the first one’s stream goes on', async () => {
    const child = spawnCli(['edit', 'sample', '--ops', '-'], options);
    const said = (): Promise<string> => once(child.stdout ?? expect.fail(), 'data').then(([data]) => String(data));
    child.stdin?.write(`${JSON.stringify({ op: 'add', frame: '000002.jpg', category: 'car', bbox: [1, 2, 3, 4] })}\n`);
    expect(JSON.parse(await said())).toMatchObject({ ok: true });
    const error = await failure(['stats', 'sample']);
    expect(error).toMatchObject({ exit: 1, code: 'busy' });
    expect(JSON.stringify(error.details)).toContain(String(child.pid));
    child.stdin?.end(`${JSON.stringify({ op: 'undo' })}\n`);
    expect(JSON.parse(await said())).toMatchObject({ ok: true });
    await once(child, 'exit');
    expect(await cliJson(['stats', 'sample'], options)).toMatchObject({ frames: sampleFrames });
  });
});
