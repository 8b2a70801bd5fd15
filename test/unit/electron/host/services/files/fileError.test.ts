import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fileError } from '../../../../../../electron/host/services/files/fileError.ts';
import { tempFolder } from '../../../../../helpers/tempFolder.ts';

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
const system = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall, path: '/x/y' });

test.skipIf(process.platform !== 'linux')('a full disk is one, whoever wrote', async () => {
  expect(fileError(await failure(writeFile('/dev/full', 'x')))).toMatchObject({ code: 'disk_full', details: { errno: 'ENOSPC' } });
  expect(fileError(system('EDQUOT', 'write'))?.code).toBe('disk_full');
});

test('what is not allowed is told apart by what was tried, and names the file', () => {
  expect(fileError(system('EACCES', 'mkdir'))).toMatchObject({ code: 'read_only', details: { path: '/x/y' } });
  expect(fileError(system('EPERM', 'copyfile'))?.code).toBe('read_only');
  expect(fileError(system('EACCES', 'open'))?.code).toBe('unreadable');
  expect(fileError(system('EROFS', 'open'))?.code).toBe('read_only');
});

test('anything else is a defect', async () => {
  const folder = await tempFolder();
  await writeFile(path.join(folder, 'file'), '');
  expect(fileError(await failure(mkdir(path.join(folder, 'file', 'below'))))).toBeNull();
  expect(fileError(new TypeError('x'))).toBeNull();
  expect(fileError('ENOSPC')).toBeNull();
});
