import { describe, expect, test } from 'vitest';
import { ReportCollector } from '../../../../../shared/formats/reportCollector.ts';
import { readVoc } from '../../../../../shared/formats/voc/readVoc.ts';

const box = (xmin: string, ymin: string, xmax: string, ymax: string): object => ({ xmin, ymin, xmax, ymax });

describe('the VOC reader', () => {
  test('takes the bounds as edges, reads flags, and leaves parts and <path> alone', () => {
    const report = new ReportCollector();
    const file = readVoc(
      {
        annotation: {
          filename: 'a.jpg',
          path: '/home/somebody/a.jpg',
          size: { width: '640', height: '480', depth: '3' },
          object: [
            {
              name: 'car',
              pose: 'Left',
              truncated: '1',
              difficult: '0',
              occluded: 'true',
              bndbox: box('1', '2', '11.5', '22'),
              part: { name: 'wheel', bndbox: box('1', '1', '2', '2') },
            },
            { name: ' bus ', pose: 'Unspecified', bndbox: box('5', '5', '5', '5') },
          ],
        },
      },
      'a.xml',
      report,
    );
    expect(file).toEqual({
      filename: 'a.jpg',
      declared: { width: 640, height: 480 },
      boxes: [
        { name: 'car', box: [1, 2, 10.5, 20], flags: ['occluded', 'truncated'], attributes: { pose: 'Left' } },
        { name: 'bus', box: [5, 5, 0, 0], flags: [], attributes: {} },
      ],
    });
    expect(report.entries()).toEqual([]);
  });

  test('takes a single object, and none', () => {
    const one = readVoc({ annotation: { object: { name: 'car', bndbox: box('1', '1', '2', '2') } } }, 'a.xml', new ReportCollector());
    expect(one).toMatchObject({ filename: null, declared: null, boxes: [{ name: 'car' }] });
    expect(readVoc({ annotation: { filename: '' } }, 'a.xml', new ReportCollector()).boxes).toEqual([]);
  });

  test.each([
    ['a missing box', { name: 'car' }, 'box_missing'],
    ['a missing name', { bndbox: box('1', '1', '2', '2') }, 'voc_object_without_name'],
    ['NaN', { name: 'car', bndbox: box('nan', '1', '2', '2') }, 'box_not_finite'],
    ['an empty number', { name: 'car', bndbox: box('', '1', '2', '2') }, 'box_not_finite'],
    ['a text', { name: 'car', bndbox: 'x' }, 'box_missing'],
    ['a long name', { name: 'x'.repeat(129), bndbox: box('1', '1', '2', '2') }, 'category_name_too_long'],
  ])('refuses an object with %s', (_what, object, code) => {
    const report = new ReportCollector();
    expect(readVoc({ annotation: { object: [object] } }, 'a.xml', report).boxes).toEqual([]);
    expect(report.entries()).toMatchObject([{ code, severity: 'refused', item: 'a.xml object 1' }]);
  });

  test('refuses other XML', () => {
    expect(() => readVoc({ project: {} }, 'a.xml', new ReportCollector())).toThrow(
      expect.objectContaining({ code: 'voc_broken' }) as Error,
    );
  });
});
