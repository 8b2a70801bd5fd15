/** Hash function of the runtime: the host's native one, or shared/hash in tests. */
export type Hash = (...parts: readonly Uint8Array[]) => Uint8Array;

const encoder = new TextEncoder();

/** c0 = SHA-256("hardcase-ops/1" ‖ dataset ‖ replica), ids as 16 bytes. */
export function chainStart(hash: Hash, dataset: Uint8Array, replica: Uint8Array): Uint8Array {
  return hash(encoder.encode('hardcase-ops/1'), dataset, replica);
}

/** cn = SHA-256(c(n-1) ‖ u32 length ‖ op bytes), length big-endian. */
export function chainNext(hash: Hash, previous: Uint8Array, op: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, op.length);
  return hash(previous, length, op);
}
