import { expect, test } from 'vitest';
import { sequenceOfPath, splitOfName } from '../../../../shared/formats/sequenceOfPath.ts';

test.each([
  ['a.jpg', null],
  ['train/a.jpg', null],
  ['images/train2017/a.jpg', null],
  ['drive 1/a.jpg', 'drive 1'],
  ['images/drive 1/frames/a.jpg', 'drive 1'],
  ['city/drive 1/images/val/a.jpg', 'city/drive 1'],
  ['데이터/1.jpg', '데이터'],
  ['obj_train_data/a.jpg', null],
])('the sequence of %s is %s', (name, sequence) => {
  expect(sequenceOfPath(name)).toBe(sequence);
});

test.each([
  ['instances_train2017', 'train'],
  ['valid', 'val'],
  ['instances_validation', 'val'],
  ['test-dev2017', 'test'],
  ['constraint', null],
  ['instances', null],
])('the split of %s is %s', (name, split) => {
  expect(splitOfName(name)).toBe(split);
});
