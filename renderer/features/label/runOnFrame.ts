import i18next from 'i18next';
import { api } from '../../api/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { runJob } from '../../state/jobStore.ts';
import { notify } from '../../state/noticeStore.ts';
import type { LabelSession } from './labelSession.ts';

/** Frames on which a model is at work: a key that is held, or pressed again, starts it once. */
const running = new Set<number>();

/** Lets the dataset's model propose boxes on the open frame; they are drafts, and one Undo takes them back. */
export async function runOnFrame(session: LabelSession): Promise<void> {
  const { dataset, editor } = session;
  const { row } = session.store.getState();
  if (row === null || running.has(row.id)) return;
  running.add(row.id);
  try {
    await editor.saving.flush();
    const done = await runJob(i18next.t('label:model.job', { frame: row.name }), (options) =>
      api.models.runOnFrame({ dataset, frame: row.id }, options),
    );
    notify({
      level: done.found === 0 ? 'info' : 'success',
      message: i18next.t(done.found === 0 ? 'label:model.nothing' : 'label:model.done', {
        model: done.model,
        count: done.added,
        kept: done.keptHuman,
      }),
    });
  } catch (error) {
    const problem = problemOf(error);
    if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
  } finally {
    running.delete(row.id);
  }
}
