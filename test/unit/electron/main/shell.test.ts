import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { contentSecurityPolicy } from '../../../../electron/node/securityHeaders.ts';
import { errorBoxes, fakeApp, FakeWindow, forked, handled, ipc, menus, opened, schemes, session } from '../../../helpers/fakeElectron.ts';

vi.mock('electron', async () => (await import('../../../helpers/fakeElectron.ts')).electron);

const own = 'app://hardcase/index.html';
const foreign = [
  'https://evil.example/',
  'app://evil/index.html',
  'app://hardcase.evil.example/',
  'app://user@hardcase/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'no address',
];

let userData = '';
const window = (): FakeWindow => FakeWindow.all[0] ?? expect.fail('no window');
const host = () => forked[0] ?? expect.fail('no host');

beforeAll(async () => {
  userData = mkdtempSync(join(tmpdir(), 'hardcase-shell-'));
  vi.stubEnv('HARDCASE_USER_DATA', userData);
  await import('../../../../electron/main/index.ts');
  await vi.waitFor(() => expect(FakeWindow.all).toHaveLength(1));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(userData, { recursive: true, force: true });
});

describe('the window', () => {
  test('is sandboxed before anything is ready, and its scheme registered then', () => {
    expect(fakeApp.calls.indexOf('enableSandbox')).toBeLessThan(fakeApp.calls.indexOf('ready'));
    expect(schemes).toEqual([[{ scheme: 'app', privileges: expect.not.objectContaining({ bypassCSP: true }) }, false]]);
  });

  test('has no Node, no foreign origin, one preload', () => {
    expect(window().options['webPreferences']).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      preload: expect.stringMatching(/preload[/\\]index\.cjs$/),
    });
    expect(window().webContents.url).toBe(`${own}#/`);
    expect(window().options['show']).toBe(false);
  });

  test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s stays on our pages', (name) => {
    for (const url of [...foreign, own]) {
      const preventDefault = vi.fn();
      window().webContents.emit(name, { url, preventDefault });
      expect(preventDefault.mock.calls.length, url).toBe(url === own ? 0 : 1);
    }
  });

  test('opens no other window; links of the list go to the browser', () => {
    for (const url of [...foreign, own, 'https://onnxruntime.ai.evil.example/', 'http://onnxruntime.ai/', 'https://onnxruntime.ai/docs']) {
      expect(window().webContents.openHandler?.({ url })).toEqual({ action: 'deny' });
    }
    expect(opened).toEqual(['https://onnxruntime.ai/docs']);
    const preventDefault = vi.fn();
    window().webContents.emit('will-attach-webview', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
  });

  test('asks the system for nothing but the clipboard, and only from our page', () => {
    const ask = (permission: string, url: string): boolean => {
      let granted: boolean | undefined;
      (session['request'] as unknown as (c: unknown, p: string, a: (g: boolean) => void) => void)(
        { getURL: () => url },
        permission,
        (g) => (granted = g),
      );
      expect((session['check'] as unknown as (c: unknown, p: string) => boolean)({ getURL: () => url }, permission)).toBe(granted);
      return granted === true;
    };
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read', 'fileSystem'])
      expect(ask(permission, own)).toBe(false);
    expect(ask('clipboard-sanitized-write', own)).toBe(true);
    expect(ask('clipboard-sanitized-write', 'https://evil.example/')).toBe(false);
  });

  test('shares its settings with the command line, and keeps what Chromium stores apart', () => {
    expect(fakeApp.paths).toEqual({ userData, sessionData: join(userData, 'chromium') });
  });

  test('keeps its size', () => {
    window().emit('close');
    expect(JSON.parse(readFileSync(join(userData, 'window.json'), 'utf8'))).toEqual({ x: 1, y: 2, width: 1000, height: 700 });
  });

  test('a second start brings it to the front', () => {
    fakeApp.emit('second-instance');
    expect(window().calls).toEqual(expect.arrayContaining(['restore', 'focus']));
  });

  test('the menu sends command ids and takes no undo from the canvas', () => {
    const text = JSON.stringify(menus);
    expect(text).not.toMatch(/"role":"(undo|redo|reload|forceReload)"/);
    type Item = { readonly id?: string; readonly submenu?: readonly Item[]; click?(): void };
    const items = (menus[0] as readonly Item[]).flatMap(({ submenu = [] }) => submenu);
    items.find(({ id }) => id === 'app.models')?.click?.();
    expect(window().webContents.sent).toContainEqual({ channel: 'command', args: ['app.models'] });
  });
});

