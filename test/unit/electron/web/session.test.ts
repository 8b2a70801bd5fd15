import { describe, expect, test } from 'vitest';
import { createSessionGuard, type RequestFacts } from '../../../../electron/web/session.ts';

const port = 8765;
const own = `http://127.0.0.1:${port}`;
const guard = createSessionGuard(port);

function cookie(): string {
  const exchanged = guard.exchange(guard.token, 0);
  if (!('cookie' in exchanged)) throw new Error('the right token was refused');
  return exchanged.cookie.split(';')[0] ?? '';
}

const signedIn = cookie();

function facts(changes: Partial<RequestFacts> = {}): RequestFacts {
  return {
    method: 'GET',
    path: '/media/1/full',
    host: `127.0.0.1:${port}`,
    origin: undefined,
    fetchSite: 'same-origin',
    contentType: undefined,
    customHeader: undefined,
    cookie: signedIn,
    ...changes,
  };
}

describe('Host', () => {
  test.each([
    [`127.0.0.1:${port}`, 200],
    [`[::1]:${port}`, 200],
    [`localhost:${port}`, 200],
    [`LOCALHOST:${port}`, 200],
    // A rebound name, a look-alike, other notations of the same address, another port, none at all.
    [`127.evil.example:${port}`, 403],
    ['127.0.0.1', 403],
    [`127.0.0.1:${port + 1}`, 403],
    [`127.1:${port}`, 403],
    [`0x7f000001:${port}`, 403],
    [`[::ffff:127.0.0.1]:${port}`, 403],
    [`localhost.:${port}`, 403],
    [`localhost.evil.example:${port}`, 403],
    [`xn--lcalhost-fsb:${port}`, 403],
    [`lоcalhost:${port}`, 400],
    [`127.0.0.1:${port}, 127.0.0.1:${port}`, 400],
    [`127.0.0.1:${port}@evil.example`, 400],
    [`http://127.0.0.1:${port}`, 400],
    ['[::1', 400],
    ['', 400],
    [undefined, 400],
  ])('%s → %i', (host, status) => {
    expect(guard.checkRequest(facts({ host })).status).toBe(status);
    expect(guard.checkUpgrade(facts({ host, path: '/rpc', origin: `http://${host?.toLowerCase()}` })).status).toBe(status);
  });
});

describe('reading', () => {
  test.each<[string, Partial<RequestFacts>, number]>([
    ['signed in', {}, 200],
    ['typed into the address bar', { fetchSite: 'none', path: '/' }, 200],
    ['a link on a foreign page to the start page', { fetchSite: 'cross-site', path: '/' }, 200],
    ['an image on a foreign page', { fetchSite: 'cross-site' }, 403],
    ['another port of this machine', { fetchSite: 'same-site' }, 403],
    ['a foreign page that asks by script', { origin: 'https://evil.example' }, 403],
    ['our own page that asks by script', { origin: own }, 200],
    ['no cookie', { cookie: undefined }, 401],
    ['a wrong cookie', { cookie: `${guard.cookieName}=${'x'.repeat(43)}` }, 401],
    ['the token as cookie', { cookie: `${guard.cookieName}=${guard.token}` }, 401],
    ['the cookie of another port', { cookie: signedIn.replace(String(port), '1') }, 401],
    ['the cookie among others', { cookie: `a=b; ${signedIn}; c=d` }, 200],
  ])('%s', (_, changes, status) => {
    expect(guard.checkRequest(facts(changes)).status).toBe(status);
  });
});

describe('changing', () => {
  const post: Partial<RequestFacts> = { method: 'POST', path: '/x', origin: own, contentType: 'application/json', customHeader: '1' };
  test.each<[string, Partial<RequestFacts>, number]>([
    ['our page', {}, 200],
    ['signing in needs no cookie', { path: '/session', cookie: undefined }, 200],
    ['all else does', { cookie: undefined }, 401],
    ['no Origin', { origin: undefined }, 403],
    ['null Origin', { origin: 'null' }, 403],
    ['foreign Origin', { origin: 'https://evil.example' }, 403],
    ['our host under another scheme', { origin: `https://127.0.0.1:${port}` }, 403],
    ['our other name', { origin: `http://localhost:${port}` }, 403],
    ['a form', { contentType: 'text/plain' }, 415],
    ['no type', { contentType: undefined }, 415],
    ['no header of ours', { customHeader: undefined }, 403],
    ['cross-site', { fetchSite: 'cross-site' }, 403],
    ['a browser that sends no Sec-Fetch-Site', { fetchSite: undefined }, 200],
    ['another method', { method: 'DELETE', origin: undefined }, 403],
    ['OPTIONS of a foreign page', { method: 'OPTIONS', origin: 'https://evil.example' }, 403],
  ])('%s', (_, changes, status) => {
    expect(guard.checkRequest(facts({ ...post, ...changes })).status).toBe(status);
  });
});

describe('upgrade', () => {
  test.each<[string, Partial<RequestFacts>, number]>([
    ['our page', {}, 200],
    ['no Origin: another program', { origin: undefined }, 403],
    ['null Origin', { origin: 'null' }, 403],
    ['foreign Origin', { origin: 'https://evil.example' }, 403],
    ['Origin of another of our names', { origin: `http://localhost:${port}` }, 403],
    ['not signed in', { cookie: undefined }, 401],
    ['cross-site', { fetchSite: 'cross-site' }, 403],
  ])('%s', (_, changes, status) => {
    expect(guard.checkUpgrade(facts({ path: '/rpc', origin: own, ...changes })).status).toBe(status);
  });
});

describe('tokens', () => {
  test('are 256 bits, differ from start to start, and become a cookie no script can read', () => {
    const other = createSessionGuard(port);
    expect(Buffer.from(other.token, 'base64url')).toHaveLength(32);
    expect(other.token).not.toBe(guard.token);
    const exchanged = other.exchange(other.token, 0);
    expect(exchanged).toMatchObject({ cookie: expect.stringMatching(/^hardcase_8765=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/) });
    expect(JSON.stringify(exchanged)).not.toContain(other.token);
  });

  test('wrong ones are counted: after ten in a minute even the right one waits', () => {
    const fresh = createSessionGuard(port);
    for (const wrong of [undefined, null, 1, '', 'x', {}, `${fresh.token}x`, fresh.token.slice(1), [fresh.token], 'y']) {
      expect(fresh.exchange(wrong, 1_000)).toMatchObject({ status: 401 });
    }
    expect(fresh.exchange(fresh.token, 2_000)).toMatchObject({ status: 429 });
    expect(fresh.exchange(fresh.token, 62_000)).toHaveProperty('cookie');
  });
});
