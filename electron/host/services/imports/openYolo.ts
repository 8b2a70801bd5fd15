import { AppError } from '../../../../shared/errors.ts';
import { BoxTable, type LabelCategory, type LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { sequenceOfPath } from '../../../../shared/formats/sequenceOfPath.ts';
import { readYoloLabels } from '../../../../shared/formats/yolo/readLabels.ts';
import { FolderTree } from './folderTree.ts';
import type { LabelSource, OpenSourceOptions } from './labelSource.ts';
import { openPlace } from './openPlace.ts';
import { namedImages, type YoloImage } from './yolo/images.ts';
import { numberedNames, readAllLabels } from './yolo/labelFiles.ts';
import { readLayout } from './yolo/readLayout.ts';

/** Ultralytics (`data.yaml`), darknet (`obj.data`), or folders of images and labels with a list of names. */
export async function openYolo(options: OpenSourceOptions): Promise<LabelSource> {
  const place = await openPlace(options.from);
  const tree = new FolderTree(place.root);
  const layout = await readLayout(tree, place.file, options);
  if (layout === null || layout.images.length === 0)
    throw new AppError('unknown_format', 'No YOLO dataset was found here: a data.yaml, an obj.data, or labels beside images.', {
      path: options.from,
    });
  const boxes = new BoxTable('share');
  const named = namedImages(layout.images);
  const names = layout.names ?? (await numberedNames(named, options));
  const { categories, indices } = categoriesOf(names, options);
  const labels = await readAllLabels(named, options, (text, file, frame) =>
    readYoloLabels(text, boxes, { file, frame, categories: indices, report: options.report }),
  );
  if (labels.missing > 0)
    options.report.add(
      { code: 'background_images', severity: 'info', message: 'Images without a label file are backgrounds.', item: labels.firstMissing },
      labels.missing,
    );
  const frames = named.map((image): LabelFrame => ({
    path: image.parts.join('/'),
    name: image.name,
    sourceId: null,
    declared: null,
    split: image.split,
    sequence: sequenceOfPath(image.name),
    index: null,
    time: null,
    labeled: labels.missing < named.length,
  }));
  return {
    format: 'yolo',
    parts: [{ labels: { frames, categories, boxes }, find: (index) => Promise.resolve((named[index] as YoloImage).found) }],
  };
}

function categoriesOf(
  names: readonly (string | null)[],
  options: OpenSourceOptions,
): { readonly categories: readonly LabelCategory[]; readonly indices: readonly number[] } {
  const categories: LabelCategory[] = [];
  const indices = names.map((name, number) => {
    const label = name ?? `class ${number}`;
    const same = categories.findIndex((category) => category.name === label);
    if (same >= 0) {
      options.report.add({
        code: 'category_named_twice',
        severity: 'repaired',
        message: 'Two classes have the same name; they become one.',
        item: label,
      });
      return same;
    }
    categories.push({ name: label, supercategory: null, sourceId: number });
    return categories.length - 1;
  });
  return { categories, indices };
}
