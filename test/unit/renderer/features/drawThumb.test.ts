import { expect, test } from 'vitest';
import { placeTag } from '../../../../renderer/features/frames/drawThumb.ts';

const image = [240, 180] as const;

test('a tag stands above its box, inside the image', () => {
  expect(placeTag([50, 60, 40, 30], 60, image, [])).toEqual([49.4, 44, 60, 15.5]);
  expect(placeTag([220, 4, 20, 30], 60, image, [])).toEqual([180, 0, 60, 15.5]);
});

test('the tags of two boxes of nearly the same place do not cover each other', () => {
  const first = placeTag([50, 60, 40, 30], 60, image, []);
  const second = placeTag([52, 62, 38, 28], 70, image, [first]);
  expect(second).toEqual([51.4, 91, 70, 15.5]);
  const atTheEdge = placeTag([50, 150, 40, 30], 60, image, [placeTag([50, 150, 40, 30], 60, image, [])]);
  expect(atTheEdge[1] + atTheEdge[3]).toBeLessThanOrEqual(image[1]);
});
