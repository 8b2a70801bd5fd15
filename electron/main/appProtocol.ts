import type { CustomScheme, Protocol } from 'electron';
import { securityHeaders } from '../node/securityHeaders.ts';
import type { StaticFiles } from '../node/staticFiles.ts';
import { appHost, scheme } from './origin.ts';

/** Registered once, before `ready`. No `bypassCSP`: the page keeps its policy. */
export const privilegedScheme: CustomScheme = {
  scheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
};

function refuse(status: number, why: string): Response {
  return new Response(why, { status, headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' } });
}

/** The page and its media from one origin, read only. Paths are picked from a list or passed on as ids; none reaches the disk. */
export function respondTo(files: StaticFiles, media: (request: Request) => Promise<Response>) {
  return async (request: Request): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'read only');
    const { host, pathname } = new URL(request.url);
    if (host !== appHost) return refuse(403, 'unknown host');
    if (pathname.startsWith('/media/')) return media(request);
    const file = files.get(pathname);
    if (file === undefined) return refuse(404, 'not found');
    return new Response(request.method === 'HEAD' ? null : file.body, { headers: { ...securityHeaders, ...file.headers } });
  };
}

export function handleScheme(protocol: Protocol, respond: (request: Request) => Promise<Response>): void {
  protocol.handle(scheme, respond);
}
