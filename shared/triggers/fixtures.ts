import type { BoxColumns } from '../domain/columns.ts';
import { frameStates } from '../domain/frame.ts';
import { buildBoxTable, emptyBoxTable } from './boxTable.ts';
import type { BoxTable } from './boxTable.ts';
import type { CheckedTrigger } from './checkedTrigger.ts';
import { compileTrigger, UnknownTally } from './evaluator.ts';
import type { Cause } from './causes.ts';
import type { CodedTexts, FrameTable } from './frameColumns.ts';
import type { FixtureBox, FixtureSyntax } from './syntax.ts';

export type FixtureOutcome = 'fires' | 'silent' | 'unknown';

export interface FixtureResult {
  readonly trigger: string;
  readonly fixture: string;
  readonly expected: 'fires' | 'silent';
  readonly outcome: FixtureOutcome;
  /** An unknown answer does not fire, so a fixture that stays silent passes with it. */
  readonly passed: boolean;
  readonly causes: Partial<Record<Cause, number>>;
}

/** A fixture's frame, unless its fields say otherwise. */
export const fixtureFrameSize = { width: 1280, height: 720 } as const;

/** Boxes without `@` belong to the default source, which is the active run. */
const defaultSource = 'active';

/** Runs the fixtures of a trigger. Throws `unsupported` where the trigger cannot run yet. */
export function runFixtures(trigger: CheckedTrigger): readonly FixtureResult[] {
  return trigger.syntax.fixtures.map((fixture) => runFixture(trigger, fixture));
}

/** Rule 10: armed only with a fixture that fires and one that stays silent, all passing. */
export function canBeArmed(results: readonly FixtureResult[]): boolean {
  const expected = new Set(results.map((r) => r.expected));
  return expected.size === 2 && results.every((r) => r.passed);
}

function runFixture(trigger: CheckedTrigger, fixture: FixtureSyntax): FixtureResult {
  const names = new Set([...fixture.boxes.map((b) => b.category), ...trigger.categories]);
  const categories = new Map([...names].map((name, id) => [name, id]));
  const tables = new Map<string, BoxTable>();
  for (const [source, boxes] of Map.groupBy(fixture.boxes, (b) => b.source ?? defaultSource)) {
    tables.set(source, buildBoxTable(fixtureColumns(boxes, categories), new Float64Array(1)));
  }
  const nothing = emptyBoxTable(1);
  const compiled = compileTrigger(trigger, {
    frames: fixtureFrame(fixture),
    table: (source) => tables.get(source ?? defaultSource) ?? nothing,
    categories,
  });
  const hits = compiled.createBuffer();
  const unknown = new UnknownTally();
  compiled.range(0, 1, null, hits, unknown);
  const outcome: FixtureOutcome = hits.count > 0 ? 'fires' : unknown.frames > 0 ? 'unknown' : 'silent';
  return {
    trigger: trigger.name,
    fixture: fixture.name,
    expected: fixture.fires ? 'fires' : 'silent',
    outcome,
    passed: (outcome === 'fires') === fixture.fires,
    causes: unknown.byCause(),
  };
}

function fixtureColumns(boxes: readonly FixtureBox[], categories: ReadonlyMap<string, number>): BoxColumns {
  const n = boxes.length;
  return {
    frameIds: new Float64Array(1),
    offsets: Uint32Array.of(0, n),
    ids: Float64Array.from({ length: n }, (_, i) => i + 1),
    categories: Uint16Array.from(boxes, (b) => categories.get(b.category) ?? 0),
    scores: Float64Array.from(boxes, (b) => b.score ?? NaN),
    boxes: Float64Array.from(boxes.flatMap((b) => b.bbox)),
    tracks: new Int32Array(n).fill(-1),
    flags: new Uint8Array(n),
    origins: new Uint8Array(n).fill(1),
  };
}

function fixtureFrame(fixture: FixtureSyntax): FrameTable {
  const number = (field: string): number | undefined => {
    const value = fixture.fields.findLast((f) => f.field === field)?.value;
    return typeof value === 'number' ? value : undefined;
  };
  const text = (field: string): string | undefined => {
    const value = fixture.fields.findLast((f) => f.field === field)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const coded = (value: string | undefined): CodedTexts => ({
    codes: Int32Array.of(value === undefined ? -1 : 0),
    values: value === undefined ? [] : [value],
  });
  const statistic = (field: string): Float64Array => Float64Array.of(number(field) ?? NaN);
  const tags = fixture.fields.filter((f) => f.field === 'tag').map((f): [string, Uint8Array] => [String(f.value), Uint8Array.of(1)]);
  return {
    count: 1,
    name: () => fixture.name,
    widths: Uint32Array.of(number('width') ?? fixtureFrameSize.width),
    heights: Uint32Array.of(number('height') ?? fixtureFrameSize.height),
    states: Uint8Array.of(
      Math.max(
        0,
        frameStates.findIndex((s) => s === text('state')),
      ),
    ),
    splits: coded(text('split')),
    sequences: coded(text('sequence')),
    indices: Int32Array.of(number('index') ?? -1),
    times: statistic('time'),
    brightness: statistic('brightness'),
    lumaP95: statistic('luma_p95'),
    contrast: statistic('contrast'),
    sharpness: statistic('sharpness'),
    tags: new Map(tags),
  };
}
