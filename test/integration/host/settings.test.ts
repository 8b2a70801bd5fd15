import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openSettings } from '../../../electron/host/services/settings/settingsStore.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';
import { testPorts } from '../../helpers/testPorts.ts';

const silentLog = testPorts('').log;

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
