import type { TriggerSummary } from '../../../../shared/contract/triggers.ts';
import { AppError, isAppError, toWireError } from '../../../../shared/errors.ts';
import { checkTriggers, requireTriggers } from '../../../../shared/triggers/check.ts';
import type { CheckContext, CheckedTrigger } from '../../../../shared/triggers/checkedTrigger.ts';
import { canBeArmed, runFixtures } from '../../../../shared/triggers/fixtures.ts';
import { adaptToDataset } from '../../../../shared/triggers/library.ts';
import { problemError } from '../../../../shared/triggers/problem.ts';
import type { SavedTrigger, VerdictCounts } from '../../../db/types.ts';
import type { OpenDataset } from '../openDataset.ts';
import { readLibrary } from './library.ts';
import type { TriggerService } from './triggerService.ts';
import { wilson } from './wilson.ts';

/** The triggers of a dataset and those that ship, as the list shows them. */
export interface TriggerLibrary {
  /** All of them, or with `name` that one alone. */
  list(dataset: OpenDataset, name?: string): Promise<readonly TriggerSummary[]>;
  /** Error: not_found. */
  byName(dataset: OpenDataset, name: string): Promise<TriggerSummary>;
  /** Saves a text that holds exactly one trigger, under its own name. Errors: trigger_*, already_exists, invalid_request. */
  save(
    dataset: OpenDataset,
    input: { readonly name: string; readonly text: string; readonly previousName?: string | undefined; readonly author: string },
  ): Promise<TriggerSummary>;
  /** Error: conflict where its fixtures do not allow it. */
  arm(dataset: OpenDataset, input: { readonly name: string; readonly armed: boolean; readonly author: string }): Promise<TriggerSummary>;
}

/** Fewer random reviews than this say nothing. */
const minReviews = 5;

interface Entry {
  readonly name: string;
  readonly text: string;
  readonly origin: TriggerSummary['origin'];
  readonly armed: boolean;
  readonly trigger: CheckedTrigger | null;
  readonly error: AppError | null;
}

export function createTriggerLibrary(resources: string, triggers: TriggerService): TriggerLibrary {
  async function entries(dataset: OpenDataset): Promise<readonly Entry[]> {
    const [{ context }, saved, library] = await Promise.all([
      triggers.names(dataset),
      dataset.db.read('savedTriggers.list', {}),
      readLibrary(resources),
    ]);
    const own = saved.map((trigger) => toEntry(trigger, context));
    const names = new Set(own.map(({ name }) => name));
    const shipped = library.map(({ name, text }) => shippedEntry(name, text, context));
    return [...own, ...shipped.filter(({ name }) => !names.has(name))];
  }

  async function summaries(dataset: OpenDataset, list: readonly Entry[]): Promise<readonly TriggerSummary[]> {
    const [counts, verdicts] = await Promise.all([hitsOf(dataset, list), dataset.db.read('savedTriggers.verdictCounts', {})]);
    return list.map((entry) => toSummary(entry, counts.get(entry.name) ?? null, verdicts));
  }

  /** Each runs by itself, so that one that cannot run here (its step budget) does not stop the others: it has no count. */
  async function hitsOf(
    dataset: OpenDataset,
    list: readonly Entry[],
  ): Promise<ReadonlyMap<string, { readonly hits: number; readonly frames: number }>> {
    const running = list.filter(({ trigger }) => trigger !== null && trigger.unsupported.length === 0);
    const found = new Map<string, { readonly hits: number; readonly frames: number }>();
    await Promise.all(
      running.map(async ({ name, text }) => {
        try {
          // A list is no question about images: the trigger that is opened asks for them.
          const [result] = await triggers.run(dataset, { text, limit: 0 }, { images: 'leave' });
          if (result) found.set(name, { hits: result.hits, frames: result.frames });
        } catch (error) {
          if (!isAppError(error)) throw error;
        }
      }),
    );
    return found;
  }

  const one = async (dataset: OpenDataset, name: string): Promise<Entry> => {
    const entry = (await entries(dataset)).find((candidate) => candidate.name === name);
    if (!entry) throw new AppError('not_found', `There is no trigger named "${name}".`, { name });
    return entry;
  };
  const summaryOf = async (dataset: OpenDataset, entry: Entry): Promise<TriggerSummary> => {
    const [summary] = await summaries(dataset, [entry]);
    if (!summary) throw new AppError('internal', 'The trigger could not be read.');
    return summary;
  };

  return {
    async list(dataset, name) {
      const all = await entries(dataset);
      return summaries(dataset, name === undefined ? all : all.filter((entry) => entry.name === name));
    },
    byName: async (dataset, name) => summaryOf(dataset, await one(dataset, name)),
    async save(dataset, { name, text, previousName, author }) {
      const { context } = await triggers.names(dataset);
      const [trigger, another] = requireTriggers(text, context, 'file');
      if (!trigger || another) throw new AppError('invalid_request', 'A saved trigger is a text with exactly one trigger in it.');
      if (trigger.name !== name)
        throw new AppError('invalid_request', `The text calls the trigger "${trigger.name}", not "${name}".`, { name: trigger.name });
      const before = (await dataset.db.read('savedTriggers.list', {})).find((saved) => saved.name === (previousName ?? name));
      // A change of meaning disarms a trigger whose fixtures no longer pass.
      const armed = before?.armed === true && fixturesAllow(trigger);
      await dataset.db.write('savedTriggers.save', {
        name,
        previousName: before ? previousName : undefined,
        text,
        hash: trigger.hash,
        guideline: trigger.syntax.guideline,
        armed,
        author,
        time: Date.now(),
      });
      return summaryOf(dataset, await one(dataset, name));
    },
    async arm(dataset, { name, armed, author }) {
      const entry = await one(dataset, name);
      if (armed && (entry.trigger === null || !fixturesAllow(entry.trigger))) {
        throw new AppError(
          'conflict',
          'A trigger can be armed once it has a fixture that fires and one that stays silent, and all of them pass.',
          { name },
        );
      }
      const { trigger, text } = entry;
      await dataset.db.write('savedTriggers.save', {
        name,
        text,
        hash: trigger?.hash ?? null,
        guideline: trigger?.syntax.guideline ?? null,
        armed,
        author,
        time: Date.now(),
      });
      return summaryOf(dataset, { ...entry, origin: 'dataset', armed });
    },
  };
}

