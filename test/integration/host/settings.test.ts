import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { memoryClient, serveContract } from '../../../electron/node/hostServer.ts';
import { renamed } from '../../../shared/contract/settings.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import { openSettings } from '../../../electron/host/services/settings/settingsStore.ts';
import { codeOf, hostWorld } from '../../helpers/hostWorld.ts';
import { startHost } from '../../helpers/prelabelFixture.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';
import { testPorts } from '../../helpers/testPorts.ts';

const silentLog = testPorts('').log;

test('settings are merged by key, told to everybody, and there after a restart', async () => {
  const userData = path.join(await tempFolder(), 'user');
  const first = await startHost(userData);
  try {
    const told: string[] = [];
    first.client.settings.changed(({ author }) => told.push(author));
    await first.client.settings.set({ author: ' 지은 ', layout: { grid: 4, left: true }, keys: { 'frame.next': ['D'] } });
    await first.client.settings.set({ layout: { left: false } });
    expect(await first.client.settings.get({})).toMatchObject({
      author: '지은',
      layout: { grid: 4, left: false },
      keys: { 'frame.next': ['D'] },
      theme: 'system',
    });
    await vi.waitFor(() => expect(told).toEqual(['지은', '지은']));
    expect(await codeOf(first.client.settings.set({ author: '' }))).toBe('invalid_request');
    // Both of two changes at once stay, in the file, too.
    await Promise.all([first.client.settings.set({ theme: 'dark' }), first.client.settings.set({ language: 'ko' })]);
  } finally {
    await first.close();
  }
  const second = await startHost(userData);
  try {
    expect(await second.client.settings.get({})).toMatchObject({ author: '지은', theme: 'dark', language: 'ko', layout: { left: false } });
  } finally {
    await second.close();
  }
});

test('each author has preferences of their own; who is new goes on with what stands on the screen', async () => {
  const folder = await tempFolder();
  const store = await openSettings(folder, silentLog);
  await store.set({ author: 'Ada', theme: 'light', scale: 1.5, keys: { 'label.next': ['F'] }, layout: { 'panel.facets': 300 } });
  const ben = await store.set({ author: 'Ben' });
  expect(ben).toMatchObject({ author: 'Ben', theme: 'light', scale: 1.5, keys: { 'label.next': ['F'] } });
  await store.set({ theme: 'dark', keyPreset: 'cvat', layout: { 'panel.facets': 200 }, provider: 'cpu' });

  const again = await openSettings(folder, silentLog);
  expect(again.get()).toMatchObject({ author: 'Ben', theme: 'dark', keyPreset: 'cvat', layout: { 'panel.facets': 200 } });
  expect(await again.set({ author: 'Ada' })).toMatchObject({
    theme: 'light',
    keyPreset: 'hardcase',
    layout: { 'panel.facets': 300 },
    // The provider is the computer's.
    provider: 'cpu',
  });
});

test('who takes another name keeps their preferences, their undo and their redo; nobody else gets them', async () => {
  const world = await hostWorld();
  const { host, id, ids } = world;
  const { api: client } = memoryClient(serveContract(host, silentLog), () => host.services.settings.get().author);
  const [frame = 0 as FrameId] = ids;
  const { author: before } = await client.settings.set({ theme: 'light' });
  const boxes = async (): Promise<number> => (await client.annotations.load({ dataset: id, frame })).annotations.length;
  const draw = () =>
    client.annotations.apply({ dataset: id, changes: [{ op: 'add', frame, category: 0 as CategoryId, bbox: [1, 1, 9, 9] }] });
  const many = await boxes();
  await draw();
  await draw();
  const mara = { name: 'Mara', color: '#3f7fd6', initials: 'M', formerly: [before] };
  const joon = { name: 'Joon', color: '#d9822b', initials: 'J' };

  await client.settings.set({ author: 'Joon', profiles: [mara, joon] });
  expect(await codeOf(client.annotations.undo({ dataset: id, frame }))).toBe('nothing_to_undo');
  expect((await client.annotations.load({ dataset: id, frame })).canUndo).toBe(false);

  expect(await client.settings.set({ author: 'Mara' })).toMatchObject({ theme: 'light' });
  expect((await client.annotations.load({ dataset: id, frame })).canUndo).toBe(true);
  await client.annotations.undo({ dataset: id, frame });
  expect(await boxes()).toBe(many + 1);
  await client.annotations.redo({ dataset: id });
  expect(await boxes()).toBe(many + 2);
  // A new change ends redo, whichever name the undone one carried.
  await client.annotations.undo({ dataset: id });
  await draw();
  expect(await codeOf(client.annotations.redo({ dataset: id }))).toBe('nothing_to_redo');

  const { profiles } = await client.settings.set({ author: 'Mara K.', profiles: renamed([mara, joon], 'Mara', 'Mara K.') });
  expect(profiles[0]).toMatchObject({ name: 'Mara K.', formerly: [before, 'Mara'] });
  await client.annotations.undo({ dataset: id });
  await client.annotations.undo({ dataset: id });
  expect(await boxes()).toBe(many);
  // Categories have an undo of their own, by the same names.
  await client.categories.add({ dataset: id, name: 'tram' });
  await client.settings.set({ author: 'MK', profiles: renamed(profiles, 'Mara K.', 'MK') });
  await client.categories.undo({ dataset: id });
  // Somebody new takes the old name: what is done under it is theirs.
  await client.settings.set({ author: 'Mara', profiles: [...renamed(profiles, 'Mara K.', 'MK'), { ...joon, name: 'Mara' }] });
  await draw();
  await client.settings.set({ author: 'MK' });
  expect(await codeOf(client.annotations.undo({ dataset: id, frame }))).toBe('nothing_to_undo');
});

