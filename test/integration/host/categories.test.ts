import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { AttributeSpec } from '../../../shared/domain/attribute.ts';
import type { CategoryId } from '../../../shared/domain/ids.ts';
import { choosable } from '../../../shared/domain/category.ts';
import { codeOf, hostWorld, importWorldRun } from '../../helpers/hostWorld.ts';
import type { HostWorld } from '../../helpers/hostWorld.ts';

const common = { required: false, hotkey: null, order: 0 } as const;
const colour: AttributeSpec = {
  ...common,
  kind: 'choice',
  required: true,
  default: 'grey',
  options: [
    { value: 'grey', hotkey: null },
    { value: 'red', hotkey: 'R' },
  ],
};

async function idOf({ client, id }: HostWorld, name: string): Promise<CategoryId> {
  return (await client.categories.list({ dataset: id })).find((category) => category.name === name)!.id;
}

const namesOf = async ({ client, id }: HostWorld): Promise<readonly string[]> =>
  choosable(await client.categories.list({ dataset: id })).map(({ name }) => name);

test('places, keys, groups, archive and guideline are changes of one category each, and each is taken back by undo', async () => {
  const world = await hostWorld();
  const { client, id: dataset } = world;
  const car = await idOf(world, 'car');
  const bicycle = await idOf(world, 'bicycle');
  const tram = (await client.categories.add({ dataset, name: 'tram' })).id;
  await client.categories.move({ dataset, category: tram, before: car });
  expect(await namesOf(world)).toEqual(['tram', 'car', 'bicycle']);
  for (let i = 0; i < 60; i++) await client.categories.move({ dataset, category: i % 2 ? tram : bicycle, before: car });
  expect(await namesOf(world)).toEqual(['bicycle', 'tram', 'car']);

  await client.categories.update({ dataset, category: car, hotkey: 'Alt+K', groups: ['vehicle', 'motorised'] });
  expect(await codeOf(client.categories.update({ dataset, category: tram, hotkey: 'Alt+K' }))).toBe('already_exists');
  expect(await codeOf(client.categories.update({ dataset, category: tram, groups: ['bicycle'] }))).toBe('already_exists');
  expect(await codeOf(client.categories.add({ dataset, name: 'vehicle' }))).toBe('already_exists');
  await client.categories.update({ dataset, category: car, archived: true });
  expect(await namesOf(world)).toEqual(['bicycle', 'tram']);
  // Its boxes stay, and its name is not given away.
  expect((await client.annotations.list({ dataset, source: 'gt' })).boxes.filter((box) => box.category === 'car')).toHaveLength(11);
  expect(await codeOf(client.categories.add({ dataset, name: 'car' }))).toBe('already_exists');

  const [box] = (await client.annotations.load({ dataset, frame: world.ids[0]! })).annotations;
  await client.categories.update({ dataset, category: car, guideline: 'Four wheels.', examples: [box!.id] });
  expect(await client.categories.guideline({ dataset, category: car })).toMatchObject({
    text: 'Four wheels.',
    boxes: [{ id: box!.id, frame: world.ids[0], bbox: [20, 20, 100, 60], size: { width: 200, height: 100 } }],
  });

  await client.categories.undo({ dataset });
  expect(await client.categories.guideline({ dataset, category: car })).toEqual({ text: '', examples: [], boxes: [] });
  await client.categories.undo({ dataset });
  expect(await namesOf(world)).toEqual(['bicycle', 'tram', 'car']);
  await client.categories.undo({ dataset });
  expect((await client.categories.list({ dataset })).find(({ id }) => id === car)).toMatchObject({ hotkey: null, groups: [] });
  await client.categories.redo({ dataset });
  expect((await client.categories.list({ dataset })).find(({ id }) => id === car)).toMatchObject({
    hotkey: 'Alt+K',
    groups: ['motorised', 'vehicle'],
  });
  // An edit of a box is no change of a category, and is not what this undo takes back.
  await client.annotations.apply({ dataset, changes: [{ op: 'delete', box: box!.id }] });
  await client.categories.undo({ dataset });
  expect((await client.annotations.load({ dataset, frame: world.ids[0]! })).annotations).toHaveLength(1);
  const { operations } = await client.categories.history({ dataset, category: car, limit: 3 });
  expect(operations.map(({ kind, category, after }) => [kind, category, Object.keys(after ?? {})])).toEqual([
    ['undo', 'car', ['hotkey', 'group:vehicle', 'group:motorised']],
    ['redo', 'car', ['hotkey', 'group:vehicle', 'group:motorised']],
    ['undo', 'car', ['hotkey', 'group:vehicle', 'group:motorised']],
  ]);
});

