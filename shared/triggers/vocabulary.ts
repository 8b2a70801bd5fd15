/** Every word of the trigger language and what it means: the checker, the short form and completion read this table. */

export const keywords = [
  'group',
  'trigger',
  'when',
  'severity',
  'guideline',
  'fixture',
  'fires',
  'silent',
  'or',
  'and',
  'not',
  'exists',
  'where',
  'in',
  'within',
  'any',
  'track',
] as const;

export const aggregates = ['count', 'sum', 'avg', 'min', 'max'] as const;
export const sourceRoles = ['gt', 'active', 'deployed', 'candidate'] as const;
export const units = ['px', 'px2', '%', 'ms', 's'] as const;

/** What an argument or a receiver can be. */
export type Role = 'object' | 'box' | 'track' | 'frame' | 'text' | 'px' | 'ratio' | 'seconds' | 'expression';

/** Result types, in the words of TRIGGERS.md rule 7. `number` is a plain one (counts, indices, grey values, ids). */
export type ValueType =
  'ratio' | 'score' | 'number' | 'px' | 'px2' | 'seconds' | 'category' | 'text' | 'bool' | 'attribute' | 'box' | 'event';

export interface Word {
  readonly name: string;
  /** Roles of the arguments, the receiver first: `x.f(y)` is `f(x, y)`. */
  readonly takes: readonly Role[];
  readonly gives: ValueType;
  /** For a px result: which side of the frame `%` compares with. */
  readonly axis?: 'width' | 'height';
  readonly detail: string;
}

const word = (name: string, takes: readonly Role[], gives: ValueType, detail: string, axis?: 'width' | 'height'): Word =>
  axis === undefined ? { name, takes, gives, detail } : { name, takes, gives, detail, axis };

export const words: readonly Word[] = [
  word('iou', ['box', 'box'], 'ratio', 'overlap of both: I / (A + B − I)'),
  word('ioa', ['box', 'box'], 'ratio', 'share of the first that lies in the second: I / A'),
  word('iomin', ['box', 'box'], 'ratio', 'share of the smaller one: I / min(A, B)'),
  word('giou', ['box', 'box'], 'ratio', 'IoU − (C − U) / C, C the smallest enclosing box'),
  word('contains', ['box', 'box'], 'bool', 'the second lies in the first: ioa(b, a) ≥ 0.999'),
  word('center_in', ['box', 'box'], 'bool', 'the centre of the first lies in the second'),
  word('gap', ['box', 'box'], 'px', 'between the edges, 0 if they meet'),
  word('distance', ['box', 'box'], 'px', 'between the centres'),
  word('left_of', ['box', 'box'], 'bool', 'by centres'),
  word('right_of', ['box', 'box'], 'bool', 'by centres'),
  word('above', ['box', 'box'], 'bool', 'by centres'),
  word('below', ['box', 'box'], 'bool', 'by centres'),
  word('expand', ['box', 'ratio'], 'box', 'grown by a share of its size on each side, clipped to the frame'),
  word('score', ['object'], 'score', 'how sure the model was'),
  word('category', ['object'], 'category', 'what it is'),
  word('width', ['box'], 'px', 'of one box', 'width'),
  word('height', ['box'], 'px', 'of one box', 'height'),
  word('area', ['box'], 'px2', 'width × height'),
  word('aspect', ['box'], 'ratio', 'width / height'),
  word('x1', ['box'], 'px', 'left edge', 'width'),
  word('y1', ['box'], 'px', 'upper edge', 'height'),
  word('x2', ['box'], 'px', 'right edge', 'width'),
  word('y2', ['box'], 'px', 'lower edge', 'height'),
  word('cx', ['box'], 'px', 'centre', 'width'),
  word('cy', ['box'], 'px', 'centre', 'height'),
  word('id', ['object'], 'number', 'key of the box'),
  word('ignore', ['object'], 'bool', 'an ignore region'),
  word('crowd', ['object'], 'bool', 'a crowd region'),
  word('occluded', ['object'], 'bool', 'partly hidden'),
  word('truncated', ['object'], 'bool', 'cut by the border'),
  word('touches_border', ['box', 'px'], 'bool', 'at most that far from the border of the frame'),
  word('attribute', ['object', 'text'], 'attribute', 'value of an attribute'),
  word('origin', ['object'], 'text', '"human", "model" or "import"'),
  word('reviewed', ['object'], 'bool', 'its frame is approved or locked'),
  word('length', ['track'], 'number', 'boxes of the track'),
  word('duration', ['track'], 'seconds', 'from its first to its last box'),
  word('min_score', ['track'], 'score', 'lowest score'),
  word('max_score', ['track'], 'score', 'highest score'),
  word('gaps', ['track', 'seconds'], 'number', 'times it vanished and came back within the window'),
  word('jitter', ['track'], 'ratio', 'median second difference of the centre, in box sizes'),
  word('touches_border', ['track', 'px'], 'bool', 'one of its boxes does'),
  word('category_changes', ['track'], 'number', 'times its category changed'),
  word('name', ['frame'], 'text', 'relative path'),
  word('width', ['frame'], 'px', 'of the upright image', 'width'),
  word('height', ['frame'], 'px', 'of the upright image', 'height'),
  word('state', ['frame'], 'text', 'review state'),
  word('split', ['frame'], 'text', 'train, val, test …; "" where it has none'),
  word('sequence', ['frame'], 'text', 'name of its recording; "" where it has none'),
  word('index', ['frame'], 'number', 'place in its sequence, from 0'),
  word('time', ['frame'], 'seconds', 'since the start of its sequence'),
  word('brightness', ['frame'], 'number', 'mean luma, 0 to 255'),
  word('luma_p95', ['frame'], 'number', '95 % of the pixels are darker'),
  word('contrast', ['frame'], 'number', 'standard deviation of the luma'),
  word('sharpness', ['frame'], 'number', 'variance of the Laplacian'),
  word('tag', ['frame', 'text'], 'bool', 'carries the tag'),
  word('event', ['text'], 'event', 'an event of the sequence: event("disengage") within 2s'),
  word('q', ['expression', 'ratio'], 'number', 'quantile over the reference version'),
];

const wordsByName: ReadonlyMap<string, readonly Word[]> = Map.groupBy(words, (w) => w.name);

/** The meanings of a word: some (`width`) exist for boxes and for frames. */
export function meaningsOf(name: string): readonly Word[] {
  return wordsByName.get(name) ?? [];
}

/** The functions of two boxes: in the short form their name alone means `f(a, b)`. */
export function isPairFunction(name: string): boolean {
  return meaningsOf(name).some((w) => w.takes.length === 2 && w.takes[0] === 'box' && w.takes[1] === 'box');
}

/** The functions rule 4 and rule 6 call overlap functions. */
export const overlapFunctions: readonly string[] = ['iou', 'ioa', 'iomin'];
