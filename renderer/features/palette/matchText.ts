/** A piece of a text and whether it is what was searched for. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** Where every word of `wanted` occurs in `text` (any order, not overlapping); null where one is missing. Score: lower is better. */
export function matchText(text: string, wanted: string): { readonly pieces: readonly Piece[]; readonly score: number } | null {
  const words = wanted
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const lower = text.toLowerCase();
  const marked = new Uint8Array(text.length);
  let score = 0;
  for (const word of words) {
    const at = findFree(lower, word, marked);
    if (at < 0) return null;
    marked.fill(1, at, at + word.length);
    // The start of the text, then the start of a word, then the middle.
    score += at === 0 ? 0 : /[\s_/.-]/.test(lower[at - 1] ?? '') ? 1 + at / 1000 : 10 + at / 1000;
  }
  const pieces: Piece[] = [];
  for (let i = 0; i < text.length;) {
    let end = i + 1;
    while (end < text.length && marked[end] === marked[i]) end += 1;
    pieces.push({ text: text.slice(i, end), hit: marked[i] === 1 });
    i = end;
  }
  return { pieces, score };
}

function findFree(text: string, word: string, marked: Uint8Array): number {
  let best = -1;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (marked.subarray(at, at + word.length).includes(1)) continue;
    if (at === 0 || /[\s_/.-]/.test(text[at - 1] ?? '')) return at;
    if (best < 0) best = at;
  }
  return best;
}
