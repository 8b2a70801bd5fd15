import { openDatabase } from '../../electron/db/client.ts';

/**
 * A process that takes back (or gives back) the first part of a long step and then waits to be killed:
 * `node undoProcess.ts <folder> <dataset> <undo|redo>`. Prints a line when the part is durable.
 */
const [folder = '', dataset = '', direction = 'undo'] = process.argv.slice(2);
const db = await openDatabase({ folder, dataset, kind: 'test', app: 'test' });
const { going } = await db.write('annotations.undo', { author: 'mara', direction: direction === 'redo' ? 'redo' : 'undo' });
process.stdout.write(going === null ? 'all of it\n' : 'a part\n');
setInterval(() => undefined, 1_000);
