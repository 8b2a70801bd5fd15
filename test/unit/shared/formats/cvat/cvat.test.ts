import { describe, expect, test } from 'vitest';
import { placeCvatTrack } from '../../../../../shared/formats/cvat/cvatTracks.ts';
import { CvatReader, type CvatLabels } from '../../../../../shared/formats/cvat/readCvat.ts';
import { planCvat, writeCvat } from '../../../../../shared/formats/cvat/writeCvat.ts';
import { ReportCollector } from '../../../../../shared/formats/reportCollector.ts';
import { collectExport, exportSource } from '../../../../fixtures/versions/collectExport.ts';
import { box, category, frame } from '../../../../fixtures/versions/manifestHelpers.ts';

function read(xml: string): { readonly labels: CvatLabels; readonly codes: readonly string[] } {
  const report = new ReportCollector();
  const reader = new CvatReader('annotations.xml', report);
  for (let at = 0; at < xml.length; at += 50) reader.push(xml.slice(at, at + 50));
  return { labels: reader.finish(), codes: report.entries().map(({ code, count }) => `${code} ${count}`) };
}

/** By hand, after the description of the format in CVAT's documentation (XML annotation format, version 1.1). */
const video = `<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <id>5</id><name>crossing</name><size>6</size><mode>interpolation</mode>
      <start_frame>10</start_frame><stop_frame>25</stop_frame><frame_filter>step=3</frame_filter>
      <labels>
        <label><name>bus</name><attributes></attributes></label>
        <label><name>car</name><attributes>
          <attribute><name>parked</name><mutable>True</mutable><input_type>checkbox</input_type><values></values></attribute>
          <attribute><name>wheels</name><mutable>False</mutable><input_type>number</input_type><values>2;8;1</values></attribute>
          <attribute><name>plate</name><mutable>False</mutable><input_type>text</input_type><values></values></attribute>
        </attributes></label>
      </labels>
      <original_size><width>1280</width><height>720</height></original_size>
    </task>
    <dumped>2024-04-23 09:05:02.335612+00:00</dumped>
    <source>crossing.mp4</source>
  </meta>
  <track id="3" label="car" source="manual">
    <box frame="10" outside="0" occluded="1" keyframe="1" xtl="10.00" ytl="20.00" xbr="110.00" ybr="60.00" z_order="0">
      <attribute name="parked">false</attribute>
      <attribute name="wheels">4</attribute>
      <attribute name="plate">12가 3456</attribute>
    </box>
    <box frame="19" outside="0" occluded="0" keyframe="1" xtl="40.00" ytl="20.00" xbr="140.00" ybr="60.00" z_order="0">
      <attribute name="plate"></attribute>
    </box>
    <box frame="22" outside="1" occluded="0" keyframe="1" xtl="40.00" ytl="20.00" xbr="140.00" ybr="60.00" z_order="0"></box>
  </track>
  <track id="4" label="bus"><polygon frame="10" outside="0" occluded="0" keyframe="1" points="1,2;3,4;5,6" z_order="0"></polygon></track>
</annotations>
`;

const images = `<annotations>
  <version>1.1</version>
  <image id="0" name="Train/a b.jpg" subset="Train" width="640" height="480">
    <box label="car" source="manual" occluded="0" xtl="1.5" ytl="2" xbr="11.5" ybr="22" rotation="30.5" z_order="1">
      <attribute name="difficult">true</attribute>
      <attribute name="colour">red</attribute>
    </box>
    <box label="car" occluded="0" xtl="x" ytl="2" xbr="11" ybr="22" z_order="0"></box>
    <tag label="night"></tag>
  </image>
  <image id="1" name="empty.jpg" width="640" height="480"></image>
</annotations>`;

