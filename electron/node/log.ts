import type { Log } from '../host/ports.ts';

const levels = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];

/** Control characters and marks that reorder text, shown escaped: names in a log come from data. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function describe(data: { readonly [key: string]: unknown } | undefined): string {
  if (data === undefined) return '';
  const flat = Object.entries(data).map(([key, value]) => {
    const text = value instanceof Error ? (value.stack ?? value.message) : typeof value === 'string' ? value : JSON.stringify(value);
    return `${key}=${text}`;
  });
  return ` ${flat.join(' ')}`;
}

/** One line an event on standard error: standard output belongs to results. */
export function stderrLog(from: LogLevel): Log {
  const write = (level: LogLevel) => (message: string, data?: { readonly [key: string]: unknown }) => {
    if (levels.indexOf(level) < levels.indexOf(from)) return;
    process.stderr.write(`${new Date().toISOString()} ${level} ${printable(message + describe(data))}\n`);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
