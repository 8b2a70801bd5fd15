import { sha256Hex } from '../hash/sha256.ts';
import type { Contract } from './define.ts';

/** Names and kinds of a contract as one short word: a page of another build notices that it must reload. */
export function contractFingerprint(contract: Contract): string {
  const lines = Object.entries(contract).flatMap(([group, entries]) =>
    Object.entries(entries).map(([name, entry]) => `${group}.${name}:${entry.kind}`),
  );
  return sha256Hex(new TextEncoder().encode(lines.sort().join('\n'))).slice(0, 16);
}
