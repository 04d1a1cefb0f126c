import { parentPort, workerData } from 'node:worker_threads';
import SqliteFile from 'better-sqlite3';

/** A thread of its own: moves pages from the write-ahead log into the file whenever asked, and waits for the disk alone. */
const handle = new SqliteFile(workerData as string);
handle.pragma('synchronous = FULL');
parentPort?.on('message', () => {
  const [{ log }] = handle.pragma('wal_checkpoint(PASSIVE)') as [{ log: number }];
  parentPort?.postMessage({ pages: log });
});
