/** CSS px of the canvas. */
export interface TagRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box that may carry a tag: where it lies on the canvas (CSS px) and what the tag could say. */
export interface TagWish<T> {
  readonly box: T;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly full: string;
  readonly short: string;
  readonly fullWidth: number;
  readonly shortWidth: number;
  /** Selected, hovered or witness: it has its full tag whatever the rest does. Lower comes first. */
  readonly rank: 0 | 1 | 2 | 3;
  /** What deserves a look first where there is room for few; null for boxes without a score. */
  readonly score: number | null;
}

export interface PlacedTag<T> extends TagRect {
  readonly box: T;
  readonly text: string;
}

export const tagHeight = 18;
/** Tags together cover at most this share of the picture. */
const budget = 0.06;
/** Where even short tags would cover too much, boxes the model doubts keep one. */
const lowScore = 0.5;
/** … and so do boxes that are this much wider than their short tag. */
const roomyFactor = 1.5;
const maxTags = 200;
/** Rank of a box that nothing sets apart. */
export const plainRank = 3;

/**
 * Which tags are drawn, in which form, and where: never one over another. As long as all of them cover little of the picture
 * (`area`, px² of it in sight) they say everything; else each its short form; else those in `rank`, then boxes under 0.5, lowest first, then
 * large ones, as room allows. Small boxes are placed first, so that the tag of a big one never takes a small one's place.
 */
export function placeTags<T>(
  wishes: readonly TagWish<T>[],
  canvas: { readonly width: number; readonly height: number },
  area: number,
): readonly PlacedTag<T>[] {
  const room = area * budget;
  const set = wishes.filter((wish) => wish.rank < plainRank);
  const plain = wishes.filter((wish) => wish.rank === plainRank);
  const cover = (width: (wish: TagWish<T>) => number): number => plain.reduce((sum, wish) => sum + width(wish) * tagHeight, 0);
  let chosen: readonly TagWish<T>[];
  let brief = false;
  if (plain.length <= maxTags && cover((wish) => wish.fullWidth) <= room) chosen = plain;
  else {
    brief = true;
    if (plain.length <= maxTags && cover((wish) => wish.shortWidth) <= room) chosen = plain;
    else chosen = worthATag(plain, room);
  }
  const order = (a: TagWish<T>, b: TagWish<T>): number => a.rank - b.rank || a.width * a.height - b.width * b.height;
  const placed: PlacedTag<T>[] = [];
  for (const wish of [...set, ...chosen].sort(order)) {
    const short = brief && wish.rank === plainRank;
    const width = short ? wish.shortWidth : wish.fullWidth;
    const rect = place(wish, width, canvas, placed);
    if (rect) placed.push({ ...rect, box: wish.box, text: short ? wish.short : wish.full });
  }
  return placed;
}

/** Lowest score first, then large boxes, as far as there is room. */
function worthATag<T>(wishes: readonly TagWish<T>[], room: number): readonly TagWish<T>[] {
  const doubtful = wishes.filter(({ score }) => score !== null && score < lowScore).sort((a, b) => (a.score ?? 1) - (b.score ?? 1));
  const roomy = wishes
    .filter((wish) => !doubtful.includes(wish) && wish.width >= wish.shortWidth * roomyFactor)
    .sort((a, b) => b.width * b.height - a.width * a.height);
  const chosen: TagWish<T>[] = [];
  let taken = 0;
  for (const wish of [...doubtful, ...roomy]) {
    taken += wish.shortWidth * tagHeight;
    if (taken > room || chosen.length >= maxTags) break;
    chosen.push(wish);
  }
  return chosen;
}

/** Above the box where there is room, else below it, else inside its top edge; else there is none. */
function place(
  wish: TagWish<unknown>,
  width: number,
  canvas: { readonly width: number; readonly height: number },
  taken: readonly TagRect[],
): TagRect | null {
  const x = Math.min(Math.max(wish.x - 1, 0), Math.max(canvas.width - width, 0));
  for (const y of [wish.y - tagHeight - 1, wish.y + wish.height + 1, wish.y + 1]) {
    const rect = { x, y, width, height: tagHeight };
    if (y >= 0 && y + tagHeight <= canvas.height && !taken.some((other) => overlaps(rect, other))) return rect;
  }
  return null;
}

const overlaps = (a: TagRect, b: TagRect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** A name cut to what is told apart at a glance: at most five letters, or three syllables of Hangul. */
export function shortName(name: string): string {
  const letters = [...name];
  const most = /\p{Script=Hangul}/u.test(name) ? 3 : 5;
  return letters.length <= most + 1 ? name : `${letters.slice(0, most).join('').trimEnd()}…`;
}