test('what a dataset declares is what its boxes take; the refusal names the attribute and what is allowed', async () => {
  const world = await hostWorld();
  const { client, id: dataset, ids } = world;
  const car = await idOf(world, 'car');
  const [box] = (await client.annotations.load({ dataset, frame: ids[0]! })).annotations;
  const set = (attributes: { readonly [key: string]: string | number | boolean | null }) =>
    client.annotations.apply({ dataset, changes: [{ op: 'set', box: box!.id, attributes }] });
  await set({ anything: 'goes' });
  await client.categories.declare({ dataset, category: null, key: 'colour', spec: colour });
  await client.categories.declare({
    dataset,
    category: car,
    key: 'speed',
    spec: { ...common, kind: 'number', min: 0, max: 2, step: 0.1, default: null },
  });
  const refused = async (attributes: Parameters<typeof set>[0]): Promise<unknown> =>
    set(attributes).then(
      () => null,
      (error: unknown) => {
        const { code, details } = error as { readonly code: string; readonly details: object };
        return { code, ...details };
      },
    );
  expect(await refused({ colour: 'blue' })).toEqual({
    code: 'invalid_attribute',
    attribute: 'colour',
    value: 'blue',
    allowed: ['grey', 'red'],
  });
  expect(await refused({ speed: 0.25 })).toMatchObject({ attribute: 'speed', allowed: 'a number from 0 to 2 in steps of 0.1' });
  expect(await refused({ weight: 3 })).toEqual({ code: 'invalid_attribute', attribute: 'weight', allowed: ['colour', 'speed'] });
  for (const allowed of [{ colour: 'red', speed: 0.3 }, { note: 'behind the tree' }, { anything: null }])
    expect(await refused(allowed)).toBeNull();
  expect((await client.annotations.load({ dataset, frame: ids[0]! })).annotations[0]?.attributes).toEqual({
    colour: 'red',
    speed: 0.3,
    note: 'behind the tree',
  });
  expect((await client.datasets.summary({ dataset })).attributes).toHaveLength(2);
  await client.categories.undo({ dataset });
  await client.categories.undo({ dataset });
  expect(await client.categories.attributes({ dataset })).toEqual([]);
  await client.categories.redo({ dataset });
  expect(await client.categories.attributes({ dataset })).toEqual([{ ...colour, category: null, key: 'colour' }]);
  await client.categories.undo({ dataset });
  expect(await refused({ weight: 3 })).toBeNull();
});

