import { expect, test } from 'vitest';
import { hostWorld } from '../../helpers/hostWorld.ts';

test('versions frozen at once do not disturb each other', async () => {
  const { client, id } = await hostWorld();
  const frozen = await Promise.all(['a', 'b', 'c'].map((name) => client.versions.freeze({ dataset: id, name })));
  expect(frozen.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect((await client.versions.list({ dataset: id })).map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
  const { problems } = await client.datasets.verify({ dataset: id });
  expect(problems).toEqual([]);
});

test('an error of the disk that nobody foresaw arrives with a code and words', async () => {
  const { client, id, host } = await hostWorld();
  host.services.triggers.frameFilter = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write' }));
  await expect(client.versions.freeze({ dataset: id, where: 'exists b: car' })).rejects.toMatchObject({ code: 'disk_full' });
});
