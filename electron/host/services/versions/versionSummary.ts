import type { VersionSummary } from '../../../../shared/contract/versions.ts';
import type { VersionRow } from '../../../db/queries/versions.ts';

/** What clients see. Frames without a split are counted only beside frames with one. */
export function summaryOf(row: VersionRow): VersionSummary {
  const { '': unassigned, ...named } = row.splits;
  const isSplit = Object.keys(named).length > 0;
  return {
    name: row.name,
    sha256: row.sha256,
    createdAt: new Date(row.createdAt).toISOString(),
    author: row.author,
    frames: row.frames,
    annotations: row.annotations,
    splits: isSplit && unassigned !== undefined ? { ...named, unassigned } : named,
    where: row.where,
    parent: row.parent,
    note: row.note,
  };
}
