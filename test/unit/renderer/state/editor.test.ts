import { expect, test, vi } from 'vitest';
import type { Change, FrameContent } from '../../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../../shared/domain/ids.ts';
import { judgedBoxes } from '../../../../shared/review/judgedBoxes.ts';
import { AppError } from '../../../../shared/errors.ts';
import { applyChange, type EditedFrame } from '../../../../renderer/state/editor/applyChange.ts';
import { createEditor, type EditorPort } from '../../../../renderer/state/editor/createEditor.ts';

const frame = { id: 7 as FrameId, name: 'a.jpg', size: { width: 200, height: 100 } };
const category = 1 as CategoryId;

const annotation = (id: number, more: Partial<Annotation> = {}): Annotation => ({
  id: id as BoxId,
  frame: frame.id,
  category,
  bbox: [10, 10, 20, 20],
  angle: 0,
  flags: [],
  attributes: {},
  track: null,
  origin: 'model',
  provenance: { run: 'r', model: 'm', modelSha256: 'x', score: 0.4 },
  ...more,
});

/** The port at the edge of the renderer: keeps one frame in memory the way the host does, with undo by snapshots. */
function memoryPort(start: readonly Annotation[]) {
  let content: EditedFrame = { frame: frame.id, state: 'unlabeled', annotations: start };
  const past: EditedFrame[] = [];
  const sent: (readonly Change[])[] = [];
  let fail: AppError | null = null;
  const load = (): FrameContent => ({ ...content, predictions: [], comments: [], canUndo: past.length > 0, canRedo: false });
  const port: EditorPort = {
    load: async () => load(),
    apply: async (changes) => {
      if (fail) throw fail;
      sent.push(changes);
      past.push(content);
      for (const change of changes) content = applyChange(content, change);
      return {
        results: changes.map(() => ({ seq: sent.length })),
        frameStates: [{ frame: frame.id, state: content.state }],
        savedAt: `2026-01-01T00:00:0${sent.length}Z`,
      };
    },
    reserveIds: async (count) => ({ first: 1000 as BoxId, count }),
    undo: async () => {
      const before = past.pop();
      if (!before) throw new AppError('nothing_to_undo', 'There is nothing to undo.');
      content = before;
      return { results: [], frameStates: [], savedAt: '', frames: [frame.id], boxes: before.annotations.map((box) => box.id), kind: 'set' };
    },
    redo: async () => Promise.reject(new AppError('nothing_to_redo', 'There is nothing to redo.')),
  };
  return { port, sent, host: () => content, failWith: (error: AppError | null) => (fail = error) };
}

async function openEditor(
  start: readonly Annotation[] = [annotation(1), annotation(2, { bbox: [100, 20, 30, 30], origin: 'human', provenance: null })],
) {
  const host = memoryPort(start);
  const alerts: string[] = [];
  const editor = createEditor(host.port, {
    pan: () => undefined,
    comment: () => undefined,
    alert: (error) => alerts.push(error.code),
    outdated: (disputed) => alerts.push(disputed ? 'disputed' : 'outdated'),
  });
  await editor.open(frame, { sources: [], readOnly: false });
  return { editor, alerts, ...host };
}

const bboxes = (boxes: readonly Annotation[]) => boxes.map((box) => box.bbox);

test('an edit is on the screen at once and with the host when "saved" is said', async () => {
  const { editor, host } = await openEditor();
  editor.select([1 as BoxId]);
  editor.nudge(1, -10);
  expect(bboxes(editor.store.getState().annotations)[0]).toEqual([11, 0, 20, 20]);
  expect(editor.saving.state.getState()).toEqual({ kind: 'saving', pending: 1 });
  await editor.saving.flush();
  expect(editor.saving.state.getState()).toEqual({ kind: 'saved', at: '2026-01-01T00:00:01Z' });
  expect(host().annotations).toEqual(editor.store.getState().annotations);
  expect(host().state).toBe('draft');
});

