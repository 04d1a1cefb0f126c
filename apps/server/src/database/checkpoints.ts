import { Worker } from 'node:worker_threads';

// Of 2 KB: a log of 48 MB, every two seconds under full load.
const fromPages = 24_000;
// Before the first look at the log, which tells how many pages a commit writes and so when to look again.
const firstLookCommits = 64;
const besideWriter = 4;
const whileItRests = 1;

export interface Checkpoints {
  /** Called after every commit. */
  committed(): void;
  /** What the next transaction has to wait for. */
  rest(): Promise<void> | null;
  close(): Promise<void>;
}

/**
 * Keeps the write-ahead log short without holding the event loop: the engine's own checkpoint would, for twenty milliseconds
 * in every three hundred under load. A thread copies the log into the file beside the writer, in a few passes; the little that
 * is left it copies while the writer rests, and the next commit begins the log anew. The thread starts with the first busy minute.
 */
export function keepLogShort(file: string): Checkpoints {
  let state: 'idle' | 'copying' | 'copied' | 'finishing' | 'gone' = 'idle';
  let commits = 0;
  let nextAt = firstLookCommits;
  let worker: Worker | null = null;
  let resting: Promise<void> | null = null;
  let endRest = (): void => {};

  const start = (): Worker => {
    const started = new Worker(new URL('./checkpointer.ts', import.meta.url), { workerData: file });
    started.on('message', ({ pages }: { pages: number }) => {
      if (state === 'copying') {
        state = pages < fromPages ? 'idle' : 'copied';
        nextAt = commits + Math.max(firstLookCommits, ((fromPages - pages) * commits) / Math.max(pages, 1));
        return;
      }
      state = 'idle';
      commits = 0;
      nextAt = firstLookCommits;
      endRest();
    });
    // Without it the writer does its own checkpoints, at its own limit.
    started.on('error', () => {
      state = 'gone';
      endRest();
    });
    started.unref();
    return started;
  };

  return {
    committed() {
      if (++commits < nextAt || state !== 'idle') return;
      state = 'copying';
      worker ??= start();
      worker.postMessage(besideWriter);
    },
    rest() {
      if (state === 'copied' && worker) {
        state = 'finishing';
        resting = new Promise<void>((resolve) => {
          endRest = resolve;
        }).then(() => {
          resting = null;
        });
        worker.postMessage(whileItRests);
      }
      return resting;
    },
    async close() {
      await worker?.terminate();
    },
  };
}
