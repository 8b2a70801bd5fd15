import type { BoxColumns } from '../../../../shared/domain/columns.ts';
import { flagBits } from '../../../../shared/domain/annotation.ts';
import type { ManifestBox } from '../../../../shared/versions/manifest.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { OpenDataset } from '../openDataset.ts';
import { openVersion, versionNamed } from '../versions/versionFiles.ts';

/** Labels over given frames, as an evaluation reads them: one area and one source id a row, NaN where there is none. */
export interface GroundTruth {
  readonly columns: BoxColumns;
  readonly areas: Float64Array;
  readonly sourceIds: Float64Array;
}

/** The dataset's labels as they are now. Error: busy (they changed while they were read). */
export async function currentGroundTruth(dataset: OpenDataset, frames: Float64Array): Promise<GroundTruth> {
  const [columns, details] = await Promise.all([
    dataset.db.read('annotations.columns', { frames }),
    dataset.db.read('evaluation.details', { frames }),
  ]);
  // Two reads are two looks at the database: an edit in between shows in the number of boxes.
  if (details.areas.length !== columns.ids.length) throw new AppError('busy', 'The labels changed while they were read. Evaluate again.');
  return { columns, ...details };
}

export interface VersionLabels {
  /** Keys of the version's frames (of one split, where asked) that the dataset still has. */
  readonly frames: ReadonlySet<number>;
  /** The labels of these frames, in the order asked. */
  over(frames: Float64Array): GroundTruth;
}

/** The labels of a frozen version, from its manifest. Errors: not_found (no such version or split), corrupt. */
export async function versionLabels(
  dataset: OpenDataset,
  name: string,
  split: string | undefined,
  signal: AbortSignal,
): Promise<VersionLabels> {
  const version = await versionNamed(dataset, name);
  const [index, categories, merged] = await Promise.all([
    dataset.db.read('frames.index', {}),
    dataset.db.read('categories.list', {}),
    dataset.db.read('ontology.merged', {}),
  ]);
  const targets = new Map(merged);
  const keys = new Map(index.names.map((frame, i) => [frame, index.ids[i] as number]));
  const ids = new Map(categories.map(({ name: category, id }) => [category, targets.get(id) ?? (id as number)]));
  const manifest = await openVersion(dataset, version, signal);
  // A category the dataset no longer has keeps a number of its own: its labels are missed by every prediction, as they should be.
  const categoryOf = manifest.categories.map((category, i) => ids.get(category.name) ?? 65_535 - i);
  const labels = new Map<number, readonly ManifestBox[]>();
  const splits = new Set<string>();
  for await (const frame of manifest.frames) {
    splits.add(frame.split ?? '');
    if (split !== undefined && frame.split !== split) continue;
    const key = keys.get(frame.name);
    if (key !== undefined) labels.set(key, frame.boxes);
  }
  if (split !== undefined && !splits.has(split)) {
    throw new AppError('not_found', `The version “${name}” has no split “${split}”.`, { version: name, split, splits: [...splits] });
  }
  return {
    frames: new Set(labels.keys()),
    over(frames) {
      const offsets = new Uint32Array(frames.length + 1);
      const rows: ManifestBox[] = [];
      frames.forEach((frame, f) => {
        for (const box of labels.get(frame) ?? []) rows.push(box);
        offsets[f + 1] = rows.length;
      });
      return {
        columns: {
          frameIds: frames,
          offsets,
          ids: Float64Array.from(rows, (_, i) => i + 1),
          categories: Uint16Array.from(rows, (box) => categoryOf[box.category] ?? 65_535),
          scores: new Float64Array(rows.length).fill(NaN),
          boxes: Float64Array.from(rows.flatMap((box) => box.bbox)),
          tracks: Int32Array.from(rows, (box) => box.track ?? -1),
          flags: Uint8Array.from(rows, (box) => flagBits(box.flags)),
          origins: new Uint8Array(rows.length),
        },
        areas: Float64Array.from(rows, (box) => box.area ?? NaN),
        sourceIds: Float64Array.from(rows, (box) => box.sourceId ?? NaN),
      };
    },
  };
}
