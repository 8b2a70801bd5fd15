/** A provider's reason without what stands in brackets; all of it is in the tooltip and in Settings. */
export function shortReason(reason: string): string {
  return reason.replace(/\s*\([^)]*\)/g, '').replace(/\.$/, '');
}
