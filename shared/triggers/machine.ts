/** The registers that all closures of one compiled trigger share. */
export interface Machine {
  /** The frame being looked at. */
  frame: number;
  /** The row each variable is bound to, in the table of its source. */
  readonly rows: Int32Array;
  /** Causes of the unknown numbers and texts read since somebody cleared it. */
  cause: number;
  /** Bindings tried on this frame. */
  steps: number;
  readonly budget: number;
}

/** Bindings that may be tried on one frame (rule 9): a second or so of work. */
export const defaultStepBudget = 50_000_000;

/** Thrown where a frame needs more steps than its budget; the door turns it into `trigger_limit`, naming the frame. */
export class StepLimit extends Error {
  readonly frame: number;

  constructor(frame: number) {
    super('step budget exceeded');
    this.name = 'StepLimit';
    this.frame = frame;
  }
}

export function createMachine(slots: number, budget: number): Machine {
  return { frame: -1, rows: new Int32Array(Math.max(1, slots)), cause: 0, steps: 0, budget };
}
