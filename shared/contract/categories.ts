import { z } from 'zod';
import type { AttributeDeclaration } from '../domain/attribute.ts';
import type { Category, Guideline } from '../domain/category.ts';
import type { BoxId, FrameId } from '../domain/ids.ts';
import type { Box, Size } from '../geometry/box.ts';
import { job, method } from '../rpc/define.ts';
import { boxId, categoryId, datasetId, declaredKey, name, storedText } from './common.ts';
import type { Progress } from './common.ts';

export type ListedCategory = Category & { readonly boxes: number };

/** Where a category is used: what a merge changes, and why it can or cannot be deleted. */
export interface CategoryUse {
  readonly boxes: number;
  readonly deletedBoxes: number;
  readonly frames: number;
  /** Their approval was given for these boxes, and ends when they change. */
  readonly approvedFrames: number;
  /** Names of the versions that count their classes with it. */
  readonly versions: readonly string[];
  /** Saved triggers that name it, in their text or in a fixture. */
  readonly triggers: readonly string[];
  readonly fixtures: readonly { readonly trigger: string; readonly fixture: string }[];
  /** Runs that predicted it. */
  readonly runs: readonly string[];
  /** Categories that were merged into it. */
  readonly merged: number;
}

/** A box that shows what a category is, with what a crop of it needs. */
export interface ExampleBox {
  readonly id: BoxId;
  readonly frame: FrameId;
  readonly name: string;
  readonly size: Size;
  readonly bbox: Box;
}

export interface CategoryChange {
  readonly seq: number;
  readonly time: string;
  readonly author: string;
  readonly kind: string;
  /** null: an attribute of every category. */
  readonly category: string | null;
  readonly before: { readonly [field: string]: unknown } | null;
  readonly after: { readonly [field: string]: unknown } | null;
}

/** A digit, or Alt with a digit or a letter from D on: keys that nothing else on the canvas has. */
const categoryHotkey = z.string().regex(/^(?:[0-9]|Alt\+[D-Z0-9])$/);
/** What triggers can name without quotes. */
const groupName = z
  .string()
  .max(64)
  .regex(/^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u);
/** Pressed after the prefix key. */
const attributeHotkey = z
  .string()
  .regex(/^[A-Z0-9]$/)
  .nullable();
const attributeText = storedText(4_096);
const common = { required: z.boolean(), hotkey: attributeHotkey, order: z.int().min(0).max(10_000) };

const attributeSpec = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('text'), default: attributeText.nullable() }),
  z
    .object({
      ...common,
      kind: z.literal('number'),
      default: z.number().nullable(),
      min: z.number().nullable(),
      max: z.number().nullable(),
      step: z.number().positive().nullable(),
    })
    .refine((spec) => spec.min === null || spec.max === null || spec.min <= spec.max, 'the smallest value is above the largest'),
  z
    .object({
      ...common,
      kind: z.literal('choice'),
      default: attributeText.nullable(),
      options: z
        .array(z.object({ value: storedText(256).trim().min(1), hotkey: attributeHotkey }))
        .min(1)
        .max(200)
        .readonly(),
    })
    .refine((spec) => new Set(spec.options.map((option) => option.value)).size === spec.options.length, 'two options are the same')
    .refine(
      (spec) => spec.default === null || spec.options.some((option) => option.value === spec.default),
      'the default is none of the options',
    ),
  z.object({ ...common, kind: z.literal('checkbox'), default: z.boolean().nullable() }),
]);

const one = z.object({ dataset: datasetId, category: categoryId });

export const categories = {
  /** In their pinned order, archived ones, too. */
  list: method<readonly ListedCategory[]>()(z.object({ dataset: datasetId })),
  add: method<Category>()(z.object({ dataset: datasetId, name })),
  /** One step of undo. Errors: not_found, already_exists (the name, the key or the group is taken). */
  update: method<Category>()(
    one.extend({
      name: name.optional(),
      color: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i)
        .nullable()
        .optional(),
      hotkey: categoryHotkey.nullable().optional(),
      /** The whole list. */
      groups: z.array(groupName).max(64).readonly().optional(),
      archived: z.boolean().optional(),
      guideline: storedText(4_096).optional(),
      examples: z.array(boxId).max(12).readonly().optional(),
    }),
  ),
  /**
   * The group has another name in all of its categories, as one step of undo. `triggers`: saved ones that name it by the old name
   * and do not fit any more. Errors: not_found, already_exists (a group or a category is called so).
   */
  renameGroup: method<{ readonly categories: readonly ListedCategory[]; readonly triggers: readonly string[] }>()(
    z.object({ dataset: datasetId, from: groupName, to: groupName }),
  ),
  /** Before another in the lists, or at the end. Exports keep the pinned order. */
  move: method<readonly ListedCategory[]>()(one.extend({ before: categoryId.nullable() })),
  /** Only what nothing uses. Errors: conflict (with the use), not_found. */
  remove: method<null>()(one),
  use: method<CategoryUse>()(one),
  /** Every box of a category becomes one of another; the old name stands for the new one from then on. One step of undo. */
  merge: job<Progress, { readonly boxes: number; readonly frames: number }>()(
    z.object({ dataset: datasetId, from: categoryId, into: categoryId }),
  ),
  guideline: method<Guideline & { readonly boxes: readonly ExampleBox[] }>()(one),
  attributes: method<readonly AttributeDeclaration[]>()(z.object({ dataset: datasetId })),
  /** `category` null: of every category. `spec` null takes it away; boxes keep their values. */
  declare: method<readonly AttributeDeclaration[]>()(
    z.object({ dataset: datasetId, category: categoryId.nullable(), key: declaredKey, spec: attributeSpec.nullable() }),
  ),
  /** This author's latest change of categories or attributes. Errors: nothing_to_undo, nothing_to_redo. */
  undo: method<{ readonly kind: string }>()(z.object({ dataset: datasetId })),
  redo: method<{ readonly kind: string }>()(z.object({ dataset: datasetId })),
  /** Oldest first, the latest ones. */
  history: method<{ readonly operations: readonly CategoryChange[] }>()(
    z.object({ dataset: datasetId, category: categoryId.optional(), limit: z.int().min(1).max(10_000).optional() }),
  ),
};
