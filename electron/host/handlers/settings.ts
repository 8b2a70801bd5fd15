import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import type { HostServices } from '../services/hostServices.ts';

export function settingsHandlers({ settings }: HostServices): GroupHandlers<HardcaseContract['settings']> {
  return { get: () => settings.get(), set: (patch) => settings.set(patch) };
}
