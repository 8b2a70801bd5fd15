import { type FrameSelection, reviewFacets } from '../../../shared/contract/frames.ts';
import { type FrameState, frameStates } from '../../../shared/domain/frame.ts';
import type { WireError } from '../../../shared/errors.ts';
import type { EditorDiagnostic } from '../../ui/CodeEditor.tsx';
import { hostText } from '../../locales/hostText.ts';

export const facetNames = ['state', 'review', 'assignee', 'category', 'split', 'sequence', 'run', 'tag'] as const;
export type FacetName = (typeof facetNames)[number];
export type Facets = { readonly [F in FacetName]?: readonly string[] };

export const orders = ['name', 'severity', 'edited', 'random'] as const;
export type Order = (typeof orders)[number];

type Params = { readonly [name: string]: string };

/** Facets of an address: values of one facet are parted by commas, commas and percent signs in them are escaped. */
export function facetsOf(params: Params): Facets {
  const facets: { [F in FacetName]?: readonly string[] } = {};
  for (const name of facetNames) {
    const text = params[name];
    if (text !== undefined && text !== '') facets[name] = text.split(',').map((part) => part.replaceAll('%2C', ',').replaceAll('%25', '%'));
  }
  return facets;
}

export function facetParam(values: readonly string[]): string {
  return values.map((value) => value.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');
}

/** One value in or out of a facet. */
export function toggleValue(facets: Facets, name: FacetName, value: string): readonly string[] {
  const before = facets[name] ?? [];
  return before.includes(value) ? before.filter((other) => other !== value) : [...before, value];
}

export function selectionOf(where: string, facets: Facets, source: string | null, name = ''): FrameSelection {
  const state = facets.state?.filter((value): value is FrameState => frameStates.some((name) => name === value));
  const others = Object.fromEntries(
    facetNames
      .filter((name) => name !== 'state' && name !== 'review' && (facets[name]?.length ?? 0) > 0)
      .map((name) => [name, [...facets[name]!]]),
  );
  const review = facets.review?.filter((value): value is (typeof reviewFacets)[number] => reviewFacets.some((name) => name === value));
  return {
    ...(where.trim() === '' ? {} : { where: where.trim() }),
    facets: {
      ...others,
      ...(state === undefined || state.length === 0 ? {} : { state }),
      ...(review === undefined || review.length === 0 ? {} : { review }),
    },
    ...(name === '' ? {} : { name }),
    ...(source === null ? {} : { source }),
  };
}

export function orderOf(params: Params, hasQuery: boolean): Order {
  return orders.find((order) => order === params.order) ?? (hasQuery ? 'severity' : 'name');
}

/** Where an error of the trigger language stands in a one-line query; the whole text where it does not say. */
export function diagnosticsOf(error: WireError | null, text: string): readonly EditorDiagnostic[] {
  if (error === null) return [];
  const details = error.details ?? {};
  const number = (name: string): number | null => (typeof details[name] === 'number' ? details[name] : null);
  const from = number('offset') ?? number('from') ?? (number('column') === null ? 0 : number('column')! - 1);
  const to = number('end') ?? number('to') ?? (number('length') === null ? null : from + number('length')!);
  const message = hostText(error.message);
  const end = to ?? wordEnd(text, from);
  // An error at the end of the text is drawn under the last word.
  return from >= text.length && text.length > 0
    ? [{ from: wordStart(text), to: text.length, message }]
    : [{ from, to: Math.max(end, from + 1), message }];
}

function wordEnd(text: string, from: number): number {
  const rest = /^[\p{L}\p{N}_@.]+|^./u.exec(text.slice(from));
  return from + (rest?.[0].length ?? 1);
}

function wordStart(text: string): number {
  return /\S+\s*$/.exec(text)?.index ?? 0;
}

/** The function that ranks hits, for the caption: the first overlap function of the query (TRIGGERS.md, rule 4). Empty where there is none: then every hit is 1. */
export function severityName(where: string): string {
  return /\b(iou|ioa|iomin)\b/.exec(where)?.[1] ?? '';
}
