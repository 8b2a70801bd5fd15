import type { ReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { openReal } from '../services/gates/paths.ts';

/** A file to send: its type is from our own look at the bytes, never from its name. */
export interface MediaFile {
  readonly path: string;
  readonly type: string;
  /** Content hash (or content hash and variant): the entity tag. */
  readonly tag: string;
  /** More headers, for who asked. */
  readonly headers?: { readonly [name: string]: string };
}

export const securityHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; sandbox",
};

export function refuse(status: number, message: string): Response {
  return new Response(message, {
    status,
    headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}

/** Answers GET and HEAD for one file with ETag, 304, single ranges and 416. Content-addressed, so it never changes. */
export async function respondWithFile(request: Request, file: MediaFile): Promise<Response> {
  const etag = `"${file.tag}"`;
  const headers = {
    ...securityHeaders,
    'Content-Type': file.type,
    ...file.headers,
    ETag: etag,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, max-age=31536000, immutable',
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const { handle, bytes: size } = await openReal(file.path);
  const range = parseRange(request.headers.get('range'), size);
  const { start, end } = range === null || range === 'unsatisfiable' ? { start: 0, end: size - 1 } : range;
  const isRefused = range === 'unsatisfiable';
  const hasBody = request.method !== 'HEAD' && size > 0 && !isRefused;
  if (!hasBody) await handle.close();
  if (isRefused) return new Response(null, { status: 416, headers: { ...headers, 'Content-Range': `bytes */${size}` } });
  return new Response(hasBody ? webStream(handle.createReadStream({ start, end })) : null, {
    status: range === null ? 200 : 206,
    headers: {
      ...headers,
      'Content-Length': String(end - start + 1),
      ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    },
  });
}

/** The types of Node and of the web name the same stream differently. */
function webStream(stream: ReadStream): ReadableStream<Uint8Array<ArrayBuffer>> {
  return Readable.toWeb(stream) as ReadableStream as ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** One range as RFC 9110 14.1.2 writes it; several ranges or nonsense count as no range, as the RFC allows. */
export function parseRange(header: string | null, size: number): { readonly start: number; readonly end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, first = '', last = ''] = match;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size) return 'unsatisfiable';
  return start > end ? null : { start, end };
}
