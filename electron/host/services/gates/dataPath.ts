/**
 * The rules for a path that comes from data (COCO `file_name`, VOC `filename`, a YOLO list, a manifest, an export's
 * file list): SYNC.md 7.2, P1. Pure: whether the file exists is not asked here.
 */
export type DataPath =
  | { readonly ok: true; /** Parts joined by `/`, NFC. */ readonly path: string; readonly parts: readonly string[] }
  | { readonly ok: false; readonly reason: string };

const maxPartBytes = 255;
const maxBytes = 4_096;

// Device names of Windows open a device whatever their ending; superscript digits count, too.
const reserved = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?$/i;
const control = /[\u0000-\u001f\u007f-\u009f]/;
const bidi = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * Windows' backslashes count as slashes: label files from there are common, and what they must not do is checked after.
 * `./` in front and doubled slashes inside are taken away.
 */
export function checkDataPath(value: unknown): DataPath {
  if (typeof value !== 'string') return refused('a path has to be text');
  const text = value.normalize('NFC');
  if (text === '') return refused('the path is empty');
  if (control.test(text)) return refused('the path holds control characters');
  if (bidi.test(text)) return refused('the path holds marks that change the reading direction');
  if (Buffer.byteLength(text) > maxBytes) return refused('the path is longer than 4096 bytes');
  const slashed = text.replaceAll('\\', '/');
  if (slashed.startsWith('//')) return refused('the path leads to another computer');
  if (slashed.startsWith('/')) return refused('the path is absolute');
  if (/^[a-z]:/i.test(slashed)) return refused('the path names a drive');
  if (slashed === '~' || slashed.startsWith('~/')) return refused('the path leads to a home folder');
  if (slashed.includes(':')) return refused('the path holds a colon');
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0) return refused('the path names no file');
  for (const part of parts) {
    if (part === '..') return refused('the path leads out of its folder');
    if (part.endsWith('.') || part.endsWith(' ')) return refused('a part of the path ends with a dot or a space');
    if (reserved.test(part)) return refused('a part of the path is the name of a device');
    if (Buffer.byteLength(part) > maxPartBytes) return refused('a part of the path is longer than 255 bytes');
  }
  return { ok: true, path: parts.join('/'), parts };
}

function refused(reason: string): DataPath {
  return { ok: false, reason };
}
