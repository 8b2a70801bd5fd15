import { openDatabase } from '../../electron/db/client.ts';
import type { Change } from '../../shared/contract/annotations.ts';

/**
 * A process that edits a dataset until it is killed: `node editProcess.ts <folder> <dataset> <seed>`. Prints one JSON line an
 * acknowledged change, written after the change is durable. Several changes are under way at a time.
 */
const [folder = '', dataset = '', seed = '1'] = process.argv.slice(2);
const db = await openDatabase({ folder, dataset, kind: 'test', app: 'test' });
const columns = await db.read('annotations.columns', {});
const category = (await db.read('categories.list', {}))[0]?.id ?? 0;
let state = Number(seed) >>> 0;
/** xorshift: the same walk for the same seed. */
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}
state ||= 1;
const own: number[] = [];
process.stdout.write('ready\n');
for (;;) {
  const work: Promise<void>[] = [];
  for (let i = 0; i < 8; i++) {
    const frame = columns.frameIds[random(columns.frameIds.length)] ?? 0;
    const kind = random(4);
    const box = own[random(Math.max(own.length, 1))];
    const bbox = [random(600), random(400), 1 + random(30), 1 + random(30)];
    const change =
      kind === 0 && box !== undefined
        ? { op: 'set', box, bbox }
        : kind === 1
          ? { op: 'comment', frame, text: `note ${random(1000)}` }
          : { op: 'add', frame, category, bbox };
    work.push(
      db.write('annotations.apply', { author: 'killed', changes: [change as unknown as Change] }).then(({ results }) => {
        const [result] = results;
        if (result?.box !== undefined && change.op === 'add') own.push(result.box);
        process.stdout.write(`${JSON.stringify({ seq: result?.seq, box: result?.box, change })}\n`);
      }),
    );
  }
  await Promise.all(work);
}
