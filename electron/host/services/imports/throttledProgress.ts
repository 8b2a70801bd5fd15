import type { Progress } from '../../../../shared/contract/common.ts';

export interface ProgressReporter {
  /** At once. */
  now(value: Progress): void;
  /** At most ten times a second, with the rate and the time that is left where they are known. */
  soon(value: Progress): void;
}

const everyMs = 100;

export function createProgress(send: (value: Progress) => void): ProgressReporter {
  let last = -Infinity;
  let phase = '';
  let began = 0;
  const deliver = (value: Progress): void => {
    const time = performance.now();
    if (value.phase !== phase) {
      phase = value.phase;
      began = time;
    } else if (time - last < everyMs && value.done !== value.total) return;
    last = time;
    const seconds = (time - began) / 1_000;
    const perSecond = seconds > 0.5 ? value.done / seconds : undefined;
    const left = perSecond !== undefined && perSecond > 0 && value.total !== null ? (value.total - value.done) / perSecond : undefined;
    send({
      ...value,
      ...(perSecond !== undefined ? { perSecond } : {}),
      ...(left !== undefined ? { etaSeconds: left } : {}),
    });
  };
  return {
    now: (value) => {
      last = -Infinity;
      deliver(value);
    },
    soon: deliver,
  };
}