test('an approval names the boxes on show, and says so when it was given for others than the host has', async () => {
  const { editor, sent, alerts, port } = await openEditor();
  editor.select([1 as BoxId]);
  editor.nudge(1, 0);
  editor.setFrameState('approved');
  const shown = judgedBoxes(editor.store.getState().annotations);
  await editor.saving.flush();
  expect(sent[1]).toEqual([{ op: 'state', frame: frame.id, state: 'approved', judged: shown }]);
  expect(alerts).toEqual([]);

  editor.setFrameState('labeled');
  await editor.saving.flush();
  const apply = vi.spyOn(port, 'apply');
  const answer = { results: [{ seq: 9 }], frameStates: [{ frame: frame.id, state: 'labeled' as const }], savedAt: '' };
  apply.mockResolvedValueOnce(answer);
  editor.setFrameState('approved');
  await editor.saving.flush();
  await vi.waitFor(() => expect(editor.store.getState().frameState).toBe('labeled'));
  apply.mockResolvedValueOnce({ ...answer, conflicts: [1 as BoxId] });
  editor.setFrameState('locked');
  await editor.saving.flush();
  expect(alerts).toEqual(['outdated', 'disputed']);
});

test('a model box that a person touched is the person’s, and keeps where it came from', async () => {
  const { editor } = await openEditor();
  editor.select([1 as BoxId]);
  editor.toggleFlag('occluded');
  const [box] = editor.store.getState().annotations;
  expect([box?.origin, box?.flags, box?.provenance?.score]).toEqual(['human', ['occluded'], 0.4]);
});

test('one gesture over many boxes is one transaction', async () => {
  const { editor, sent } = await openEditor();
  editor.selectAll();
  editor.setCategory(3 as CategoryId);
  await editor.saving.flush();
  expect(sent).toEqual([
    [
      { op: 'set', box: 1, category: 3, seen: { category: 1 } },
      { op: 'set', box: 2, category: 3, seen: { category: 1 } },
    ],
  ]);
});

test('edits made while one is being saved follow it in order', async () => {
  const { editor, sent, host } = await openEditor();
  editor.select([2 as BoxId]);
  editor.nudge(1, 0);
  editor.nudge(1, 0);
  editor.deleteSelected();
  await editor.saving.flush();
  expect(sent.map(([change]) => change?.op)).toEqual(['set', 'set', 'delete']);
  expect(host().annotations.map((box) => box.id)).toEqual([1]);
});

test('a digit with nothing selected sets the category of the next box', async () => {
  const { editor } = await openEditor([]);
  editor.setCategory(5 as CategoryId);
  editor.setTool('box');
  const at = (type: 'down' | 'move' | 'up', x: number, y: number) =>
    editor.pointer({ type, point: { x, y }, screen: { x, y }, button: 'primary', shift: false, ctrl: false, alt: false }, 1);
  at('down', 10, 10);
  at('move', 60, 60);
  at('up', 60, 60);
  const { annotations, selected, tool } = editor.store.getState();
  expect(annotations.map((box) => [box.id, box.category, box.bbox])).toEqual([[1000, 5, [10, 10, 50, 50]]]);
  expect([...selected]).toEqual([1000]);
  expect(tool).toEqual({ tool: 'box', phase: 'idle' });
});

test('escape breaks off the drawing, then drops the selection, then leaves the tool', async () => {
  const { editor, sent } = await openEditor();
  editor.select([1 as BoxId]);
  editor.setTool('box');
  editor.pointer(
    { type: 'down', point: { x: 5, y: 5 }, screen: { x: 5, y: 5 }, button: 'primary', shift: false, ctrl: false, alt: false },
    1,
  );
  editor.escape();
  expect([editor.store.getState().tool, editor.store.getState().selected.size]).toEqual([{ tool: 'box', phase: 'idle' }, 1]);
  editor.escape();
  expect([editor.store.getState().tool, editor.store.getState().selected.size]).toEqual([{ tool: 'box', phase: 'idle' }, 0]);
  editor.escape();
  expect(editor.store.getState().tool).toEqual({ tool: 'select', phase: 'idle' });
  expect(sent).toEqual([]);
});

