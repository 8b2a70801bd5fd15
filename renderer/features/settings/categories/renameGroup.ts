import i18next from 'i18next';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { api } from '../../../api/api.ts';
import { notify } from '../../../state/noticeStore.ts';

/** In all categories of the group; saved triggers keep the words they have, and those that do not fit any more are named. */
export async function renameGroup(dataset: DatasetId, from: string, to: string): Promise<void> {
  const { triggers } = await api.categories.renameGroup({ dataset, from, to });
  if (triggers.length === 0) return;
  notify({ level: 'warning', message: i18next.t('settings:categories.groupInTriggers', { group: from, triggers: triggers.join(', ') }) });
}
