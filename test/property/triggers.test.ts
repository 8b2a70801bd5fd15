import { describe, expect, test } from 'vitest';
import { createTriggerEngine } from '../../electron/triggers/client.ts';
import type { SourceRef, TriggerEngine } from '../../electron/triggers/types.ts';
import type { BoxTable } from '../../shared/triggers/boxTable.ts';
import { buildBoxTable } from '../../shared/triggers/boxTable.ts';
import { requireFrameFilter, requireTriggers } from '../../shared/triggers/check.ts';
import { compileTrigger, UnknownTally } from '../../shared/triggers/evaluator.ts';
import { frameTable } from '../../shared/triggers/frameColumns.ts';
import { rankHits } from '../../shared/triggers/ranking.ts';
import type { OracleFrame, OracleHit } from '../helpers/triggerOracle.ts';
import { byIds, bySeverity, evaluateOracle } from '../helpers/triggerOracle.ts';
import {
  boxColumns,
  categoryIds,
  categoryNames,
  frameColumns,
  groups,
  randomFrames,
  randomTrigger,
  seeded,
  sourceNames,
} from '../helpers/triggerWorlds.ts';

const seed = Number(process.env.TRIGGER_SEED ?? 20_261_124);
const context = { categories: [...categoryNames], sources: ['active', 'deployed', 'candidate', 'run 1', 'run 2'] };

interface Answer {
  readonly hits: readonly (OracleHit & { readonly frame: string })[];
  readonly unknown: { readonly frames: number; readonly causes: Readonly<Record<string, number>> };
}

function resolver(byDefault: string): (written: string | null) => string {
  const roles: Readonly<Record<string, string>> = { gt: 'gt', active: byDefault, deployed: 'run 1', candidate: 'run 2' };
  return (written) => (written === null ? byDefault : (roles[written] ?? written));
}

function expected(text: string, frames: readonly OracleFrame[], source: (written: string | null) => string): Answer {
  const { syntax } = requireTriggers(text, context)[0]!;
  const causes: Record<string, number> = {};
  let unknownFrames = 0;
  const hits = frames.flatMap((frame) => {
    const answer = evaluateOracle({ when: syntax.when, severity: syntax.severity, groups, source }, frame);
    if (answer.unknown !== null) {
      unknownFrames++;
      for (const cause of answer.unknown) causes[cause] = (causes[cause] ?? 0) + 1;
    }
    return answer.hits.map((hit) => ({ ...hit, frame: frame.name }));
  });
  hits.sort(
    (p, q) =>
      bySeverity(p.severity, q.severity) ||
      (p.frame < q.frame ? -1 : p.frame > q.frame ? 1 : 0) ||
      byIds(
        p.witness.map((w) => w.id),
        q.witness.map((w) => w.id),
      ),
  );
  return { hits, unknown: { frames: unknownFrames, causes } };
}

function actual(text: string, frames: readonly OracleFrame[], source: (written: string | null) => string): Answer {
  const [checked] = requireTriggers(text, context);
  const columns = frameColumns(frames);
  const tables = new Map<string, BoxTable>(
    sourceNames.map((name) => {
      const { columns: boxes, attributes } = boxColumns(frames, name);
      return [name, buildBoxTable(boxes, columns.ids, attributes)];
    }),
  );
  const compiled = compileTrigger(checked!, {
    frames: frameTable(columns),
    table: (written) => tables.get(source(written))!,
    categories: categoryIds,
  });
  const hits = compiled.createBuffer();
  const unknown = new UnknownTally();
  // Frame by frame, backwards: the same frames are true as a run finds.
  const trueFrames = new Set<number>();
  for (let frame = frames.length - 1; frame >= 0; frame--) if (compiled.truth(frame) === 1) trueFrames.add(frame);
  const middle = Math.floor(frames.length / 2);
  compiled.range(0, middle, null, hits, unknown);
  compiled.range(middle, frames.length, null, hits, unknown);
  expect(new Set(hits.frames.subarray(0, hits.count))).toEqual(trueFrames);
  const variables = checked!.outermost?.variables ?? [];
  const order = rankHits(hits, {
    name: (frame) => columns.names[frame]!,
    id: (row, v) => tables.get(source(variables[v]!.set.source))!.ids[row]!,
  });
  return {
    hits: [...order].map((place) => ({
      frame: columns.names[hits.frames[place]!]!,
      severity: Number.isNaN(hits.severities[place]!) ? null : hits.severities[place]!,
      witness: compiled
        .witness(hits.frames[place]!, hits.rows.subarray(place * hits.stride, (place + 1) * hits.stride))
        .map((w) => ({ variable: w.variable, source: source(w.source), id: w.table.ids[w.row]! })),
    })),
    unknown: { frames: unknown.frames, causes: unknown.byCause() },
  };
}

