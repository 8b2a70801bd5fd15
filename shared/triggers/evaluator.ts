import type { BoxTable } from './boxTable.ts';
import { lowerBound } from './boxTable.ts';
import type { Cause, Truth } from './causes.ts';
import { both, causeBit, causes } from './causes.ts';
import type { CheckedTrigger } from './checkedTrigger.ts';
import type { CompiledQuantifier } from './compiler.ts';
import { Compiler } from './compiler.ts';
import { AppError } from '../errors.ts';
import { compareSeverity, HitBuffer } from './hitBuffer.ts';
import { createMachine, defaultStepBudget, StepLimit } from './machine.ts';
import { mayFulfil, mirrored, rowsFulfil } from './overlap.ts';
import type { BoundVariable } from './quantifier.ts';
import type { TriggerData } from './slotTables.ts';
import type { AnyNode } from './typedTree.ts';
import { partsOf } from './typedTree.ts';

/** Frames whose answer is unknown, and how many of them for each cause. */
export class UnknownTally {
  frames = 0;
  readonly causes = new Float64Array(causes.length);

  add(truth: Truth): void {
    this.frames++;
    for (let i = 0; i < causes.length; i++) if ((truth & causeBit[causes[i]!]) !== 0) this.causes[i]!++;
  }

  merge(other: { readonly frames: number; readonly causes: Float64Array }): void {
    this.frames += other.frames;
    for (let i = 0; i < causes.length; i++) this.causes[i]! += other.causes[i]!;
  }

  byCause(): Partial<Record<Cause, number>> {
    const result: Partial<Record<Cause, number>> = {};
    causes.forEach((cause, i) => {
      if (this.causes[i]! > 0) result[cause] = this.causes[i]!;
    });
    return result;
  }
}

/** One object of a hit: the variable that bound it, its source as written after `@` (null: default) and its row there. */
export interface WitnessObject {
  readonly variable: string;
  readonly source: string | null;
  readonly table: BoxTable;
  readonly row: number;
}

/** A trigger compiled against the data it runs on. Not shared between threads; not re-entrant. */
export interface CompiledTrigger {
  readonly checked: CheckedTrigger;
  /** Rows kept for each hit. */
  readonly stride: number;
  createBuffer(): HitBuffer;
  /** Key of the box in a row that a variable of a hit (by place) is bound to. */
  id(row: number, variable: number): number;
  /**
   * Evaluates the frames `from … to - 1`, those only where `mask[frame - from]` is 1 when there is a mask.
   * Hits are added in the order of frames. Throws `StepLimit`.
   */
  range(from: number, to: number, mask: Uint8Array | null, hits: HitBuffer, unknown: UnknownTally): void;
  /** The answer for one frame. */
  truth(frame: number): Truth;
  /** The objects of a hit of `range`. */
  witness(frame: number, rows: ArrayLike<number>): readonly WitnessObject[];
}

/** The first word that does not run yet as the error that says so. */
export function unsupportedError(trigger: CheckedTrigger): AppError | null {
  const word = trigger.unsupported[0];
  if (word === undefined) return null;
  const { line, column, length, offset } = word;
  return new AppError('unsupported', `Line ${line}, column ${column}: ${word.word} is checked, but cannot be run yet.`, {
    word: word.word,
    line,
    column,
    length,
    offset,
    trigger: trigger.name,
  });
}

/** Pairs on one frame above which the join goes by x1 (the quantifier's way). */
const crowded = 4_096;

