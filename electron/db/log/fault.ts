/**
 * Fault points for the reliability tests: `HARDCASE_FAULT=<name>:kill` ends the process there as a power cut would,
 * `<name>:throw` fails the step. Without the variable they cost one comparison.
 */
const [wanted, action] = (process.env.HARDCASE_FAULT ?? '').split(':');

export type FaultPoint = 'before-journal' | 'after-journal' | 'before-commit' | 'after-commit';

export function fault(point: FaultPoint): void {
  if (point !== wanted) return;
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  throw Object.assign(new Error(`fault ${point}`), { code: 'ENOSPC' });
}
