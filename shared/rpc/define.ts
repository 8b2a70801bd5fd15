/**
 * The vocabulary of a contract. A contract is a plain value: groups of `method` (request, response), `job`
 * (request, progress, response, cancel) and `topic` (host → client) entries. Client type, handler type and the list of
 * names a server accepts all follow from it. What travels: JSON plus Uint8Array, Uint16Array, Int32Array, Uint32Array,
 * Float32Array and Float64Array.
 */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { message: string } };
}

declare const phantom: unique symbol;

export interface MethodDef<In, Out> {
  readonly kind: 'method';
  readonly input: Schema<In>;
  readonly [phantom]?: Out;
}

export interface JobDef<In, Progress, Out> {
  readonly kind: 'job';
  readonly input: Schema<In>;
  readonly [phantom]?: [Progress, Out];
}

export interface TopicDef<Payload> {
  readonly kind: 'topic';
  readonly [phantom]?: Payload;
}

export type EntryDef = MethodDef<never, unknown> | JobDef<never, unknown, unknown> | TopicDef<unknown>;
export type Contract = { readonly [group: string]: { readonly [name: string]: { readonly kind: 'method' | 'job' | 'topic' } } };

export function method<Out>() {
  return <In>(input: Schema<In>): MethodDef<In, Out> => ({ kind: 'method', input });
}

export function job<Progress, Out>() {
  return <In>(input: Schema<In>): JobDef<In, Progress, Out> => ({ kind: 'job', input });
}

export function topic<Payload>(): TopicDef<Payload> {
  return { kind: 'topic' };
}

/** What a handler knows about its call. Identity comes from the connection, never from the input. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly clientId: string;
  readonly author: string;
}

export interface JobContext<Progress> extends CallContext {
  progress(value: Progress): void;
}

type HandlerOf<D> =
  D extends MethodDef<infer In, infer Out>
    ? (input: In, context: CallContext) => Out | Promise<Out>
    : D extends JobDef<infer In, infer Progress, infer Out>
      ? (input: In, context: JobContext<Progress>) => Out | Promise<Out>
      : never;

type CallableNames<G> = { [K in keyof G]: G[K] extends { kind: 'topic' } ? never : K }[keyof G];
type TopicNames<G> = { [K in keyof G]: G[K] extends { kind: 'topic' } ? K : never }[keyof G];

/** One function for every method and job of one group. */
export type GroupHandlers<G> = { readonly [K in CallableNames<G>]: HandlerOf<G[K]> };
export type Handlers<C> = { readonly [G in keyof C]: GroupHandlers<C[G]> };

/** How the host publishes: `publish('frames', 'changed', payload)`. */
export interface Publisher<C> {
  publish<G extends keyof C, K extends TopicNames<C[G]>>(group: G, name: K, payload: C[G][K] extends TopicDef<infer P> ? P : never): void;
}

export interface CallOptions<Progress = never> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (value: Progress) => void;
}

type ClientEntry<D> =
  D extends MethodDef<infer In, infer Out>
    ? (input: In, options?: { readonly signal?: AbortSignal }) => Promise<Out>
    : D extends JobDef<infer In, infer Progress, infer Out>
      ? (input: In, options?: CallOptions<Progress>) => Promise<Out>
      : D extends TopicDef<infer Payload>
        ? (listener: (payload: Payload) => void) => () => void
        : never;

/** The typed client of a contract: `client.frames.query(input)`, `client.frames.changed(listener)` → unsubscribe. */
export type Client<C> = { readonly [G in keyof C]: { readonly [K in keyof C[G]]: ClientEntry<C[G][K]> } };
