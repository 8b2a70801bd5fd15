import { expect, test } from 'vitest';
import { describeHistory } from '../../../../renderer/features/label/describeHistory.ts';
import { draftsOf } from '../../../../renderer/features/label/draftsOf.ts';
import type { HistoryEntry } from '../../../../shared/contract/annotations.ts';
import type { Annotation, Prediction } from '../../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../../shared/domain/ids.ts';

const frame = 1 as FrameId;
const prediction = (id: number, category: number, bbox: Prediction['bbox']): Prediction => ({
  id: id as BoxId,
  frame,
  category: category as CategoryId,
  bbox,
  score: 0.5,
});
const draft = (id: number, run: string, from: Prediction): Annotation => ({
  id: id as BoxId,
  frame,
  category: from.category,
  bbox: from.bbox,
  angle: 0,
  flags: [],
  attributes: {},
  track: null,
  origin: 'model',
  provenance: { run, model: 'm', modelSha256: '', score: from.score },
});

test('a hit on predictions stands on the drafts that were made of them', () => {
  const car = prediction(10, 1, [0, 0, 50, 40]);
  const bicycle = prediction(11, 2, [5, 5, 20, 20]);
  const predictions = [{ source: 'run', boxes: [car, bicycle] }];
  const hit = [bicycle.id, car.id];
  expect([...draftsOf(hit, { predictions, annotations: [draft(1, 'run', car), draft(2, 'run', bicycle)] })]).toEqual([2, 1]);
  // The bicycle's draft was moved, or comes from another run: then the prediction stands for itself.
  expect([...draftsOf(hit, { predictions, annotations: [{ ...draft(2, 'run', bicycle), bbox: [6, 5, 20, 20] }] })]).toEqual([11, 10]);
  expect([...draftsOf(hit, { predictions, annotations: [draft(2, 'other', bicycle)] })]).toEqual([11, 10]);
});

test('a hit on annotations stays as it is', () => {
  expect([...draftsOf([3 as BoxId, 4 as BoxId], { predictions: [], annotations: [] })]).toEqual([3, 4]);
});

const entry = (more: Partial<HistoryEntry>): HistoryEntry => ({ seq: 1, time: '', author: 'kim', actor: 'human', kind: 'set', ...more });
const name = (value: unknown): string => `c${String(value)}`;

test.each([
  ['drew', entry({ kind: 'add', before: null, after: { category: 3 } }), { category: 'c3' }],
  ['proposed', entry({ kind: 'add', actor: 'model', before: null, after: { category: 3 } }), { category: 'c3' }],
  ['importedFrom', entry({ kind: 'import', actor: 'import', before: null, after: { format: 'coco', boxes: 2 } }), { format: 'coco' }],
  ['deleted', entry({ kind: 'delete', before: { category: 3 }, after: null }), {}],
  ['edge.lower', entry({ before: { bbox: [10, 10, 20, 20] }, after: { bbox: [10, 10, 20, 34] } }), { px: 14 }],
  ['edge.left', entry({ before: { bbox: [10, 10, 20, 20] }, after: { bbox: [7, 10, 23, 20] } }), { px: 3 }],
  ['moved', entry({ before: { bbox: [10, 10, 20, 20] }, after: { bbox: [13, 14, 20, 20] } }), { px: 5 }],
  ['resized', entry({ before: { bbox: [10, 10, 20, 20] }, after: { bbox: [8, 8, 30, 31] } }), { width: 30, height: 31 }],
  ['relabelled', entry({ before: { category: 1 }, after: { category: 2 } }), { category: 'c2' }],
  ['flagSet', entry({ before: { flags: [] }, after: { flags: ['occluded'] } }), { flag: 'occluded' }],
  ['flagCleared', entry({ before: { flags: ['crowd'] }, after: { flags: [] } }), { flag: 'crowd' }],
  ['confirmed', entry({ before: { flags: ['crowd'] }, after: { flags: ['crowd'] } }), {}],
  ['turned', entry({ before: { angle: 0 }, after: { angle: -12.34 } }), { angle: -12.3 }],
  ['tracked', entry({ before: { track: null }, after: { track: 4 } }), {}],
  ['stacked', entry({ before: { z: 0 }, after: { z: 3 } }), {}],
  ['comment', entry({ kind: 'comment', before: null, after: { text: 'why?' } }), { text: 'why?' }],
  ['replied', entry({ kind: 'comment', before: null, after: { text: 'so', replyTo: '1.7' } }), { text: 'so' }],
  ['reworded', entry({ kind: 'comment', before: { text: 'so' }, after: { text: 'thus' } }), { text: 'thus' }],
  ['commentDeleted', entry({ kind: 'comment', before: { text: 'so', replyTo: '1.7' }, after: null }), {}],
  ['reopened', entry({ kind: 'comment', before: { resolved: true }, after: { resolved: false } }), {}],
])('history says "%s"', (key, operation, values) => {
  expect(describeHistory(operation, name)).toMatchObject({ key, values });
});
