import { Worker } from 'node:worker_threads';

// Of 2 KB: a log of 32 MB, twice in three seconds under full load.
const fromPages = 16_000;
// At most so many commits between two looks at the log, because they differ in size.
const everyCommits = 64;

export interface Checkpoints {
  /** Called after every commit. */
  committed(): void;
  /** What the next transaction has to wait for. */
  rest(): Promise<void> | null;
  close(): Promise<void>;
}

/**
 * Keeps the write-ahead log short without holding the event loop: the engine's own checkpoint would, for twenty milliseconds
 * in every three hundred under load. A thread copies the log into the file beside the writer; what was written meanwhile it
 * copies while the writer rests, and the next commit begins the log anew. The thread starts with the first busy minute.
 */
export function keepLogShort(file: string): Checkpoints {
  let state: 'idle' | 'copying' | 'copied' | 'finishing' | 'gone' = 'idle';
  let commits = 0;
  let nextAt = everyCommits;
  let worker: Worker | null = null;
  let resting: Promise<void> | null = null;
  let endRest = (): void => {};

  const start = (): Worker => {
    const started = new Worker(new URL('./checkpointer.ts', import.meta.url), { workerData: file });
    started.on('message', ({ pages }: { pages: number }) => {
      if (state === 'copying') {
        state = pages < fromPages ? 'idle' : 'copied';
        nextAt = commits + everyCommits;
        return;
      }
      state = 'idle';
      commits = 0;
      nextAt = everyCommits;
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
      worker.postMessage('checkpoint');
    },
    rest() {
      if (state === 'copied' && worker) {
        state = 'finishing';
        resting = new Promise<void>((resolve) => {
          endRest = resolve;
        }).then(() => {
          resting = null;
        });
        worker.postMessage('checkpoint');
      }
      return resting;
    },
    async close() {
      await worker?.terminate();
    },
  };
}
