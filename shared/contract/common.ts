import { z } from 'zod';
import type { BoxId, CategoryId, DatasetId, FrameId } from '../domain/ids.ts';
import { boxFlags } from '../domain/annotation.ts';
import { frameStates } from '../domain/frame.ts';

/** Schemas of the values that appear in many groups. Numbers are finite by construction (zod 4 refuses NaN and Infinity). */
const key = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const datasetId = z
  .string()
  .min(1)
  .max(64)
  .transform((value) => value as DatasetId);
export const frameId = key.transform((value) => value as FrameId);
export const boxId = key.transform((value) => value as BoxId);
export const categoryId = z
  .int()
  .min(0)
  .max(65_535)
  .transform((value) => value as CategoryId);
export const frameIds = z.instanceof(Float64Array);
export const bbox = z.tuple([z.number(), z.number(), z.number().min(0), z.number().min(0)]).readonly();
export const flags = z.array(z.enum(boxFlags)).max(boxFlags.length).readonly();
export const frameState = z.enum(frameStates);
const halfCharacter = 'The text holds half of a character.';
const noAttribute = 'This is no name for an attribute.';
/**
 * A text that is stored: of whole characters. Half of a surrogate pair has no UTF-8, so it could be neither logged, frozen nor exported.
 */
export const storedText = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed(), halfCharacter);
export const shortText = z.string().max(4_096);
export const name = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .refine((text) => text.isWellFormed(), halfCharacter);
export const filePath = z.string().min(1).max(4_096);
/** A frame expression of the trigger language. */
export const expression = z.string().max(65_536);
export const attributeValue = z.union([storedText(4_096), z.number(), z.boolean()]);
/** Any key, but those that are no key of a plain object everywhere. */
const isAttributeKey = (key: string): boolean => key !== '' && !['__proto__', 'constructor', 'prototype'].includes(key);
export const attributeKey = storedText(128).refine(isAttributeKey, noAttribute);
/** As a person types it in Settings. */
export const declaredKey = storedText(128).trim().refine(isAttributeKey, noAttribute);
/** JSON.parse makes `__proto__` a key of its own, and zod leaves it out of a record: what was asked for would be lost without a word. */
function refuseProto(value: unknown, context: z.core.$RefinementCtx): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'))
    context.addIssue({ code: 'custom', message: noAttribute });
  return value;
}
export const attributes = z.preprocess(refuseProto, z.record(attributeKey, attributeValue));
/** null takes a key away. */
export const attributePatch = z.preprocess(refuseProto, z.record(attributeKey, attributeValue.nullable()));
/** `gt` or the name of a run. */
export const source = z.string().min(1).max(256);

/** One line of a report: what happened, in the user's words, to which item, how often. */
export interface ReportEntry {
  readonly code: string;
  readonly severity: 'info' | 'repaired' | 'refused' | 'warning';
  readonly message: string;
  /** The first item it happened to (a file, an id). */
  readonly item: string;
  readonly count: number;
  /** A few more items, for the report view. */
  readonly examples?: readonly string[];
}

/** Progress of long work. `done` of `total` in `unit`; total is null while it is not known. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly perSecond?: number;
  readonly etaSeconds?: number;
  readonly failed?: number;
}
