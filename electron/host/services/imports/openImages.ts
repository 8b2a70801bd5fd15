import { BoxTable, type LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { isImageName } from '../../../../shared/formats/images/imageHeader.ts';
import { sequenceOfPath } from '../../../../shared/formats/sequenceOfPath.ts';
import { FolderTree, walkFolder } from './folderTree.ts';
import { openPlace } from './openPlace.ts';
import type { LabelSource, OpenSourceOptions } from './labelSource.ts';
import { tellPassedOver } from './passedOver.ts';

/** A folder of images and the folders below it; or one image. Frames of one folder are a sequence in natural order of names. */
export async function openImages(options: OpenSourceOptions): Promise<LabelSource> {
  const place = await openPlace(options.from);
  const tree = new FolderTree(place.root);
  const frames: LabelFrame[] = [];
  const paths: string[] = [];
  const nextIndex = new Map<string, number>();
  const accept = (name: string): boolean => (place.file === null ? isImageName(name) : name === place.file);
  for await (const file of walkFolder(tree, {
    accept,
    signal: options.signal,
    onPassedOver: tellPassedOver(options.report),
    ...(place.file !== null ? { maxDepth: 0 } : {}),
  })) {
    const name = file.parts.join('/');
    const sequence = sequenceOfPath(name);
    const index = sequence === null ? null : (nextIndex.get(sequence) ?? 0);
    if (sequence !== null) nextIndex.set(sequence, (index ?? 0) + 1);
    frames.push({ path: name, name, sourceId: null, declared: null, split: null, sequence, index, time: null, labeled: false });
    paths.push(file.path);
    if (frames.length % 1_000 === 0) options.onProgress(frames.length, 'images', null);
  }
  return {
    format: 'images',
    parts: [
      {
        labels: { frames, categories: [], boxes: new BoxTable('px') },
        find: (index) => Promise.resolve({ kind: 'found', path: paths[index] as string, how: 'as_said' }),
      },
    ],
  };
}
