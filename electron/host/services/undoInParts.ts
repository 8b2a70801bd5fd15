import type { UndoGoing } from '../../db/log/undo.ts';
import { createTurns } from './turns.ts';

/** One undo at a time in a dataset: the next one would find half of the one before. */
const turns = createTurns<string>();

interface Part {
  readonly going: UndoGoing | null;
}

/** Takes a step back part by part, however long it is: others read and save in between. Gives all parts. */
export function undoInParts<P extends Part>(
  dataset: string,
  signal: AbortSignal,
  write: (going: UndoGoing | undefined) => Promise<P>,
): Promise<readonly [P, ...P[]]> {
  return turns.take(dataset, signal, async () => {
    const parts: [P, ...P[]] = [await write(undefined)];
    for (let { going } = parts[0]; going !== null;) {
      const part = await write(going);
      parts.push(part);
      ({ going } = part);
    }
    return parts;
  });
}
