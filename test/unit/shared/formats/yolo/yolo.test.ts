import { describe, expect, test } from 'vitest';
import { BoxTable } from '../../../../../shared/formats/labelSet.ts';
import { ReportCollector } from '../../../../../shared/formats/reportCollector.ts';
import { readNames, readObjData } from '../../../../../shared/formats/yolo/readDarknet.ts';
import { readDataYaml } from '../../../../../shared/formats/yolo/readDataYaml.ts';
import { readYoloLabels } from '../../../../../shared/formats/yolo/readLabels.ts';

function read(text: string): { rows: number[][]; tracks: unknown[]; codes: string[] } {
  const boxes = new BoxTable('share');
  const report = new ReportCollector();
  readYoloLabels(text, boxes, { file: 'a.txt', frame: 0, categories: [0, 1], report });
  const rows = Array.from({ length: boxes.length }, (_, i) => [
    boxes.categories.get(i),
    boxes.x.get(i),
    boxes.y.get(i),
    boxes.w.get(i),
    boxes.h.get(i),
  ]);
  return {
    rows,
    tracks: [...boxes.extras.values()],
    codes: report.entries().map((entry) => `${entry.severity} ${entry.code} ${entry.item}`),
  };
}

describe('the YOLO label reader', () => {
  test('reads boxes, tracks, outlines, blank lines and both line ends', () => {
    const { rows, tracks, codes } = read(
      '0 0.5 0.25 0.125 0.5\r\n\n 1\t.5 .5 1 1 7\n0 0.1 0.2 0.5 0.2 0.5 0.8 0.1 0.8\n1 0.5 0.5 0.1 0.1 0.93\n',
    );
    expect(rows[0]).toEqual([0, 0.5, 0.25, 0.125, 0.5]);
    expect(rows[1]).toEqual([1, 0.5, 0.5, 1, 1]);
    expect(rows[2]?.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0, 0.3, 0.5, 0.4, 0.6]);
    expect(rows).toHaveLength(4);
    expect(tracks).toEqual([{ track: 7 }]);
    expect(codes).toEqual(['info polygons_not_kept a.txt:4', 'info confidence_not_kept a.txt:5']);
  });

  test.each([
    ['too few columns', '0 0.5 0.5 0.1', 'yolo_line_broken'],
    ['seven columns', '0 1 2 3 4 5 6 7', 'yolo_line_broken'],
    ['a class that is no number', 'car 0.5 0.5 0.1 0.1', 'yolo_class_broken'],
    ['a negative class', '-1 0.5 0.5 0.1 0.1', 'yolo_class_broken'],
    ['half a class', '0.5 0.5 0.5 0.1 0.1', 'yolo_class_broken'],
    ['a class beyond the names', '2 0.5 0.5 0.1 0.1', 'yolo_class_unknown'],
    ['NaN', '0 nan 0.5 0.1 0.1', 'box_not_finite'],
    ['infinity', '0 0.5 inf 0.1 0.1', 'box_not_finite'],
    ['hexadecimal', '0 0x1 0.5 0.1 0.1', 'box_not_finite'],
    ['more than a double holds', '0 1e999 0.5 0.1 0.1', 'box_not_finite'],
    ['pixels', '0 320 240 100 50', 'yolo_not_normalised'],
  ])('refuses a line with %s and reads the next', (_what, line, code) => {
    const { rows, codes } = read(`${line}\n1 0.5 0.5 0.1 0.1\n`);
    expect(rows).toEqual([[1, 0.5, 0.5, 0.1, 0.1]]);
    expect(codes).toEqual([`refused ${code} a.txt:1`]);
  });
});

describe('data.yaml', () => {
  test('gives names by list or by number, and the splits', () => {
    expect(readDataYaml({ path: '/x', train: 'a', val: ['b', 'c'], names: ['car', 7, ''] })).toEqual({
      path: '/x',
      splits: [
        { split: 'train', paths: ['a'] },
        { split: 'val', paths: ['b', 'c'] },
      ],
      names: ['car', '7', null],
    });
    expect(readDataYaml({ names: { 2: 'bus', 0: 'car' } }).names).toEqual(['car', null, 'bus']);
  });

  test.each([
    ['no names', { train: 'a' }, 'yolo_names_missing'],
    ['a list', ['car'], 'yolo_names_missing'],
    ['a class that is no number', { names: { car: 0 } }, 'yolo_names_broken'],
    ['a class of two billion', { names: { 2000000000: 'car' } }, 'yolo_names_broken'],
  ])('refuses %s', (_what, value, code) => {
    expect(() => readDataYaml(value)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

test('obj.data gives lists and names; obj.names keeps the place of a blank line', () => {
  expect(readObjData('classes= 2\ntrain  = data/train.txt\nvalid=data/v.txt\nnames = data/obj.names\nbackup = backup/\n')).toEqual({
    names: 'data/obj.names',
    splits: [
      { split: 'train', list: 'data/train.txt' },
      { split: 'val', list: 'data/v.txt' },
    ],
  });
  expect(readNames('air\r\n\r\nbird\n\n')).toEqual(['air', null, 'bird']);
});