/** Throws `unsupported` for tracks, events and q. */
export function compileTrigger(
  checked: CheckedTrigger,
  data: TriggerData,
  options: { readonly stepBudget?: number } = {},
): CompiledTrigger {
  const refused = unsupportedError(checked);
  if (refused !== null) throw refused;
  const machine = createMachine(checked.slots, options.stepBudget ?? defaultStepBudget);
  const { outermost, severity } = checked;

  if (outermost === null) {
    const compiler = new Compiler(machine, data);
    const root = compiler.bool(checked.when);
    const severityOf = compiler.number(severity);
    const truth = (frame: number): Truth => {
      machine.frame = frame;
      machine.steps = 0;
      return root();
    };
    return {
      checked,
      stride: 0,
      createBuffer: () => new HitBuffer(0),
      id: () => 0,
      range(from, to, mask, hits, unknown) {
        for (let frame = from; frame < to; frame++) {
          if (mask !== null && mask[frame - from] !== 1) continue;
          const value = truth(frame);
          if (value === 1) {
            hits.add(frame, severityOf());
            hits.frameCount++;
          } else if (value !== 0) unknown.add(value);
        }
      },
      truth,
      witness: (frame) => looseWitness(checked, data, frame),
    };
  }

  const compiler = new Compiler(machine, data);
  compiler.bind(outermost);
  const rest = checked.rest.map((node) => compiler.bool(node));
  const quantifier = compiler.quantifier(outermost, { severity });
  const severityOf = compiler.number(severity);
  const { variables } = quantifier;
  const stride = variables.length;
  const slots = variables.map((v) => v.slot);
  const { rows } = machine;
  // Frames without a box for the rarest variable are false whatever else holds.
  const rarest = variables.reduce((best, v) => (v.candidates.total < best.candidates.total ? v : best));

  let out = new HitBuffer(stride);
  let unknownCauses = 0;
  const keep = (value: Truth): boolean => {
    if (value !== 1) {
      unknownCauses |= value;
      return false;
    }
    const place = out.add(machine.frame, severityOf());
    for (let v = 0; v < stride; v++) out.rows[place * stride + v] = rows[slots[v]!]!;
    return false;
  };
  const restTruth = (): Truth => {
    let value: Truth = 1;
    for (let i = 0; i < rest.length; i++) {
      const truth = rest[i]!();
      if (truth === 0) return 0;
      value = both(value, truth);
    }
    return value;
  };
  const atFrame = (frame: number): void => {
    machine.frame = frame;
    machine.steps = 0;
    machine.cause = 0;
  };
  const closeFrame = (start: number, unknown: UnknownTally): void => {
    if (out.count > start) {
      if (quantifier.needsDedup && out.count > start + 1) dropSwapped(out, start, quantifier);
      out.frameCount++;
    } else if (unknownCauses !== 0) unknown.add(unknownCauses);
    unknownCauses = 0;
  };
  const evaluate = (frame: number, unknown: UnknownTally): void => {
    atFrame(frame);
    const holds = restTruth();
    if (holds === 0) return;
    if (holds !== 1) {
      const value = quantifier.truth();
      if (value !== 0) unknown.add(both(holds, value));
      return;
    }
    const start = out.count;
    quantifier.each(keep);
    closeFrame(start, unknown);
  };

  const join = rest.length === 0 ? quantifier.pairJoin : null;
  const range: CompiledTrigger['range'] = (from, to, mask, hits, unknown) => {
    out = hits;
    if (rarest.candidates.total === 0) return;
    if (join !== null) {
      mergeJoin(from, to, mask, unknown);
      return;
    }
    for (let frame = rarest.candidates.nextFrame(from); frame < to; frame = rarest.candidates.nextFrame(frame + 1)) {
      if (mask !== null && mask[frame - from] !== 1) continue;
      evaluate(frame, unknown);
    }
  };

  /**
   * Two partitions merged on the frame, the rarer one leading: no work at all for frames that have only one of the categories.
   */
  const mergeJoin = (from: number, to: number, mask: Uint8Array | null, unknown: UnknownTally): void => {
    const { overlap, tests } = join!;
    const spanOf = ({ candidates }: BoundVariable): readonly [number, number] => {
      const { table, category } = candidates;
      const end = table.starts[category! + 1]!;
      const start = lowerBound(table.frames, table.starts[category!]!, end, from);
      return [start, lowerBound(table.frames, start, end, to)];
    };
    const [startFirst, endFirst] = spanOf(join!.first);
    const [startSecond, endSecond] = spanOf(join!.second);
    const firstLeads = endFirst - startFirst <= endSecond - startSecond;
    const lead = firstLeads ? join!.first : join!.second;
    const other = firstLeads ? join!.second : join!.first;
    const bound = firstLeads ? overlap : mirrored(overlap);
    const score = firstLeads ? join!.firstScore : join!.secondScore;
    const least = score === null ? -Infinity : score.bound;
    const strict = score?.strict === true;
    const { frames: leadFrames, boxes: leadBoxes, bounds: leadBounds, scores: leadScores } = lead.candidates.table;
    const { frames: otherFrames, boxes: otherBoxes, bounds: otherBounds } = other.candidates.table;
    let p = firstLeads ? startFirst : startSecond;
    const endLead = firstLeads ? endFirst : endSecond;
    let q = firstLeads ? startSecond : startFirst;
    const endOther = firstLeads ? endSecond : endFirst;

    const offsets = other.candidates.table.dense.get(other.candidates.category!);

    while (p < endLead && q < endOther) {
      if (score !== null && !(strict ? leadScores[p]! > least : leadScores[p]! >= least)) {
        p++;
        continue;
      }
      const frame = leadFrames[p]!;
      let lastOther: number;
      if (offsets !== undefined) {
        q = offsets[frame]!;
        lastOther = offsets[frame + 1]!;
      } else {
        if (otherFrames[q]! < frame) q = gallop(otherFrames, q + 1, endOther, frame);
        if (q === endOther) break;
        lastOther = q;
        while (lastOther < endOther && otherFrames[lastOther] === frame) lastOther++;
      }
      let last = p + 1;
      while (last < endLead && leadFrames[last] === frame) last++;
      if (q === lastOther || (mask !== null && mask[frame - from] !== 1)) {
        p = last;
        continue;
      }
      const pairs = (last - p) * (lastOther - q);
      if (pairs > crowded) evaluate(frame, unknown);
      else {
        if (pairs > machine.budget) throw new StepLimit(frame);
        let started = false;
        let start = 0;
        for (; p < last; p++) {
          if (score !== null && !(strict ? leadScores[p]! > least : leadScores[p]! >= least)) continue;
          const x1 = leadBounds[4 * p]!;
          const y1 = leadBounds[4 * p + 1]!;
          const x2 = leadBounds[4 * p + 2]!;
          const y2 = leadBounds[4 * p + 3]!;
          for (let o = q; o < lastOther; o++) {
            // Rounded edges first: four small integers instead of four numbers of eight bytes.
            const at = 4 * o;
            const apart = (x2 - otherBounds[at]!) | (otherBounds[at + 2]! - x1) | (y2 - otherBounds[at + 1]!) | (otherBounds[at + 3]! - y1);
            if (apart < 0) continue;
            if (!mayFulfil(bound, x1, y1, x2, y2, otherBounds[at]!, otherBounds[at + 1]!, otherBounds[at + 2]!, otherBounds[at + 3]!))
              continue;
            if (!rowsFulfil(bound, leadBoxes, p, otherBoxes, o)) continue;
            if (!started) {
              started = true;
              start = out.count;
              atFrame(frame);
              machine.steps = pairs;
            }
            rows[lead.slot] = p;
            rows[other.slot] = o;
            let value: Truth = 1;
            for (let t = 0; t < tests.length; t++) {
              const truth = tests[t]!();
              if (truth === 0) {
                value = 0;
                break;
              }
              value = both(value, truth);
            }
            if (value !== 0) keep(value);
          }
        }
        if (started) closeFrame(start, unknown);
      }
      p = last;
      q = lastOther;
    }
  };

  return {
    checked,
    stride,
    createBuffer: () => new HitBuffer(stride),
    id: (row, variable) => variables[variable]!.candidates.table.ids[row]!,
    range,
    truth(frame) {
      atFrame(frame);
      const holds = restTruth();
      if (holds === 0) return 0;
      const value = quantifier.truth();
      return value === 0 ? 0 : both(holds, value);
    },
    witness: (_, hitRows) =>
      outermost.variables.map((variable, v) => ({
        variable: variable.name,
        source: variable.set.source,
        table: compiler.tableOf(variable.slot),
        row: hitRows[v]!,
      })),
  };
}

