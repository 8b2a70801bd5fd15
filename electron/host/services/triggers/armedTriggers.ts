import type { HardcasePublisher } from '../../../../shared/contract/index.ts';
import type { TriggerRunResult } from '../../../../shared/contract/triggers.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { isAppError } from '../../../../shared/errors.ts';
import type { Log } from '../../ports.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { TriggerService } from './triggerService.ts';
import { withVerdicts } from './verdicts.ts';

/**
 * Keeps the hits of armed triggers live: after a change of the dataset they run again, and who shows them hears of those whose
 * hits are others now. Their hits without a verdict are the open hits of the dataset.
 */
export interface ArmedTriggers {
  /** The dataset changed. Runs soon, at most twice a second and for a small part of the time. */
  changed(dataset: DatasetId): void;
  /** Before a dataset is closed: brings a figure that somebody has seen up to date, and forgets the rest. */
  settle(dataset: OpenDataset): Promise<void>;
}

export interface ArmedTriggersDeps {
  readonly triggers: TriggerService;
  readonly publisher: HardcasePublisher;
  /** Never opens a dataset by itself. */
  readonly openDataset: (id: DatasetId) => OpenDataset | undefined;
  readonly noteOpenHits: (id: DatasetId, openHits: number | null) => void;
  readonly log: Log;
}

interface Watch {
  timer: NodeJS.Timeout | null;
  round: Promise<void> | null;
  /** Changed again while a round ran. */
  isStale: boolean;
  tookMs: number;
  /** What the hits of each armed trigger looked like in the last round; null before the first. */
  shown: ReadonlyMap<string, string> | null;
}

const pauseMs = 500;
/** A round may take a tenth of the time: on a large dataset hits come later rather than slowing down the labeling. */
const restShare = 9;
const shownHits = 100;
/** With verdicts, every hit is looked at to know whether it has one; above this the rest counts as open. */
const judgedHits = 100_000;

export function createArmedTriggers({ triggers, publisher, openDataset, noteOpenHits, log }: ArmedTriggersDeps): ArmedTriggers {
  const watches = new Map<DatasetId, Watch>();

  async function run(dataset: OpenDataset, watch: Watch): Promise<void> {
    const began = performance.now();
    watch.isStale = false;
    const { results, openHits } = await runArmed(triggers, dataset);
    const now = new Map([...results].map(([name, result]) => [name, lookOf(result)]));
    // In the first round nothing is known of the hits before the change, so all of them are news.
    for (const [name, look] of now) {
      if (watch.shown?.get(name) !== look) publisher.publish('triggers', 'changed', { dataset: dataset.id, name });
    }
    watch.shown = now;
    noteOpenHits(dataset.id, openHits);
    watch.tookMs = performance.now() - began;
  }

  function startRound(dataset: OpenDataset, watch: Watch): Promise<void> {
    watch.round ??= run(dataset, watch)
      .catch((error: unknown) => log.warn('The armed triggers could not run.', { reason: String(error) }))
      .finally(() => {
        watch.round = null;
        if (watch.isStale && watches.get(dataset.id) === watch) schedule(dataset.id, watch);
      });
    return watch.round;
  }

  function schedule(id: DatasetId, watch: Watch): void {
    watch.timer ??= setTimeout(
      () => {
        watch.timer = null;
        const dataset = openDataset(id);
        if (dataset) void startRound(dataset, watch);
      },
      Math.max(pauseMs, restShare * watch.tookMs),
    ).unref();
  }

  return {
    changed(id) {
      let watch = watches.get(id);
      if (!watch) {
        watch = { timer: null, round: null, isStale: false, tookMs: 0, shown: null };
        watches.set(id, watch);
      }
      if (watch.round === null) schedule(id, watch);
      else watch.isStale = true;
    },
    async settle(dataset) {
      const watch = watches.get(dataset.id);
      if (!watch) return;
      watches.delete(dataset.id);
      const isDue = watch.timer !== null || watch.isStale;
      if (watch.timer !== null) clearTimeout(watch.timer);
      await watch.round;
      // A command that only writes starts no threads for a figure, and a dataset where it takes long keeps the last one.
      if (isDue && watch.shown !== null && watch.tookMs < 1_000) await startRound(dataset, watch);
    },
  };
}

async function runArmed(
  triggers: TriggerService,
  dataset: OpenDataset,
): Promise<{ readonly results: ReadonlyMap<string, TriggerRunResult>; readonly openHits: number | null }> {
  const [saved, counts] = await Promise.all([
    dataset.db.read('savedTriggers.list', {}),
    dataset.db.read('savedTriggers.verdictCounts', {}),
  ]);
  const results = new Map<string, TriggerRunResult>();
  let openHits: number | null = null;
  for (const { name, text, armed } of saved) {
    if (!armed) continue;
    const isJudged = counts.some((count) => count.name === name);
    try {
      const [result] = await triggers.run(dataset, { text, limit: isJudged ? judgedHits : shownHits });
      if (!result) continue;
      const { top } = isJudged ? await withVerdicts(dataset, result) : result;
      results.set(name, { ...result, top: top.slice(0, shownHits) });
      openHits = (openHits ?? 0) + result.hits - top.filter(({ verdict }) => verdict !== undefined).length;
    } catch (error) {
      // A trigger that no longer fits the dataset (a category went) has no hits; the list says why.
      if (!isAppError(error)) throw error;
    }
  }
  return { results, openHits };
}

/** What a list shows of a trigger's hits, without the time it took. */
function lookOf({ hash, hits, frames, unknown, top }: TriggerRunResult): string {
  return JSON.stringify([hash, hits, frames, unknown.frames, top]);
}
