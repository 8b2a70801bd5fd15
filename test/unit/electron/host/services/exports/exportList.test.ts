import { describe, expect, test } from 'vitest';
import { ExportListReader, listLines, type ExportedFile } from '../../../../../../electron/host/services/exports/exportList.ts';

const head = { format: 'coco', version: 'a'.repeat(64), media: 'copy' } as const;
const files: readonly ExportedFile[] = [
  { path: 'images/b "quoted".png', bytes: 3, sha256: 'b'.repeat(64) },
  { path: 'annotations/instances.json', bytes: 70, sha256: 'c'.repeat(64) },
];

function text(): string {
  return [...listLines(head, files)].join('');
}

function read(list: string): { head: object; files: ExportedFile[]; sha256: string } {
  const reader = new ExportListReader();
  const found: ExportedFile[] = [];
  for (const line of list.split('\n').slice(0, -1)) {
    const file = reader.push(line);
    if (file !== null) found.push(file);
  }
  return { head: reader.head, files: found, sha256: reader.sha256 };
}

describe('the list of an export', () => {
  test('is JSON, in the order of paths, and reads back', () => {
    const json = JSON.parse(text()) as { files: unknown[]; version: string; sha256: string };
    expect(json.files).toHaveLength(2);
    expect(read(text())).toEqual({ head, files: [files[1], files[0]], sha256: json.sha256 });
    expect(read([...listLines(head, [])].join(''))).toMatchObject({ files: [] });
  });

  test('does not depend on the order in which files were written', () => {
    expect([...listLines(head, [...files].reverse())].join('')).toBe(text());
  });

  test('notices every changed, missing and additional character', () => {
    const list = text();
    for (let at = 0; at < list.length - 1; at++) {
      for (const changed of [
        list.slice(0, at) + String.fromCharCode(list.charCodeAt(at) ^ 1) + list.slice(at + 1),
        list.slice(0, at) + list.slice(at + 1),
        `${list.slice(0, at)} ${list.slice(at)}`,
      ])
        expect(() => read(changed), `${at}: ${changed.slice(Math.max(0, at - 10), at + 10)}`).toThrow();
    }
    expect(() => read(`${list}x\n`)).toThrow();
    expect(() => read(list.slice(0, list.indexOf(']') - 1))).toThrow();
  });

  test('of a newer program says so', () => {
    expect(() => read(text().replace('"list":1', '"list":2'))).toThrow(expect.objectContaining({ code: 'newer_version' }) as Error);
  });
});
