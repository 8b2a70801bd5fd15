import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { job, method, topic, type Handlers } from '../../shared/rpc/define.ts';

/** One entry of each kind, for what every channel owes. */
export const sample = {
  calls: {
    echo: method<unknown>()(z.object({ value: z.unknown() })),
    sum: method<{ readonly sum: number; readonly doubled: Float64Array }>()(z.object({ numbers: z.instanceof(Float64Array) })),
    greet: method<string>()(z.object({ name: z.string().min(2) })),
    fail: method<never>()(z.object({ how: z.enum(['coded', 'defect', 'unsendable']) })),
    whoami: method<{ readonly clientId: string; readonly author: string }>()(z.object({})),
    hang: method<null>()(z.object({})),
    count: job<{ readonly done: number }, { readonly counted: number; readonly cancelled: boolean }>()(z.object({ to: z.int() })),
    forever: job<{ readonly done: number }, null>()(z.object({})),
    ticked: topic<{ readonly n: number; readonly data: Uint16Array }>(),
  },
  other: { changed: topic<string>() },
} as const;

export type SampleContract = typeof sample;

/** What the handlers saw, for the assertions. */
export interface Seen {
  readonly aborts: string[];
}

export function sampleHandlers(seen: Seen): Handlers<SampleContract> {
  const aborted = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        const reason = signal.reason as AppError;
        seen.aborts.push(reason.code);
        reject(reason);
      }),
    );
  return {
    calls: {
      echo: ({ value }) => value,
      sum: ({ numbers }) => ({ sum: numbers.reduce((a, b) => a + b, 0), doubled: numbers.map((n) => n * 2) }),
      greet: ({ name }) => `Hello, ${name}`,
      fail: ({ how }) => {
        if (how === 'coded') throw new AppError('not_found', 'There is no such frame', { frame: 'a.jpg' });
        if (how === 'unsendable') return { when: new Date(0) } as never;
        throw new TypeError('secret path /home/mara/key');
      },
      whoami: (_, { clientId, author }) => ({ clientId, author }),
      hang: (_, { signal }) => aborted(signal),
      count: ({ to }, { progress, signal }) => {
        for (let done = 1; done <= to; done++) progress({ done });
        return { counted: to, cancelled: signal.aborted };
      },
      forever: async (_, { progress, signal }) => {
        progress({ done: 1 });
        return aborted(signal);
      },
    },
    other: {},
  };
}