test('a box drawn before there is any category waits for its name, on its frame only', async () => {
  const { editor, sent } = await openEditor([]);
  editor.draw([10, 20, 30, 40]);
  expect([editor.store.getState().unnamed, editor.store.getState().annotations]).toEqual([[10, 20, 30, 40], []]);
  await editor.open(frame, { sources: [], readOnly: false });
  expect(editor.store.getState().unnamed).toBeNull();
  editor.setCategory(3 as CategoryId);
  editor.draw([10, 20, 30, 40]);
  expect(editor.store.getState().annotations).toMatchObject([{ category: 3, bbox: [10, 20, 30, 40] }]);
  await editor.saving.flush();
  expect(sent).toHaveLength(1);
});

test('undo waits for what is being saved and shows what the host has', async () => {
  const { editor, host } = await openEditor();
  editor.select([1 as BoxId]);
  editor.deleteSelected();
  expect(await editor.undo()).toBe(true);
  expect(editor.store.getState().annotations.map((box) => box.id)).toEqual([1, 2]);
  expect(editor.store.getState().annotations).toEqual(host().annotations);
  expect(await editor.undo()).toBe(false);
  expect(editor.store.getState().canUndo).toBe(false);
});

test('copied boxes are pasted at the same place, and moved where they would hide their originals', async () => {
  const { editor, host } = await openEditor();
  editor.select([2 as BoxId]);
  expect(editor.copy()).toBe(1);
  editor.paste();
  await vi.waitFor(() => expect(host().annotations).toHaveLength(3));
  expect(host().annotations[2]?.bbox).toEqual([112, 32, 30, 30]);
  editor.deleteSelected();
  editor.select([2 as BoxId]);
  editor.deleteSelected();
  editor.paste();
  await vi.waitFor(() => expect(host().annotations.map((box) => box.bbox)).toContainEqual([100, 20, 30, 30]));
});

test('a lost connection keeps the edit and says so; it is saved when the connection is back', async () => {
  const { editor, host, failWith } = await openEditor();
  failWith(new AppError('unavailable', 'The connection is lost.'));
  editor.select([1 as BoxId]);
  editor.nudge(1, 0);
  await vi.waitFor(() =>
    expect(editor.saving.state.getState()).toMatchObject({
      kind: 'waiting',
      pending: 1,
      code: 'unavailable',
      reason: 'The connection is lost.',
    }),
  );
  expect(bboxes(editor.store.getState().annotations)[0]).toEqual([11, 10, 20, 20]);
  failWith(null);
  editor.saving.retry();
  await editor.saving.flush();
  expect(bboxes(host().annotations)[0]).toEqual([11, 10, 20, 20]);
});

test('an edit that was undone while it waited is given back by redo, on the screen and then on the host', async () => {
  const { editor, host, failWith } = await openEditor();
  const shown = (): readonly (number | undefined)[] => bboxes(editor.store.getState().annotations).map(([x]) => x);
  failWith(new AppError('disk_full', 'The disk is full.'));
  editor.select([1 as BoxId]);
  editor.nudge(1, 0);
  editor.nudge(5, 0);
  await vi.waitFor(() => expect(editor.saving.state.getState()).toMatchObject({ kind: 'waiting', pending: 2 }));
  const [, ...others] = shown();
  await editor.undo();
  await editor.undo();
  expect(shown()).toEqual([10, ...others]);
  await editor.redo();
  expect(shown()).toEqual([11, ...others]);
  failWith(null);
  await editor.redo();
  editor.saving.retry();
  await editor.saving.flush();
  expect(shown()).toEqual([16, ...others]);
  expect(bboxes(host().annotations)[0]?.[0]).toBe(16);
});