test('a merge moves every box, carries triggers, predictions and exports over, and is one step of undo', async () => {
  const world = await hostWorld();
  const { client, id: dataset, folder } = world;
  await importWorldRun(world);
  const car = await idOf(world, 'car');
  const bicycle = await idOf(world, 'bicycle');
  const bike = (await client.categories.add({ dataset, name: 'two-wheeler' })).id;
  await client.categories.update({ dataset, category: bicycle, groups: ['vru'] });
  await client.triggers.save({
    dataset,
    name: 'carried',
    text: `trigger carried {
  when exists b: bicycle, c: car where ioa(b, c) >= 0.6
  fixture "in" fires { bicycle 40 30 30 20  car 20 20 100 60 }
  fixture "out" silent { bicycle 150 30 30 20  car 20 20 100 60 }
}`,
  });
  const hits = async (text: string, source?: string): Promise<number> =>
    (await client.triggers.run({ dataset, text, ...(source === undefined ? {} : { source }) })).triggers[0]!.hits;
  const questions = [
    ['bicycle & car where ioa > 0.6', 'gt'],
    ['bicycle & car where ioa > 0.6', 'det'],
    ['exists v: vru where v.width > 0', 'gt'],
  ] as const;
  const before = await Promise.all(questions.map(([text, source]) => hits(text, source)));
  expect(before.every((count) => count > 0)).toBe(true);
  await client.versions.freeze({ dataset, name: 'before' });
  const touched = async () =>
    (await client.annotations.list({ dataset, source: 'gt' })).boxes.map(({ id, category, origin }) => [id, category, origin]);
  const labels = await touched();

  expect(await client.categories.use({ dataset, category: bicycle })).toEqual({
    boxes: 11,
    deletedBoxes: 0,
    frames: 11,
    approvedFrames: 0,
    versions: ['before'],
    triggers: ['carried'],
    fixtures: [
      { trigger: 'carried', fixture: 'in' },
      { trigger: 'carried', fixture: 'out' },
    ],
    runs: ['det'],
    merged: 0,
  });
  expect(await codeOf(client.categories.remove({ dataset, category: bicycle }))).toBe('conflict');
  expect(await codeOf(client.categories.merge({ dataset, from: bike, into: bike }))).toBe('invalid_request');
  expect(await client.categories.merge({ dataset, from: bicycle, into: bike })).toEqual({ boxes: 11, frames: 11 });

  expect((await touched()).map(([id, category, origin]) => [id, category === 'two-wheeler' ? 'bicycle' : category, origin])).toEqual(
    labels,
  );
  expect(await namesOf(world)).toEqual(['car', 'two-wheeler']);
  // Triggers that name the old category ask for the new one, whose name they show.
  expect(await Promise.all(questions.slice(0, 2).map(([text, source]) => hits(text, source)))).toEqual(before.slice(0, 2));
  expect(await hits('"two-wheeler" & car where ioa > 0.6', 'det')).toBe(before[1]);
  const [top] = (await client.triggers.run({ dataset, text: 'bicycle & car where ioa > 0.6', source: 'gt' })).triggers[0]!.top;
  expect(top?.witness.map(({ category }) => category)).toEqual(['two-wheeler', 'car']);
  expect((await client.triggers.list({ dataset, name: 'carried' }))[0]).toMatchObject({ error: null, fixtures: { passed: 2, failed: 0 } });
  // What is added under the old number, by whoever still has it, is of the new category.
  const frame = world.ids[11]!;
  await client.annotations.apply({ dataset, changes: [{ op: 'add', frame, category: bicycle, bbox: [1, 1, 9, 9] }] });
  expect((await client.annotations.load({ dataset, frame })).annotations[0]?.category).toBe(bike);
  await client.annotations.undo({ dataset, frame });

  await client.versions.freeze({ dataset, name: 'after' });
  const out = async (version: string, format: 'coco' | 'yolo'): Promise<string> => {
    const target = path.join(folder, `${version}-${format}`);
    await client.versions.export({ dataset, version, format, out: target, media: 'none' });
    return readFile(path.join(target, format === 'yolo' ? 'data.yaml' : 'annotations/instances.json'), 'utf8');
  };
  const classes = (text: string): unknown => (JSON.parse(text) as { categories: unknown }).categories;
  // Every class keeps its number, the merged one with no box left.
  expect(classes(await out('after', 'coco'))).toEqual(classes(await out('before', 'coco')));
  const names = (text: string): string => text.slice(text.indexOf('names:'));
  expect(names(await out('after', 'yolo'))).toBe(names(await out('before', 'yolo')));

  await client.categories.undo({ dataset });
  expect(await touched()).toEqual(labels);
  expect(await Promise.all(questions.map(([text, source]) => hits(text, source)))).toEqual(before);
  expect(await namesOf(world)).toEqual(['car', 'bicycle', 'two-wheeler']);
  await client.categories.redo({ dataset });
  expect(await namesOf(world)).toEqual(['car', 'two-wheeler']);
  expect(await client.versions.restore({ dataset, version: 'before' })).toMatchObject({ boxes: 11 });
  expect(await touched()).toEqual(labels.map(([id, category]) => [id, category, category === 'bicycle' ? 'human' : 'import']));
  expect(await namesOf(world)).toContain('bicycle');
  expect(car).toBe(0);
});

