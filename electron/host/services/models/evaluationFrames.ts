import { AppError } from '../../../../shared/errors.ts';
import type { HostServices } from '../hostServices.ts';
import type { OpenDataset } from '../openDataset.ts';

export interface EvaluationSelection {
  readonly where?: string | undefined;
  readonly version?: string | undefined;
  readonly split?: string | undefined;
}

/** The frames an evaluation was narrowed to, or null for all frames of the run. Errors: those of the expression, unsupported. */
export async function evaluationFrames(
  services: HostServices,
  dataset: OpenDataset,
  { where, version, split }: EvaluationSelection,
): Promise<Float64Array | null> {
  if (version !== undefined)
    throw new AppError('unsupported', 'Evaluating on a frozen version is not there yet; use --where.', { version, split });
  if (where === undefined || where.trim() === '') return null;
  return await services.triggers.frameFilter(dataset, where);
}