function toEntry(saved: Pick<SavedTrigger, 'name' | 'text' | 'armed'>, context: CheckContext, origin: Entry['origin'] = 'dataset'): Entry {
  const { triggers, problems } = checkTriggers(saved.text, context, 'file');
  const [problem, ...more] = problems;
  const [trigger] = triggers;
  return {
    name: trigger?.name ?? saved.name,
    text: saved.text,
    origin,
    armed: saved.armed,
    trigger: problem ? null : (trigger ?? null),
    error: problem ? problemError([problem, ...more]) : null,
  };
}

/** A library trigger fitted to the categories of the dataset; without those it is about, it does not apply here. */
function shippedEntry(name: string, text: string, context: CheckContext): Entry {
  const adapted = adaptToDataset(text, context.categories ?? []);
  const entry = toEntry({ name, text: adapted.text, armed: false }, context, 'library');
  if (adapted.missing.length === 0) return entry;
  const missing = adapted.missing.join(', ');
  return {
    ...entry,
    name,
    trigger: null,
    error: new AppError('unsupported', `Does not apply here: the dataset has no ${missing}.`, { missing: adapted.missing }),
  };
}

function fixturesAllow(trigger: CheckedTrigger): boolean {
  return trigger.unsupported.length === 0 && canBeArmed(runFixtures(trigger));
}

function toSummary(
  entry: Entry,
  counts: { readonly hits: number; readonly frames: number } | null,
  verdicts: readonly VerdictCounts[],
): TriggerSummary {
  const { trigger, error } = entry;
  const results = trigger === null || trigger.unsupported.length > 0 ? [] : runFixtures(trigger);
  const said = verdicts.find(({ name, hash }) => name === entry.name && hash === trigger?.hash);
  const random = (said?.randomRight ?? 0) + (said?.randomWrong ?? 0);
  return {
    name: entry.name,
    text: entry.text,
    hash: trigger?.hash ?? null,
    origin: entry.origin,
    armed: entry.armed,
    guideline: trigger?.syntax.guideline ?? null,
    hits: counts?.hits ?? null,
    frames: counts?.frames ?? null,
    error: error === null ? null : toWireError(error),
    fixtures: { passed: results.filter((result) => result.passed).length, failed: results.filter((result) => !result.passed).length },
    verdicts: { right: said?.right ?? 0, wrong: said?.wrong ?? 0 },
    precision: random < minReviews ? null : wilson(said?.randomRight ?? 0, random),
  };
}