test('exports keep every class at its number through renaming, moving, archiving and adding', async () => {
  const world = await hostWorld();
  const { client, id: dataset, folder } = world;
  const car = await idOf(world, 'car');
  const bicycle = await idOf(world, 'bicycle');
  const unused = (await client.categories.add({ dataset, name: 'scooter' })).id;
  const numbers = async (name: string): Promise<readonly string[]> => {
    await client.versions.freeze({ dataset, name });
    const target = path.join(folder, name);
    await client.versions.export({ dataset, version: name, format: 'yolo', out: target, media: 'none' });
    const text = await readFile(path.join(target, 'data.yaml'), 'utf8');
    return [...text.matchAll(/^ {2}\d+: "(.*)"$/gm)].map(([, category]) => category!);
  };
  expect(await numbers('one')).toEqual(['car', 'bicycle', 'scooter']);
  await client.categories.move({ dataset, category: bicycle, before: car });
  await client.categories.update({ dataset, category: car, name: 'automobile' });
  await client.categories.update({ dataset, category: bicycle, archived: true });
  const wagon = (await client.categories.add({ dataset, name: 'wagon' })).id;
  expect(await numbers('two')).toEqual(['automobile', 'bicycle', 'scooter', 'wagon']);
  // A version counted its classes with it: it can be archived, not deleted.
  expect(await codeOf(client.categories.remove({ dataset, category: unused }))).toBe('conflict');
  const late = (await client.categories.add({ dataset, name: 'sled' })).id;
  await client.categories.remove({ dataset, category: late });
  expect(await namesOf(world)).not.toContain('sled');
  expect(await numbers('three')).toEqual(['automobile', 'bicycle', 'scooter', 'wagon']);
  await client.categories.undo({ dataset });
  expect(await namesOf(world)).toContain('sled');
  expect(wagon).toBe(3);
});

test('a group takes another name in all of its categories by one step; triggers that name the old one are told', async () => {
  const world = await hostWorld();
  const { client, id: dataset } = world;
  const car = await idOf(world, 'car');
  const bicycle = await idOf(world, 'bicycle');
  const groups = async (): Promise<readonly (readonly string[])[]> => (await client.categories.list({ dataset })).map((one) => one.groups);
  await client.categories.update({ dataset, category: car, groups: ['vehicle', 'motorised'] });
  await client.categories.update({ dataset, category: bicycle, groups: ['vehicle'] });
  const before = await groups();
  await client.triggers.save({ dataset, name: 'many', text: 'trigger many { when exists v: vehicle }' });
  await client.triggers.save({ dataset, name: 'other', text: 'trigger other { when exists v: motorised }' });

  const renamed = await client.categories.renameGroup({ dataset, from: 'vehicle', to: '탈것' });
  expect(renamed.triggers).toEqual(['many']);
  expect(renamed.categories.map((one) => one.groups)).toEqual(await groups());
  expect(await groups()).toEqual(before.map((list) => list.map((name) => (name === 'vehicle' ? '탈것' : name)).sort()));
  expect((await client.frames.query({ dataset, selection: { where: 'exists v: 탈것' } })).total).toBe(11);
  for (const [from, to, code] of [
    ['vehicle', 'wheels', 'not_found'],
    ['탈것', 'motorised', 'already_exists'],
    ['탈것', 'car', 'already_exists'],
    ['탈것', 'two words', 'invalid_request'],
  ] as const)
    expect([to, await codeOf(client.categories.renameGroup({ dataset, from, to }))]).toEqual([to, code]);
  await client.categories.undo({ dataset });
  expect(await groups()).toEqual(before);
  await client.categories.redo({ dataset });
  expect((await groups()).flat()).toContain('탈것');
});
