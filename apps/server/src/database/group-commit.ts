import type SqliteFile from 'better-sqlite3';
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

type Run = (db: Kysely<Tables>) => Promise<unknown>;
interface Waiting {
  run: Run;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

const mostInOneCommit = 256;
const shortestBatchMs = 5;
const longestBatchMs = 25;

export interface Transactions {
  <T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Resolves when nothing waits and nothing runs. */
  settled(): Promise<void>;
}

/**
 * Transactions that arrive together are savepoints of one transaction and share its commit (one fsync). Each may fail
 * alone. All are told only after that COMMIT: one that failed may have failed because of what another has just written,
 * and nobody else can see that before. `run` must await nothing but its own queries: it holds the only writer.
 */
export function groupCommit(
  writer: SqliteFile.Database,
  db: Kysely<Tables>,
  metrics: { observe(seconds: number): void },
): Transactions {
  // Prepared once: `exec` would parse them anew for every message.
  const statement = (text: string) => writer.prepare(text);
  const begin = statement('BEGIN IMMEDIATE');
  const commit = statement('COMMIT');
  const savepoint = statement('SAVEPOINT one');
  const release = statement('RELEASE one');
  const rollbackTo = statement('ROLLBACK TO one');
  // As long as the last commit took: then the disk, however slow, takes half of the time at most.
  let batchMs = shortestBatchMs;
  let queue: Waiting[] = [];
  let running: Promise<void> | null = null;

  const transaction = <T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      running ??= new Promise((done) => setImmediate(() => void drain().then(done)));
    });

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await commitBatch();
      await new Promise(setImmediate);
    }
    running = null;
  }

  async function commitBatch(): Promise<void> {
    const started = performance.now();
    const done: { waiting: Waiting; value: unknown }[] = [];
    const failed: { waiting: Waiting; error: unknown }[] = [];
    let taken = 0;
    try {
      begin.run();
      while (taken < queue.length && done.length < mostInOneCommit && performance.now() - started < batchMs) {
        const waiting = queue[taken++] as Waiting;
        savepoint.run();
        try {
          const value = await waiting.run(db);
          release.run();
          done.push({ waiting, value });
        } catch (error) {
          failed.push({ waiting, error });
          // The engine may have rolled the whole transaction back (disk full): then nobody is committed.
          if (!writer.inTransaction) throw error;
          rollbackTo.run();
          release.run();
        }
      }
      const committing = performance.now();
      commit.run();
      batchMs = Math.min(longestBatchMs, Math.max(shortestBatchMs, performance.now() - committing));
    } catch (error) {
      if (writer.inTransaction) writer.exec('ROLLBACK');
      // Nothing taken: BEGIN itself failed; whoever waits at the head must hear it, or the queue would spin.
      if (taken === 0) queue[taken++]?.reject(error);
      for (const { waiting } of done.splice(0)) waiting.reject(error);
      for (const failure of failed) failure.error = error;
    }
    queue = queue.slice(taken);
    metrics.observe((performance.now() - started) / 1000);
    for (const { waiting, value } of done) waiting.resolve(value);
    for (const { waiting, error } of failed) waiting.reject(error);
  }

  return Object.assign(transaction, {
    async settled() {
      while (running) await running;
    },
  });
}
