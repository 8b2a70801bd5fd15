import type { Progress } from '../../../../shared/contract/common.ts';
import { AppError } from '../../../../shared/errors.ts';
import { compareText, type ManifestBox, type ManifestCategory, type ManifestFrame } from '../../../../shared/versions/manifest.ts';
import type { FrameRestore, FrozenFrame, RestoredBox } from '../../../db/queries/versions.ts';
import { createProgress } from '../imports/throttledProgress.ts';
import type { OpenDataset } from '../openDataset.ts';
import { openVersion, versionNamed } from './versionFiles.ts';

const pageFrames = 500;

/**
 * Makes the version's frames what they were: boxes, states, splits, and the names of their categories. Frames that came later
 * stay as they are and are counted. What is equal already is not touched, and all of it is one step of undo. Errors:
 * not_found, corrupt, read_only.
 */
export async function restoreVersion(
  request: { readonly version: string },
  context: {
    readonly dataset: OpenDataset;
    readonly author: string;
    readonly signal: AbortSignal;
    readonly progress: (value: Progress) => void;
  },
): Promise<{ readonly frames: number; readonly boxes: number; readonly later: number }> {
  const { dataset, author, signal } = context;
  if (dataset.readOnly) throw new AppError('read_only', 'This dataset is open for reading only.');
  const version = await versionNamed(dataset, request.version);
  const progress = createProgress(context.progress);
  const manifest = await openVersion(dataset, version, signal);
  const { ids, renames, revive } = await matchCategories(dataset, manifest.categories, author);
  const changes: FrameRestore[] = [];
  let later = 0;
  let done = 0;
  const now = framesNow(dataset, signal);
  let current = await now.next();
  // Both sides come in the order of names.
  for await (const frame of manifest.frames) {
    progress.soon({ phase: 'Restoring', done: ++done, total: version.frames, unit: 'frames' });
    while (current.done !== true && compareText(current.value.name, frame.name) < 0) {
      later++;
      current = await now.next();
    }
    if (current.done === true || current.value.name !== frame.name) continue;
    const change = current.value.sha256 === frame.sha256 ? changeOf(frame, current.value, ids) : null;
    if (change !== null) changes.push(change);
    current = await now.next();
  }
  for (; current.done !== true; current = await now.next()) later++;
  if (changes.length === 0 && renames.length === 0 && revive.length === 0) return { frames: 0, boxes: 0, later };
  const { boxes } = await dataset.db.write('versions.restore', { author, categories: renames, revive, frames: changes });
  return { frames: changes.length, boxes, later };
}

async function* framesNow(dataset: OpenDataset, signal: AbortSignal): AsyncGenerator<FrozenFrame> {
  for (let after: string | null = null; ;) {
    signal.throwIfAborted();
    const { frames }: { frames: readonly FrozenFrame[] } = await dataset.db.read('versions.page', { after, limit: pageFrames });
    yield* frames;
    after = frames.at(-1)?.name ?? null;
    if (after === null) return;
  }
}

/**
 * The dataset's category of each of the version's: the one of that name; else the one in its place, if that name is new (it
 * was renamed since, and gets its name back); else a new one.
 */
async function matchCategories(
  dataset: OpenDataset,
  categories: readonly ManifestCategory[],
  author: string,
): Promise<{
  readonly ids: readonly number[];
  readonly renames: readonly { readonly category: number; readonly name: string }[];
  /** Merged since: categories of their own again. */
  readonly revive: readonly number[];
}> {
  const there = await dataset.db.read('categories.pinned', {});
  const byName = new Map<string, number>(there.map((category) => [category.name, category.id]));
  const oldNames = new Set(categories.map((category) => category.name));
  const renames: { category: number; name: string }[] = [];
  const ids: number[] = [];
  for (const [place, { name }] of categories.entries()) {
    const same = byName.get(name);
    const inPlace = there[place];
    if (same !== undefined) ids.push(same);
    else if (inPlace !== undefined && !oldNames.has(inPlace.name)) {
      ids.push(inPlace.id);
      renames.push({ category: inPlace.id, name });
    } else ids.push((await dataset.db.write('categories.add', { author, name })).id);
  }
  const merged = new Set<number>(there.filter((category) => category.mergedInto !== null).map((category) => category.id));
  return { ids, renames, revive: [...new Set(ids)].filter((id) => merged.has(id)) };
}

function changeOf(then: ManifestFrame, now: FrozenFrame, categories: readonly number[]): FrameRestore | null {
  const left = new Map(now.boxes.map((box) => [box.id, box]));
  const boxes: RestoredBox[] = [];
  for (const box of then.boxes) {
    const category = categories[box.category] as number;
    const other = left.get(box.id);
    left.delete(box.id);
    if (other === undefined || !isEqual(box, other, category))
      boxes.push({
        name: box.id,
        category,
        bbox: box.bbox,
        angle: box.angle,
        flags: box.flags,
        attributes: box.attributes,
        track: box.track,
        interpolated: box.interpolated === true,
      });
  }
  const remove = [...left.values()].map((box) => box.id);
  const isEdited = boxes.length > 0 || remove.length > 0;
  // An edit takes an approval away, so the state is given again even where it is the same.
  const state = isEdited || then.state !== now.state ? then.state : null;
  const split = then.split === now.split ? null : { value: then.split };
  return isEdited || state !== null || split !== null ? { frame: now.id, state, split, remove, boxes } : null;
}

function isEqual(then: ManifestBox, now: ManifestBox, category: number): boolean {
  return (
    now.category === category &&
    then.bbox.every((value, i) => value === now.bbox[i]) &&
    then.angle === now.angle &&
    then.track === now.track &&
    then.interpolated === now.interpolated &&
    then.flags.length === now.flags.length &&
    then.flags.every((flag) => now.flags.includes(flag)) &&
    Object.keys(then.attributes).length === Object.keys(now.attributes).length &&
    Object.entries(then.attributes).every(([key, value]) => now.attributes[key] === value)
  );
}
