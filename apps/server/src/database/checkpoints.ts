import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

const everyCommits = 16;
const fromBytes = 4 * 1024 * 1024;

export interface Checkpoints {
  /** Called after every commit. */
  committed(): void;
  close(): Promise<void>;
}

/**
 * Keeps the write-ahead log short without holding up the writer: a checkpoint of it there takes twenty milliseconds in every
 * hundred under load. The thread starts with the first busy hour; an idle server has none.
 */
export function keepLogShort(file: string): Checkpoints {
  let commits = 0;
  let busy = false;
  let worker: Worker | null = null;

  const start = (): Worker => {
    const started = new Worker(new URL('./checkpointer.ts', import.meta.url), { workerData: file });
    started.on('message', () => {
      busy = false;
    });
    // Without it the writer does its own checkpoints, at its own limit.
    started.on('error', () => {
      busy = true;
    });
    started.unref();
    return started;
  };

  return {
    committed() {
      if (busy || ++commits % everyCommits !== 0 || statSync(`${file}-wal`).size < fromBytes) return;
      busy = true;
      worker ??= start();
      worker.postMessage('checkpoint');
    },
    async close() {
      await worker?.terminate();
    },
  };
}
