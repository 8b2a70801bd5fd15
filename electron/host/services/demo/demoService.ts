import type { Progress } from '../../../../shared/contract/common.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';

/** The main job, end to end, on the demo dataset. */
export interface DemoService {
  run(
    input: { readonly out?: string | undefined },
    context: JobContext<Progress>,
  ): Promise<{ readonly id: DatasetId; readonly path: string; readonly figures: { readonly [name: string]: number | string } }>;
}

export function createDemoService(): DemoService {
  return {
    run: () => Promise.reject(new AppError('unsupported', 'The demo dataset is not part of this build.')),
  };
}
