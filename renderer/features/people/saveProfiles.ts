import type { Profile } from '../../../shared/contract/settings.ts';
import { api } from '../../api/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { notify } from '../../state/noticeStore.ts';
import { receiveSettings } from '../../state/settingsStore.ts';

/** Who works on this computer, and who is at work now. */
export async function saveProfiles(patch: { readonly author?: string; readonly profiles?: readonly Profile[] }): Promise<void> {
  try {
    receiveSettings(await api.settings.set(patch));
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
  }
}
