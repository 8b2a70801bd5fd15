import { createHash } from 'node:crypto';
import type { Hash } from '../../../shared/sync/chain.ts';

export const sha256: Hash = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
