import type { WireError } from '../errors.ts';

/** What a client says. */
export type ClientMessage =
  | { readonly t: 'call'; readonly id: number; readonly group: string; readonly name: string; readonly input: unknown }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'subscribe' | 'unsubscribe'; readonly group: string; readonly name: string };

/** What the host says. `hello` comes first and once. */
export type ServerMessage =
  | { readonly t: 'hello'; readonly clientId: string; readonly contract: string }
  | { readonly t: 'ok'; readonly id: number; readonly value?: unknown }
  | { readonly t: 'error'; readonly id: number; readonly error: WireError }
  | { readonly t: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly t: 'topic'; readonly group: string; readonly name: string; readonly payload: unknown };

type Fields = { readonly [key: string]: unknown };

/** Frames of a client are hostile until shown to be one of these. */
export function asClientMessage(value: unknown): ClientMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { t, id, group, name } = value as Fields;
  if (t === 'cancel') return Number.isSafeInteger(id) ? (value as ClientMessage) : undefined;
  if (typeof group !== 'string' || typeof name !== 'string') return undefined;
  if (t === 'subscribe' || t === 'unsubscribe') return value as ClientMessage;
  if (t === 'call') return Number.isSafeInteger(id) ? (value as ClientMessage) : undefined;
  return undefined;
}
