import { z } from 'zod';
import { change } from '../../shared/contract/annotations.ts';
import { attributeValue, flags, frameState } from '../../shared/contract/common.ts';
import type { HardcaseClient } from '../../shared/contract/index.ts';
import type { BoxId, CategoryId, DatasetId, FrameId } from '../../shared/domain/ids.ts';
import { AppError, toWireError, type WireError } from '../../shared/errors.ts';

/** Acknowledgement of one line, written after its change is durable. */
export type Acknowledgement =
  { readonly ok: true; readonly seq: number; readonly box?: BoxId } | { readonly ok: false; readonly error: WireError };

const frameName = z.string().min(1).max(4_096);
const boxNumber = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number),
]);
const bbox = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const attributes = z.record(z.string().max(128), attributeValue.nullable());
const track = z.int().nullable();
const category = z.string().trim().min(1).max(128);

/** A line as people and scripts write it: frames and categories by name. */
const line = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('add'),
    frame: frameName,
    category,
    bbox,
    attributes: z.record(z.string().max(128), attributeValue).optional(),
    flags: flags.optional(),
    track: track.optional(),
  }),
  z.strictObject({
    op: z.literal('set'),
    box: boxNumber,
    category: category.optional(),
    bbox: bbox.optional(),
    attributes: attributes.optional(),
    flags: flags.optional(),
    track: track.optional(),
  }),
  z.strictObject({ op: z.literal('delete'), box: boxNumber }),
  z.strictObject({ op: z.literal('state'), frame: frameName, state: frameState }),
  z.strictObject({ op: z.literal('comment'), frame: frameName, box: boxNumber.optional(), text: z.string().trim().min(1).max(4_096) }),
  z.strictObject({ op: z.literal('undo'), frame: frameName.optional() }),
  z.strictObject({ op: z.literal('redo'), frame: frameName.optional() }),
]);
type Line = z.infer<typeof line>;
type ChangeLine = Exclude<Line, { op: 'undo' | 'redo' }>;

function parseLine(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_request', 'This line is not JSON', undefined, { cause: error });
  }
  const parsed = line.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) =>
    issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw new AppError('invalid_request', places.slice(0, 5).join('; '));
}

/** Applies one line after the other: one line is one operation and one step of undo. */
export function createEditor(api: HardcaseClient, dataset: DatasetId): { apply(text: string): Promise<Acknowledgement> } {
  const frames = new Map<string, FrameId>();
  let categories: Map<string, CategoryId> | undefined;
  // A dataset of bare images has no categories yet: it takes them from the stream. Anywhere else an unknown name is a slip.
  let takesCategories = false;

  const frameId = async (name: string): Promise<FrameId> => {
    const known = frames.get(name);
    if (known !== undefined) return known;
    const { id } = await api.frames.byName({ dataset, name });
    frames.set(name, id);
    return id;
  };

  const categoryId = async (name: string): Promise<CategoryId> => {
    if (categories === undefined) {
      categories = new Map((await api.categories.list({ dataset })).map(({ name: known, id }) => [known, id]));
      takesCategories = categories.size === 0;
    }
    const known = categories.get(name);
    if (known !== undefined) return known;
    if (!takesCategories) {
      throw new AppError('not_found', `There is no category "${name}"`, {
        category: name,
        categories: [...categories.keys()].slice(0, 100),
      });
    }
    const { id } = await api.categories.add({ dataset, name });
    categories.set(name, id);
    return id;
  };

  const changeOf = async (given: ChangeLine): Promise<z.input<typeof change>> => {
    switch (given.op) {
      case 'add': {
        const { frame, category: name, ...rest } = given;
        return { ...defined(rest), frame: await frameId(frame), category: await categoryId(name) };
      }
      case 'set': {
        const { category: name, ...rest } = given;
        return name === undefined ? defined(rest) : { ...defined(rest), category: await categoryId(name) };
      }
      case 'delete':
        return given;
      case 'state':
        return { ...given, frame: await frameId(given.frame) };
      case 'comment':
        return { ...defined(given), frame: await frameId(given.frame) };
    }
  };

  const perform = async (given: Line): Promise<Acknowledgement> => {
    if (given.op === 'undo' || given.op === 'redo') {
      const where = given.frame === undefined ? {} : { frame: await frameId(given.frame) };
      const undone = await api.annotations[given.op]({ dataset, ...where });
      return acknowledge(undone.results.at(-1), undone.boxes.length === 1 ? undone.boxes[0] : undefined);
    }
    // Checked once more by the contract's own schema on the other side, which is also what brands the numbers.
    const applied = await api.annotations.apply({ dataset, changes: [change.parse(await changeOf(given))] });
    return acknowledge(applied.results[0], undefined);
  };

  return {
    async apply(text) {
      try {
        return await perform(parseLine(text));
      } catch (error) {
        if (error instanceof z.ZodError)
          return { ok: false, error: { code: 'invalid_request', message: error.issues.map((issue) => issue.message).join('; ') } };
        if (error instanceof AppError) return { ok: false, error: toWireError(error) };
        throw error;
      }
    },
  };
}

function acknowledge(result: { readonly seq: number; readonly box?: BoxId } | undefined, box: BoxId | undefined): Acknowledgement {
  if (result === undefined) throw new AppError('internal', 'The change was saved without a number');
  const changed = result.box ?? box;
  return changed === undefined ? { ok: true, seq: result.seq } : { ok: true, seq: result.seq, box: changed };
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys that hold undefined: absent means absent. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;
}