describe('the engine equals the oracle', () => {
  test('on random triggers and frames, in process', () => {
    let pairs = 0;
    let withHits = 0;
    let withUnknown = 0;
    for (let n = 0; pairs < 24_000; n++) {
      const random = seeded(seed + n);
      const text = randomTrigger(random);
      const frames = randomFrames(random, 8, 6);
      const source = resolver(random() < 0.5 ? 'gt' : 'run 1');
      const wanted = expected(text, frames, source);
      expect(actual(text, frames, source), `TRIGGER_SEED=${seed + n}\n${text}`).toEqual(wanted);
      pairs += frames.length;
      if (wanted.hits.length > 0) withHits++;
      if (wanted.unknown.frames > 0) withUnknown++;
    }
    // A generator whose triggers never fire or are never unknown would prove nothing.
    expect(withHits).toBeGreaterThan(pairs / 8 / 4);
    expect(withUnknown).toBeGreaterThan(pairs / 8 / 10);
  }, 120_000);
});

/** The same through the door of the engine: shared memory, chunks, threads. */
async function throughEngine(
  engine: TriggerEngine,
  text: string,
  frames: readonly OracleFrame[],
  byDefault: string,
  where: string | null,
): Promise<Answer> {
  engine.loadFrames('frames', frameColumns(frames));
  for (const name of sourceNames) {
    const { columns, attributes } = boxColumns(frames, name);
    await engine.load(name, 'frames', columns, attributes);
  }
  const ref = (name: string): SourceRef => ({ key: name, name });
  const source = resolver(byDefault);
  const [result] = await engine.run({
    triggers: requireTriggers(text, context),
    where: where === null ? null : requireFrameFilter(where, context),
    frames: 'frames',
    sources: {
      byDefault: ref(byDefault),
      named: new Map(['gt', 'active', 'deployed', 'candidate', 'run 1', 'run 2'].map((written) => [written, ref(source(written))])),
    },
    categories: [...categoryIds].map(([name, id]) => ({ id, name })),
    limit: 1_000_000,
  });
  const { top, unknown } = result!;
  expect(result!.hits).toBe(top.length);
  expect(result!.frames).toBe(new Set(top.map((hit) => hit.frame)).size);
  return {
    hits: top.map((hit) => ({
      frame: hit.frame,
      severity: hit.severity,
      witness: hit.witness.map((w) => ({ variable: w.variable, source: w.source, id: w.id })),
    })),
    unknown: { frames: unknown.frames, causes: unknown.causes },
  };
}

describe('threads', () => {
  test.each([0, 1, 2, 3])('%i worker threads answer as the oracle does', async (threads) => {
    const engine = createTriggerEngine({ threads, chunkFrames: 5 });
    try {
      for (let n = 0; n < 25; n++) {
        const random = seeded(seed + 7_000_000 + n);
        const text = randomTrigger(random);
        const frames = randomFrames(random, 43, 5);
        const byDefault = random() < 0.5 ? 'gt' : 'run 1';
        const where = n % 3 === 0 ? 'frame.state != "draft" and frame.time >= 1s' : null;
        const asked = where === null ? frames : frames.filter((f) => f.state !== 'draft' && f.time !== null && f.time >= 1);
        const wanted = expected(text, asked, resolver(byDefault));
        expect(await throughEngine(engine, text, frames, byDefault, where), `TRIGGER_SEED=${seed} n=${n}\n${text}`).toEqual(wanted);
      }
    } finally {
      await engine.close();
    }
  });
});

describe('sparse sources', () => {
  test('categories that are searched instead of looked up', () => {
    for (let n = 0; n < 60; n++) {
      const random = seeded(seed + 8_000_000 + n);
      const text =
        n % 2 === 0 ? randomTrigger(random) : 'trigger t { when exists a: car, b: bicycle@gt where iou(a, b) > 0.01 and a.score > 0.4 }';
      const frames = randomFrames(random, 160, 3, 0.5 + 0.48 * random());
      const source = resolver(random() < 0.5 ? 'gt' : 'run 1');
      expect(actual(text, frames, source), `TRIGGER_SEED=${seed} n=${n}\n${text}`).toEqual(expected(text, frames, source));
    }
  });
});

describe('crowded frames', () => {
  test('the sweep by x1 finds what nested loops find', () => {
    const texts = [
      'exists a: any, b: any where iou(a, b) > 0.3',
      'exists a: any, b: any where ioa(a, b) >= 0.8 and a.score > 0.4',
      'exists a: car, b: person where iomin(a, b) > 0.5 severity iou(a, b)',
      'exists a: any@gt, b: any@"run 1" where iou(a, b) > 0.4 and a.category != b.category',
      'count(a: any, b: any@"run 2" where ioa(b, a) > 0.9) > 3',
    ];
    for (const [n, when] of texts.entries()) {
      const random = seeded(seed + 9_000_000 + n);
      const frames = randomFrames(random, 2, 260);
      const text = `trigger t { when ${when} }`;
      const source = resolver('gt');
      const wanted = expected(text, frames, source);
      expect(actual(text, frames, source), when).toEqual(wanted);
      expect(wanted.hits.length, when).toBeGreaterThan(0);
    }
  });
});