function gallop(frames: Uint32Array, from: number, to: number, frame: number): number {
  let low = from;
  let next = from;
  for (let step = 1; next < to && frames[next]! < frame; step *= 2) {
    low = next + 1;
    next = low + step;
  }
  return lowerBound(frames, low, Math.min(next, to), frame);
}

/**
 * Rule 3 for the hits of one frame from `start` on: of those that differ only by swapping objects between variables of one
 * set, the one with the higher severity stays, then the one whose keys come first.
 */
function dropSwapped(hits: HitBuffer, start: number, quantifier: CompiledQuantifier): void {
  const { variables } = quantifier;
  const { stride } = hits;
  const idsOf = (place: number): readonly number[] => variables.map((v, i) => v.candidates.table.ids[hits.rows[place * stride + i]!]!);
  const best = new Map<string, number>();
  for (let place = start; place < hits.count; place++) {
    const bySet = new Map<number, number[]>();
    variables.forEach((v, i) => {
      const row = hits.rows[place * stride + i]!;
      const list = bySet.get(v.sameSet);
      if (list === undefined) bySet.set(v.sameSet, [row]);
      else list.push(row);
    });
    const key = [...bySet.values()].map((list) => list.sort((p, q) => p - q).join(',')).join(';');
    const other = best.get(key);
    if (other === undefined) {
      best.set(key, place);
      continue;
    }
    const order = compareSeverity(hits.severities[place]!, hits.severities[other]!) || compareIds(idsOf(place), idsOf(other));
    if (order < 0) best.set(key, place);
  }
  const kept = [...best.values()].sort((p, q) => p - q);
  kept.forEach((place, i) => {
    hits.copyWithin(start + i, place);
  });
  hits.count = start + kept.length;
}

