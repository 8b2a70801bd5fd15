import { writeSync } from 'node:fs';
import { AppError, toWireError, type WireError } from '../../shared/errors.ts';
import type { Progress } from '../../shared/contract/common.ts';

/** Waits until the reader took it: what follows may be the end of the process. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      // The reader closed its end (`| head`): nobody is left to tell.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

export function errorOf(error: unknown): WireError {
  if (error instanceof AppError) return toWireError(error);
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `Something went wrong inside Hardcase: ${message}` };
}

/** 2 for wrong usage, be it found here or by the contract, which lists what it refused; 1 for work that failed. */
export function exitCodeOf({ code, details }: WireError): number {
  return code === 'usage' || (code === 'invalid_request' && details?.['issues'] !== undefined) ? 2 : 1;
}

/** The one document of a failed command. */
export const errorDocument = (error: WireError): string => `${JSON.stringify({ error })}\n`;

const isTable = (value: unknown): value is readonly { readonly [key: string]: unknown }[] =>
  Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row));

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Math.round(value * 10_000) / 10_000);
  if (typeof value === 'string') return value.replaceAll(/\s+/g, ' ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(cell).join(', ');
  return Object.entries(value as { readonly [key: string]: unknown })
    .map(([key, inner]) => `${key} ${cell(inner)}`)
    .join(', ');
}

const maxRows = 50;
const maxColumn = 60;

function table(rows: readonly { readonly [key: string]: unknown }[], indent: string): string {
  const columns = [...new Set(rows.slice(0, maxRows).flatMap((row) => Object.keys(row)))];
  const cut = (text: string): string => (text.length > maxColumn ? `${text.slice(0, maxColumn - 1)}…` : text);
  const lines = [columns, ...rows.slice(0, maxRows).map((row) => columns.map((column) => cut(cell(row[column]))))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const text = lines.map(
    (line) =>
      indent +
      line
        .map((part, i) => part.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
  );
  if (rows.length > maxRows) text.push(`${indent}… and ${rows.length - maxRows} more (--json shows all)`);
  return text.join('\n');
}

/** A result for people: one line a field, lists as tables. Scripts use --json. */
export function readable(value: unknown, indent = ''): string {
  if (isTable(value)) return table(value, indent);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return indent + cell(value);
  return Object.entries(value as { readonly [key: string]: unknown })
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => {
      if (isTable(field)) return `${indent}${key}\n${table(field, `${indent}  `)}`;
      const nested =
        typeof field === 'object' &&
        field !== null &&
        !Array.isArray(field) &&
        Object.values(field).some((inner) => typeof inner === 'object' && inner !== null);
      return nested ? `${indent}${key}\n${readable(field, `${indent}  `)}` : `${indent}${key.padEnd(14)} ${cell(field)}`;
    })
    .join('\n');
}

const plainEveryMs = 2_000;

function duration(secondsLeft: number): string {
  if (secondsLeft < 90) return `${Math.ceil(secondsLeft)} s`;
  return secondsLeft < 5_400 ? `${Math.ceil(secondsLeft / 60)} min` : `${(secondsLeft / 3_600).toFixed(1)} h`;
}

/** Synchronous, so that it stands before whatever ends the process. */
function tell(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody reads it (`2>&1 | head`), or not fast enough: no reason for the work to fail.
  }
}

/** Progress on standard error: one line rewritten in a terminal, a line every two seconds elsewhere. */
export function progressLine(): { show(progress: Progress): void; end(): void } {
  const terminal = process.stderr.isTTY;
  let lastAt = 0;
  let lastPhase = '';
  let drawn = false;
  return {
    show(progress) {
      const now = Date.now();
      if (!terminal && progress.phase === lastPhase && now - lastAt < plainEveryMs) return;
      lastAt = now;
      lastPhase = progress.phase;
      const of = progress.total === null ? '' : ` of ${progress.total}`;
      const rate = progress.perSecond === undefined ? '' : `, ${progress.perSecond.toFixed(1)}/s`;
      const eta = progress.etaSeconds === undefined ? '' : `, ${duration(progress.etaSeconds)} left`;
      const failed = progress.failed ? `, ${progress.failed} failed` : '';
      const line = `${progress.phase}: ${progress.done}${of} ${progress.unit}${rate}${eta}${failed}`;
      tell(terminal ? `\r\u001b[2K${line}` : `${line}\n`);
      drawn = terminal;
    },
    end() {
      if (drawn) tell('\r\u001b[2K');
    },
  };
}
