import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLabelSession, type SessionPort } from '../../../../renderer/features/label/labelSession.ts';
import { emptyOrder, setFrameOrder } from '../../../../renderer/state/frameOrder.ts';
import { createSaveQueue } from '../../../../renderer/state/editor/saveQueue.ts';
import type { DatasetSummary } from '../../../../shared/contract/datasets.ts';
import type { HardcaseClient } from '../../../../shared/contract/index.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';

const dataset = 'd' as DatasetId;
const rowOf = (id: number): object => ({ id, name: `${id}.jpg`, width: 100, height: 50, state: 'unlabeled' });
const content = { state: 'unlabeled', annotations: [], predictions: [], comments: [], canUndo: false, canRedo: false };

/** A host whose rows come when the test says so: one waiting answer for each frame. */
function setUp() {
  const rows = new Map<number, (found: boolean) => void>();
  const opened: string[] = [];
  const api = {
    frames: {
      rows: ({ ids }: { readonly ids: Float64Array }) =>
        new Promise((resolve) => rows.set(ids[0] ?? 0, (found) => resolve(found ? [...ids].map(rowOf) : []))),
      byName: async ({ name }: { readonly name: string }) => rowOf(Number.parseInt(name, 10)),
      changed: () => () => undefined,
    },
    annotations: {
      load: async ({ frame }: { readonly frame: number }) => ({ ...content, frame }),
      reserveIds: async () => ({ first: 1, count: 256 }),
    },
  } as unknown as HardcaseClient;
  const port: SessionPort = {
    api,
    clientId: () => undefined,
    saving: createSaveQueue({ apply: () => Promise.reject(new Error('nothing is edited')) }),
    views: { load: async () => null, save: () => undefined },
    onFrame: (name) => opened.push(name),
    alert: () => undefined,
  };
  setFrameOrder({ ...emptyOrder, dataset, ids: [1, 2, 3, 4] });
  const summary = { id: dataset, categories: [], attributes: [], activeRun: null, readOnly: false } as unknown as DatasetSummary;
  return { session: createLabelSession(summary, port), rows, opened };
}

beforeEach(() => {
  // No image is asked about here: none comes.
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test('of two frames that are wished for one after the other the later one is opened, whichever answer comes first', async () => {
  const { session, rows, opened } = setUp();
  session.goToPlace(1);
  session.goToPlace(2);
  rows.get(3)?.(true);
  await vi.waitFor(() => expect(opened).toEqual(['3.jpg']));
  rows.get(2)?.(true);
  await new Promise((resolve) => setTimeout(resolve));
  expect(opened).toEqual(['3.jpg']);
  expect(session.store.getState()).toMatchObject({ place: 2, row: { id: 3 } });
});

test('a frame that is gone is told to who still wants it, and to nobody else', async () => {
  const { session, rows, opened } = setUp();
  session.goToPlace(1);
  session.goToPlace(2);
  rows.get(3)?.(true);
  await vi.waitFor(() => expect(opened).toEqual(['3.jpg']));
  rows.get(2)?.(false);
  await new Promise((resolve) => setTimeout(resolve));
  expect(session.store.getState().error).toBeNull();
  session.goToPlace(3);
  rows.get(4)?.(false);
  await vi.waitFor(() => expect(session.store.getState().error).toMatchObject({ code: 'not_found' }));
});

test('an answer that comes after the view was left opens nothing and leaves the address alone', async () => {
  const { session, rows, opened } = setUp();
  const named = session.openByName('2.jpg');
  session.goToPlace(3);
  session.dispose();
  rows.get(4)?.(true);
  await named;
  // A command of the view that waited for an answer of its own.
  session.goToPlace(2);
  rows.get(3)?.(true);
  await new Promise((resolve) => setTimeout(resolve));
  expect(opened).toEqual([]);
});
