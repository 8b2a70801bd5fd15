import { createStore } from 'zustand/vanilla';
import type { AttributeDeclaration } from '../../../shared/domain/attribute.ts';

/** Whether the keys of the attributes are waited for; `attribute`: whose options are. */
export interface AttributeKeysState {
  readonly open: boolean;
  readonly attribute: string | null;
}

export const attributeKeysStore = createStore<AttributeKeysState>(() => ({ open: false, attribute: null }));

export function closeAttributeKeys(): void {
  attributeKeysStore.setState({ open: false, attribute: null });
}

export interface KeyLine {
  /** A letter or digit. */
  readonly hotkey: string;
  readonly label: string;
  readonly act:
    | { readonly kind: 'set'; readonly key: string; readonly value: string }
    | { readonly kind: 'toggle'; readonly key: string }
    | { readonly kind: 'options'; readonly key: string }
    | { readonly kind: 'focus'; readonly key: string };
}

/**
 * What each key does now: first the attributes (a checkbox is switched at once, a text or number gets the focus, a choice
 * opens), with the options that have a key of their own; then the options of one. A digit stands in where none was declared.
 */
export function keyLines(attributes: readonly AttributeDeclaration[], attribute: string | null): readonly KeyLine[] {
  const chosen = attributes.find(({ key }) => key === attribute);
  if (chosen?.kind === 'choice')
    return withKeys(chosen.options.map(({ value, hotkey }) => ({ hotkey, label: value, act: { kind: 'set', key: chosen.key, value } })));
  const lines = attributes.map((declared): Wanted => {
    const { key, hotkey, kind } = declared;
    const act = kind === 'checkbox' ? 'toggle' : kind === 'choice' ? 'options' : 'focus';
    return { hotkey, label: key, act: { kind: act, key } };
  });
  const direct = attributes.flatMap((declared): Wanted[] =>
    declared.kind === 'choice'
      ? declared.options
          .filter(({ hotkey }) => hotkey !== null)
          .map(({ value, hotkey }) => ({ hotkey, label: `${declared.key}: ${value}`, act: { kind: 'set', key: declared.key, value } }))
      : [],
  );
  const named = withKeys(lines);
  const taken = new Set(named.map(({ hotkey }) => hotkey));
  return [...named, ...withKeys(direct).filter(({ hotkey }) => !taken.has(hotkey))];
}

type Wanted = Omit<KeyLine, 'hotkey'> & { readonly hotkey: string | null };

const spare = [...'1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The first to name a key has it; the others get the next that is free. */
function withKeys(wanted: readonly Wanted[]): readonly KeyLine[] {
  const declared = new Set(wanted.map(({ hotkey }) => hotkey).filter((hotkey) => hotkey !== null));
  const given = new Set<string>();
  const free = spare.filter((key) => !declared.has(key));
  return wanted.flatMap(({ hotkey, ...line }): KeyLine[] => {
    const key = hotkey !== null && !given.has(hotkey) ? hotkey : free.shift();
    if (key === undefined) return [];
    given.add(key);
    return [{ ...line, hotkey: key }];
  });
}
