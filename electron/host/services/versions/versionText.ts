import type { VersionRow } from '../../../db/queries/versions.ts';

/** What a version's folder says of it, so that it can be understood without the database. The same row gives the same text. */
export function versionText(row: VersionRow, manifestSha256: string): string {
  const { name, sha256, createdAt, author, frames, annotations, splits, where, parent, note } = row;
  const text = {
    hardcase: 'version',
    name,
    sha256,
    createdAt: new Date(createdAt).toISOString(),
    author,
    frames,
    annotations,
    splits,
    where,
    parent,
    note,
    manifestSha256,
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}
