import { api } from '../../api/api.ts';
import type { Settings } from '../../../shared/contract/settings.ts';
import { problemOf } from '../../lib/problem.ts';
import { notify } from '../../state/noticeStore.ts';
import { saving } from '../../state/saveStore.ts';
import { receiveSettings } from '../../state/settingsStore.ts';

type Patch = {
  -readonly [K in keyof Settings]?: K extends 'keys'
    ? { [command: string]: string[] }
    : K extends 'layout'
      ? { [name: string]: string | number | boolean }
      : Settings[K];
};

/** Writes a part of the settings and shows what the host made of it. */
export async function saveSettings(patch: Patch): Promise<void> {
  try {
    receiveSettings(await saving(() => api.settings.set(patch)));
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
  }
}
