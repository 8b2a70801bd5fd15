import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../../electron/host/services/imports/detectFormat.ts';
import { openCoco } from '../../../electron/host/services/imports/openCoco.ts';
import { openVoc } from '../../../electron/host/services/imports/openVoc.ts';
import { openYolo } from '../../../electron/host/services/imports/openYolo.ts';
import { readSource } from '../../helpers/readSource.ts';
import { sharedData } from '../../helpers/sharedData.ts';

const boxCount = (frames: Awaited<ReturnType<typeof readSource>>['frames']): number =>
  frames.reduce((sum, frame) => sum + frame.boxes.length, 0);
const failed = (frames: Awaited<ReturnType<typeof readSource>>['frames']): number =>
  frames.filter((frame) => frame.problem !== null).length;

describe('real datasets', () => {
  test('COCO with crowds and id gaps: every box as it is', async (context) => {
    const { frames, codes, categories } = await readSource(openCoco, sharedData(context, 'coco_cc_by'));
    expect(frames.length).toBe(85);
    expect(failed(frames)).toBe(0);
    expect(boxCount(frames)).toBe(749);
    expect(categories.length).toBe(80);
    expect(frames.flatMap((frame) => frame.boxes.filter((box) => box.flags.includes('crowd') && box.mask !== null)).length).toBe(11);
    expect(codes).toEqual({ 'info polygons_not_kept': 738 });
    expect(await detectFormat(sharedData(context, 'coco_cc_by'))).toMatchObject([{ format: 'coco' }, { format: 'images' }]);
  });

  test('VOC with wrong paths and degenerate boxes', async (context) => {
    const { frames, codes, categories } = await readSource(openVoc, sharedData(context, 'bccd_voc'));
    expect(frames.length).toBe(364);
    expect(failed(frames)).toBe(0);
    expect(boxCount(frames)).toBe(4_886);
    expect([...categories].sort()).toEqual(['Platelets', 'RBC', 'WBC']);
    expect(codes).toMatchObject({ 'refused box_without_area': 2 });
    expect([...new Set(frames.map((frame) => frame.split))].sort()).toEqual(['test', 'train', 'val']);
    expect((await detectFormat(sharedData(context, 'bccd_voc')))[0]).toMatchObject({ format: 'voc' });
  });

  test('darknet YOLO with paths of another folder and a missing image', async (context) => {
    const { frames, codes, categories } = await readSource(openYolo, sharedData(context, 'yolo_mark_yolo'));
    expect(frames.length).toBe(11);
    expect(failed(frames)).toBe(1);
    expect(boxCount(frames)).toBeGreaterThan(10);
    expect(categories).toEqual(['air', 'bird']);
    expect(codes).toMatchObject({ 'refused image_missing': 1 });
    expect((await detectFormat(sharedData(context, 'yolo_mark_yolo')))[0]).toMatchObject({ format: 'yolo' });
  });

  test('COCO of Roboflow: names with hashes, a supercategory at id 0', async (context) => {
    const { frames } = await readSource(openCoco, sharedData(context, 'openimages_boxes58'));
    expect(frames.length).toBe(58);
    expect(failed(frames)).toBe(0);
    expect(boxCount(frames)).toBe(189);
  });

  test.for([
    ['coco_dataset/coco_instances', 'coco', openCoco],
    ['coco_dataset/coco_roboflow', 'coco', openCoco],
    ['roboflow_dataset/coco', 'coco', openCoco],
    ['roboflow_dataset/voc', 'voc', openVoc],
    ['voc_dataset/voc_dataset1', 'voc', openVoc],
    ['roboflow_dataset/yolo', 'yolo', openYolo],
    ['yolo_dataset/strict', 'yolo', openYolo],
    ['yolo_dataset/labels', 'yolo', openYolo],
  ] as const)('of other tools, %s, is recognised and read', async ([folder, format, open], context) => {
    const from = sharedData(context, 'annotations', 'datumaro_assets', folder);
    expect((await detectFormat(from))[0]).toMatchObject({ format });
    const { frames, codes } = await readSource(open, from);
    expect(boxCount(frames), JSON.stringify(codes)).toBeGreaterThan(0);
  });
});
