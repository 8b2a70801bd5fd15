import type { DoctorReport } from '../../../shared/contract/host.ts';
import type { HardcaseContract } from '../../../shared/contract/index.ts';
import { AppError } from '../../../shared/errors.ts';
import type { GroupHandlers } from '../../../shared/rpc/define.ts';
import { examine } from '../services/doctor/doctor.ts';
import { listDir } from '../services/files/listDir.ts';
import type { HostServices } from '../services/hostServices.ts';

export function hostHandlers({ ports, inference }: HostServices): GroupHandlers<HardcaseContract['host']> {
  let report: Promise<DoctorReport> | null = null;
  const { dialogs } = ports;
  return {
    info: (_input, { author }) => ({
      app: ports.appVersion,
      kind: ports.kind,
      author,
      platform: process.platform,
      capabilities: { nativeDialogs: dialogs !== undefined, reveal: dialogs !== undefined },
      roots: ports.roots,
    }),
    doctor({ fresh }) {
      // Probing takes seconds and the machine does not change by itself: asked for once, and again only on request.
      if (fresh === true) report = null;
      report ??= examine({ ports, probeProviders: (again) => inference.probeProviders(again) }, fresh === true);
      report.catch(() => {
        report = null;
      });
      return report;
    },
    listDir: ({ path, extensions }) => listDir({ path, extensions, roots: ports.roots }),
    async choose(request) {
      if (!dialogs) throw new AppError('unsupported', 'This host has no dialogs of the system; use the file picker of the app.');
      return { path: await dialogs.choose(request) };
    },
    async reveal({ path }) {
      if (!dialogs) throw new AppError('unsupported', 'This host cannot show a folder on your screen.');
      await dialogs.reveal(path);
      return null;
    },
  };
}