test('an edit that the host refuses is taken back on the screen, with the reason', async () => {
  const { editor, alerts, failWith } = await openEditor();
  failWith(new AppError('locked_by_rule', 'This dataset is open for reading only.'));
  editor.select([1 as BoxId]);
  editor.nudge(1, 0);
  await expect(editor.saving.flush()).rejects.toThrow('reading only');
  await vi.waitFor(() => expect(bboxes(editor.store.getState().annotations)[0]).toEqual([10, 10, 20, 20]));
  expect(alerts).toEqual(['locked_by_rule']);
  expect(editor.saving.state.getState()).toEqual({ kind: 'refused', reason: 'This dataset is open for reading only.' });
});

test('the score slider hides proposals and never a box that a person stands behind', async () => {
  const { editor } = await openEditor([annotation(1), annotation(2, { origin: 'human' })]);
  editor.setScoreThreshold(0.9);
  expect(editor.scene().map((box) => box.id)).toEqual([2]);
});

test('a new box has what the dataset gives it; one drawn as an ignore region is one, until another tool is taken', async () => {
  const { port, sent } = memoryPort([]);
  const editor = createEditor(
    { ...port, attributesOf: (_category, given) => ({ colour: 'grey', ...given }) },
    { pan: () => undefined, comment: () => undefined, alert: (error) => expect.fail(error.code), outdated: () => expect.fail('outdated') },
  );
  await editor.open(frame, { sources: [], readOnly: false });
  editor.store.setState({ nextCategory: category });
  const draw = (x: number): void => {
    for (const [type, at] of [
      ['down', x],
      ['move', x + 20],
      ['up', x + 20],
    ] as const) {
      const point = { x: at, y: at / 2 };
      editor.pointer({ type, point, screen: point, button: 'primary', shift: false, ctrl: false, alt: false } as never, 1);
    }
  };
  editor.drawIgnore();
  draw(10);
  draw(60);
  editor.setTool('box');
  draw(110);
  await editor.saving.flush();
  expect(sent.flat().map((change) => (change.op === 'add' ? [change.flags, change.attributes] : change.op))).toEqual([
    [['ignore'], { colour: 'grey' }],
    [['ignore'], { colour: 'grey' }],
    [undefined, { colour: 'grey' }],
  ]);
});

test('a box that was drawn before there were ids for it is saved on its own frame and shown on no other', async () => {
  const { port, sent } = memoryPort([annotation(1)]);
  const { promise, resolve } = Promise.withResolvers<{ readonly first: BoxId; readonly count: number }>();
  port.reserveIds = () => promise;
  const nothing = (): void => undefined;
  const editor = createEditor(port, { pan: nothing, comment: nothing, alert: nothing, outdated: nothing });
  const opened = editor.open(frame, { sources: [], readOnly: false });
  await vi.waitFor(() => expect(editor.store.getState().status).toBe('ready'));
  editor.store.setState({ nextCategory: category });
  editor.setTool('box');
  for (const [type, x, y] of [
    ['down', 50, 50],
    ['move', 90, 80],
    ['up', 90, 80],
  ] as const)
    editor.pointer({ type, point: { x, y }, screen: { x, y }, button: 'primary', shift: false, ctrl: false, alt: false }, 1);
  void editor.open({ ...frame, id: 8 as FrameId, name: 'b.jpg' }, { sources: [], readOnly: false });
  await vi.waitFor(() => expect(editor.store.getState()).toMatchObject({ status: 'ready', frame: { name: 'b.jpg' } }));
  resolve({ first: 5000 as BoxId, count: 256 });
  await opened;
  await vi.waitFor(() => expect(sent).toMatchObject([[{ op: 'add', frame: frame.id, box: 5000 }]]));
  expect(editor.store.getState().annotations.map((box) => box.id)).toEqual([1]);
  expect(editor.store.getState().selected.size).toBe(0);
});
