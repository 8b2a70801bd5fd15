import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a request shows of itself, header by header; a header sent twice arrives joined and matches nothing. */
export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly contentType: string | undefined;
  readonly customHeader: string | undefined;
  readonly cookie: string | undefined;
}

/** 200 means: go on. Everything else is the status of the refusal. */
export type Verdict = { readonly status: 200 } | { readonly status: 400 | 401 | 403 | 415 | 429; readonly why: string };

const ok: Verdict = { status: 200 };
const refuse = (status: 400 | 401 | 403 | 415 | 429, why: string): Verdict => ({ status, why });

/** A name or address with an optional port; what it names is decided by comparing strings, never by resolving. */
const hostShape = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?$/i;

export interface SessionGuard {
  readonly port: number;
  /** Goes into the fragment of the printed address. */
  readonly token: string;
  readonly cookieName: string;
  /** For every request but the upgrade. */
  checkRequest(facts: RequestFacts): Verdict;
  /** A WebSocket upgrade: a page of ours, signed in. */
  checkUpgrade(facts: RequestFacts): Verdict;
  /** Token → the value of `Set-Cookie`, or the refusal. */
  exchange(token: unknown, now: number): { readonly cookie: string } | Verdict;
}

const failuresAllowed = 10;
const failureWindowMs = 60_000;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Of equal length by hashing, so that the comparison takes the same time whatever comes. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * Who may talk to browser mode. Rebound names fail on `Host`, foreign pages on `Origin`, other programs on the cookie.
 * The token stays good for the life of the process, so that a second browser can open the printed address, too; each page
 * exchanges it once and takes it out of its address.
 */
export function createSessionGuard(port: number): SessionGuard {
  const token = randomBytes(32).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  const cookieName = `hardcase_${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`]);
  // A browser leaves out the scheme's own port.
  if (port === 80) for (const host of ['127.0.0.1', '[::1]', 'localhost']) hosts.add(host);
  let failures: number[] = [];

  const checkHost = (host: string | undefined): Verdict => {
    if (host === undefined || !hostShape.test(host)) return refuse(400, 'malformed Host');
    return hosts.has(host.toLowerCase()) ? ok : refuse(403, 'unknown Host');
  };
  const ownOrigin = (facts: RequestFacts): boolean => facts.origin !== undefined && facts.origin === `http://${facts.host?.toLowerCase()}`;
  const signedIn = (facts: RequestFacts): boolean => same(cookieValue(facts.cookie, cookieName) ?? '', secret);

  return {
    port,
    token,
    cookieName,
    checkRequest(facts) {
      const host = checkHost(facts.host);
      if (host.status !== 200) return host;
      const reads = facts.method === 'GET' || facts.method === 'HEAD';
      if (!reads) {
        if (!ownOrigin(facts)) return refuse(403, 'foreign Origin');
        if (facts.fetchSite !== undefined && facts.fetchSite !== 'same-origin') return refuse(403, 'cross-site');
        if (!/^application\/json(;|$)/i.test(facts.contentType ?? '')) return refuse(415, 'JSON only');
        if (facts.customHeader === undefined) return refuse(403, 'header missing');
        // Signing in is the one change that needs no cookie.
        if (facts.path === '/session') return ok;
      } else {
        if (facts.origin !== undefined && !ownOrigin(facts)) return refuse(403, 'foreign Origin');
        // A link elsewhere may lead to the start page, but nothing else is for foreign pages: not as image, not as script.
        const foreign = facts.fetchSite === 'cross-site' || facts.fetchSite === 'same-site';
        if (foreign && facts.path !== '/') return refuse(403, 'cross-site');
      }
      return signedIn(facts) ? ok : refuse(401, 'not signed in');
    },
    checkUpgrade(facts) {
      const host = checkHost(facts.host);
      if (host.status !== 200) return host;
      if (!ownOrigin(facts)) return refuse(403, 'foreign Origin');
      if (facts.fetchSite !== undefined && facts.fetchSite !== 'same-origin') return refuse(403, 'cross-site');
      return signedIn(facts) ? ok : refuse(401, 'not signed in');
    },
    exchange(given, now) {
      failures = failures.filter((at) => at > now - failureWindowMs);
      if (failures.length >= failuresAllowed) return refuse(429, 'too many wrong tokens');
      if (typeof given === 'string' && same(given, token)) {
        return { cookie: `${cookieName}=${secret}; HttpOnly; SameSite=Strict; Path=/` };
      }
      failures.push(now);
      return refuse(401, 'wrong token');
    },
  };
}
