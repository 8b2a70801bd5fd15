/** Whether an error of the system says that there is no room on the disk, or none left of what its owner allows. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
