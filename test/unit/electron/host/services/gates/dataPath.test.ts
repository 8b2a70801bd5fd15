import { describe, expect, test } from 'vitest';
import { checkDataPath } from '../../../../../../electron/host/services/gates/dataPath.ts';

const refused: readonly (readonly [string, unknown])[] = [
  ['a number', 12],
  ['nothing', undefined],
  ['an object', { toString: () => 'a.jpg' }],
  ['the empty text', ''],
  ['only dots', './.'],
  ['a parent', '../a.jpg'],
  ['a parent inside', 'images/../../a.jpg'],
  ['a parent at the end', 'images/..'],
  ['a parent with backslashes', '..\\..\\a.jpg'],
  ['a mixed parent', 'images\\../a.jpg'],
  ['an absolute path', '/etc/passwd'],
  ['a backslash at the front', '\\windows\\system.ini'],
  ['a drive', 'C:\\images\\a.jpg'],
  ['a drive without a slash', 'c:a.jpg'],
  ['another computer', '\\\\server\\share\\a.jpg'],
  ['another computer with slashes', '//server/share/a.jpg'],
  ['a file address', 'file:///etc/passwd'],
  ['a web address', 'https://example.org/a.jpg'],
  ['a data address', 'data:image/png;base64,AAAA'],
  ['an alternate stream', 'a.jpg:hidden'],
  ['a zero byte', 'a.jpg\0.png'],
  ['a line break', 'a\n.jpg'],
  ['a right-to-left override', 'a\u202egpj.exe'],
  ['a right-to-left mark', 'a\u200f.jpg'],
  ['a trailing dot', 'a.jpg.'],
  ['a trailing space', 'a.jpg '],
  ['a folder that ends with a dot', 'a./b.jpg'],
  ['a device', 'CON'],
  ['a device with an ending', 'nul.jpg'],
  ['a device in a folder', 'images/com1.jpg'],
  ['a device with a raised digit', 'lpt²'],
  ['a home folder', '~/a.jpg'],
  ['a part of 256 bytes', `${'a'.repeat(252)}.jpg`],
  ['a part of 256 bytes in Korean', `${'가'.repeat(86)}.jpg`],
  ['a very long path', 'a/'.repeat(3_000) + 'b.jpg'],
];

const taken: readonly (readonly [string, string, string])[] = [
  ['a name', 'a.jpg', 'a.jpg'],
  ['folders', 'train/a b/c.jpg', 'train/a b/c.jpg'],
  ['a dot in front', './train/a.jpg', 'train/a.jpg'],
  ['doubled slashes', 'train//a.jpg', 'train/a.jpg'],
  ['backslashes', 'train\\a.jpg', 'train/a.jpg'],
  ['two dots inside a name', 'a..b.jpg', 'a..b.jpg'],
  ['a hidden file', '.hidden/a.jpg', '.hidden/a.jpg'],
  ['Korean, decomposed', '\u1112\u1161\u11ab.jpg', '\ud55c.jpg'],
  ['a name that begins like a device', 'console.jpg', 'console.jpg'],
  ['a name that begins with a wave', '~a.jpg', '~a.jpg'],
];

describe('the rules for paths in data', () => {
  test.each(refused)('refuse %s', (_what, value) => {
    const checked = checkDataPath(value);
    expect(checked.ok).toBe(false);
    expect(checked.ok ? '' : checked.reason.length).toBeGreaterThan(5);
  });

  test.each(taken)('take %s', (_what, value, path) => {
    expect(checkDataPath(value)).toEqual({ ok: true, path, parts: path.split('/') });
  });
});
