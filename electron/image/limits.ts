/** What an image may be before it is decoded. Real cameras and scans lie far below; bombs lie above. */
export const imageLimits = {
  /** Size of the file. */
  bytes: 256 * 1024 * 1024,
  /** Longest side, in px. */
  side: 16_384,
  pixels: 268_435_456,
  /** One decode may take this long. */
  seconds: 10,
} as const;