export function compareIds(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

/**
 * The witness of a frame without an outermost `exists`: every object that a true `exists` inside `when` bound, where the
 * quantifiers around it hold, too. In reading order, bindings by keys; an object is named once, by the variable that came first.
 */
function looseWitness(checked: CheckedTrigger, data: TriggerData, frame: number): readonly WitnessObject[] {
  const machine = createMachine(checked.slots, Infinity);
  machine.frame = frame;
  const compiler = new Compiler(machine, data);
  const seen = new Map<BoxTable, Set<number>>();
  const objects: WitnessObject[] = [];

  const collector = (node: AnyNode): (() => void) | null => {
    if (node.kind !== 'exists' && node.kind !== 'aggregate') return inTurn(partsOf(node).map(collector));
    const running = compiler.quantifier(node.quantifier, { aggregate: true, inOrder: true });
    const inner = inTurn(partsOf(node).map(collector));
    const { variables } = node.quantifier;
    const binds = node.kind === 'exists';
    if (!binds && inner === null) return null;
    return () => {
      running.each((value) => {
        if (value !== 1) return false;
        if (binds) {
          for (const { slot, name, set } of variables) {
            const table = compiler.tableOf(slot);
            const row = machine.rows[slot]!;
            const taken = seen.get(table) ?? new Set<number>();
            seen.set(table, taken);
            if (taken.has(row)) continue;
            taken.add(row);
            objects.push({ variable: name, source: set.source, table, row });
          }
        }
        inner?.();
        return false;
      });
    };
  };
  collector(checked.when)?.();
  return objects;
}

function inTurn(steps: readonly ((() => void) | null)[]): (() => void) | null {
  const present = steps.filter((step) => step !== null);
  if (present.length === 0) return null;
  return () => {
    for (const step of present) step();
  };
}
