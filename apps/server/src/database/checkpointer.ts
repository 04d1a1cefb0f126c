import { parentPort, workerData } from 'node:worker_threads';
import SqliteFile from 'better-sqlite3';

/**
 * A thread of its own: moves pages from the write-ahead log into the file whenever asked, and waits for the disk alone. Each
 * pass leaves what was written meanwhile, which is less every time; `passes` is how often it may try to leave nothing.
 */
const shortPassMs = 8;
const handle = new SqliteFile(workerData as string);
handle.pragma('synchronous = FULL');
parentPort?.on('message', (passes: number) => {
  let pages = 0;
  for (let pass = 0, tookMs = Infinity; pass < passes && tookMs > shortPassMs; pass++) {
    const started = performance.now();
    [{ log: pages }] = handle.pragma('wal_checkpoint(PASSIVE)') as [{ log: number }];
    tookMs = performance.now() - started;
  }
  parentPort?.postMessage({ pages });
});
