import type { ReportCollector } from '../../../../shared/formats/reportCollector.ts';

/** Tells the report of an import what the walk through its folder did not follow. */
export function tellPassedOver(report: ReportCollector): (relative: string) => void {
  return (relative) =>
    report.add({
      code: 'link_passed_over',
      severity: 'refused',
      message: 'Links and special files are not followed.',
      item: relative,
    });
}
