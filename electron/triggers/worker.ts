import { parentPort } from 'node:worker_threads';
import type { BoxTable } from '../../shared/triggers/boxTable.ts';
import type { FrameTable } from '../../shared/triggers/frameColumns.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { taskData, workOnTask } from './runTask.ts';
import { sharedFrameTable } from './sharedFrames.ts';

// A thread of the trigger engine: keeps views of the shared tables by key and works on runs.
const port = parentPort;
if (port === null) throw new Error('the trigger worker runs as a worker thread only');

const frames = new Map<string, FrameTable>();
const tables = new Map<string, BoxTable>();

function answer(message: Extract<ToWorker, { type: 'run' }>): FromWorker {
  const { run, task } = message;
  try {
    const table = frames.get(task.frames);
    if (table === undefined) throw new Error(`no frames ${task.frames}`);
    const data = taskData(task, table, (key) => tables.get(key));
    return { type: 'done', run, work: workOnTask(task, data, message.control, message.selection) };
  } catch (error) {
    return { type: 'broken', run, message: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error) };
  }
}

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'frames':
      frames.set(message.key, sharedFrameTable(message.frames));
      break;
    case 'table':
      tables.set(message.key, message.table);
      break;
    case 'drop':
      frames.delete(message.key);
      tables.delete(message.key);
      break;
    case 'run': {
      const reply = answer(message);
      const moved =
        reply.type === 'done'
          ? reply.work.parts.flatMap((p) => [p.frames.buffer, p.severities.buffer, p.rows.buffer]).filter((b) => b instanceof ArrayBuffer)
          : [];
      port.postMessage(reply, moved);
      break;
    }
  }
});
