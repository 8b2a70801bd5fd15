import { frameStates } from '../../../shared/domain/frame.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ActorKind } from '../../../shared/sync/operation.ts';
import type { WriteConnection } from '../writeConnection.ts';
import type { NewWrite } from './opLog.ts';

/** An edit turns unlabeled into draft, and approved or locked back into labeled: a part of the edit's own operation. */
export function stateAfterEdit(c: WriteConnection, frame: number, actor: ActorKind): NewWrite[] {
  const state = frameStates[c.prepare<{ state: number }>('select state from frame where id = ?').get(frame)?.state ?? 0];
  if (state === 'unlabeled') return [{ frame, field: 'state', value: 'draft', actor }];
  return state === 'approved' || state === 'locked' ? [{ frame, field: 'state', value: 'labeled', actor }] : [];
}

export function requireFrame(c: WriteConnection, frame: number): void {
  if (c.prepare('select 1 from frame where id = ?').get(frame) === undefined)
    throw new AppError('not_found', 'This frame does not exist.', { frame });
}