describe('app://', () => {
  const ask = (path: string, init?: RequestInit): Promise<Response> => {
    const respond = handled.get('app') ?? expect.fail('no handler');
    // Node's Request refuses the scheme; Electron's does not.
    return respond({ url: path, method: init?.method ?? 'GET', headers: new Headers() } as Request);
  };

  test('reads only, from our host only, nothing beside the page', async () => {
    expect((await ask(own, { method: 'POST' })).status).toBe(405);
    expect((await ask('app://evil/index.html')).status).toBe(403);
    for (const path of ['/../package.json', '/..%2fpackage.json', '/%2e%2e/package.json', '/nothing.js', '//etc/passwd']) {
      expect((await ask(`app://hardcase${path}`)).status, path).toBe(404);
    }
  });

  test('every answer carries the policy', async () => {
    const answer = await ask('app://hardcase/nothing.js');
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(contentSecurityPolicy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(contentSecurityPolicy).not.toMatch(/unsafe/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('media come from the host, by its answer', async () => {
    const answer = ask('app://hardcase/media/d/1/original');
    const asked = host().received.at(-1)?.message as { id: number; type: string; url: string };
    expect(asked).toMatchObject({ type: 'media', url: 'app://hardcase/media/d/1/original', method: 'GET' });
    host().emit('message', {
      type: 'media',
      id: asked.id,
      status: 200,
      headers: [['content-type', 'image/jpeg']],
      body: Uint8Array.of(1, 2, 3),
    });
    const response = await answer;
    expect([response.status, response.headers.get('content-type'), new Uint8Array(await response.arrayBuffer())]).toEqual([
      200,
      'image/jpeg',
      Uint8Array.of(1, 2, 3),
    ]);
  });
});

describe('the host process', () => {
  test('is told where things are before anything else', () => {
    expect(host().file).toMatch(/host[/\\]entry\.js$/);
    expect(host().received[0]?.message).toMatchObject({ type: 'start', appVersion: '1.2.3', paths: { userData } });
  });

  test('a line is given to our page in its top frame, and to nobody else', () => {
    const lines = (): number => window().webContents.sent.filter(({ channel }) => channel === 'host-port').length;
    const before = lines();
    ipc.emit('renderer-ready', { senderFrame: { url: own } });
    ipc.emit('renderer-ready', { senderFrame: null });
    expect(lines()).toBe(before);
    ipc.emit('renderer-ready', { senderFrame: window().webContents.mainFrame });
    expect(lines()).toBe(before + 1);
    expect(host().received.at(-1)).toMatchObject({ message: { type: 'client' }, ports: [expect.anything()] });
  });

  test('gets dialogs', async () => {
    host().emit('message', { type: 'choose', id: 7, kind: 'folder', title: 'Open' });
    host().emit('message', { type: 'choose', id: 8, kind: 'save', title: 'Export' });
    await vi.waitFor(() =>
      expect(host().received.map(({ message }) => message)).toContainEqual({ type: 'answer', id: 7, value: '/data/photos' }),
    );
    await vi.waitFor(() => expect(host().received.map(({ message }) => message)).toContainEqual({ type: 'answer', id: 8, value: null }));
  });

  test('gets child processes, with what they say and that they end', () => {
    host().emit('message', { type: 'spawn', child: 3, module: 'inference/process', args: ['--x'], env: {} });
    const child = forked.at(-1) ?? expect.fail('no child');
    expect([child.file, child.args]).toEqual([expect.stringMatching(/inference[/\\]process\.js$/), ['--x']]);
    host().emit('message', { type: 'child-send', child: 3, message: { hello: 1 } });
    expect(child.received[0]?.message).toEqual({ hello: 1 });
    child.emit('message', { boxes: Float32Array.of(1) });
    expect(host().received.at(-1)?.message).toEqual({ type: 'child-message', child: 3, message: { boxes: Float32Array.of(1) } });
    host().emit('message', { type: 'child-kill', child: 3 });
    expect(child.killed).toBe(true);
    child.emit('exit', 137);
    expect(host().received.at(-1)?.message).toEqual({ type: 'child-exit', child: 3, code: 137 });
  });

  test('one that ends is started anew and the page gets a new line; after too many, that is said', async () => {
    const page = window().webContents;
    for (let restart = 1; restart <= 3; restart++) {
      const lines = page.sent.filter(({ channel }) => channel === 'host-port').length;
      const ended = forked.filter(({ file }) => file.includes('entry')).at(-1) ?? expect.fail('no host');
      const open = (handled.get('app') ?? expect.fail('no handler'))({
        url: 'app://hardcase/media/x',
        method: 'GET',
        headers: new Headers(),
      } as Request);
      ended.emit('exit', 1);
      expect((await open).status).toBe(503);
      expect(page.sent.filter(({ channel }) => channel === 'host-port')).toHaveLength(lines + 1);
    }
    forked
      .filter(({ file }) => file.includes('entry'))
      .at(-1)
      ?.emit('exit', 1);
    expect(errorBoxes).toHaveLength(1);
    expect(fakeApp.calls).toContain('exit 1');
  });
});
