import { api } from '../../api/api.ts';
import type { SettingsPatch } from '../../../shared/contract/settings.ts';
import { problemOf } from '../../lib/problem.ts';
import { notify } from '../../state/noticeStore.ts';
import { saving } from '../../state/saveStore.ts';
import { receiveSettings } from '../../state/settingsStore.ts';

/** Writes a part of the settings and shows what the host made of it. */
export async function saveSettings(patch: SettingsPatch): Promise<void> {
  try {
    receiveSettings(await saving(() => api.settings.set(patch)));
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
  }
}
