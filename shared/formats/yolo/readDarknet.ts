export interface ObjData {
  readonly names: string | null;
  readonly splits: readonly { readonly split: 'train' | 'val' | 'test'; readonly list: string }[];
}

/** The `key = value` lines of a darknet `obj.data`. Unknown keys are passed over. */
export function readObjData(text: string): ObjData {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([a-z]+)\s*=\s*(.+?)\s*$/i.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values.set(match[1].toLowerCase(), match[2]);
  }
  const splits = (
    [
      ['train', 'train'],
      ['val', 'valid'],
      ['test', 'test'],
    ] as const
  ).flatMap(([split, key]) => {
    const list = values.get(key);
    return list === undefined ? [] : [{ split, list }];
  });
  return { names: values.get('names') ?? null, splits };
}

/** One name a line, as in `obj.names` and `classes.txt`; the line number is the class. Blank lines at the end are none. */
export function readNames(text: string): readonly (string | null)[] {
  const lines = text.split('\n').map((line) => line.trim().slice(0, 128));
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line === '' ? null : line));
}

/** One path a line. */
export function readPathList(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
