import type { CategoryUse } from '../../../../shared/contract/categories.ts';
import type { CategoryId } from '../../../../shared/domain/ids.ts';
import { AppError } from '../../../../shared/errors.ts';
import { checkTriggers } from '../../../../shared/triggers/check.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { PredictionStore } from '../predictions/predictionStore.ts';
import type { TriggerService } from '../triggers/triggerService.ts';

interface Deps {
  readonly dataset: OpenDataset;
  readonly triggers: TriggerService;
  readonly predictions: PredictionStore;
}

/** All that names a category: what a merge changes and where, and why a category cannot be deleted. Error: not_found. */
export async function categoryUse({ dataset, triggers, predictions }: Deps, category: CategoryId): Promise<CategoryUse> {
  const { db } = dataset;
  const named = (await db.read('categories.list', {})).find(({ id }) => id === category);
  if (named === undefined) throw new AppError('not_found', 'This category does not exist.', { category });
  const [use, versions, { context, runs }, saved] = await Promise.all([
    db.read('categories.usage', { category }),
    db.read('versions.list', {}),
    triggers.names(dataset),
    db.read('savedTriggers.list', {}),
  ]);
  const naming: string[] = [];
  const fixtures: { readonly trigger: string; readonly fixture: string }[] = [];
  for (const { name, text } of saved) {
    // Without the list of categories: a trigger that does not check for another reason names it all the same.
    const checked = checkTriggers(text, { ...(context.groups ? { groups: context.groups } : {}) }, 'file').triggers;
    const own = checked.flatMap((trigger) =>
      trigger.syntax.fixtures.filter(({ boxes }) => boxes.some((box) => box.category === named.name)).map((fixture) => fixture.name),
    );
    for (const fixture of own) fixtures.push({ trigger: name, fixture });
    if (own.length > 0 || checked.some((trigger) => trigger.categories.includes(named.name))) naming.push(name);
  }
  const predicting: string[] = [];
  for (const run of runs) if ((await predictions.columnsOf(dataset, run)).categories.includes(category)) predicting.push(run);
  return {
    boxes: use.boxes,
    deletedBoxes: use.deletedBoxes,
    frames: use.frames,
    approvedFrames: use.approvedFrames,
    versions: versions.filter(({ createdAt }) => createdAt >= use.born).map(({ name }) => name),
    triggers: naming,
    fixtures,
    runs: predicting,
    merged: use.merged,
  };
}
