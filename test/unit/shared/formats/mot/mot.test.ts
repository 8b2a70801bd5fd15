import { describe, expect, test } from 'vitest';
import { motCategory, readMotRows, readSequenceInfo } from '../../../../../shared/formats/mot/readMot.ts';
import { frameRateOf, planMot, writeMot } from '../../../../../shared/formats/mot/writeMot.ts';
import { ReportCollector } from '../../../../../shared/formats/reportCollector.ts';
import { collectExport, exportSource } from '../../../../fixtures/versions/collectExport.ts';
import { box, category, frame } from '../../../../fixtures/versions/manifestHelpers.ts';

function rows(text: string) {
  const report = new ReportCollector();
  return { rows: [...readMotRows(text, 'gt.txt', report)], report: report.entries().map(({ code, item }) => `${code} ${item}`) };
}

describe('MOT', () => {
  // After the descriptions of MOTChallenge (instructions) and of CVAT and Datumaro (formats, MOT).
  test('ground truth of 2016 and later has class and visibility; frames are numbered from 1, coordinates taken as they are', () => {
    expect(rows('1,1,1363,569,103,241,1,1,0.86014\r\n2,-1,0.5,1e1,3,4,0,3,0\n').rows).toEqual([
      { frame: 1, id: 1, bbox: [1363, 569, 103, 241], confidence: 1, category: 1, visibility: 0.86014 },
      { frame: 2, id: null, bbox: [0.5, 10, 3, 4], confidence: 0, category: 3, visibility: 0 },
    ]);
  });

  test('files of 2015 have world coordinates instead, detections may have none', () => {
    expect(rows('1, -1, 794.2, 47.5, 71.2, 174.8, 67.5, -1, -1, -1').rows).toEqual([
      { frame: 1, id: null, bbox: [794.2, 47.5, 71.2, 174.8], confidence: 67.5, category: null, visibility: null },
    ]);
    expect(rows('1,2,3,4,5,6').rows[0]).toMatchObject({ confidence: 1, category: null, visibility: null });
  });

  test('lines that are no rows are reported with their number, and the rest is read', () => {
    const { rows: read, report } = rows(
      '# a comment\n1,1,2,3\nx,1,2,3,4,5\n-1,1,2,3,4,5\n1,1.5,2,3,4,5\n1,99999999999,2,3,4,5\n3,1,2,3,4,5\n',
    );
    expect(read.map((row) => row.frame)).toEqual([3]);
    expect(report).toEqual(['row_unreadable gt.txt:2']);
  });

  test('classes by their own list, else by that of MOT16', () => {
    expect([motCategory(1, null), motCategory(3, null), motCategory(99, null), motCategory(null, null)]).toEqual([
      'pedestrian',
      'car',
      'class 99',
      'pedestrian',
    ]);
    expect([motCategory(2, ['cat', 'dog']), motCategory(0, ['cat']), motCategory(null, ['cat'])]).toEqual(['dog', 'class 0', 'cat']);
  });

  test('seqinfo.ini', () => {
    expect(readSequenceInfo('[Sequence]\nname = MOT16-02\nimDir=img1\nframeRate=30\nseqLength=600\n')).toEqual({
      name: 'MOT16-02',
      imageFolder: 'img1',
      frameRate: 30,
    });
    expect(readSequenceInfo(null)).toEqual({ name: null, imageFolder: 'img1', frameRate: null });
  });

  test('a rate is written only where the times are those of one rate', () => {
    const at = (...times: readonly number[]) => times.map((time) => ({ time }));
    expect(frameRateOf(at(0, 0.04, 0.08, 0.12))).toBe(25);
    expect(frameRateOf(at(0, 0.1, 0.4))).toBeNull();
    expect(frameRateOf(at(0))).toBeNull();
  });

  test('written: a folder a recording, frames in their order, what is lost is said', async () => {
    const source = exportSource({
      categories: [category('cat'), category('dog')],
      frames: [
        frame('a/2.png', [box(1, [1, 2, 3, 4], { track: 7, interpolated: true })], { sequence: 'drive', index: 1, time: 0.5 }),
        frame(
          'b/1.png',
          [box(2, [0.1, 0.2, 3, 4], { category: 1, track: 7, flags: ['occluded'] }), box(3, [5, 6, 7, 8], { flags: ['ignore'] })],
          {
            sequence: 'drive',
            index: 0,
            time: 0,
          },
        ),
        frame('loose.jpg', [box(4, [9, 9, 9, 9], { attributes: { visibility: 0.25, colour: 'red' }, angle: 90 })]),
      ],
    });
    const plan = await planMot(source);
    const { files, images } = await collectExport(writeMot(source, plan));
    expect(images.map(({ path, frame: name }) => `${path} ${name}`)).toEqual([
      'drive/img1/000002.png a/2.png',
      'drive/img1/000001.png b/1.png',
      'frames/img1/000001.jpg loose.jpg',
    ]);
    expect(files.get('drive/gt/gt.txt')).toBe('1,-1,5,6,7,8,0,1,1\n1,7,0.1,0.2,3,4,1,2,0\n2,7,1,2,3,4,1,1,1\n');
    expect(files.get('frames/gt/gt.txt')).toBe('1,-1,9,9,9,9,1,1,0.25\n');
    expect(files.get('drive/gt/labels.txt')).toBe('cat\ndog\n');
    expect(files.get('drive/seqinfo.ini')).toBe(
      '[Sequence]\nname=drive\nimDir=img1\nframeRate=2\nseqLength=2\nimWidth=640\nimHeight=480\nimExt=.png\n',
    );
    expect(plan.report.map(({ code }) => code).sort()).toEqual([
      'angle_not_carried',
      'attributes_not_carried',
      'box_without_track',
      'frames_without_sequence',
      'key_frames_not_carried',
      'names_not_carried',
    ]);
  });
});
