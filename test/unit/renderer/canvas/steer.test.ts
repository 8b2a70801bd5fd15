import { expect, test } from 'vitest';
import { steer } from '../../../../renderer/canvas/tools/steer.ts';

const image = { width: 640, height: 480 };

test('the crosshair goes by whole px from wherever the mouse left it', () => {
  expect(steer({ x: 99.6, y: 20.4 }, { x: 10, y: 0 }, image)).toEqual({ x: 110, y: 20 });
});

test('it reaches the edges of the image and stays there, so a box can touch them', () => {
  expect(steer({ x: 600, y: 30 }, { x: 100, y: -100 }, image)).toEqual({ x: 640, y: 0 });
  expect(steer({ x: 3, y: 470 }, { x: -100, y: 100 }, image)).toEqual({ x: 0, y: 480 });
});