test('who takes another name keeps their words and their queues, and what they did before is no correction by somebody else', async () => {
  const world = await hostWorld();
  const { host, id, ids } = world;
  const { api: client } = memoryClient(serveContract(host, silentLog), () => host.services.settings.get().author);
  const [, frame = 0 as FrameId] = ids;
  const { author: before } = await client.settings.get({});
  const box = (await client.annotations.load({ dataset: id, frame })).annotations[0]?.id as BoxId;
  const say = (change: object) => client.annotations.apply({ dataset: id, changes: [change as Change] });
  await say({ op: 'set', box, bbox: [1, 1, 9, 9] });
  await say({ op: 'comment', frame, text: 'mine' });
  await client.queues.open({ dataset: id, queue: 'unreviewed', renew: 'always' });
  await client.queues.visit({ dataset: id, queue: 'unreviewed', place: 2, left: { frame, place: 1, ms: 500, done: true } });
  const comments = async () => (await client.annotations.load({ dataset: id, frame })).comments;
  const comment = (await comments())[0]?.id;
  const corrected = async () => {
    const { queues } = await client.queues.list({ dataset: id });
    const { corrections } = await client.review.frame({ dataset: id, frame });
    return [corrections?.changes.length ?? 0, queues.find((queue) => queue.id === 'corrected')?.frames];
  };
  const mara = { name: 'Mara', color: '#3f7fd6', initials: 'M', formerly: [before] };
  const joon = { name: 'Joon', color: '#d9822b', initials: 'J' };
  await client.settings.set({ author: 'Joon', profiles: [mara, joon] });
  expect(await codeOf(say({ op: 'editComment', comment, text: 'not mine' }))).toBe('locked_by_rule');
  await client.settings.set({ author: 'Mara' });
  await say({ op: 'editComment', comment, text: 'mine still' });
  expect(await comments()).toMatchObject([{ author: before, text: 'mine still' }]);
  await say({ op: 'set', box, bbox: [2, 2, 9, 9] });
  expect(await corrected()).toEqual([0, 0]);
  expect((await client.people.statistics({ dataset: id, days: 1, offsetMinutes: 0 })).boxes).toBe(1);
  await client.settings.set({ author: 'Joon' });
  await say({ op: 'set', box, bbox: [3, 3, 9, 9] });
  await client.review.assign({ dataset: id, ids: Float64Array.of(frame), to: before });
  await client.settings.set({ author: 'Mara' });
  expect(await corrected()).toEqual([1, 1]);
  // So are the queue that she had begun, and her place in it.
  expect((await client.queues.list({ dataset: id })).begun).toEqual(['unreviewed']);
  expect((await client.queues.open({ dataset: id, queue: 'unreviewed', renew: 'never' })).place).toBe(2);
  const going = await client.queues.visit({ dataset: id, queue: 'unreviewed', place: 3, left: { frame, place: 2, ms: 700, done: true } });
  expect(going?.timed).toBe(2);
  expect(await corrected()).toEqual([0, 0]);
  await say({ op: 'state', frame, state: 'needs_fix' });
  // Assigned to her by the old name.
  expect((await client.queues.list({ dataset: id })).queues.at(-1)).toMatchObject({ frames: 1 });
});

test('a key goes back to the preset with null, and two windows keep each other’s panels', async () => {
  const store = await openSettings(await tempFolder(), silentLog);
  await Promise.all([store.set({ layout: { a: 1 } }), store.set({ layout: { b: 2 }, keys: { 'app.help': ['F9'], 'app.home': [] } })]);
  expect((await store.set({ keys: { 'app.help': null } })).keys).toEqual({ 'app.home': [] });
  expect(store.get().layout).toEqual({ a: 1, b: 2 });
});

test('a file of one person is theirs; a damaged one, or a damaged person in it, costs only that', async () => {
  const folder = await tempFolder();
  const file = path.join(folder, 'settings.json');
  await writeFile(file, JSON.stringify({ author: 'Ada', theme: 'light', keys: { 'app.help': ['F9'] }, layout: { a: true } }));
  expect((await openSettings(folder, silentLog)).get()).toMatchObject({ author: 'Ada', theme: 'light', keys: { 'app.help': ['F9'] } });

  await writeFile(file, JSON.stringify({ author: 'Ada', own: { Ada: { theme: 'pink' }, Ben: { theme: 'light' }, Cem: 7 } }));
  const store = await openSettings(folder, silentLog);
  expect(store.get()).toMatchObject({ author: 'Ada', theme: 'system', scale: 1 });
  expect(await store.set({ author: 'Ben' })).toMatchObject({ theme: 'light' });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ author: 'Ben', own: { Ben: { theme: 'light' } } });

  await writeFile(file, 'not JSON');
  expect((await openSettings(folder, silentLog)).get()).toMatchObject({ theme: 'system', keys: {} });
});
