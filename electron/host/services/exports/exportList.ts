import { createHash } from 'node:crypto';
import { exportFormats, type ExportFormat } from '../../../../shared/contract/versions.ts';
import { compareText } from '../../../../shared/versions/manifest.ts';
import { AppError } from '../../../../shared/errors.ts';
import { asObject } from '../../../../shared/formats/json/jsonGate.ts';

/** Name of the file that says what an export is and holds. */
export const exportListFile = 'hardcase-export.json';
/** The version's own manifest, without which an export could not be compared with what it was made from. */
export const exportManifestFile = 'hardcase-manifest.ndjson';

export interface ExportHead {
  readonly format: ExportFormat;
  /** Content hash of the version. */
  readonly version: string;
  readonly media: 'copy' | 'link' | 'none';
}

export interface ExportedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The list of an export: JSON whose lines are canonical, one a file, and whose last line is the SHA-256 of all lines before
 * it. So every byte of the export is covered, those of the list itself as well. Says nothing of name, time or place: the same
 * version gives the same bytes.
 */
export function* listLines(head: ExportHead, files: readonly ExportedFile[]): Generator<string, string> {
  const hash = createHash('sha256');
  const line = (text: string): string => {
    hash.update(text);
    return text;
  };
  yield line(headLine(head));
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  for (const [i, file] of sorted.entries()) yield line(`${fileText(file)}${i === sorted.length - 1 ? '' : ','}\n`);
  const sha256 = hash.digest('hex');
  yield endLine(sha256);
  return sha256;
}

function headLine(head: ExportHead): string {
  return `{"hardcase":"export","list":1,"format":${JSON.stringify(head.format)},"version":${JSON.stringify(head.version)},"media":${JSON.stringify(head.media)},"files":[\n`;
}

function fileText(file: ExportedFile): string {
  return `{"path":${JSON.stringify(file.path)},"bytes":${file.bytes},"sha256":"${file.sha256}"}`;
}

function endLine(sha256: string): string {
  return `],"sha256":"${sha256}"}\n`;
}

const maxLine = 16_384;

/** Reads a list line by line and accepts only its canonical text. Errors: corrupt, newer_version. */
export class ExportListReader {
  readonly #hash = createHash('sha256');
  #head: ExportHead | null = null;
  #sha256: string | null = null;
  #expectsMore = true;

  get head(): ExportHead {
    if (this.#head === null) throw damaged('it is empty');
    return this.#head;
  }

  /** The list's own hash, once the last line was read. */
  get sha256(): string {
    if (this.#sha256 === null) throw damaged('it ends early');
    return this.#sha256;
  }

  /** `line` without its line end. Gives the file that the line lists. */
  push(line: string): ExportedFile | null {
    if (line.length > maxLine) throw damaged('a line is too long');
    if (this.#sha256 !== null) throw damaged('something follows its end');
    if (this.#head === null) {
      this.#head = headOf(line);
      this.#hash.update(`${line}\n`);
      return null;
    }
    if (line.startsWith(']')) {
      const sha256 = this.#hash.digest('hex');
      if (`${line}\n` !== endLine(sha256)) throw damaged('it is not what its hash says');
      this.#sha256 = sha256;
      return null;
    }
    if (!this.#expectsMore) throw damaged('a comma is missing');
    this.#expectsMore = line.endsWith(',');
    this.#hash.update(`${line}\n`);
    return fileOf(this.#expectsMore ? line.slice(0, -1) : line);
  }
}

function headOf(line: string): ExportHead {
  const head = asObject(parsed(`${line}]}`));
  if (head?.['hardcase'] !== 'export') throw damaged('it does not begin as a list');
  if (typeof head['list'] === 'number' && head['list'] > 1)
    throw new AppError('newer_version', 'This export was made by a newer Hardcase. Update to check it.');
  const { format, version, media } = head;
  const isKnown =
    isExportFormat(format) &&
    typeof version === 'string' &&
    /^[0-9a-f]{64}$/.test(version) &&
    (media === 'copy' || media === 'link' || media === 'none');
  if (!isKnown) throw damaged('it does not say what the export is');
  return { format, version, media };
}

function isExportFormat(format: unknown): format is ExportFormat {
  return (exportFormats as readonly unknown[]).includes(format);
}

function fileOf(text: string): ExportedFile {
  const file = asObject(parsed(text));
  const { path, bytes, sha256 } = file ?? {};
  if (typeof path !== 'string' || typeof bytes !== 'number' || typeof sha256 !== 'string') throw damaged('a line is not readable');
  const exported = { path, bytes, sha256 };
  if (fileText(exported) !== text) throw damaged('a line is not in its canonical form');
  return exported;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw damaged('a line is not readable', error);
  }
}

function damaged(problem: string, cause?: unknown): AppError {
  return new AppError('corrupt', `The list of the export is damaged: ${problem}.`, {}, cause === undefined ? undefined : { cause });
}