describe('CVAT XML', () => {
  test('of a video: frames are those of the video, and what lies between two key frames in sight is interpolated', () => {
    const { labels, codes } = read(video);
    expect(labels).toMatchObject({
      isVideo: true,
      task: 'crossing',
      source: 'crossing.mp4',
      start: 10,
      stop: 25,
      width: 1280,
      height: 720,
    });
    expect(labels.labels).toEqual(['bus', 'car']);
    expect(codes).toEqual(['shape_not_a_box 1']);
    expect(labels.tracks).toHaveLength(1);
    const { boxes, missing } = placeCvatTrack(labels.tracks[0] as CvatLabels['tracks'][number], [10, 13, 16, 19, 22, 25]);
    expect(missing).toBe(0);
    expect(boxes.map(({ at, box: { bbox }, interpolated }) => [at, ...bbox, interpolated])).toEqual([
      [0, 10, 20, 100, 40, false],
      [1, 20, 20, 100, 40, true],
      [2, 30, 20, 100, 40, true],
      [3, 40, 20, 100, 40, false],
    ]);
    expect(boxes[0]?.box).toMatchObject({ flags: 1, attributes: { parked: false, wheels: 4, plate: '12가 3456' } });
    expect(boxes[3]?.box).toMatchObject({ flags: 0, attributes: { plate: '' } });
  });

  test('a frame that is not there loses its boxes, and they are counted', () => {
    const [track] = read(video).labels.tracks;
    expect(placeCvatTrack(track as CvatLabels['tracks'][number], [10, 13])).toMatchObject({ missing: 1, boxes: [{ at: 0 }] });
  });

  test('of images: rotation, flags that are written as attributes, and what cannot be read', () => {
    const { labels, codes } = read(images);
    expect(labels.isVideo).toBe(false);
    expect(labels.images.map(({ name, subset, boxes }) => [name, subset, boxes.length])).toEqual([
      ['Train/a b.jpg', 'Train', 1],
      ['empty.jpg', null, 0],
    ]);
    expect(labels.images[0]?.boxes[0]).toEqual({
      label: 'car',
      bbox: [1.5, 2, 10, 20],
      angle: 30.5,
      flags: 4,
      attributes: { colour: 'red' },
    });
    expect(codes).toEqual(['box_unreadable 1', 'shape_not_a_box 1']);
  });

  test('refuses what is not CVAT’s', () => {
    expect(() => read('<annotation><object/></annotation>')).toThrow('not from CVAT');
    const two = '<annotations><track id="0" label="a" task_id="1"></track><track id="0" label="a" task_id="2"></track></annotations>';
    expect(() => read(two)).toThrow('several videos');
  });

  test('a recording with tracks is written as a video, with an end outside; other frames as images', async () => {
    const at = (index: number) => ({ sequence: 'cam/7', index });
    const car = { category: 1, track: 9 } as const;
    const content = {
      categories: [category('bus'), category('c<r')],
      frames: [
        frame(
          'cam/7/0.jpg',
          [box(1, [1, 2, 3, 4], { ...car, flags: ['occluded', 'truncated'], attributes: { wheels: 4, parked: true } })],
          at(0),
        ),
        frame('cam/7/1.jpg', [box(2, [2, 2, 3, 4], { ...car, interpolated: true }), box(3, [50, 60, 7, 8])], at(1)),
        frame('cam/7/2.jpg', [], at(2)),
        frame('cam/7/3.jpg', [box(4, [9, 2, 3, 4], car)], at(3)),
        frame('still.png', [box(5, [0, 0, 5, 5], { angle: 15 })], { split: 'val' }),
      ],
    };
    const source = exportSource(content);
    const plan = await planCvat(source);
    const { files, images: written } = await collectExport(writeCvat(source, plan));
    expect(written.map(({ path }) => path)).toEqual([
      'cam_7/images/frame_000000.jpg',
      'cam_7/images/frame_000001.jpg',
      'cam_7/images/frame_000002.jpg',
      'cam_7/images/frame_000003.jpg',
      'images/still.png',
    ]);
    const tracks = (files.get('cam_7/annotations.xml') ?? '').split('</meta>\n')[1];
    expect(tracks).toBe(`<track id="9" label="c&#60;r" source="manual">
<box frame="0" outside="0" keyframe="1" occluded="1" xtl="1" ytl="2" xbr="4" ybr="6" z_order="0">
<attribute name="truncated">true</attribute>
<attribute name="wheels">4</attribute>
<attribute name="parked">true</attribute>
</box>
<box frame="1" outside="0" keyframe="0" occluded="0" xtl="2" ytl="2" xbr="5" ybr="6" z_order="0"/>
<box frame="2" outside="1" keyframe="1" occluded="0" xtl="2" ytl="2" xbr="5" ybr="6" z_order="0"/>
<box frame="3" outside="0" keyframe="1" occluded="0" xtl="9" ytl="2" xbr="12" ybr="6" z_order="0"/>
</track>
<track id="2000000001" label="bus" source="manual">
<box frame="1" outside="0" keyframe="1" occluded="0" xtl="50" ytl="60" xbr="57" ybr="68" z_order="0"/>
<box frame="2" outside="1" keyframe="1" occluded="0" xtl="50" ytl="60" xbr="57" ybr="68" z_order="0"/>
</track>
</annotations>
`);
    expect(files.get('annotations.xml')).toContain(
      '<image id="0" name="still.png" subset="val" width="640" height="480">\n<box label="bus" source="manual" occluded="0" xtl="0" ytl="0" xbr="5" ybr="5" rotation="15" z_order="0"/>\n</image>\n',
    );
    expect(plan.report.map(({ code }) => code).sort()).toEqual(['flags_as_attributes', 'names_not_carried']);
  });
});
