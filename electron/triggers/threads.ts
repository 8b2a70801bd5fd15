import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import type { BoxTable } from '../../shared/triggers/boxTable.ts';
import type { FromWorker, RunTask, ToWorker, Work } from './protocol.ts';
import type { SharedFrames } from './sharedFrames.ts';

/** What the threads work on: a task, and the data that its keys stand for. */
export interface ThreadJob {
  readonly task: RunTask;
  readonly frames: SharedFrames;
  readonly table: (key: string) => BoxTable;
  /** The shared control block of the run. */
  readonly control: Int32Array;
  readonly selection: Uint8Array | null;
}

/** Worker threads, started when they are first needed; each is given what it does not have yet. */
export interface Threads {
  run(job: ThreadJob): Promise<readonly Work[]>;
  /** There is something else under this key now: whoever needs it is given it again. */
  renewed(key: string): void;
  /** Nothing is under this key any more. */
  drop(key: string): void;
  /** What runs fails with `unavailable`. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (message: FromWorker) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Keys whose data it has been given. */
  readonly known: Set<string>;
  readonly waiting: Map<number, Waiting>;
}

const workerFile = new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

export function createThreads(count: number): Threads {
  let threads: Thread[] = [];
  let runs = 0;

  const start = (): Thread => {
    const worker = new Worker(workerFile);
    worker.unref();
    const thread: Thread = { worker, known: new Set(), waiting: new Map() };
    const fail = (error: Error): void => {
      threads = threads.filter((t) => t !== thread);
      for (const { reject } of thread.waiting.values()) reject(error);
      thread.waiting.clear();
    };
    worker.on('message', (message: FromWorker) => {
      const waiting = thread.waiting.get(message.run);
      thread.waiting.delete(message.run);
      if (thread.waiting.size === 0) worker.unref();
      waiting?.resolve(message);
    });
    worker.on('error', (error) => {
      fail(new AppError('internal', 'A thread of the trigger engine stopped.', { reason: String(error) }));
    });
    worker.on('exit', () => {
      fail(new AppError('unavailable', 'The trigger engine was closed.'));
    });
    return thread;
  };

  const ask = (thread: Thread, run: number, { task, frames, table, control, selection }: ThreadJob): Promise<FromWorker> => {
    if (!thread.known.has(task.frames)) {
      thread.known.add(task.frames);
      post(thread, { type: 'frames', key: task.frames, frames });
    }
    for (const key of new Set(task.sources.values())) {
      if (thread.known.has(key)) continue;
      thread.known.add(key);
      post(thread, { type: 'table', key, table: table(key) });
    }
    return new Promise((resolve, reject) => {
      thread.waiting.set(run, { resolve, reject });
      thread.worker.ref();
      post(thread, { type: 'run', run, task, control, selection });
    });
  };

  return {
    run(job) {
      while (threads.length < count) threads.push(start());
      const run = ++runs;
      const chunks = Math.ceil(job.frames.count / job.task.chunkFrames);
      return allWork(
        threads.map((thread) => ask(thread, run, job)),
        chunks,
      );
    },
    renewed(key) {
      for (const thread of threads) thread.known.delete(key);
    },
    drop(key) {
      for (const thread of threads) if (thread.known.delete(key)) post(thread, { type: 'drop', key });
    },
    async close() {
      const stopping = threads;
      threads = [];
      await Promise.all(stopping.map(({ worker }) => worker.terminate()));
    },
  };
}

function post(thread: Thread, message: ToWorker): void {
  thread.worker.postMessage(message);
}

/**
 * The work of all threads, or of those that did all of it: a thread that the system has not let run yet, and that would find nothing
 * left to do, is not waited for.
 */
function allWork(answers: readonly Promise<FromWorker>[], chunks: number): Promise<readonly Work[]> {
  return new Promise((resolve, reject) => {
    const done: Work[] = [];
    let finished = 0;
    for (const answer of answers) {
      answer.then((message) => {
        if (message.type === 'broken') {
          reject(new AppError('internal', 'A query failed in the trigger engine.', { reason: message.message }));
          return;
        }
        done.push(message.work);
        finished += message.work.chunks;
        if (finished === chunks || done.length === answers.length) resolve(done.slice());
      }, reject);
    }
  });
}
