import { expect, test } from 'vitest';
import { datasetNameFor } from '../../../../renderer/features/home/datasetName.ts';

test.each([
  ['/data/street-2026/annotations/instances_train2017.json', 'street-2026'],
  ['C:\\data\\car park\\data.yaml', 'car park'],
  ['/videos/night drive.mp4', 'night drive'],
  ['/data/blood-cells/', 'blood-cells'],
  ['/data/kitti/images', 'kitti'],
  ['/data/v1.2026', 'v1.2026'],
  ['C:\\labels\\train.json', 'train'],
  ['/labels/instances.json', 'instances'],
  ['', ''],
])('%s becomes %s', (path, name) => {
  expect(datasetNameFor(path)).toBe(name);
});
