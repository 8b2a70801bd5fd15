import { createHash } from 'node:crypto';
import type { ContentHash } from '../../../../shared/versions/manifest.ts';

/** The runtime's SHA-256, ten times as fast as shared/hash. */
export function contentHash(): ContentHash {
  const hash = createHash('sha256');
  return { update: (bytes) => hash.update(bytes), hex: () => hash.digest('hex') };
}
